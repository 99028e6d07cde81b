use std::collections::HashSet;

use clientc_plan::{ClientId, Routes};

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::route_facts::is_open;

pub(crate) static RULE: Rule = Rule {
    name: "unbounded-worst-case",
    summary: "a call that is bounded on some routes and not on another",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("unbounded_worst_case.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    // BAML ends every attempt after a time of its own (peer/baml-facts.md 3.1).
    if context.is_called_by_baml() {
        return;
    }
    let mut reported = HashSet::new();
    for entry in &context.route_facts().mixed {
        if let Some(finding) = finding(context, *entry, &mut reported) {
            out.push(finding);
        }
    }
}

/// A leaf that is the reason at one entry is not named again at another.
fn finding(context: &Context<'_>, entry: ClientId, reported: &mut HashSet<ClientId>) -> Option<Finding> {
    let project = context.project;
    let (mut bounded, mut open, mut first): (u64, Vec<ClientId>, Option<String>) = (0, Vec::new(), None);
    let mut routes = Routes::new(&project.plan, entry);
    while let Some(route) = routes.next() {
        let Some(&leaf) = route.path.last() else { continue };
        if !is_open(&route.limits) {
            bounded += 1;
        } else if reported.insert(leaf) {
            open.push(leaf);
            let names =
                || route.path.iter().map(|id| project.client_name(*id)).collect::<Vec<_>>().join(" > ");
            first.get_or_insert_with(names);
        }
    }
    let name = project.client_name(entry);
    let (more, verb) = match open.len() {
        0 | 1 => (String::new(), "is"),
        count => (format!(" and {} more", count - 1), "are"),
    };
    let count = crate::facts::costs::plural(bounded, "route is", "routes are");
    let message =
        format!("nothing bounds a call to `{name}`: {count} bounded, but `{}`{more} {verb} not", first?);
    let mut finding = Finding::new(project.client_place(entry)?, name, message)
        .label("not bounded")
        .help("set `request_timeout_ms` where there is no limit, or `total_timeout_ms` for the whole call");
    for place in open.iter().take(SHOWN).filter_map(|leaf| project.client_place(*leaf)) {
        finding = finding.related(place, "no request limit");
    }
    Some(finding)
}

/// The most clients without a limit that are shown.
const SHOWN: usize = 4;
