use clientc_plan::ClientId;
use clientc_semantic::{ClientSource, FaultKind};

use crate::context::Context;
use crate::core::diagnostic::Diagnostic;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::core::settings::Entries;

pub(crate) static RULE: Rule = Rule {
    name: "unused-client",
    summary: "clients that no function uses",
    level: Setting::Info,
    is_fixed: false,
    page: include_str!("unused_client.md"),
};

const HELP: &str = "if a program picks it at run time, list it under `[entries]` in clientc.toml; otherwise remove \
    the client";

/// Adds to a finding of this rule where a program names its client in quotes: `src/app.py:12`. The client is the
/// subject of the finding.
pub fn tell_mention(diagnostic: &mut Diagnostic, place: &str) {
    if diagnostic.rule == RULE.name {
        diagnostic.help = Some(format!(
            "named in `{place}`: if a program picks it at run time, list it under `[entries]` in clientc.toml"
        ));
    }
}

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    // What cannot be read, or names a client that does not exist, may mean any of them.
    let is_unsure = context.project.v1.is_some()
        || context.files().any(|file| !file.values.is_empty())
        || context.syntax_faults().next().is_some()
        || !context.encoding_faults.is_empty()
        || context.faults().any(|fault| hides_members(&fault.kind));
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
    for id in project.plan.ids().filter(|id| is_declared(id) && !used[id.index()]) {
        let Some(place) = project.client_place(id) else { continue };
        let name = project.client_name(id);
        let finding = Finding::new(place, name, format!("no function uses the client `{name}`"));
        out.push(finding.help(HELP));
    }
}

/// Whether a fault may keep a member, or a client that has members, from being known.
fn hides_members(kind: &FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::UnknownClient { .. }
            | FaultKind::MissingProvider { .. }
            | FaultKind::ProviderNotText { .. }
            | FaultKind::UnknownProvider { .. }
            | FaultKind::OptionsNotBlock { .. }
            | FaultKind::MissingStrategy { .. }
            | FaultKind::EmptyStrategy
            | FaultKind::StrategyNotArray { .. }
            | FaultKind::MemberNotName { .. }
            | FaultKind::DuplicateName { .. }
            | FaultKind::DuplicateKey { .. }
    )
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
