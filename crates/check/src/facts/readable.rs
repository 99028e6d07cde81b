//! Which clients could be read completely, so that their routes can be judged.

use clientc_plan::ClientId;
use clientc_semantic::{FaultKind, FileFacts};
use clientc_syntax::TextRange;

use crate::core::input::Input;

/// Whether a client and everything it leads to could be read, its limits and policies included.
pub(crate) fn readable<'i>(input: &Input<'i>) -> impl Fn(ClientId) -> bool + use<'i> {
    let project = input.project;
    let spoiled = spoiled(input);
    move |id| project.is_sound[id.index()] && spoiled.as_ref().is_none_or(|spoiled| !spoiled[id.index()])
}

/// The clients that lead to a limit or a policy with an error, where there are any.
fn spoiled(input: &Input<'_>) -> Option<Vec<bool>> {
    let mut names: Vec<&str> = input
        .faults()
        .filter(|fault| is_about_limits(&fault.kind))
        .map(|fault| fault.subject.split('/').next().unwrap_or_default())
        .chain(input.files().filter(|file| !file.syntax_faults.is_empty()).flat_map(unreadable_blocks))
        .collect();
    if names.is_empty() {
        return None;
    }
    names.sort_unstable();
    let plan = &input.project.plan;
    let is_named = |name: &str| names.binary_search(&name).is_ok();
    let mut spoiled: Vec<bool> = plan
        .clients()
        .iter()
        .map(|client| {
            is_named(&client.name) || plan.policy(client).is_some_and(|policy| is_named(&policy.name))
        })
        .collect();
    for id in plan.order() {
        spoiled[id.index()] |= plan.members(*id).iter().any(|member| spoiled[member.index()]);
    }
    Some(spoiled)
}

/// The names of the clients and policies of a file in which something could not be read.
fn unreadable_blocks(file: &FileFacts) -> impl Iterator<Item = &str> {
    let faults = &file.syntax_faults;
    let has_fault = move |range: TextRange| {
        let first = faults.partition_point(|fault| fault.range.start < range.start);
        faults.get(first).is_some_and(|fault| fault.range.start < range.end)
    };
    let clients = file.clients.iter().map(|client| (client.range, &client.name));
    let policies = file.policies.iter().map(|policy| (policy.range, &policy.name));
    clients.chain(policies).filter(move |(range, _)| has_fault(*range)).map(|(_, name)| &*name.text)
}

/// Whether an error leaves open which members, limits or retries were meant.
pub(crate) fn is_about_limits(kind: &FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::MissingStrategy { .. }
            | FaultKind::HttpNotBlock { .. }
            | FaultKind::UnknownHttpField { .. }
            | FaultKind::InvalidTimeout { .. }
            | FaultKind::InvalidPolicyNumber { .. }
            | FaultKind::MissingMaxRetries { .. }
            | FaultKind::MissingStrategyType
            | FaultKind::PolicyStrategyNotBlock { .. }
            | FaultKind::UnknownStrategyType { .. }
            | FaultKind::NotForConstantDelay { .. }
    )
}
