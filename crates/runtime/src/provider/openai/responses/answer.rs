//! Whole answers of the responses API.

use clientc_plan::json::Value;

use crate::chat::{ChatResponse, FinishReason, Reasoning, ToolCall, Usage};
use crate::provider::error::ReadError;
use crate::provider::wire::{count, owned, text, values};

pub(in crate::provider) fn read(value: &Value) -> Result<(ChatResponse, Option<&str>), ReadError> {
    if !value.get("output").is_some_and(Value::is_array) {
        return Err(ReadError::malformed("there is no output"));
    }
    let mut answer = ChatResponse {
        id: owned(value, "/id"),
        model: owned(value, "/model"),
        usage: value.get("usage").and_then(usage),
        ..ChatResponse::default()
    };
    for item in values(value, "/output") {
        add(&mut answer, item);
    }
    answer.finish_reason = finish_reason(value, !answer.tool_calls.is_empty());
    Ok((answer, text(value, "/status")))
}

fn add(answer: &mut ChatResponse, item: &Value) {
    match text(item, "/type") {
        Some("message") => {
            for part in values(item, "/content") {
                if let Some(more) = text(part, "/text") {
                    answer.text.get_or_insert_default().push_str(more);
                }
                if let Some(more) = text(part, "/refusal") {
                    answer.refusal.get_or_insert_default().push_str(more);
                }
            }
        }
        Some("function_call") => answer.tool_calls.push(ToolCall {
            id: owned(item, "/call_id").unwrap_or_default(),
            name: owned(item, "/name").unwrap_or_default(),
            arguments: owned(item, "/arguments").unwrap_or_default(),
            signature: None,
        }),
        Some("reasoning") => {
            let parts = values(item, "/summary").chain(values(item, "/content"));
            let texts: Vec<_> = parts.filter_map(|part| text(part, "/text")).collect();
            if !texts.is_empty() {
                answer.reasoning.push(Reasoning { text: texts.join("\n\n"), signature: None });
            }
        }
        _ => {}
    }
}

/// Why an answer ended: its status, and for one that is not whole, what stopped it.
pub(super) fn finish_reason(value: &Value, has_calls: bool) -> Option<FinishReason> {
    match (text(value, "/status")?, text(value, "/incomplete_details/reason")) {
        ("completed", _) if has_calls => Some(FinishReason::ToolCalls),
        ("completed", _) => Some(FinishReason::Stop),
        (_, Some("max_output_tokens")) => Some(FinishReason::Length),
        (_, Some("content_filter")) => Some(FinishReason::ContentFilter),
        (status, reason) => Some(FinishReason::Other(reason.unwrap_or(status).into())),
    }
}

pub(super) fn usage(value: &Value) -> Option<Usage> {
    let prompt_tokens = count(value, "/input_tokens")?;
    let completion_tokens = count(value, "/output_tokens").unwrap_or(0);
    let both = prompt_tokens.saturating_add(completion_tokens);
    Some(Usage {
        prompt_tokens,
        completion_tokens,
        total_tokens: count(value, "/total_tokens").unwrap_or(both),
        cached_tokens: count(value, "/input_tokens_details/cached_tokens"),
        reasoning_tokens: count(value, "/output_tokens_details/reasoning_tokens"),
    })
}
