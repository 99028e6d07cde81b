use clientc_plan::ClientId;
use clientc_semantic::{ClientSource, FaultKind};

use crate::finding::{Finding, Findings};
use crate::input::Input;
use crate::rule::Rule;
use crate::settings::{Entries, Setting};
use crate::words::{first_of, grouped, sorted_names};

pub(super) static RULE: Rule = Rule {
    name: "unused-client",
    summary: "clients that no function leads to",
    level: Setting::Info,
    is_fixed: false,
    page: include_str!("unused_client.md"),
    check,
};

/// How many names a message holds.
const SHOWN: usize = 6;

fn check(input: &Input<'_>, out: &mut Findings) {
    // What cannot be read, or names a client that does not exist, may mean any of them.
    let is_unsure = input.syntax_faults().next().is_some()
        || !input.encoding_faults.is_empty()
        || input.faults().any(|fault| matches!(fault.kind, FaultKind::UnknownClient { .. }));
    if input.settings.entries == Entries::All || is_unsure {
        return;
    }
    let project = input.project;
    let is_declared =
        |id: &ClientId| matches!(project.clients.get(id.index()), Some(ClientSource::Declared { .. }));
    let named: Vec<ClientId> = project.functions.iter().filter_map(|function| function.client).collect();
    if !named.iter().any(is_declared) {
        return;
    }
    let used = reached(input, named.iter().chain(input.entries()).copied());
    let is_silenced =
        |id: &ClientId| project.client_place(*id).is_some_and(|place| input.is_silenced(&RULE, place));
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
fn reached(input: &Input<'_>, from: impl Iterator<Item = ClientId>) -> Vec<bool> {
    let plan = &input.project.plan;
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
