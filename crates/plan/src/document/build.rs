//! From a plan to the parts of its document.

use super::{
    ResolvedAttempt, ResolvedEnd, ResolvedLimit, ResolvedOrigin, ResolvedRoute, ResolvedSchedule, Source,
    Timeouts,
};
use crate::compose::{Origin, Route, fill_by, walk_routes};
use crate::field::{ByField, Field};
use crate::graph::{ClientId, Plan};
use crate::limit::Limits;
use crate::schedule::{Schedule, ScheduleEnd};
use crate::walk::{Cut, CutBy, Visit};

/// The routes of a client with their effective limits. `place` says where a limit was written.
///
/// It lists every route, so the number of routes should be checked before.
pub fn resolved_routes<P>(
    plan: &Plan<P>,
    client: ClientId,
    place: impl Fn(&P) -> Source,
) -> Vec<ResolvedRoute> {
    let mut routes = Vec::new();
    walk_routes(plan, client, |route| {
        routes.push(ResolvedRoute {
            path: names(plan, route.path.iter().copied()),
            effective: times(&route.limits),
            origin: ByField::from_fn(|field| resolved_origin(plan, &route, field, &place)),
        });
    });
    routes
}

/// The limits that the runtime of a plan holds each route of a client to, its own defaults included.
pub fn effective_limits<P>(plan: &Plan<P>, client: ClientId) -> Vec<Timeouts> {
    let mut all = Vec::new();
    walk_routes(plan, client, |route| {
        let mut limits = route.limits;
        fill_by(&mut limits, plan.run_time());
        all.push(times(&limits));
    });
    all
}

/// The times of some limits without their origins, in milliseconds.
pub fn times<O>(limits: &Limits<O>) -> Timeouts {
    limits.map(|_, limit| limit.ms)
}

pub(super) fn names<P>(plan: &Plan<P>, path: impl IntoIterator<Item = ClientId>) -> Vec<Box<str>> {
    path.into_iter().filter_map(|id| plan.client(id)).map(|client| client.name.clone()).collect()
}

fn resolved_origin<P>(
    plan: &Plan<P>,
    route: &Route<'_>,
    field: Field,
    place: impl Fn(&P) -> Source,
) -> Option<ResolvedOrigin> {
    let (client, limits) = match route.limits.get(field)?.origin {
        Origin::Client(index) | Origin::Override(index) => {
            let client = plan.client(*route.path.get(index.index())?)?;
            (Some(client.name.clone()), &client.limits)
        }
        Origin::Defaults => (None, plan.defaults()),
        Origin::RunTime => return None,
    };
    let Source { file, line, column } = place(&limits.get(field)?.origin);
    Some(ResolvedOrigin { client, file, line, column })
}

/// A schedule of a client as it is in the document.
pub fn resolved_schedule<P>(plan: &Plan<P>, schedule: &Schedule) -> ResolvedSchedule {
    let attempts = schedule.attempts.iter().map(|attempt| {
        let visits = schedule.path(attempt);
        ResolvedAttempt {
            path: names(plan, visits.iter().map(|visit| visit.client)),
            start_ms: attempt.start_ms,
            limit_ms: attempt.cut.map(|cut| cut.ms),
            limited_by: attempt.cut.map(|cut| resolved_limit(plan, &visits, &cut)),
            end_ms: attempt.end_ms,
            delay_ms: attempt.delay_ms,
        }
    });
    let last = schedule.attempts.last().map_or_else(Vec::new, |attempt| schedule.path(attempt));
    let (end, ended_by) = match &schedule.end {
        ScheduleEnd::Completed => (ResolvedEnd::Completed, None),
        ScheduleEnd::Deadline(cut) => (ResolvedEnd::Deadline, Some(resolved_limit(plan, &last, cut))),
        ScheduleEnd::NeverEnds => (ResolvedEnd::NeverEnds, None),
        ScheduleEnd::NotFollowed => (ResolvedEnd::NotFollowed, None),
    };
    ResolvedSchedule { attempts: attempts.collect(), end, ended_by, end_ms: schedule.end_ms }
}

fn resolved_limit<P>(plan: &Plan<P>, visits: &[Visit], cut: &Cut) -> ResolvedLimit {
    let (field, place) = match cut.by {
        CutBy::Own(origin) => (Field::Request, origin.place()),
        CutBy::Total { place, .. } => (Field::Total, Some(place)),
        CutBy::Call | CutBy::WorstCase => (Field::Total, None),
    };
    let visit = place.and_then(|place| visits.get(place.index()));
    let client = visit.and_then(|visit| plan.client(visit.client)).map(|client| client.name.clone());
    ResolvedLimit { client, field: field.key().into() }
}
