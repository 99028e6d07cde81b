//! The path of a value, for subjects. It becomes a text only where something is found.

use std::fmt;

/// A name and the path to it: `MyClient/headers/Authorization`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Path<'a> {
    before: Option<&'a Self>,
    key: &'a str,
}

impl<'a> Path<'a> {
    /// The path of a block.
    pub(crate) fn of(name: &'a str) -> Self {
        Self { before: None, key: name }
    }

    /// The path of an entry.
    pub(crate) fn join(&'a self, key: &'a str) -> Self {
        Self { before: Some(self), key }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(before) = self.before {
            write!(formatter, "{before}/")?;
        }
        formatter.write_str(self.key)
    }
}
