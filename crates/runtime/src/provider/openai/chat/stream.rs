//! Streams of chat completions.

use std::collections::BTreeSet;

use clientc_plan::json::Value;

use super::answer::{arguments, content, finish_reason, signature, thought, usage};
use super::passed_on;
use crate::chat::Chunk;
use crate::provider::error::ReadError;
use crate::provider::wire::{Event, Out, ReadEvents, some, text, values};

#[derive(Default)]
pub(in crate::provider) struct State {
    has_started: bool,
    calls: Vec<Call>,
    /// The numbers of the choices besides the first that have begun and not ended. Callers that ask for several get
    /// what the server sends; what is read of an answer is its first choice.
    others: BTreeSet<u64>,
}

/// A call so far. Its number in our answer is its place in the list, whatever the server's numbers are.
struct Call {
    number: u64,
    id: Option<String>,
}

impl ReadEvents for State {
    fn event(&mut self, event: &Event<'_>, out: &mut Out) -> Result<(), ReadError> {
        let value = event.value;
        if !value.is_object() {
            return Err(ReadError::malformed("the data of an event is not an object"));
        }
        let has_choice = value.pointer("/choices/0").is_some();
        // Azure sends what its filters think of the prompt first, without a name and a model.
        let (id, model) = (some(text(value, "/id")), some(text(value, "/model")));
        if !self.has_started && (has_choice || id.is_some()) {
            self.has_started = true;
            out.chunks.push(Chunk::Start { id, model });
        }
        for choice in values(value, "/choices") {
            match choice.get("index").and_then(Value::as_u64).unwrap_or(0) {
                0 => self.choice(choice, out),
                other => self.other(other, choice, out),
            }
        }
        out.is_going_on = !self.others.is_empty();
        out.chunks.extend(value.get("usage").and_then(usage).map(Chunk::Usage));
        Ok(())
    }
}

impl State {
    fn choice(&mut self, choice: &Value, out: &mut Out) {
        if let Some(delta) = choice.get("delta").or_else(|| choice.get("message")) {
            let (words, thoughts) = content(delta);
            out.reasoning(thought(delta).or(thoughts.as_deref()));
            out.text(words.as_deref());
            out.refusal(text(delta, "/refusal"));
            for call in values(delta, "/tool_calls") {
                self.tool_call(call, out);
            }
            out.has_other_content |= passed_on::is_of_first(delta);
        }
        out.chunks.extend(
            choice.get("logprobs").filter(|logprobs| !logprobs.is_null()).cloned().map(Chunk::Logprobs),
        );
        if let Some(reason) = some(text(choice, "/finish_reason")) {
            out.chunks.push(Chunk::Finish(finish_reason(&reason)));
            out.finish = Some(reason);
        }
    }

    /// Notes of another choice whether it says something, and whether it goes on.
    fn other(&mut self, number: u64, choice: &Value, out: &mut Out) {
        let delta = choice.get("delta").or_else(|| choice.get("message"));
        out.has_other_content |= delta.is_some_and(passed_on::is_of_other);
        match some(text(choice, "/finish_reason")) {
            Some(_) => drop(self.others.remove(&number)),
            None => drop(self.others.insert(number)),
        }
    }

    fn tool_call(&mut self, call: &Value, out: &mut Out) {
        let (id, name) = (some(text(call, "/id")), some(text(call, "/function/name")));
        let number = self.number(call, name.is_some());
        let known = self.calls.iter().rposition(|known| known.number == number);
        // Some servers send the same number for every call, and some another id for every piece of a call.
        let known = known.filter(|known| name.is_none() || id.is_none() || self.calls[*known].id == id);
        let (arguments, signature) = (arguments(call), signature(call));
        if let Some(index) = known {
            if !arguments.is_empty() || signature.is_some() {
                out.chunks.push(Chunk::ToolCall { index, id: None, name: None, arguments, signature });
            }
            return;
        }
        let index = self.calls.len();
        self.calls.push(Call { number, id: id.clone() });
        out.chunks.push(Chunk::ToolCall {
            index,
            id: Some(id.unwrap_or_else(|| format!("call_{index}"))),
            name: Some(name.unwrap_or_default()),
            arguments,
            signature,
        });
    }

    /// The server's number of a call. One that numbers nothing sends whole calls, each with a name.
    fn number(&self, call: &Value, is_new: bool) -> u64 {
        let next = self.calls.len() as u64;
        let number = call.get("index").and_then(Value::as_u64);
        number.unwrap_or(if is_new { next } else { next.saturating_sub(1) })
    }
}
