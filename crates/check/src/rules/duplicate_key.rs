use clientc_semantic::{Fault, Span};

use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};

pub(crate) static RULE: Rule = Rule {
    name: "duplicate-key",
    summary: "a key that stands twice in one block",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("duplicate_key.md"),
};

pub(crate) fn finding(fault: &Fault, key: &str, first: Span) -> Finding {
    Finding::of(fault, format!("`{key}` stands twice in this block"))
        .label("written again")
        .related(first, "first written here")
        .help("keep one of them; BAML would take the last and say nothing")
}
