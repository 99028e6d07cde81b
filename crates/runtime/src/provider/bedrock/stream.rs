//! Streams of the Converse API.

use super::answer::{finish_reason, usage};
use crate::chat::Chunk;
use crate::provider::block_calls::BlockCalls;
use crate::provider::error::ReadError;
use crate::provider::wire::{Event, Out, ReadEvents, count, some, text};

#[derive(Default)]
pub(in crate::provider) struct State {
    calls: BlockCalls,
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
                    self.calls.open(block, id, name, out);
                }
            }
            "contentBlockDelta" => {
                out.text(text(value, "/delta/text"));
                out.reasoning(text(value, "/delta/reasoningContent/text"));
                let signature = some(text(value, "/delta/reasoningContent/signature"));
                out.chunks.extend(signature.map(Chunk::ReasoningSignature));
                if let Some(more) = text(value, "/delta/toolUse/input") {
                    self.calls.add(block, more, out);
                }
            }
            "contentBlockStop" => self.calls.close(block, out),
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
