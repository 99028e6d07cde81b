//! Whole answers of the Converse API.

use clientc_plan::json::Value;

use crate::chat::{ChatResponse, FinishReason, Reasoning, ToolCall, Usage};
use crate::provider::error::ReadError;
use crate::provider::wire::{count, owned, text, values};

pub(in crate::provider) fn read(value: &Value) -> Result<(ChatResponse, Option<&str>), ReadError> {
    let message =
        value.pointer("/output/message").ok_or_else(|| ReadError::malformed("there is no message"))?;
    let reason = text(value, "/stopReason");
    let mut answer = ChatResponse {
        finish_reason: reason.map(finish_reason),
        usage: value.get("usage").and_then(usage),
        ..ChatResponse::default()
    };
    for part in values(message, "/content") {
        if let Some(more) = text(part, "/text") {
            answer.text.get_or_insert_default().push_str(more);
        }
        if let Some(thoughts) = text(part, "/reasoningContent/reasoningText/text") {
            answer.reasoning.push(Reasoning {
                text: thoughts.into(),
                signature: owned(part, "/reasoningContent/reasoningText/signature"),
            });
        }
        if let Some(call) = part.get("toolUse") {
            answer.tool_calls.push(ToolCall {
                id: owned(call, "/toolUseId").unwrap_or_default(),
                name: owned(call, "/name").unwrap_or_default(),
                arguments: call.get("input").map_or_else(|| "{}".into(), Value::to_string),
                signature: None,
            });
        }
    }
    Ok((answer, reason))
}

pub(super) fn finish_reason(reason: &str) -> FinishReason {
    match reason {
        "end_turn" | "stop_sequence" => FinishReason::Stop,
        "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
        "tool_use" => FinishReason::ToolCalls,
        "guardrail_intervened" | "content_filtered" => FinishReason::ContentFilter,
        other => FinishReason::Other(other.into()),
    }
}

/// The tokens: the API counts those of the cache apart.
pub(super) fn usage(value: &Value) -> Option<Usage> {
    let read = count(value, "/cacheReadInputTokens");
    let written = count(value, "/cacheWriteInputTokens");
    let prompt_tokens = [read, written]
        .iter()
        .flatten()
        .fold(count(value, "/inputTokens")?, |sum, more| sum.saturating_add(*more));
    let completion_tokens = count(value, "/outputTokens").unwrap_or(0);
    let both = prompt_tokens.saturating_add(completion_tokens);
    Some(Usage {
        prompt_tokens,
        completion_tokens,
        total_tokens: count(value, "/totalTokens").unwrap_or(both).max(both),
        cached_tokens: read,
        reasoning_tokens: None,
    })
}
