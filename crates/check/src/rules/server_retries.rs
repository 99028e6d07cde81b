use clientc_plan::ClientId;
use rustc_hash::FxHashSet;

use crate::context::Context;
use crate::core::diagnostic::Level;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::servers::{server_of, upstream_requests};
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "server-retries",
    summary: "server retries that multiply those of the program",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("server_retries.md"),
};

/// A client whose server repeats requests by itself.
struct Repeated<'a> {
    id: ClientId,
    /// How often, and the place that says so.
    retries: u64,
    place: clientc_semantic::Span,
    name: &'a str,
}

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    if context.settings.servers.iter().all(|server| server.retries.is_none()) {
        return;
    }
    let plan = &context.project.plan;
    let repeated: Vec<Repeated<'_>> = plan
        .ids()
        .filter_map(|id| {
            let retries = server_of(context, &context.leaf(id)?)?.retries?;
            let name = context.project.client_name(id);
            Some(Repeated { id, retries: retries.value, place: retries.span, name })
        })
        .collect();
    let upstream = upstream_requests(context);
    let mut seen = FxHashSet::default();
    for &entry in context.entries() {
        for leaf in repeated.iter().filter(|leaf| leads_to(context, entry, leaf.id)) {
            // One finding per entry: the first such server on its way.
            if seen.insert(entry) {
                out.extend(finding(context, entry, leaf, upstream[entry.index()]));
            }
        }
    }
}

fn times(number: u64) -> String {
    format!("{} {}", grouped(number), if number == 1 { "time" } else { "times" })
}

fn leads_to(context: &Context<'_>, entry: ClientId, leaf: ClientId) -> bool {
    let (mut waiting, mut seen) = (vec![entry], FxHashSet::default());
    while let Some(id) = waiting.pop() {
        if id == leaf {
            return true;
        }
        if seen.insert(id) {
            waiting.extend(context.project.plan.members(id));
        }
    }
    false
}

fn finding(context: &Context<'_>, entry: ClientId, leaf: &Repeated<'_>, upstream: u64) -> Option<Finding> {
    let project = context.project;
    let own = clientc_plan::worst_case(&project.plan, entry).requests;
    if own <= 1 {
        return None;
    }
    let most = context.settings.budget.most_requests();
    let (name, called) = (project.client_name(entry), leaf.name);
    let more = if upstream > most { format!(", more than {}", grouped(most)) } else { String::new() };
    let message = format!(
        "one call to `{name}` makes up to {} requests, and the server of `{called}` repeats each of its requests up \
         to {}: {} reach the vendor{more}",
        grouped(own),
        times(leaf.retries),
        grouped(upstream)
    );
    let finding = Finding::new(project.client_place(entry)?, format!("{name}/retries"), message)
        .related(leaf.place, format!("repeats up to {}", times(leaf.retries)))
        .help("retries multiply across levels: keep them on one, in the server or in the policies here");
    // Both repeat the same request there. A worst case that is over the budget without the server is for another rule.
    let repeats_too = project.plan.client(leaf.id).is_some_and(|client| project.plan.retries(client).0 > 0);
    let is_warning = repeats_too || upstream > most && own <= most;
    Some(if is_warning { finding } else { finding.level(Level::Info) })
}
