use std::collections::HashSet;

use clientc_plan::{ClientId, Field};
use clientc_semantic::{Span, Value, ValueKind};

use crate::entry_routes::SetLimit;
use crate::finding::{Finding, Findings};
use crate::input::Input;
use crate::leaf::Leaf;
use crate::rule::Rule;
use crate::settings::Setting;
use crate::urls;
use crate::words::grouped;

pub(super) static RULE: Rule = Rule {
    name: "client-not-longer-than-server",
    summary: "a request limit that ends before or with the server's own",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("client_not_longer_than_server.md"),
    check,
};

/// How long a server works on a request, in milliseconds, and the place that says so.
#[derive(Clone, Copy)]
struct ServerLimit {
    ms: u64,
    span: Span,
    /// Whether the request itself carries it, else `clientc.toml` says it.
    is_in_body: bool,
}

fn check(input: &Input<'_>, out: &mut Findings) {
    let servers: Vec<(ClientId, ServerLimit)> =
        input.project.plan.ids().filter_map(|id| Some((id, server_limit(input, id)?))).collect();
    let mut seen = HashSet::new();
    input.walk_entry_routes(servers.iter().map(|(id, _)| *id), |route| {
        let leaf = route.path.last();
        let at = leaf.and_then(|leaf| servers.binary_search_by_key(leaf, |(id, _)| *id).ok());
        let limit = input.limit_of(route, Field::Request);
        let (Some((id, server)), Some(limit)) = (at.and_then(|at| servers.get(at)), limit) else { return };
        if limit.ms <= server.ms && seen.insert((limit.span, server.span)) {
            out.push(finding(input, *id, *server, limit));
        }
    });
}

/// What the body says comes before what is configured, since the server obeys it.
fn server_limit(input: &Input<'_>, id: ClientId) -> Option<ServerLimit> {
    let leaf = input.leaf(id)?;
    let in_body = leaf.option("timeout").and_then(|option| {
        let span = leaf.span(&option.value);
        Some(ServerLimit { ms: milliseconds(&option.value)?, span, is_in_body: true })
    });
    in_body.or_else(|| configured(input, &leaf))
}

fn configured(input: &Input<'_>, leaf: &Leaf<'_>) -> Option<ServerLimit> {
    let servers = &input.settings.servers;
    if servers.is_empty() {
        return None;
    }
    let url = match leaf.option("base_url") {
        Some(option) => option.value.text()?,
        None => leaf.provider.default_base_url?,
    };
    let server = servers.iter().find(|server| urls::are_same(&server.base_url, url))?;
    Some(ServerLimit { ms: server.timeout.value, span: server.timeout.span, is_in_body: false })
}

/// A number of seconds above 0 in milliseconds; less than one counts as one.
fn milliseconds(value: &Value) -> Option<u64> {
    let ValueKind::Number(seconds) = &value.kind else { return None };
    let seconds = seconds.parse::<f64>().ok().filter(|seconds| *seconds > 0.0)?;
    // Limits are below 2^53, so that the conversion is exact for all that matters.
    Some((seconds * 1000.0).round().max(1.0) as u64)
}

fn finding(input: &Input<'_>, id: ClientId, server: ServerLimit, limit: SetLimit<'_>) -> Finding {
    let (client, setter) = (input.project.client_name(id), limit.setter());
    let (ours, theirs) = (grouped(limit.ms), grouped(server.ms));
    let key = limit.field.key();
    let who = match limit.client {
        Some(name) if name == client => format!("`{client}`"),
        _ => format!("`{client}`, limited by {setter},"),
    };
    let relation = if limit.ms == server.ms { "exactly when" } else { "before" };
    let message =
        format!("{who} gives up after {ours} ms, {relation} its server does, which has {theirs} ms");
    let (label, way_out) = match server.is_in_body {
        true => (format!("{theirs} ms for the server"), "lower `timeout`, which is in seconds"),
        false => (format!("{theirs} ms for the server"), "correct `timeout-ms` of the server"),
    };
    Finding::new(limit.span, limit.subject(), message)
        .label(format!("{ours} ms for the client"))
        .related(server.span, label)
        .help(format!("raise `{key}` above {}, so that the server's own answer arrives, or {way_out}", server.ms))
}
