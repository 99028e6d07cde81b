//! Reads the values of one file.

use clientc_syntax::{Entry, TextRange, Value as Written};
use compact_str::CompactString;
use rustc_hash::FxHashMap;

use crate::fault::{Fault, FaultKind};
use crate::span::{FileId, Span};
use crate::value::{Property, Value, ValueKind};

/// Reads values of one file and notes duplicate keys on the way.
pub(crate) struct ValueReader<'t> {
    pub(crate) file: FileId,
    pub(crate) text: &'t str,
    pub(crate) faults: Vec<Fault>,
    /// The way to what is being read, for subjects: `MyClient/options`.
    pub(crate) path: String,
}

impl ValueReader<'_> {
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
        // What only looks like an entry has no key, but shows that something could not be read.
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
