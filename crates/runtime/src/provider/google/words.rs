//! What whole answers and streams of the Gemini API have in common.

use clientc_plan::json::Value;

use crate::chat::{FinishReason, Usage};
use crate::provider::wire::{count, text};

/// The API's word for why an answer ended.
pub(super) fn raw_reason(value: &Value) -> Option<&str> {
    text(value, "/candidates/0/finishReason").or_else(|| text(value, "/promptFeedback/blockReason"))
}

pub(super) fn finish_reason(reason: &str, has_calls: bool) -> FinishReason {
    match reason {
        "STOP" if has_calls => FinishReason::ToolCalls,
        "STOP" => FinishReason::Stop,
        "MAX_TOKENS" => FinishReason::Length,
        "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" | "IMAGE_SAFETY" => {
            FinishReason::ContentFilter
        }
        other => FinishReason::Other(other.into()),
    }
}

pub(super) fn usage(value: &Value) -> Option<Usage> {
    let prompt = count(value, "/promptTokenCount")?
        .saturating_add(count(value, "/toolUsePromptTokenCount").unwrap_or(0));
    let thoughts = count(value, "/thoughtsTokenCount");
    let answer = count(value, "/candidatesTokenCount").unwrap_or(0).saturating_add(thoughts.unwrap_or(0));
    Some(Usage {
        prompt_tokens: prompt,
        completion_tokens: answer,
        total_tokens: count(value, "/totalTokenCount").unwrap_or_else(|| prompt.saturating_add(answer)),
        cached_tokens: count(value, "/cachedContentTokenCount"),
        reasoning_tokens: thoughts,
    })
}
