//! Typed values, each with its place.

use clientc_plan::Number;
use clientc_syntax::TextRange;
use compact_str::CompactString;

/// A value and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// What it is.
    pub kind: ValueKind,
    /// Its bytes.
    pub range: TextRange,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueKind {
    /// Text, quoted or not, decoded.
    Text {
        /// The text.
        text: CompactString,
        /// Whether it is in quotes.
        quoted: bool,
    },
    /// A number, as written.
    Number(CompactString),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// `env.NAME`: the name.
    Env(CompactString),
    /// `{{ … }}` or `f(x)`, as written.
    Template(Box<str>),
    /// `[ … ]`
    Array(Vec<Value>),
    /// `{ … }`
    Map(Vec<Property>),
    /// Something that cannot be read; a syntactic fault says why.
    Broken,
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// The key, without quotes.
    pub key: CompactString,
    /// The bytes of the key.
    pub key_range: TextRange,
    /// The value.
    pub value: Value,
}

impl Value {
    /// The text of a string, or `None` for anything else.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            ValueKind::Text { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Whether it is a map with an entry that could not be read, so that a syntactic fault tells the story.
    pub(crate) fn is_unreadable(&self) -> bool {
        let ValueKind::Map(properties) = &self.kind else { return false };
        properties.iter().any(|property| property.value.kind == ValueKind::Broken)
    }

    /// What it is, for messages: "a number", "an array".
    #[must_use]
    pub fn noun(&self) -> &'static str {
        match self.kind {
            ValueKind::Text { .. } => "a string",
            ValueKind::Number(_) => "a number",
            ValueKind::Bool(_) => "a boolean",
            ValueKind::Null => "null",
            ValueKind::Env(_) => "an environment variable",
            ValueKind::Template(_) => "a template",
            ValueKind::Array(_) => "an array",
            ValueKind::Map(_) => "a block",
            ValueKind::Broken => "something unreadable",
        }
    }

    /// The value as the resolved JSON has it.
    #[must_use]
    pub fn to_json(&self) -> clientc_plan::Value {
        use clientc_plan::Value as Json;
        match &self.kind {
            ValueKind::Text { text, .. } => Json::String(text.as_str().into()),
            ValueKind::Template(text) => Json::String(text.clone()),
            ValueKind::Number(number) => Number::parse(number).map_or(Json::Null, Json::Number),
            ValueKind::Bool(bool) => Json::Bool(*bool),
            ValueKind::Null | ValueKind::Broken => Json::Null,
            ValueKind::Env(name) => Json::Env(name.as_str().into()),
            ValueKind::Array(members) => Json::Array(members.iter().map(Self::to_json).collect()),
            ValueKind::Map(properties) => Json::Object(object(properties)),
        }
    }
}

/// Properties as a JSON object, in order.
pub(crate) fn object(properties: &[Property]) -> clientc_plan::Object {
    properties.iter().map(|property| (property.key.as_str().into(), property.value.to_json())).collect()
}
