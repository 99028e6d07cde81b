use std::collections::HashSet;

use clientc_plan::{ClientId, Field, Limit, MAX_NAMES, Origin, Route, Routes};
use clientc_semantic::{FaultKind, Span};

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::conflict::ways_out;
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "effective-ttft-exceeds-request",
    summary: "a time to first token above the request limit it meets on a route",
    level: Setting::Error,
    is_fixed: false,
    page: include_str!("effective_ttft_exceeds_request.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let plan = context.project.written_plan();
    let has_defaults = plan.defaults().get(Field::Request).is_some();
    let unread = unread(context);
    let mut seen = HashSet::new();
    let mut names = 0;
    for id in plan.ids() {
        let counts = context.counts().of(id);
        let is_leaf = plan.members(id).is_empty();
        if (is_leaf && !has_defaults) || !counts.is_within() {
            continue;
        }
        names += counts.names;
        if names > MAX_NAMES {
            return;
        }
        let mut routes = Routes::new(plan, id);
        while let Some(route) = routes.next() {
            if let Some(conflict) = conflict(context, &route, &unread)
                && seen.insert((conflict.first_token.origin, conflict.request.origin))
            {
                out.push(finding(context, &route, &conflict));
            }
        }
    }
}

/// A time to first token above the request limit, from different places. Each origin is the name of the client, `None`
/// for the defaults, and the place of the key.
struct Conflict<'a> {
    first_token: Limit<Place<'a>>,
    request: Limit<Place<'a>>,
}

type Place<'a> = (Option<&'a str>, Span);

/// The clients that may have a first-token limit which could not be read.
fn unread<'a>(context: &Context<'a>) -> HashSet<&'a str> {
    let is_it = |kind: &FaultKind| match kind {
        FaultKind::InvalidTimeout { field, .. } => *field == Field::TimeToFirstToken,
        FaultKind::HttpNotBlock { .. } | FaultKind::UnknownHttpField { .. } => true,
        _ => false,
    };
    let faults = context.faults().filter(|fault| is_it(&fault.kind));
    faults.filter_map(|fault| fault.subject.split('/').next()).collect()
}

fn conflict<'a>(context: &Context<'a>, route: &Route<'_>, unread: &HashSet<&str>) -> Option<Conflict<'a>> {
    let first_token = route.limits.get(Field::TimeToFirstToken)?;
    let request = route.limits.get(Field::Request)?;
    if first_token.ms <= request.ms || first_token.origin.place() == request.origin.place() {
        return None;
    }
    // What could not be read may set a smaller first-token limit.
    let is_read = |id: &ClientId| {
        context.project.is_whole[id.index()] && !unread.contains(context.project.client_name(*id))
    };
    if !route.path.iter().all(is_read) {
        return None;
    }
    let first_token =
        first_token.with_origin(place(context, route.path, Field::TimeToFirstToken, first_token.origin)?);
    let request = request.with_origin(place(context, route.path, Field::Request, request.origin)?);
    Some(Conflict { first_token, request })
}

fn place<'a>(context: &Context<'a>, path: &[ClientId], field: Field, origin: Origin) -> Option<Place<'a>> {
    let plan = context.project.written_plan();
    let Some(position) = origin.place() else {
        return Some((None, plan.defaults().get(field)?.origin));
    };
    let id = *path.get(position.index())?;
    Some((Some(context.project.client_name(id)), plan.client(id)?.limits.get(field)?.origin))
}

fn finding(context: &Context<'_>, route: &Route<'_>, conflict: &Conflict<'_>) -> Finding {
    let Conflict { first_token, request } = conflict;
    let setter =
        |place: &Place<'_>| place.0.map_or("`[defaults.http]`".to_owned(), |name| format!("`{name}`"));
    let path: Vec<&str> = route.path.iter().map(|id| context.project.client_name(*id)).collect();
    let (token, end) = (grouped(first_token.ms), grouped(request.ms));
    let message = format!(
        "{} the first token may take {token} ms, set by {}, but the request ends after {end} ms, set by {}",
        route_words(&path),
        setter(&first_token.origin),
        setter(&request.origin)
    );
    let subject =
        format!("{}/http/{}", first_token.origin.0.unwrap_or("defaults"), Field::TimeToFirstToken.key());
    Finding::new(first_token.origin.1, subject, message)
        .label(format!("{token} ms for the first token"))
        .related(request.origin.1, format!("{end} ms for the whole request"))
        .help(format!("the smallest limit on a route applies: {}", ways_out(first_token.ms, request.ms)))
}

fn route_words(path: &[&str]) -> String {
    match path {
        [only] => format!("in `{only}`"),
        _ => format!("on the route `{}`", path.join(" > ")),
    }
}
