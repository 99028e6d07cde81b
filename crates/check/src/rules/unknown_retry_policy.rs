use clientc_semantic::{Fault, Span};

use crate::context::Context;
use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};
use crate::text::words::short;

pub(crate) static RULE: Rule = Rule {
    name: "unknown-retry-policy",
    summary: "a retry policy that is not defined",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("unknown_retry_policy.md"),
};

pub(crate) fn unknown(
    context: &Context<'_>,
    fault: &Fault,
    name: &str,
    is_client: Option<Span>,
    near: &[Box<str>],
) -> Finding {
    let shown = short(name);
    match is_client {
        Some(place) => Finding::of(fault, format!("`{shown}` is a client and not a retry policy"))
            .related(place, "defined here")
            .help("name a retry policy here; a client is named in a `strategy`"),
        None => Finding::of(fault, format!("there is no retry policy `{shown}`"))
            .help(define(name))
            .near_names(name, near, context.unquoted(fault.span)),
    }
}

pub(crate) fn not_a_name(fault: &Fault, found: &str) -> Finding {
    Finding::of(fault, format!("`retry_policy` takes a name, not {found}"))
        .help("define the policy at the top of a file, and write its name here; for no retries remove it")
}

fn define(name: &str) -> String {
    let is_name = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let shown = if is_name { name } else { "MyPolicy" };
    format!("define it: `retry_policy {shown} {{ max_retries 2 }}`")
}
