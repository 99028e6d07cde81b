use clientc_semantic::FaultKind;

use crate::core::finding::{Finding, Findings};
use crate::context::Context;
use crate::core::rule::{Rule, Setting};

pub(super) static RULE: Rule = Rule {
    name: "missing-provider",
    summary: "a client without a provider",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("missing_provider.md"),
};

pub(super) fn check(context: &Context<'_>, out: &mut Findings) {
    for fault in context.faults() {
        let FaultKind::MissingProvider { client } = &fault.kind else { continue };
        // What is wrong there is said: it was to come from another client.
        let behind = context.sources.text(fault.span.file).get(fault.span.range.end as usize..);
        if behind.is_some_and(|behind| behind.trim_start().starts_with("extends ")) {
            continue;
        }
        out.push(
            Finding::new(fault.span, &*fault.subject, format!("the client `{client}` has no provider"))
                .help("add a line to its block, such as `provider openai`"),
        );
    }
}
