use clientc_semantic::Fault;

use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};

pub(crate) static RULE: Rule = Rule {
    name: "missing-provider",
    summary: "a client without a provider",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("missing_provider.md"),
};

pub(crate) fn finding(fault: &Fault, client: &str) -> Finding {
    Finding::of(fault, format!("the client `{client}` has no provider"))
        .help("add a line to its block, such as `provider openai`")
}
