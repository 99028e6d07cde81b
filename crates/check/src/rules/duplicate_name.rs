use clientc_semantic::{FaultKind, Owner};

use crate::core::finding::{Finding, Findings};
use crate::context::Context;
use crate::core::rule::{Rule, Setting};

pub(super) static RULE: Rule = Rule {
    name: "duplicate-name",
    summary: "a name that is defined twice",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("duplicate_name.md"),
};

pub(super) fn check(context: &Context<'_>, out: &mut Findings) {
    for fault in context.faults() {
        let FaultKind::DuplicateName { name, owner, first, first_owner } = &fault.kind else { continue };
        let message = if owner == first_owner {
            format!("the {} `{name}` is defined already", noun(*owner))
        } else {
            format!("`{name}` is the name of a {} already", noun(*first_owner))
        };
        out.push(
            Finding::new(fault.span, &*fault.subject, message)
                .label("defined again")
                .related(*first, "first defined here")
                .help("clients and retry policies share one namespace over all files of a project: remove or rename one of them"),
        );
    }
}

fn noun(owner: Owner) -> &'static str {
    match owner {
        Owner::Client => "client",
        Owner::Policy => "retry policy",
    }
}
