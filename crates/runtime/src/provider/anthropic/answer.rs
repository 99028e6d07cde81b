//! Whole answers of the messages API.

use clientc_plan::json::Value;

use crate::chat::{ChatResponse, FinishReason, Reasoning, ToolCall, Usage};
use crate::provider::error::ReadError;
use crate::provider::wire::{count, owned, text, values};

pub(in crate::provider) fn read(value: &Value) -> Result<(ChatResponse, Option<&str>), ReadError> {
    if !value.get("content").is_some_and(Value::is_array) {
        return Err(ReadError::malformed("there is no content"));
    }
    let reason = text(value, "/stop_reason");
    let mut answer = ChatResponse {
        id: owned(value, "/id"),
        model: owned(value, "/model"),
        finish_reason: reason.map(finish_reason),
        usage: value.get("usage").and_then(|usage| Counts::default().with(usage).total()),
        ..ChatResponse::default()
    };
    for block in values(value, "/content") {
        match text(block, "/type") {
            Some("text") => {
                answer.text.get_or_insert_default().push_str(text(block, "/text").unwrap_or_default());
            }
            Some("thinking") => answer.reasoning.push(Reasoning {
                text: owned(block, "/thinking").unwrap_or_default(),
                signature: owned(block, "/signature"),
            }),
            Some("tool_use") => answer.tool_calls.push(ToolCall {
                id: owned(block, "/id").unwrap_or_default(),
                name: owned(block, "/name").unwrap_or_default(),
                arguments: block.get("input").map_or_else(|| "{}".into(), Value::to_string),
                signature: None,
            }),
            _ => {}
        }
    }
    Ok((answer, reason))
}

pub(super) fn finish_reason(reason: &str) -> FinishReason {
    match reason {
        "end_turn" | "stop_sequence" => FinishReason::Stop,
        "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
        "tool_use" => FinishReason::ToolCalls,
        "refusal" => FinishReason::ContentFilter,
        other => FinishReason::Other(other.into()),
    }
}

/// The counts so far: a stream sends some at its beginning and some at its end.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    fresh: Option<u64>,
    read: Option<u64>,
    written: Option<u64>,
    answer: Option<u64>,
    thoughts: Option<u64>,
}

impl Counts {
    pub(super) fn with(self, usage: &Value) -> Self {
        Self {
            fresh: count(usage, "/input_tokens").or(self.fresh),
            read: count(usage, "/cache_read_input_tokens").or(self.read),
            written: count(usage, "/cache_creation_input_tokens").or(self.written),
            answer: count(usage, "/output_tokens").or(self.answer),
            thoughts: count(usage, "/output_tokens_details/thinking_tokens").or(self.thoughts),
        }
    }

    /// All tokens of the request together: the API counts those of the cache apart.
    pub(super) fn total(self) -> Option<Usage> {
        let prompt_tokens = [self.read, self.written]
            .iter()
            .flatten()
            .fold(self.fresh?, |sum, more| sum.saturating_add(*more));
        let completion_tokens = self.answer.unwrap_or(0);
        Some(Usage {
            prompt_tokens,
            completion_tokens,
            total_tokens: prompt_tokens.saturating_add(completion_tokens),
            cached_tokens: self.read,
            reasoning_tokens: self.thoughts,
        })
    }
}
