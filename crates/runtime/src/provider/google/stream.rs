//! Streams of the Gemini API. Their events look like whole answers.

use clientc_plan::json::Value;

use super::words::{finish_reason, raw_reason, usage};
use crate::chat::{Chunk, FinishReason};
use crate::provider::error::ReadError;
use crate::provider::wire::{Event, Out, ReadEvents, owned, some, text, values};

#[derive(Default)]
pub(in crate::provider) struct State {
    has_started: bool,
    calls: usize,
}

impl ReadEvents for State {
    fn event(&mut self, event: &Event<'_>, out: &mut Out) -> Result<(), ReadError> {
        self.read(event.value, out)
    }
}

impl State {
    pub(super) fn read(&mut self, value: &Value, out: &mut Out) -> Result<(), ReadError> {
        let blocked = text(value, "/promptFeedback/blockReason");
        let is_known = ["candidates", "usageMetadata"].iter().any(|key| value.get(key).is_some());
        if !is_known && blocked.is_none() {
            return Err(ReadError::malformed("there are no candidates"));
        }
        if !std::mem::replace(&mut self.has_started, true) {
            out.chunks
                .push(Chunk::Start { id: owned(value, "/responseId"), model: owned(value, "/modelVersion") });
        }
        for part in values(value, "/candidates/0/content/parts") {
            self.part(value, part, out);
        }
        if let Some(reason) = blocked {
            out.refusal(Some(&format!("The prompt was blocked: {reason}")));
            out.chunks.push(Chunk::Finish(FinishReason::ContentFilter));
        } else if let Some(reason) = raw_reason(value) {
            out.chunks.push(Chunk::Finish(finish_reason(reason, self.calls > 0)));
        }
        out.finish = raw_reason(value).map(String::from);
        // Counts grow from event to event. Those at the end count.
        if out.finish.is_some() || value.get("candidates").is_none() {
            out.chunks.extend(value.get("usageMetadata").and_then(usage).map(Chunk::Usage));
        }
        Ok(())
    }

    fn part(&mut self, value: &Value, part: &Value, out: &mut Out) {
        let signature = some(text(part, "/thoughtSignature"));
        if let Some(call) = part.get("functionCall") {
            let index = self.calls;
            self.calls += 1;
            // Older models send no ids. Those of one answer must not be those of another.
            let answer = text(value, "/responseId").unwrap_or("answer");
            let id = some(text(call, "/id")).unwrap_or_else(|| format!("call_{answer}_{index}"));
            out.chunks.push(Chunk::ToolCall {
                index,
                id: Some(id),
                name: Some(owned(call, "/name").unwrap_or_default()),
                arguments: call.get("args").map_or_else(|| "{}".into(), Value::to_string),
                signature,
            });
        } else if part.get("thought").and_then(Value::as_bool) == Some(true) {
            out.reasoning(text(part, "/text"));
            out.chunks.extend(signature.map(Chunk::ReasoningSignature));
        } else {
            out.text(text(part, "/text"));
        }
    }
}
