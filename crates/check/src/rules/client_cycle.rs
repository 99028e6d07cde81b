use clientc_semantic::{Fault, Span};

use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};

pub(crate) static RULE: Rule = Rule {
    name: "client-cycle",
    summary: "a client that contains itself",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("client_cycle.md"),
};

/// How many steps of a cycle are shown.
const STEPS: usize = 8;

pub(crate) fn finding(fault: &Fault, steps: &[(Box<str>, Span)]) -> Finding {
    let next = |position: usize| &steps[(position + 1) % steps.len()].0;
    let message = match steps {
        [(name, _)] => format!("the client `{name}` contains itself"),
        _ => format!("these clients contain each other: {}", path(steps)),
    };
    let mut finding = Finding::of(fault, message).help(
        "a call would never end: remove one of these members; to repeat a composite give it a `retry_policy`",
    );
    for (position, (name, span)) in steps.iter().enumerate().take(STEPS) {
        let text = format!("`{name}` leads to `{}`", next(position));
        finding = if position == 0 { finding.label(text) } else { finding.related(*span, text) };
    }
    finding
}

fn path(steps: &[(Box<str>, Span)]) -> String {
    let mut names: Vec<String> = steps.iter().take(STEPS).map(|(name, _)| name.to_string()).collect();
    if steps.len() > STEPS {
        names.push(format!("({} more)", steps.len() - STEPS));
    }
    names.extend(steps.first().map(|(name, _)| name.to_string()));
    names.join(" -> ")
}
