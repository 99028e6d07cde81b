//! Whole answers of the Gemini API.

use super::stream::State;
use crate::chat::{ChatResponse, FinishReason, Usage};
use crate::provider::error::ReadError;
use crate::provider::wire::{Out, count, text};
use clientc_plan::json::Value;

/// Reads an answer: it looks like the one event of a stream.
pub(in crate::provider) fn read(value: &Value) -> Result<(ChatResponse, Option<&str>), ReadError> {
    let mut out = Out::default();
    State::default().read(value, &mut out)?;
    let mut answer = ChatResponse::default();
    out.chunks.into_iter().for_each(|chunk| answer.add(chunk));
    Ok((answer, raw_reason(value)))
}

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
