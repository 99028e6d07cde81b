use clientc_semantic::{Fault, FaultKind, Span};

use crate::core::finding::{Finding, Findings};
use crate::context::Context;
use crate::core::rule::{Rule, Setting};

pub(super) static RULE: Rule = Rule {
    name: "client-cycle",
    summary: "a client that contains itself",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("client_cycle.md"),
};

/// How many steps of a cycle are shown.
const STEPS: usize = 8;

pub(super) fn check(context: &Context<'_>, out: &mut Findings) {
    for fault in context.faults() {
        if let FaultKind::Cycle { steps } = &fault.kind {
            out.push(finding(fault, steps));
        }
    }
}

fn finding(fault: &Fault, steps: &[(Box<str>, Span)]) -> Finding {
    let next = |position: usize| &steps[(position + 1) % steps.len()].0;
    let message = match steps {
        [(name, _)] => format!("the client `{name}` contains itself"),
        _ => format!("these clients contain each other: {}", path(steps)),
    };
    let mut finding = Finding::new(fault.span, &*fault.subject, message).help(
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
