//! What the keys and the rules of `clientc.toml` mean. Keys are described by the JSON Schema of the file.

use clientc_check::Rule;
use clientc_plan::json::Value;
use clientc_report::page_address;
use clientc_syntax::TextRange;
use clientc_workspace::config_schema;

use super::keys;
use super::settings::{self, Slot};

/// The hover text of the key at an offset of a settings file, and its bytes.
pub(crate) fn card(text: &str, offset: u32) -> Option<(String, TextRange)> {
    let range = settings::word_around(text, text.get(..offset as usize)?);
    let place = settings::place(text.get(..range.start as usize)?);
    let name = range.slice(text);
    if name.is_empty() || !matches!(place.slot, Slot::Key { .. }) {
        return None;
    }
    let rule = clientc_check::rule(name).filter(|_| place.path.last() == Some(&"rules"));
    let card = match rule {
        Some(rule) => of_rule(rule),
        None => of_key(&place.path, name)?,
    };
    Some((card, range))
}

fn of_rule(rule: &Rule) -> String {
    let (name, level) = (rule.name, rule.level.word());
    let fixed = if rule.is_fixed { ", which cannot be lowered" } else { "" };
    let address = page_address(name);
    format!(
        "**`{name}`**\n\n{}\n\nDefault: `{level}`{fixed}.\n\n[The page of the rule]({address})",
        sentence(rule.summary)
    )
}

fn of_key(path: &[&str], name: &str) -> Option<String> {
    let schema = config_schema();
    let key = settings::table(&schema, path)?.get("properties")?.get(name)?;
    let description = key.get("description").and_then(Value::as_str).unwrap_or_default();
    // A limit means the same here as in a client.
    let limit = keys::of_http(None).find(|limit| limit.name == name);
    let description = limit.map_or(description, |limit| limit.documentation);
    let mut card = format!("**`{name}`**\n\n{}", sentence(description));
    let words = key.get("enum").and_then(Value::as_array).into_iter().flatten();
    let words: Vec<String> = words.filter_map(Value::as_str).map(|word| format!("`\"{word}\"`")).collect();
    if !words.is_empty() {
        card.push_str(&format!("\n\nOne of {}.", words.join(", ")));
    }
    Some(card)
}

/// A text that begins with a capital letter and ends with a dot.
fn sentence(text: &str) -> String {
    let mut sentence = text.trim_end_matches('.').to_owned() + ".";
    if let Some(first) = sentence.get(..1).map(str::to_uppercase) {
        sentence.replace_range(..1, &first);
    }
    sentence
}
