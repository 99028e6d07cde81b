use clientc_semantic::{Fault, Span};

use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};

pub(crate) static RULE: Rule = Rule {
    name: "duplicate-key",
    summary: "a key that is set twice in one block",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("duplicate_key.md"),
};

pub(crate) fn finding(fault: &Fault, key: &str, first: Span) -> Finding {
    Finding::of(fault, format!("`{key}` is set twice in this block"))
        .label("set again")
        .related(first, "first set here")
        .help("keep one of them; BAML silently uses the last")
}
