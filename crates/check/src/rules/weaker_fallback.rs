use std::collections::HashSet;

use clientc_plan::{ClientId, ClientKind, Field, MAX_NAMES, Origin, Route, Routes};

use crate::context::Context;
use crate::core::finding::{Finding, Findings};
use crate::core::rule::{Rule, Setting};
use crate::facts::entry_routes::SetLimit;
use crate::facts::models::Thinker;
use crate::text::words::grouped;

pub(crate) static RULE: Rule = Rule {
    name: "weaker-fallback",
    summary: "a later member with a reasoning model and less time than an earlier one without",
    level: Setting::Info,
    is_fixed: false,
    page: include_str!("weaker_fallback.md"),
};

pub(crate) fn check(context: &Context<'_>, out: &mut Findings) {
    let plan = &context.project.plan;
    let Some(leads) = context.entry_routes().leads_to(context.thinkers()) else { return };
    let left = context.entry_routes().ms_left(Field::Request);
    let mut seen = HashSet::new();
    let mut names = 0;
    for (id, client) in plan.ids().zip(plan.clients()) {
        let (ClientKind::Fallback { members }, Some(above)) = (&client.kind, left[id.index()]) else {
            continue;
        };
        let counts = context.counts().of(id);
        if !leads[id.index()] || !context.project.is_sound[id.index()] || !counts.is_within() {
            continue;
        }
        names += counts.names;
        if names > MAX_NAMES {
            return;
        }
        let above_ms = client.limits.ms(Field::Request).map_or(above, |own| own.min(above));
        for weaker in weaker(context, members, above_ms) {
            if seen.insert(weaker.limit.span) {
                out.found.extend(finding(context, id, &weaker));
            }
        }
    }
}

/// A leaf outside the table with its effective request limit in milliseconds.
type Earlier = (u64, ClientId);

struct Weaker<'a> {
    earlier: Earlier,
    thinker: Thinker<'a>,
    limit: SetLimit<'a>,
}

/// The leaves of later members that think and have less time than one of an earlier member that does not.
fn weaker<'a>(context: &Context<'a>, members: &[ClientId], above_ms: u64) -> Vec<Weaker<'a>> {
    let mut found = Vec::new();
    let mut longest: Option<Earlier> = None;
    for member in members {
        let mut of_member: Option<Earlier> = None;
        let mut routes = Routes::new(&context.project.plan, *member);
        while let Some(route) = routes.next() {
            let (Some(ms), Some(leaf)) = (request_ms(&route, above_ms), route.path.last()) else { continue };
            match (context.thinker(*leaf), longest) {
                (None, _) => of_member = of_member.max(Some((ms, *leaf))),
                // A limit below the smallest that such a model needs is for another rule.
                (Some(thinker), Some(earlier)) if (thinker.min_request_ms..earlier.0).contains(&ms) => {
                    let limit = context.limit_of(&route, Field::Request);
                    found.extend(limit.map(|limit| Weaker { earlier, thinker, limit }));
                }
                _ => {}
            }
        }
        longest = longest.max(of_member);
    }
    found
}

/// The effective request limit of a route that goes on from clients that leave it some time. A default applies only
/// where none of them sets a limit.
fn request_ms(route: &Route<'_>, above_ms: u64) -> Option<u64> {
    let own = route.limits.get(Field::Request);
    let own = own.filter(|limit| limit.origin != Origin::Defaults || above_ms == u64::MAX);
    Some(own.map_or(above_ms, |limit| limit.ms.min(above_ms))).filter(|ms| *ms != u64::MAX)
}

fn finding(context: &Context<'_>, id: ClientId, weaker: &Weaker<'_>) -> Option<Finding> {
    let Weaker { earlier: (earlier_ms, earlier), thinker, limit } = weaker;
    let (model, ms) = (thinker.model.text, limit.ms);
    let (name, client) = (context.project.client_name(id), context.project.client_name(thinker.client));
    let earlier_name = context.project.client_name(*earlier);
    let message = format!(
        "`{name}` falls back from `{earlier_name}` to `{client}`, whose reasoning model `{model}` has only {} ms \
         where `{earlier_name}` has {} ms",
        grouped(ms),
        grouped(*earlier_ms)
    );
    Some(
        Finding::new(limit.span, limit.subject(), message)
            .label(format!("{} ms, set by {}", grouped(ms), limit.setter()))
            .related(context.project.client_place(*earlier)?, format!("{} ms", grouped(*earlier_ms)))
            .help(format!("raise `{}` to at least {earlier_ms}", Field::Request.key())),
    )
}
