use clientc_semantic::Fault;

use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};

pub(crate) static RULE: Rule = Rule {
    name: "invalid-strategy",
    summary: "a strategy that is not a list of clients",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("invalid_strategy.md"),
};

pub(crate) fn missing(fault: &Fault, client: &str) -> Finding {
    Finding::of(fault, format!("`{client}` has no members"))
        .help("add them to its options: `strategy [First, Second]`")
}

pub(crate) fn empty(fault: &Fault) -> Finding {
    Finding::of(fault, "this strategy has no members")
        .help("name at least one client: `strategy [First, Second]`")
}

pub(crate) fn not_an_array(fault: &Fault, found: &str) -> Finding {
    Finding::of(fault, format!("`strategy` is a list of clients, not {found}"))
        .help("write it in square brackets: `strategy [First, Second]`")
}

pub(crate) fn not_a_name(fault: &Fault, found: &str) -> Finding {
    Finding::of(fault, format!("a member is the name of a client, not {found}")).help(
        "write the name of a client, or `provider/model`; what a call can cost must be known before it runs",
    )
}
