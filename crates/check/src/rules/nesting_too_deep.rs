use clientc_syntax::{FaultKind, MAX_NESTING};

use crate::core::finding::{Finding, Findings};
use crate::context::Context;
use crate::core::rule::{Rule, Setting};

pub(super) static RULE: Rule = Rule {
    name: "nesting-too-deep",
    summary: "maps and arrays nested deeper than 256",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("nesting_too_deep.md"),
};

pub(super) fn check(context: &Context<'_>, out: &mut Findings) {
    for (span, fault) in context.syntax_faults() {
        if fault.kind == FaultKind::TooDeep {
            let message = format!("maps and arrays nest deeper than {MAX_NESTING} here");
            out.push(
                Finding::new(span, "nesting", message).help("make the value flatter, or put it in a string"),
            );
        }
    }
}
