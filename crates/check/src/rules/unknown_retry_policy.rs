use clientc_semantic::FaultKind;

use crate::core::finding::{Finding, Findings};
use crate::context::Context;
use crate::core::rule::{Rule, Setting};
use crate::text::words::short;

pub(super) static RULE: Rule = Rule {
    name: "unknown-retry-policy",
    summary: "a retry policy that nobody defines",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("unknown_retry_policy.md"),
};

pub(super) fn check(context: &Context<'_>, out: &mut Findings) {
    for fault in context.faults() {
        let finding = match &fault.kind {
            FaultKind::UnknownPolicy { name, is_client, near } => {
                let shown = short(name);
                match is_client {
                    Some(place) => {
                        let message = format!("`{shown}` is a client and not a retry policy");
                        Finding::new(fault.span, &*fault.subject, message)
                            .related(*place, "defined here")
                            .help("name a retry policy here; a client is named in a `strategy`")
                    }
                    None => Finding::new(fault.span, &*fault.subject, format!("there is no retry policy `{shown}`"))
                        .help(define(name))
                        .near_names(name, near, context.unquoted(fault.span)),
                }
            }
            FaultKind::PolicyNotName { found } => {
                Finding::new(fault.span, &*fault.subject, format!("`retry_policy` takes a name, not {found}"))
                    .help("define the policy at the top of a file, and write its name here; for no retries leave it out")
            }
            _ => continue,
        };
        out.push(finding);
    }
}

fn define(name: &str) -> String {
    let is_name = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let shown = if is_name { name } else { "MyPolicy" };
    format!("define it: `retry_policy {shown} {{ max_retries 2 }}`")
}
