//! What could be written at an offset.

mod blocks;
mod map_keys;
mod members;
mod values;

use clientc_plan::providers::{self, Provider};
use clientc_semantic::{FileId, IgnoreWord};
use clientc_syntax::TextRange;

pub(crate) use super::completion_item::{Completion, CompletionKind};
use super::nest::{self, BlockWord, Nest, Slot};
use super::settings;
use crate::scene::Scene;

/// Well-known models of each provider. Those that the project uses come before them.
const MODELS: [(&str, &[&str]); 6] = [
    ("openai", &["gpt-5", "gpt-5-mini", "gpt-4.1", "gpt-4.1-mini", "gpt-4o", "gpt-4o-mini", "o3", "o4-mini"]),
    ("openai-responses", &["gpt-5", "gpt-5-mini", "gpt-4.1", "o3", "o4-mini"]),
    ("azure-openai", &["gpt-4o", "gpt-4.1", "o4-mini"]),
    ("anthropic", &["claude-sonnet-4-20250514", "claude-opus-4-20250514", "claude-3-5-haiku-20241022"]),
    ("google-ai", &["gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.0-flash"]),
    ("vertex-ai", &["gemini-2.5-pro", "gemini-2.5-flash"]),
];

/// The options that contain the name of a model.
const MODEL_KEYS: [&str; 3] = ["model", "model_id", "deployment_id"];

/// The completions at an offset, in a useful order.
#[must_use]
pub(crate) fn completions(scene: &Scene, file: FileId, offset: u32) -> Vec<Completion> {
    if scene.facts(file).is_none() {
        return settings::completions(scene, file, offset);
    }
    let text = scene.text(file);
    let nest = nest::nest(text, offset);
    let place = Place { scene, file, text, nest: &nest };
    match nest.slot {
        Slot::Nothing => Vec::new(),
        Slot::Comment => rules(text, offset).unwrap_or_default(),
        Slot::Key if nest.block == BlockWord::None => place.blocks(),
        Slot::Key => place.keys(),
        Slot::Member => place.members(),
        Slot::Value(key) => place.values(key),
    }
}

/// Names of rules after `// clientc: ignore[` or `// clientc: ignore-file[`.
fn rules(text: &str, offset: u32) -> Option<Vec<Completion>> {
    let before = text.get(..offset as usize)?;
    let line = before.get(before.rfind(['\n', '\r']).map_or(0, |at| at + 1)..)?;
    let open = line.rfind('[')?;
    let (_, word) = line.get(..open)?.rsplit_once("clientc:")?;
    let is_word = IgnoreWord::ALL.iter().any(|known| word.trim() == known.text());
    if !is_word || line.get(open..)?.contains(']') {
        return None;
    }
    let typed = line.rfind(['[', ',']).map_or(line.len(), |at| at + 1);
    let start = before.len() - line.get(typed..)?.trim_start().len();
    let range = TextRange::of(start, before.len());
    let rule = |rule: &&'static clientc_check::Rule| Completion {
        label: rule.name.to_owned(),
        detail: rule.summary.to_owned(),
        documentation: String::new(),
        kind: CompletionKind::Rule,
        snippet: rule.name.to_owned(),
        range,
        is_important: false,
    };
    Some(clientc_check::RULES.iter().filter(|rule| !rule.is_fixed).map(rule).collect())
}

/// The place where something is written.
struct Place<'s> {
    scene: &'s Scene,
    file: FileId,
    text: &'s str,
    nest: &'s Nest<'s>,
}

impl Place<'_> {
    /// An item that writes its label.
    fn item(&self, label: &str, kind: CompletionKind, detail: &str) -> Completion {
        Completion {
            label: label.to_owned(),
            detail: detail.to_owned(),
            documentation: String::new(),
            kind,
            snippet: escaped(label),
            range: self.nest.word,
            is_important: false,
        }
    }

    /// The provider of the client around the place, from what could be read of it.
    fn provider(&self) -> Option<&'static Provider> {
        let start = self.nest.word.start;
        let facts = self.scene.facts(self.file)?;
        let around = facts.clients.iter().find(|client| client.range.start == self.nest.start);
        if let Some(provider) = around.and_then(|client| client.provider) {
            return Some(provider);
        }
        // A block that is half typed has no facts, but its line `provider` names it.
        let block = self.text.get(self.nest.start as usize..start as usize)?;
        let rest = block.split("provider").nth(1)?.trim_start_matches([' ', '\t', ':']);
        let name = rest.trim_start_matches('"').split(|c: char| c.is_whitespace() || c == '"').next()?;
        providers::provider(name)
    }
}

/// A text with the characters escaped that mean something in a snippet.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}
