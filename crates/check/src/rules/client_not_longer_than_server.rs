use std::collections::HashSet;

use clientc_plan::{ClientId, Field};

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::entry_routes::SetLimit;
use crate::facts::servers::{ServerLimit, server_limit};
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "client-not-longer-than-server",
    summary: "a request limit that is not longer than the server's own",
    level: Setting::Warn,
    is_fixed: false,
    page: include_str!("client_not_longer_than_server.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let servers: Vec<(ClientId, ServerLimit)> =
        context.project.plan.ids().filter_map(|id| Some((id, server_limit(context, id)?))).collect();
    let mut seen = HashSet::new();
    context.walk_entry_routes(servers.iter().map(|(id, _)| *id), |route| {
        let leaf = route.path.last();
        let at = leaf.and_then(|leaf| servers.binary_search_by_key(leaf, |(id, _)| *id).ok());
        let limit = context.limit_of(route, Field::Request);
        let (Some((id, server)), Some(limit)) = (at.and_then(|at| servers.get(at)), limit) else { return };
        if limit.ms <= server.ms && seen.insert((limit.span, server.span)) {
            out.push(finding(context, *id, *server, limit));
        }
    });
}

fn finding(context: &Context<'_>, id: ClientId, server: ServerLimit, limit: SetLimit<'_>) -> Finding {
    let (client, setter) = (context.project.client_name(id), limit.setter());
    let (ours, theirs) = (grouped(limit.ms), grouped(server.ms));
    let key = limit.field.key();
    let who = match limit.client {
        Some(name) if name == client => format!("`{client}`"),
        _ => format!("`{client}`, limited by {setter},"),
    };
    let relation = if limit.ms == server.ms { "exactly when" } else { "before" };
    let message = format!("{who} gives up after {ours} ms, {relation} its server does ({theirs} ms)");
    let (label, way_out) = match server.is_in_body {
        true => (format!("{theirs} ms for the server"), "lower `timeout`, which is in seconds"),
        false => (format!("{theirs} ms for the server"), "correct `timeout-ms` of the server"),
    };
    Finding::new(limit.span, limit.subject(), message)
        .label(format!("{ours} ms for the client"))
        .related(server.span, label)
        .help(format!(
            "raise `{key}` above {}, so that the server's own answer arrives, or {way_out}",
            server.ms
        ))
}
