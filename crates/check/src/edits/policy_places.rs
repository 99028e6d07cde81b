//! Places inside of retry policies, which the facts do not keep. A policy is parsed again where something is found.

use clientc_plan::PolicyId;
use clientc_semantic::Span;
use clientc_syntax::{Block, TextRange, Value};

use crate::core::input::Input;

/// The place of the value at a path of keys in a policy, such as `strategy` and `delay_ms`, where it is written.
pub(crate) fn policy_value(input: &Input<'_>, policy: PolicyId, path: &[&str]) -> Option<Span> {
    let (file, facts) = input.project.policy_facts(policy)?;
    let text = input.text(Span::new(file, facts.range));
    let range = value_range(text, path)?;
    Some(Span::new(file, moved(range, facts.range.start)))
}

fn value_range(text: &str, path: &[&str]) -> Option<TextRange> {
    let parse = clientc_syntax::parse(text);
    let block = parse.tree.items().find_map(Block::cast)?;
    let (first, rest) = path.split_first()?;
    let mut value: Value<'_> = block.entries().find(|entry| entry.key_text(text) == *first)?.value()?;
    for key in rest {
        value = value.entries().find(|entry| entry.key_text(text) == *key)?.value()?;
    }
    Some(value.range())
}

fn moved(range: TextRange, by: u32) -> TextRange {
    TextRange::new(range.start.saturating_add(by), range.end.saturating_add(by))
}
