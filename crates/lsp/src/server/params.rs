//! The parameters of messages, read one by one: an error names what is missing or of the wrong type.

use serde_json::Value;

use crate::positions::Position;

/// The parameters of one message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Params<'p>(pub(super) &'p Value);

/// What is wrong with parameters, in words for the author of the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Invalid(pub(super) String);

type Read<T> = Result<T, Invalid>;

impl<'p> Params<'p> {
    /// A part that is required.
    pub(super) fn get(self, key: &str) -> Read<Self> {
        self.0.get(key).map(Params).ok_or_else(|| Invalid(format!("`{key}` is missing")))
    }

    /// A part that is optional.
    pub(super) fn find(self, key: &str) -> Option<Self> {
        self.0.get(key).filter(|value| !value.is_null()).map(Params)
    }

    /// A string.
    pub(super) fn text(self, key: &str) -> Read<&'p str> {
        self.get(key)?.0.as_str().ok_or_else(|| Invalid(format!("`{key}` is not a string")))
    }

    /// A whole number of 32 bits that is not negative.
    pub(super) fn number(self, key: &str) -> Read<u32> {
        let number = self.get(key)?.0.as_u64().and_then(|number| u32::try_from(number).ok());
        number.ok_or_else(|| Invalid(format!("`{key}` is not a whole number from 0 to 4294967295")))
    }

    /// The items of an array.
    pub(super) fn items(self, key: &str) -> Read<impl Iterator<Item = Params<'p>>> {
        let items = self.get(key)?.0.as_array();
        Ok(items.ok_or_else(|| Invalid(format!("`{key}` is not an array")))?.iter().map(Params))
    }

    /// The address of the document.
    pub(super) fn uri(self) -> Read<&'p str> {
        self.get("textDocument")?.text("uri")
    }

    /// The position under a key.
    pub(super) fn position(self, key: &str) -> Read<Position> {
        let position = self.get(key)?;
        Ok(Position { line: position.number("line")?, character: position.number("character")? })
    }

    /// The range under a key.
    pub(super) fn range(self, key: &str) -> Read<(Position, Position)> {
        let range = self.get(key)?;
        Ok((range.position("start")?, range.position("end")?))
    }
}
