use clientc_semantic::FaultKind;

use crate::core::finding::{Finding, Findings};
use crate::context::Context;
use crate::core::rule::{Rule, Setting};

pub(super) static RULE: Rule = Rule {
    name: "invalid-strategy",
    summary: "a strategy that is not a list of clients",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("invalid_strategy.md"),
};

pub(super) fn check(context: &Context<'_>, out: &mut Findings) {
    for fault in context.faults() {
        let new = |message: String| Finding::new(fault.span, &*fault.subject, message);
        out.push(match &fault.kind {
            FaultKind::MissingStrategy { client } => new(format!("`{client}` has no members"))
                .help("add them to its options: `strategy [First, Second]`"),
            FaultKind::EmptyStrategy => {
                new("this strategy has no members".into()).help("name at least one client: `strategy [First, Second]`")
            }
            FaultKind::StrategyNotArray { found } => new(format!("`strategy` is a list of clients, not {found}"))
                .help("write it in square brackets: `strategy [First, Second]`"),
            FaultKind::MemberNotName { found } => new(format!("a member is the name of a client, not {found}")).help(
                "write the name of a client, or `provider/model`; what a call can cost must be known before it runs",
            ),
            _ => continue,
        });
    }
}
