//! Streams of chat completions.

use super::super::error::ReadError;
use super::super::wire::{Event, Out, owned, some, text, values};
use super::answer::{content, finish_reason, signature, thought, usage};
use crate::chat::Chunk;
use serde_json::Value;

#[derive(Default)]
pub(in super::super) struct State {
    has_started: bool,
    /// The server's numbers of the calls so far. Ours follow each other, whatever the server's do.
    calls: Vec<u64>,
}

impl State {
    pub(in super::super) fn event(&mut self, event: &Event<'_>, out: &mut Out) -> Result<(), ReadError> {
        let value = event.value;
        if !value.is_object() {
            return Err(ReadError::malformed("the data of an event is no object"));
        }
        if !std::mem::replace(&mut self.has_started, true) {
            out.chunks.push(Chunk::Start { id: owned(value, "/id"), model: some(text(value, "/model")) });
        }
        if let Some(choice) = value.pointer("/choices/0") {
            self.choice(choice, out);
        }
        out.chunks.extend(value.get("usage").and_then(usage).map(Chunk::Usage));
        Ok(())
    }

    fn choice(&mut self, choice: &Value, out: &mut Out) {
        if let Some(delta) = choice.get("delta").or_else(|| choice.get("message")) {
            let (words, thoughts) = content(delta);
            out.reasoning(thought(delta).or(thoughts.as_deref()));
            out.text(words.as_deref());
            out.refusal(text(delta, "/refusal"));
            for call in values(delta, "/tool_calls") {
                self.tool_call(call, out);
            }
        }
        out.chunks.extend(
            choice.get("logprobs").filter(|logprobs| !logprobs.is_null()).cloned().map(Chunk::Logprobs),
        );
        if let Some(reason) = text(choice, "/finish_reason") {
            out.chunks.push(Chunk::Finish(finish_reason(reason)));
            out.finish = Some(reason.into());
        }
    }

    fn tool_call(&mut self, call: &Value, out: &mut Out) {
        let (id, name) = (some(text(call, "/id")), some(text(call, "/function/name")));
        let numbers = self.calls.len() as u64;
        // A server that numbers nothing sends whole calls, each with a name.
        let number = call.get("index").and_then(Value::as_u64);
        let number = number.unwrap_or(if name.is_some() { numbers } else { numbers.saturating_sub(1) });
        let known = self.calls.iter().position(|known| *known == number);
        let index = known.unwrap_or(self.calls.len());
        let arguments = text(call, "/function/arguments").unwrap_or_default();
        if known.is_some() {
            let is_more = !arguments.is_empty() || signature(call).is_some();
            let more = Chunk::ToolCall {
                index,
                id: None,
                name: None,
                arguments: arguments.into(),
                signature: signature(call),
            };
            out.chunks.extend(is_more.then_some(more));
            return;
        }
        self.calls.push(number);
        out.chunks.push(Chunk::ToolCall {
            index,
            id: Some(id.unwrap_or_else(|| format!("call_{index}"))),
            name: Some(name.unwrap_or_default()),
            arguments: arguments.into(),
            signature: signature(call),
        });
    }
}
