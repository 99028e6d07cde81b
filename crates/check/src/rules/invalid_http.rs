use clientc_semantic::Fault;

use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};

pub(crate) static RULE: Rule = Rule {
    name: "invalid-http",
    summary: "an http option that is not a block",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("invalid_http.md"),
};

pub(crate) fn finding(fault: &Fault, found: &str) -> Finding {
    Finding::of(fault, format!("`http` is a block of limits, not {found}"))
        .help("write `http { request_timeout_ms 60000 }`")
}
