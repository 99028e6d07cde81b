//! Colours and hyperlinks as escape sequences.

use std::fmt::{self, Display};

use clientc_check::Level;

use crate::options::Options;

/// What a piece of text is, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Text as it comes.
    Plain,
    /// What a reader must not miss.
    Strong,
    /// What a reader may skip.
    Dim,
    /// An error and its place.
    Error,
    /// A warning and its place.
    Warning,
    /// An info and its place.
    Info,
    /// A fix.
    Help,
    /// A success.
    Good,
}

impl Tone {
    /// The tone of a level.
    pub(crate) const fn of(level: Level) -> Self {
        match level {
            Level::Error => Self::Error,
            Level::Warning => Self::Warning,
            Level::Info => Self::Info,
        }
    }

    const fn sequence(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "\u{1b}[1m",
            Self::Dim => "\u{1b}[2m",
            Self::Error => "\u{1b}[1;31m",
            Self::Warning => "\u{1b}[1;33m",
            Self::Info | Self::Help => "\u{1b}[1;36m",
            Self::Good => "\u{1b}[1;32m",
        }
    }
}

/// A text with its colour, to be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Painted<'t> {
    text: &'t str,
    sequence: &'static str,
}

/// Gives a text its colour, if colours are wanted.
pub(crate) fn paint<'t>(text: &'t str, tone: Tone, options: &Options) -> Painted<'t> {
    Painted { text, sequence: if options.colour { tone.sequence() } else { "" } }
}

impl Display for Painted<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.sequence.is_empty() || self.text.is_empty() {
            return formatter.write_str(self.text);
        }
        write!(formatter, "{}{}\u{1b}[0m", self.sequence, self.text)
    }
}

/// Makes a text a hyperlink to an address.
pub(crate) fn hyperlink(text: &str, address: &str) -> String {
    format!("\u{1b}]8;;{}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\", escaped(address))
}

/// An address in which every byte outside of printable ASCII is written as `%XX`, so that it cannot end the sequence.
fn escaped(address: &str) -> String {
    let mut result = String::with_capacity(address.len());
    for byte in address.bytes() {
        if byte.is_ascii_graphic() {
            result.push(char::from(byte));
        } else {
            result.push_str(&format!("%{byte:02X}"));
        }
    }
    result
}
