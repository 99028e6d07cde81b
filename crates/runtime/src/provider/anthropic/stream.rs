//! Streams of the messages API.

use clientc_plan::json::Value;

use super::answer::{Counts, finish_reason};
use crate::chat::Chunk;
use crate::provider::block_calls::BlockCalls;
use crate::provider::error::ReadError;
use crate::provider::wire::{Event, Out, ReadEvents, count, owned, some, text};

#[derive(Default)]
pub(in crate::provider) struct State {
    counts: Counts,
    calls: BlockCalls,
}

impl ReadEvents for State {
    fn event(&mut self, event: &Event<'_>, out: &mut Out) -> Result<(), ReadError> {
        let value = event.value;
        match event.kind() {
            "message_start" => {
                let (id, model) = (owned(value, "/message/id"), owned(value, "/message/model"));
                out.chunks.push(Chunk::Start { id, model });
                self.count(value.pointer("/message/usage"));
            }
            "content_block_start" => self.open(value, out),
            "content_block_delta" => self.delta(value, out),
            "content_block_stop" => self.calls.close(block(value), out),
            "message_delta" => {
                self.count(value.get("usage"));
                if let Some(reason) = text(value, "/delta/stop_reason") {
                    out.chunks.push(Chunk::Finish(finish_reason(reason)));
                    out.finish = Some(reason.into());
                }
                out.chunks.extend(self.counts.total().map(Chunk::Usage));
            }
            "message_stop" => out.is_done = true,
            _ => {}
        }
        Ok(())
    }
}

impl State {
    fn count(&mut self, usage: Option<&Value>) {
        if let Some(usage) = usage {
            self.counts = self.counts.with(usage);
        }
    }

    fn open(&mut self, value: &Value, out: &mut Out) {
        match text(value, "/content_block/type") {
            Some("text") => out.text(text(value, "/content_block/text")),
            Some("thinking") => out.reasoning(text(value, "/content_block/thinking")),
            Some("tool_use") => {
                let id = text(value, "/content_block/id").unwrap_or_default();
                let name = text(value, "/content_block/name").unwrap_or_default();
                self.calls.open(block(value), id, name, out);
            }
            _ => {}
        }
    }

    fn delta(&mut self, value: &Value, out: &mut Out) {
        match text(value, "/delta/type") {
            Some("text_delta") => out.text(text(value, "/delta/text")),
            Some("thinking_delta") => out.reasoning(text(value, "/delta/thinking")),
            Some("signature_delta") => {
                out.chunks.extend(some(text(value, "/delta/signature")).map(Chunk::ReasoningSignature));
            }
            Some("input_json_delta") => {
                let arguments = text(value, "/delta/partial_json").unwrap_or_default();
                self.calls.add(block(value), arguments, out);
            }
            _ => {}
        }
    }
}

fn block(value: &Value) -> u64 {
    count(value, "/index").unwrap_or(u64::MAX)
}
