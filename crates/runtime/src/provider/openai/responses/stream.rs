//! Streams of the responses API.

use clientc_plan::json::Value;

use super::answer::{finish_reason, usage};
use crate::chat::Chunk;
use crate::provider::error::ReadError;
use crate::provider::wire::{Event, Out, ReadEvents, count, owned, text};

#[derive(Default)]
pub(in crate::provider) struct State {
    has_started: bool,
    calls: Vec<Call>,
}

/// A call of a function in the output.
struct Call {
    /// Its place in the output.
    place: u64,
    has_arguments: bool,
}

impl ReadEvents for State {
    fn event(&mut self, event: &Event<'_>, out: &mut Out) -> Result<(), ReadError> {
        let value = event.value;
        match event.kind() {
            "response.created" | "response.in_progress" if !self.has_started => {
                self.has_started = true;
                let (id, model) = (owned(value, "/response/id"), owned(value, "/response/model"));
                out.chunks.push(Chunk::Start { id, model });
            }
            "response.output_text.delta" => out.text(text(value, "/delta")),
            "response.refusal.delta" => out.refusal(text(value, "/delta")),
            "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => {
                out.reasoning(text(value, "/delta"));
            }
            "response.reasoning_summary_part.added"
                if count(value, "/summary_index").is_some_and(|index| index > 0) =>
            {
                out.reasoning(Some("\n\n"));
            }
            "response.output_item.added" if text(value, "/item/type") == Some("function_call") => {
                self.call(value, out);
            }
            "response.function_call_arguments.delta" => self.arguments(value, "/delta", out),
            "response.function_call_arguments.done" => self.whole_arguments(value, "/arguments", out),
            // Other items than calls have places of their own.
            "response.output_item.done" => self.whole_arguments(value, "/item/arguments", out),
            "response.completed" | "response.incomplete" => self.finish(value, out),
            "response.failed" => return Err(ReadError::malformed("the answer failed without saying why")),
            _ => {}
        }
        Ok(())
    }
}

impl State {
    fn call(&mut self, value: &Value, out: &mut Out) {
        let place = count(value, "/output_index").unwrap_or(u64::MAX);
        let id = text(value, "/item/call_id").unwrap_or_default();
        out.call(self.calls.len(), id, text(value, "/item/name").unwrap_or_default());
        self.calls.push(Call { place, has_arguments: false });
    }

    fn arguments(&mut self, value: &Value, path: &str, out: &mut Out) {
        let place = count(value, "/output_index").unwrap_or(u64::MAX);
        let Some(index) = self.calls.iter().position(|call| call.place == place) else { return };
        let more = text(value, path).unwrap_or_default();
        self.calls[index].has_arguments |= !more.is_empty();
        out.arguments(index, more);
    }

    /// Takes the arguments from the end of a call, where no pieces of them came before.
    fn whole_arguments(&mut self, value: &Value, path: &str, out: &mut Out) {
        let place = count(value, "/output_index").unwrap_or(u64::MAX);
        if self.calls.iter().any(|call| call.place == place && !call.has_arguments) {
            self.arguments(value, path, out);
        }
    }

    fn finish(&self, value: &Value, out: &mut Out) {
        let Some(response) = value.get("response") else { return };
        let reason = finish_reason(response, !self.calls.is_empty());
        out.chunks.extend(reason.map(Chunk::Finish));
        out.chunks.extend(response.get("usage").and_then(usage).map(Chunk::Usage));
        out.finish = owned(response, "/status");
        out.is_done = true;
    }
}
