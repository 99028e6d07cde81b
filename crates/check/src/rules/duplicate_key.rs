use clientc_semantic::FaultKind;

use crate::core::finding::{Finding, Findings};
use crate::context::Context;
use crate::core::rule::{Rule, Setting};

pub(super) static RULE: Rule = Rule {
    name: "duplicate-key",
    summary: "a key that stands twice in one block",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("duplicate_key.md"),
};

pub(super) fn check(context: &Context<'_>, out: &mut Findings) {
    for fault in context.faults() {
        let FaultKind::DuplicateKey { key, first } = &fault.kind else { continue };
        out.push(
            Finding::new(fault.span, &*fault.subject, format!("`{key}` stands twice in this block"))
                .label("written again")
                .related(*first, "first written here")
                .help("keep one of them; BAML would take the last and say nothing"),
        );
    }
}
