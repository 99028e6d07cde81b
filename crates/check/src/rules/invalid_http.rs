use clientc_semantic::FaultKind;

use crate::core::finding::{Finding, Findings};
use crate::context::Context;
use crate::core::rule::{Rule, Setting};

pub(super) static RULE: Rule = Rule {
    name: "invalid-http",
    summary: "an http that is not a block",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("invalid_http.md"),
};

pub(super) fn check(context: &Context<'_>, out: &mut Findings) {
    for fault in context.faults() {
        let FaultKind::HttpNotBlock { found } = &fault.kind else { continue };
        out.push(
            Finding::new(fault.span, &*fault.subject, format!("`http` is a block of limits, not {found}"))
                .help("write `http { request_timeout_ms 60000 }`"),
        );
    }
}
