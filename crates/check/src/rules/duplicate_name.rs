use clientc_semantic::{Fault, Owner, Span};

use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};

pub(crate) static RULE: Rule = Rule {
    name: "duplicate-name",
    summary: "a name that is defined twice",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("duplicate_name.md"),
};

pub(crate) fn finding(fault: &Fault, name: &str, owner: Owner, first: Span, first_owner: Owner) -> Finding {
    let message = if owner == first_owner {
        format!("the {} `{name}` is already defined", noun(owner))
    } else {
        format!("`{name}` is already the name of a {}", noun(first_owner))
    };
    Finding::of(fault, message)
        .label("defined again")
        .related(first, "first defined here")
        .help("clients and retry policies share one namespace across all files of a project: remove or rename one of \
            them")
}

fn noun(owner: Owner) -> &'static str {
    match owner {
        Owner::Client => "client",
        Owner::Policy => "retry policy",
    }
}
