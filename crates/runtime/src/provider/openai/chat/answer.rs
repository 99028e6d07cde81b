//! Whole answers of chat completions.

use clientc_plan::json::Value;

use crate::chat::{ChatResponse, FinishReason, Reasoning, ToolCall, Usage};
use crate::provider::error::ReadError;
use crate::provider::wire::{count, owned, some, text, values};

pub(in crate::provider) fn read(value: &Value) -> Result<(ChatResponse, Option<&str>), ReadError> {
    let choice = value.pointer("/choices/0").ok_or_else(|| ReadError::malformed("there are no choices"))?;
    let message =
        choice.get("message").ok_or_else(|| ReadError::malformed("the first choice has no message"))?;
    let reason = text(choice, "/finish_reason").filter(|reason| !reason.is_empty());
    let (words, thoughts) = content(message);
    let thoughts = some(thought(message)).or(thoughts);
    let answer = ChatResponse {
        id: owned(value, "/id"),
        model: owned(value, "/model"),
        text: words,
        reasoning: thoughts.map(|text| Reasoning { text, signature: None }).into_iter().collect(),
        refusal: some(text(message, "/refusal")),
        tool_calls: values(message, "/tool_calls").enumerate().map(tool_call).collect(),
        finish_reason: reason.map(finish_reason),
        usage: value.get("usage").and_then(usage),
        logprobs: choice.get("logprobs").filter(|logprobs| !logprobs.is_null()).cloned(),
        wire: Vec::new(),
    };
    Ok((answer, reason))
}

/// The thoughts beside the text: servers have two names for them.
pub(super) fn thought(message: &Value) -> Option<&str> {
    let names = ["/reasoning_content", "/reasoning"];
    names.iter().find_map(|name| text(message, name).filter(|thought| !thought.is_empty()))
}

/// The text and the thoughts of a content: a text, or parts as Mistral writes them.
pub(super) fn content(message: &Value) -> (Option<String>, Option<String>) {
    if let Some(words) = text(message, "/content") {
        return (Some(words.into()), None);
    }
    let (mut words, mut thoughts) = (None::<String>, None::<String>);
    for part in values(message, "/content") {
        match text(part, "/type") {
            Some("text") => words.get_or_insert_default().push_str(text(part, "/text").unwrap_or_default()),
            Some("thinking") => {
                let more: String = values(part, "/thinking").filter_map(|part| text(part, "/text")).collect();
                thoughts.get_or_insert_default().push_str(&more);
            }
            _ => {}
        }
    }
    (words, thoughts)
}

fn tool_call((index, call): (usize, &Value)) -> ToolCall {
    ToolCall {
        // Some servers send no ids. A result must name one nevertheless.
        id: some(text(call, "/id")).unwrap_or_else(|| format!("call_{index}")),
        name: owned(call, "/function/name").unwrap_or_default(),
        arguments: arguments(call),
        signature: signature(call),
    }
}

/// The arguments: a text, or, from some servers, the object itself.
pub(super) fn arguments(call: &Value) -> String {
    match call.pointer("/function/arguments") {
        Some(Value::String(arguments)) => arguments.clone(),
        None | Some(Value::Null) => String::new(),
        Some(object) => object.to_string(),
    }
}

pub(super) fn signature(call: &Value) -> Option<String> {
    owned(call, "/extra_content/google/thought_signature")
}

pub(super) fn finish_reason(reason: &str) -> FinishReason {
    match reason {
        "stop" => FinishReason::Stop,
        "length" => FinishReason::Length,
        "tool_calls" => FinishReason::ToolCalls,
        "content_filter" => FinishReason::ContentFilter,
        other => FinishReason::Other(other.into()),
    }
}

pub(super) fn usage(value: &Value) -> Option<Usage> {
    let prompt_tokens = count(value, "/prompt_tokens")?;
    let completion_tokens = count(value, "/completion_tokens").unwrap_or(0);
    let both = prompt_tokens.saturating_add(completion_tokens);
    Some(Usage {
        prompt_tokens,
        completion_tokens,
        total_tokens: count(value, "/total_tokens").unwrap_or(both),
        cached_tokens: count(value, "/prompt_tokens_details/cached_tokens"),
        reasoning_tokens: count(value, "/completion_tokens_details/reasoning_tokens"),
    })
}
