//! Numbers with their spelling.

use std::fmt;
use std::str::FromStr;

use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::value::RawValue;

use super::JsonError;

/// A JSON number that keeps its spelling, so that `1.50` stays `1.50`. Two numbers are equal where they are spelled
/// alike.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Number(Box<str>);

impl Number {
    /// Reads a number, or returns `None` where the text is not a JSON number.
    pub fn parse(text: &str) -> Option<Self> {
        (length(text.as_bytes()) == Some(text.len())).then(|| Self(text.into()))
    }

    /// Makes a number out of a double, in its shortest spelling. Infinities and what is not a number are none in JSON.
    pub fn from_f64(number: f64) -> Option<Self> {
        serde_json::Number::from_f64(number).map(|number| Self(number.to_string().into()))
    }

    /// Makes a number out of a spelling that is known to be one.
    pub(super) fn from_spelling(text: &str) -> Self {
        Self(text.into())
    }

    /// The number as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number as a whole number, or `None` where it is not one or does not fit.
    pub fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    /// The number as a whole number that may be negative, or `None` where it is not one or does not fit. `-0` is
    /// a double: no whole number is it.
    pub fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok().filter(|_| &*self.0 != "-0")
    }

    /// The number nearest to it that a double can hold, or `None` where it is too large.
    pub fn as_f64(&self) -> Option<f64> {
        self.0.parse().ok().filter(|number: &f64| number.is_finite())
    }
}

/// How many of the first bytes are a JSON number, or `None` where they do not begin with one.
pub(super) fn length(text: &[u8]) -> Option<usize> {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        (count > 0).then_some(from + count)
    };
    let start = usize::from(text.first() == Some(&b'-'));
    let mut end = digits(start)?;
    if text.get(start) == Some(&b'0') && end > start + 1 {
        return None;
    }
    if text.get(end) == Some(&b'.') {
        end = digits(end + 1)?;
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let is_signed = matches!(text.get(end + 1), Some(b'+' | b'-'));
        end = digits(end + 1 + usize::from(is_signed))?;
    }
    Some(end)
}

impl FromStr for Number {
    type Err = JsonError;

    fn from_str(text: &str) -> Result<Self, JsonError> {
        Self::parse(text).ok_or(JsonError::Expected { expected: "a number", line: 1, column: 1 })
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        Self(number.to_string().into())
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self(number.to_string().into())
    }
}

impl Serialize for Number {
    /// A whole number is written as one, every other number as the text that it is.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_i64() {
            Some(number) => serializer.serialize_i64(number),
            _ => RawValue::from_string(self.0.to_string()).map_err(S::Error::custom)?.serialize(serializer),
        }
    }
}
