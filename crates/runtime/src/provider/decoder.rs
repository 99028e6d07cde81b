//! Reads the events of a stream, whatever the form.

use clientc_plan::json::Value;

use super::error::ReadError;
use super::finish::check_finish;
use super::wire::ReadEvents;
use super::{problem, table, wire};
use crate::chat::Chunk;
use crate::leaf::Leaf;

/// Reads the events of a stream.
pub(crate) struct Decoder {
    leaf: Leaf,
    events: Box<dyn ReadEvents>,
    ending: Ending,
    /// Whether the answer has come to its finish reason.
    has_reason: bool,
    keeps_wire: bool,
    has_other_content: bool,
}

/// How far a stream has come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Ending {
    /// More must come.
    #[default]
    Open,
    /// The answer is whole. What may still come is its cost.
    Finished,
    /// Nothing more can come.
    Done,
}

/// Whether an event only keeps the connection open. Some servers leave the name of the event out.
pub(crate) fn is_ping(name: &str, data: &str) -> bool {
    /// A ping says nothing but its type.
    const MOST: usize = 64;
    let has_type = |value: &Value| wire::text(value, "/type") == Some("ping");
    let is_typed = || data.len() <= MOST && data.contains("\"ping\"");
    name == "ping" || is_typed() && Value::parse(data).is_ok_and(|value| has_type(&value))
}

impl Decoder {
    /// Makes a decoder for the stream of one answer.
    pub(crate) fn new(leaf: &Leaf) -> Self {
        let events = (table::answers_of(leaf).stream)();
        Self {
            leaf: leaf.clone(),
            events,
            ending: Ending::Open,
            has_reason: false,
            keeps_wire: false,
            has_other_content: false,
        }
    }

    /// Hands on the data of events as well, before what is read from them.
    pub(crate) fn keep_wire(mut self, keeps_wire: bool) -> Self {
        self.keeps_wire = keeps_wire;
        self
    }

    /// Reads an event. An event without content, such as a ping, has no chunks.
    ///
    /// # Errors
    ///
    /// An event that cannot be read, one that is an error, and an end for a reason which the client does not allow.
    pub(crate) fn event(&mut self, name: &str, data: &str) -> Result<Vec<Chunk>, ReadError> {
        self.has_other_content = false;
        if self.is_done() || is_ping(name, data) || data.trim().is_empty() {
            return Ok(Vec::new());
        }
        if data.trim() == "[DONE]" {
            self.ending = Ending::Done;
            return Ok(Vec::new());
        }
        let value =
            Value::parse(data).map_err(|_| ReadError::malformed("the data of an event is not JSON"))?;
        if let Some(error) = problem::in_event(name, &value) {
            return Err(error);
        }
        let event = wire::Event { name, value: &value };
        let mut out = wire::Out::default();
        if self.keeps_wire {
            out.chunks.push(Chunk::Wire(data.to_owned()));
        }
        self.events.event(&event, &mut out)?;
        self.has_other_content = self.keeps_wire && out.has_other_content;
        if let Some(reason) = out.finish {
            check_finish(&self.leaf, Some(&reason))?;
            self.has_reason = true;
        }
        self.ending = match self.has_reason {
            _ if out.is_done => Ending::Done,
            true if !(self.keeps_wire && out.is_going_on) => Ending::Finished,
            _ => Ending::Open,
        };
        Ok(out.chunks)
    }

    /// Whether the last event had content that is only handed on.
    pub(crate) fn has_other_content(&self) -> bool {
        self.has_other_content
    }

    /// Whether nothing more can come, so that the connection need not be read to its end.
    pub(crate) fn is_done(&self) -> bool {
        self.ending == Ending::Done
    }

    /// Whether the answer is whole, whatever may still come.
    pub(crate) fn is_finished(&self) -> bool {
        self.ending != Ending::Open
    }

    /// Says that nothing more comes, and whether there was content.
    ///
    /// # Errors
    ///
    /// A stream that ends before its answer does is broken off, and one without content is no answer.
    pub(crate) fn end(&self, has_content: bool) -> Result<(), ReadError> {
        match (self.ending, has_content) {
            (Ending::Open, _) => Err(ReadError::CutOff),
            (_, false) => Err(ReadError::Empty),
            (_, true) => Ok(()),
        }
    }
}
