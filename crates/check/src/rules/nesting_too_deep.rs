use clientc_semantic::Span;
use clientc_syntax::MAX_NESTING;

use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};

pub(crate) static RULE: Rule = Rule {
    name: "nesting-too-deep",
    summary: "maps and arrays nested deeper than 256",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("nesting_too_deep.md"),
};

pub(crate) fn finding(span: Span) -> Finding {
    let message = format!("maps and arrays nest deeper than {MAX_NESTING} here");
    Finding::new(span, "nesting", message).help("make the value flatter, or put it in a string")
}
