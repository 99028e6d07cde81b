//! What all readers of answers share.

use clientc_plan::json::Value;

use super::error::ReadError;
use crate::chat::Chunk;

/// An event of a stream.
pub(super) struct Event<'e> {
    /// Its name; `message` or `None` where it has none.
    pub(super) name: &'e str,
    /// Its data.
    pub(super) value: &'e Value,
}

/// Reads the events of one stream.
pub(super) trait ReadEvents: Send {
    /// Reads an event.
    fn event(&mut self, event: &Event<'_>, out: &mut Out) -> Result<(), ReadError>;
}

/// What an event says.
#[derive(Default)]
pub(super) struct Out {
    /// The chunks.
    pub(super) chunks: Vec<Chunk>,
    /// The provider's word for why the answer ended, where it did.
    pub(super) finish: Option<String>,
    /// Whether nothing more can come.
    pub(super) is_done: bool,
    /// Whether choices besides the first have begun and not ended.
    pub(super) is_going_on: bool,
    /// Whether there is content that is only passed on to a caller who asked for it.
    pub(super) has_other_content: bool,
}

impl Event<'_> {
    /// Its kind: what the data say, else the name.
    pub(super) fn kind(&self) -> &str {
        text(self.value, "/type").unwrap_or(self.name)
    }
}

impl Out {
    pub(super) fn text(&mut self, more: Option<&str>) {
        self.chunks.extend(some(more).map(Chunk::Text));
    }

    pub(super) fn reasoning(&mut self, more: Option<&str>) {
        self.chunks.extend(some(more).map(Chunk::Reasoning));
    }

    pub(super) fn refusal(&mut self, more: Option<&str>) {
        self.chunks.extend(some(more).map(Chunk::Refusal));
    }

    pub(super) fn arguments(&mut self, index: usize, more: &str) {
        if !more.is_empty() {
            self.chunks.push(Chunk::ToolCall {
                index,
                id: None,
                name: None,
                arguments: more.into(),
                signature: None,
            });
        }
    }

    pub(super) fn call(&mut self, index: usize, id: &str, name: &str) {
        self.chunks.push(Chunk::ToolCall {
            index,
            id: Some(id.into()),
            name: Some(name.into()),
            arguments: String::new(),
            signature: None,
        });
    }
}

/// A body without the byte order mark that some servers write before their JSON.
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body)
}

/// A text at a path.
pub(super) fn text<'v>(value: &'v Value, path: &str) -> Option<&'v str> {
    value.pointer(path)?.as_str()
}

/// A text at a path of its own.
pub(super) fn owned(value: &Value, path: &str) -> Option<String> {
    text(value, path).map(String::from)
}

/// A count at a path.
pub(super) fn count(value: &Value, path: &str) -> Option<u64> {
    value.pointer(path)?.as_u64()
}

/// Goes through the array at a path; what is not an array has no values.
pub(super) fn values<'v>(value: &'v Value, path: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    value.pointer(path).and_then(Value::as_array).into_iter().flatten()
}

/// A text that is not empty: empty ones are no content.
pub(super) fn some(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(String::from)
}
