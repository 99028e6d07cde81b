//! Streams of the Converse API.

use super::answer::{finish_reason, usage};
use crate::chat::Chunk;
use crate::provider::error::ReadError;
use crate::provider::wire::{Event, Out, ReadEvents, count, some, text};

#[derive(Default)]
pub(in crate::provider) struct State {
    calls: Vec<Call>,
}

/// A call among the blocks of the content.
struct Call {
    /// The number of its block.
    block: u64,
    has_input: bool,
}

impl ReadEvents for State {
    fn event(&mut self, event: &Event<'_>, out: &mut Out) -> Result<(), ReadError> {
        let value = event.value;
        let block = count(value, "/contentBlockIndex").unwrap_or(u64::MAX);
        match event.name {
            "messageStart" => out.chunks.push(Chunk::Start { id: None, model: None }),
            "contentBlockStart" => {
                if let Some(id) = text(value, "/start/toolUse/toolUseId") {
                    let name = text(value, "/start/toolUse/name").unwrap_or_default();
                    out.call(self.calls.len(), id, name);
                    self.calls.push(Call { block, has_input: false });
                }
            }
            "contentBlockDelta" => {
                out.text(text(value, "/delta/text"));
                out.reasoning(text(value, "/delta/reasoningContent/text"));
                let signature = some(text(value, "/delta/reasoningContent/signature"));
                out.chunks.extend(signature.map(Chunk::ReasoningSignature));
                if let Some(more) = text(value, "/delta/toolUse/input") {
                    self.input(block, more, out);
                }
            }
            // A call without arguments has an empty object as its arguments, as in a whole answer.
            "contentBlockStop" if self.calls.iter().any(|call| call.block == block && !call.has_input) => {
                self.input(block, "{}", out);
            }
            "messageStop" => {
                let reason = text(value, "/stopReason").unwrap_or("end_turn");
                out.chunks.push(Chunk::Finish(finish_reason(reason)));
                out.finish = Some(reason.into());
            }
            "metadata" => {
                out.chunks.extend(value.get("usage").and_then(usage).map(Chunk::Usage));
                out.is_done = true;
            }
            _ => {}
        }
        Ok(())
    }
}

impl State {
    fn input(&mut self, block: u64, more: &str, out: &mut Out) {
        let Some(index) = self.calls.iter().position(|call| call.block == block) else { return };
        self.calls[index].has_input |= !more.is_empty();
        out.arguments(index, more);
    }
}
