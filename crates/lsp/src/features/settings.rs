//! What could be written at an offset of `clientc.toml`. Its keys and words are those of its JSON Schema.

use clientc_plan::json::Value;
use clientc_semantic::FileId;
use clientc_syntax::TextRange;
use clientc_workspace::config_schema;

use super::completion_item::{Completion, CompletionKind};
use crate::scene::Scene;

/// Where an offset is, as far as the lines before it tell.
pub(super) struct Place<'t> {
    /// The keys of the tables around it.
    pub(super) path: Vec<&'t str>,
    /// What is expected there.
    pub(super) slot: Slot<'t>,
}

/// What is expected somewhere.
pub(super) enum Slot<'t> {
    /// A key, or within brackets the name of a table.
    Key {
        /// Whether it is within brackets.
        is_header: bool,
    },
    /// The value of this key.
    Value(&'t str),
    /// Nothing.
    Nothing,
}

/// What could be written at an offset of a settings file.
pub(crate) fn completions(scene: &Scene, file: FileId, offset: u32) -> Vec<Completion> {
    let text = scene.text(file);
    let Some(before) = text.get(..offset as usize) else { return Vec::new() };
    let place = place(before);
    let schema = config_schema();
    let Some(table) = table(&schema, &place.path) else { return Vec::new() };
    let range = word_around(text, before);
    let is_quoted = before.get(..range.start as usize).is_some_and(|before| before.ends_with('"'));
    let item = |label: &str, kind: CompletionKind, documentation: &str| Completion {
        label: label.to_owned(),
        detail: String::new(),
        documentation: documentation.to_owned(),
        kind,
        snippet: label.to_owned(),
        range,
        is_important: false,
    };
    let quoted = |label: &str, kind: CompletionKind| {
        let snippet = if is_quoted { label.to_owned() } else { format!("\"{label}\"") };
        Completion { snippet, ..item(label, kind, "") }
    };
    match place.slot {
        Slot::Nothing => Vec::new(),
        Slot::Key { is_header } => {
            let properties = table.get("properties").and_then(Value::as_object).into_iter().flatten();
            let is_possible = |(_, property): &(&String, &Value)| !is_header || is_table(property);
            let key = |(name, property): (&String, &Value)| {
                let description = property.get("description").and_then(Value::as_str).unwrap_or_default();
                item(name, CompletionKind::Key, description)
            };
            properties.filter(is_possible).map(key).collect()
        }
        Slot::Value("clients") if place.path.last() == Some(&"entries") => {
            let declared = scene.project.plan.ids().filter(|id| scene.is_declared(*id));
            declared.map(|id| quoted(scene.project.client_name(id), CompletionKind::Client)).collect()
        }
        Slot::Value(key) => {
            let Some(property) = table.get("properties").and_then(|properties| properties.get(key)) else {
                return Vec::new();
            };
            if property.get("type").and_then(Value::as_str) == Some("boolean") {
                return ["true", "false"].map(|word| item(word, CompletionKind::Word, "")).into();
            }
            let words = property.get("enum").and_then(Value::as_array).into_iter().flatten();
            words.filter_map(Value::as_str).map(|word| quoted(word, CompletionKind::Word)).collect()
        }
    }
}

/// Where the end of a text is.
pub(super) fn place(before: &str) -> Place<'_> {
    let is_header = |line: &&str| line.trim_start().starts_with('[');
    let (lines, line) = before.rsplit_once('\n').unwrap_or(("", before));
    if line.contains('#') {
        return Place { path: Vec::new(), slot: Slot::Nothing };
    }
    let array = open_array(before);
    if array.is_none() && is_header(&line) {
        let name = line.trim_start().trim_start_matches('[');
        let slot = if name.contains(']') { Slot::Nothing } else { Slot::Key { is_header: true } };
        let path = name.rsplit_once('.').map_or(Vec::new(), |(around, _)| keys(around));
        return Place { path, slot };
    }
    let header = lines.lines().rev().find(|line| is_header(line) && line.trim_end().ends_with(']'));
    let mut path = header.map_or(Vec::new(), |line| keys(line.trim().trim_matches(['[', ']'])));
    if let Some(key) = array {
        return Place { path, slot: Slot::Value(key) };
    }
    let mut entry = line;
    if let Some((around, inside)) = line.rsplit_once('{').filter(|(_, inside)| !inside.contains('}')) {
        path.extend(around.split('=').next().map(keys).unwrap_or_default());
        entry = inside.rsplit(',').next().unwrap_or(inside);
    }
    let (key, value) = entry.split_once('=').map_or((entry, None), |(key, value)| (key, Some(value)));
    let (around, key) = key.rsplit_once('.').unwrap_or(("", key));
    path.extend(keys(around));
    let slot = if value.is_some() { Slot::Value(key.trim()) } else { Slot::Key { is_header: false } };
    Place { path, slot }
}

/// The keys of a dotted name.
fn keys(name: &str) -> Vec<&str> {
    name.split('.').map(|key| key.trim().trim_matches('"')).filter(|key| !key.is_empty()).collect()
}

/// The key of an array that is open at the end of a text.
fn open_array(before: &str) -> Option<&str> {
    let (head, inside) = before.rsplit_once('[')?;
    let key = head.trim_end().strip_suffix('=')?.lines().next_back()?.trim();
    (!inside.contains(']')).then_some(key)
}

/// The schema of a table.
pub(super) fn table<'s>(schema: &'s Value, path: &[&str]) -> Option<&'s Value> {
    path.iter().try_fold(schema, |table, key| {
        let named = table.get("properties").and_then(|properties| properties.get(key));
        let table = named.or_else(|| table.get("additionalProperties").filter(|any| any.is_object()))?;
        Some(table.get("items").unwrap_or(table))
    })
}

/// Whether a key can be the name of a table in brackets.
fn is_table(property: &Value) -> bool {
    let of = |schema: &Value| schema.get("type").and_then(Value::as_str) == Some("object");
    of(property) || property.get("items").is_some_and(of)
}

/// The word at the end of a text, and as much of it as follows.
pub(super) fn word_around(text: &str, before: &str) -> TextRange {
    let is_part = |char: char| char.is_ascii_alphanumeric() || "_-:".contains(char);
    let start = before.trim_end_matches(is_part).len();
    let after = text.get(before.len()..).unwrap_or_default();
    let rest = after.len() - after.trim_start_matches(is_part).len();
    TextRange::of(start, before.len() + rest)
}
