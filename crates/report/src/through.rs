//! Words for how BAML carries out a plan, where BAML makes the calls.

use clientc_plan::document::{Resolved, ResolvedClient, Timeouts};
use clientc_plan::{BAML_VERSION, Field};

use crate::routes::shown;
use crate::units::duration;

/// Where the worst case of a client applies: ` in BAML`, where BAML makes the calls.
pub(crate) fn place(client: &ResolvedClient) -> &'static str {
    if client.through_baml().is_some() { " in BAML" } else { "" }
}

/// Whether the runtime that makes the calls enforces the limits that a client itself sets. BAML enforces those of
/// leaves.
pub(crate) fn obeys_limits_of(client: &ResolvedClient) -> bool {
    client.through_baml().is_none() || client.members().is_empty()
}

/// The limits that a client itself sets, each as it is shown: `request 20s`, or `total 1m not in BAML`.
pub(crate) fn own_limits(client: &ResolvedClient) -> impl Iterator<Item = String> {
    let mark = if obeys_limits_of(client) { "" } else { " not in BAML" };
    client.timeouts.iter().map(move |(field, ms)| limit(field, *ms) + mark)
}

/// What sets a limit that no client sets: `the defaults`, or `BAML` where BAML makes the calls.
pub(crate) fn defaults(client: &ResolvedClient) -> &'static str {
    if client.through_baml().is_some() { "BAML" } else { "the defaults" }
}

/// The limits that apply to a route of a client, by its position: those of the runtime that makes the calls.
pub(crate) fn limits_of(client: &ResolvedClient, route: usize) -> Option<&Timeouts> {
    match client.through_baml() {
        Some(baml) => baml.effective.get(route),
        None => client.routes.get(route).map(|route| &route.effective),
    }
}

fn limit(field: Field, ms: u64) -> String {
    format!("{} {}", field.label(), duration(ms))
}

/// The version of BAML that its figures were measured with, in words, where the project names another minor version.
pub(crate) fn measured(document: &Resolved) -> Option<String> {
    let baml = document.clients.values().find_map(ResolvedClient::through_baml)?;
    let version = shown(baml.unmeasured_version()?);
    Some(format!("BAML's figures were measured with {BAML_VERSION}, and this project names {version}"))
}
