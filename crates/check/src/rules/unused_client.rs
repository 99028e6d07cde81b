use clientc_plan::ClientId;
use clientc_semantic::{ClientSource, FaultKind};

use crate::core::finding::{Finding, Findings};
use crate::context::Context;
use crate::core::rule::{Rule, Setting};
use crate::core::settings::Entries;
use crate::text::words::{first_of, grouped, sorted_names};

pub(crate) static RULE: Rule = Rule {
    name: "unused-client",
    summary: "clients that no function leads to",
    level: Setting::Info,
    is_fixed: false,
    page: include_str!("unused_client.md"),
};

/// How many names a message holds.
const SHOWN: usize = 6;

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    // What cannot be read, or names a client that does not exist, may mean any of them.
    let is_unsure = context.syntax_faults().next().is_some()
        || !context.encoding_faults.is_empty()
        || context.faults().any(|fault| matches!(fault.kind, FaultKind::UnknownClient { .. }));
    if context.settings.entries == Entries::All || is_unsure {
        return;
    }
    let project = context.project;
    let is_declared =
        |id: &ClientId| matches!(project.clients.get(id.index()), Some(ClientSource::Declared { .. }));
    let named: Vec<ClientId> = project.functions.iter().filter_map(|function| function.client).collect();
    if !named.iter().any(is_declared) {
        return;
    }
    let used = reached(context, named.iter().chain(context.entries()).copied());
    let is_silenced =
        |id: &ClientId| project.client_place(*id).is_some_and(|place| context.is_silenced(&RULE, place));
    let unused = project.plan.ids().filter(|id| is_declared(id) && !used[id.index()]);
    let unused: Vec<ClientId> = unused.filter(|id| !is_silenced(id)).collect();
    let Some(place) = unused.first().and_then(|first| project.client_place(*first)) else { return };
    let names: Vec<&str> = unused.iter().map(|id| project.client_name(*id)).collect();
    let message = match &names[..] {
        [only] => format!("no function leads to the client `{only}`"),
        _ => format!(
            "no function leads to {} of the {} clients: {}",
            grouped(names.len() as u64),
            grouped(project.plan.ids().filter(is_declared).count() as u64),
            first_of(&names, SHOWN)
        ),
    };
    let subject = sorted_names(&names);
    out.push(Finding::new(place, subject, message).help(
        "remove what nobody uses; a client that a program names when it runs is listed under `[entries]` in clientc.toml",
    ));
}

/// Whether each client is one of these or something that they lead to.
fn reached(context: &Context<'_>, from: impl Iterator<Item = ClientId>) -> Vec<bool> {
    let plan = &context.project.plan;
    let mut is_reached = vec![false; plan.clients().len()];
    let mut waiting: Vec<ClientId> = from.collect();
    while let Some(id) = waiting.pop() {
        if let Some(seen) = is_reached.get_mut(id.index())
            && !std::mem::replace(seen, true)
        {
            waiting.extend(plan.members(id));
        }
    }
    is_reached
}
