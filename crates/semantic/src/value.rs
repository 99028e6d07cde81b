//! Typed values, each with its place.

use clientc_plan::Number;
use clientc_syntax::{Entry, TextRange, Value as Written};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

use crate::fault::{Fault, FaultKind};
use crate::{FileId, Span};

/// A value and where it stands.
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
        /// Whether it stands in quotes.
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
    /// The text of a string, or nothing for anything else.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            ValueKind::Text { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Whether it or an entry straight in it could not be read, so that a syntactic fault tells the story.
    pub(crate) fn is_unreadable(&self) -> bool {
        let broken = |value: &Self| value.kind == ValueKind::Broken;
        match &self.kind {
            ValueKind::Map(properties) => properties.iter().any(|property| broken(&property.value)),
            ValueKind::Array(members) => members.iter().any(broken),
            _ => broken(self),
        }
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
            ValueKind::Array(members) => Json::Array(members.iter().map(Value::to_json).collect()),
            ValueKind::Map(properties) => Json::Object(object(properties)),
        }
    }
}

/// Properties as a JSON object, in order.
pub(crate) fn object(properties: &[Property]) -> clientc_plan::Object {
    properties.iter().map(|property| (property.key.as_str().into(), property.value.to_json())).collect()
}

/// Reads values of one file and notes duplicate keys on the way.
pub(crate) struct Reader<'t> {
    pub(crate) file: FileId,
    pub(crate) text: &'t str,
    pub(crate) faults: Vec<Fault>,
    /// The way to what is being read, for subjects: `MyClient/options`.
    pub(crate) path: String,
}

impl Reader<'_> {
    pub(crate) fn fault(&mut self, kind: FaultKind, range: TextRange, subject: String) {
        self.faults.push(Fault { kind, span: Span::new(self.file, range), subject });
    }

    /// Reads a value; nesting is bounded by the syntax, so the recursion is too.
    pub(crate) fn value(&mut self, written: Written<'_>) -> Value {
        let range = written.range();
        let kind = match written {
            Written::Quoted(_) | Written::Raw(_) => {
                ValueKind::Text { text: written.text(self.text).into(), quoted: true }
            }
            Written::Number(_) => ValueKind::Number(range.slice(self.text).into()),
            Written::BadNumber(_) => ValueKind::Broken,
            Written::Word(_) => word(&written.text(self.text)),
            Written::Call(_) | Written::Template(_) => ValueKind::Template(range.slice(self.text).into()),
            Written::Array(node) => {
                let mut members: Vec<Value> = written.members().map(|member| self.value(member)).collect();
                if node.is_broken() {
                    members.push(Value { kind: ValueKind::Broken, range });
                }
                ValueKind::Array(members)
            }
            Written::Map(_) => ValueKind::Map(self.properties(written.entries())),
        };
        Value { kind, range }
    }

    /// Reads the value of a key, which the path then holds.
    fn at(&mut self, key: &str, value: Written<'_>) -> Value {
        if !matches!(value, Written::Map(_) | Written::Array(_)) {
            return self.value(value);
        }
        let length = self.path.len();
        // `options` holds nearly everything, so subjects leave it out: `MyClient/http/request_timeout_ms`.
        if key != "options" {
            self.path.push('/');
            self.path.push_str(key);
        }
        let value = self.value(value);
        self.path.truncate(length);
        value
    }

    /// Reads the entries of a map. Of a key that comes twice the last value counts; each further one is a fault.
    pub(crate) fn properties<'t>(&mut self, entries: impl Iterator<Item = Entry<'t>>) -> Vec<Property> {
        let mut properties: Vec<Property> = Vec::new();
        let mut index = FxHashMap::default();
        let mut rest = None;
        for entry in entries {
            let Some(key_node) = entry.key() else { continue };
            let key_range = key_node.range();
            if key_node.is_broken() {
                rest = Some(entry.node().range());
                continue;
            }
            let key = entry.key_text(self.text);
            let value = match entry.value() {
                Some(value) if !entry.node().is_broken() => self.at(&key, value),
                _ => Value { kind: ValueKind::Broken, range: entry.node().range() },
            };
            match position(&properties, &mut index, &key) {
                Some(first) => {
                    let place = Span::new(self.file, properties[first].key_range);
                    let kind = FaultKind::DuplicateKey { key: key.as_ref().into(), first: place };
                    self.fault(kind, key_range, format!("{}/{key}", self.path));
                    properties[first].value = value;
                }
                None => properties.push(Property { key: key.into(), key_range, value }),
            }
        }
        // What only looks like an entry has no key, but tells that something could not be read.
        properties.extend(rest.map(|range| Property {
            key: CompactString::default(),
            key_range: range,
            value: Value { kind: ValueKind::Broken, range },
        }));
        properties
    }
}

/// Up to this many keys a block is searched key by key; a larger one gets an index.
const SMALL_BLOCK: usize = 16;

fn position(
    properties: &[Property],
    index: &mut FxHashMap<CompactString, usize>,
    key: &str,
) -> Option<usize> {
    if properties.len() <= SMALL_BLOCK {
        return properties.iter().position(|property| *property.key == *key);
    }
    for (at, property) in properties.iter().enumerate().skip(index.len()) {
        index.entry(property.key.clone()).or_insert(at);
    }
    index.get(key).copied()
}

fn word(text: &str) -> ValueKind {
    match text {
        "true" => ValueKind::Bool(true),
        "false" => ValueKind::Bool(false),
        "null" => ValueKind::Null,
        _ => match text.strip_prefix("env.") {
            Some(name) if !name.contains([' ', '\t']) => ValueKind::Env(name.into()),
            _ => ValueKind::Text { text: text.into(), quoted: false },
        },
    }
}
