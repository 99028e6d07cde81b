//! Limits that never fire, and limits that apply nowhere.

use clientc_plan::{ClientId, ClientKind, Field, Limits, Origin, Plan, Route};
use clientc_semantic::{LinkedProject, Span};

use crate::core::input::Input;
use crate::facts::route_facts::{RouteFacts, Visitor, bit, limit_span, walk};

/// A limit of a client that does nothing on the routes from entries.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LimitFault {
    pub(crate) client: ClientId,
    pub(crate) field: Field,
    /// In milliseconds.
    pub(crate) ms: u64,
    pub(crate) kind: LimitFaultKind,
    /// The limit that makes it useless on the first route that shows it.
    pub(crate) against: OtherLimit,
    /// The entry of that route.
    pub(crate) entry: ClientId,
    /// The leaf of that route.
    pub(crate) leaf: ClientId,
    /// Whether something comes after an attempt on that route: a retry, or a later member of a fallback.
    pub(crate) is_followed: bool,
    /// Whether no other client on any route and no default sets the field, so that nothing applies once it is removed.
    pub(crate) is_alone: bool,
}

/// The other limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OtherLimit {
    pub(crate) field: Field,
    /// In milliseconds.
    pub(crate) ms: u64,
    /// The client that sets it; `None` for the defaults.
    pub(crate) client: Option<ClientId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LimitFaultKind {
    /// Wherever it applies, another limit ends the attempt first.
    Dead,
    /// It can fire, but never in a streaming call.
    DeadInStreams,
    /// On every route a smaller one applies.
    Shadowed,
}

impl OtherLimit {
    /// The place of its key.
    pub(crate) fn place(&self, project: &LinkedProject) -> Option<Span> {
        limit_span(project, self.client, self.field)
    }
}

/// The fields that a client's neighbours set.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Neighbours {
    /// A bit for each field that some client above it sets.
    pub(crate) above: u8,
    /// The largest limit on connecting, the first token or idling above it, in milliseconds.
    pub(crate) largest_above_ms: u64,
    /// A bit for each field that some client below it sets.
    below: u8,
}

/// Finds all of them, in the order of the routes.
pub(crate) fn limit_faults(input: &Input<'_>, facts: &RouteFacts) -> Vec<LimitFault> {
    let plan = &input.project.plan;
    let mut wanted = Vec::new();
    for (id, (client, marks)) in plan.clients().iter().zip(&facts.marks).enumerate() {
        if !marks.is_reached {
            continue;
        }
        let set = client.limits.iter().fold(0, |bits, (field, _)| bits | bit(field));
        let late = set & bit(Field::Connect) & !marks.comes_first;
        // A request limit that applies somewhere is judged there, whatever an error says elsewhere.
        let covered = marks.is_covered & !(marks.holds & bit(Field::Request));
        let bits = set & (!marks.fires | late) & !covered;
        if bits != 0 {
            wanted.resize(plan.clients().len(), 0);
            wanted[id] = bits;
        }
    }
    if wanted.is_empty() {
        return Vec::new();
    }
    let neighbours = neighbours(plan);
    let mut found = Vec::new();
    walk(input, &facts.entries, Search { plan, facts, neighbours: &neighbours, wanted, found: &mut found });
    found
}

struct Search<'s, P> {
    plan: &'s Plan<P>,
    facts: &'s RouteFacts,
    neighbours: &'s [Neighbours],
    /// The fields of each client for which a route is still looked for.
    wanted: Vec<u8>,
    found: &'s mut Vec<LimitFault>,
}

impl<P> Visitor for Search<'_, P> {
    fn route(&mut self, entry: ClientId, route: &Route<'_>) {
        let Some(&leaf) = route.path.last() else { return };
        for (place, &client) in route.path.iter().enumerate() {
            let bits = self.wanted[client.index()];
            if bits == 0 {
                continue;
            }
            for field in Field::ALL.into_iter().filter(|field| bits & bit(*field) != 0) {
                let Some((kind, against)) = self.fault(client, place, field, route) else { continue };
                self.wanted[client.index()] &= !bit(field);
                let Some(ms) = self.plan.client(client).and_then(|client| client.limits.ms(field)) else {
                    continue;
                };
                let near = self.neighbours[client.index()];
                let is_alone =
                    (near.above | near.below) & bit(field) == 0 && self.plan.defaults().get(field).is_none();
                let is_followed = self.is_followed(route);
                self.found.push(LimitFault {
                    client,
                    field,
                    ms,
                    kind,
                    against,
                    entry,
                    leaf,
                    is_followed,
                    is_alone,
                });
            }
        }
    }
}

impl<P> Search<'_, P> {
    fn is_followed(&self, route: &Route<'_>) -> bool {
        let next = |place: usize| route.path.get(place + 1);
        route.path.iter().enumerate().any(|(place, id)| {
            let Some(client) = self.plan.client(*id) else { return false };
            let has_later = match &client.kind {
                ClientKind::Fallback { members } => members.last() != next(place),
                ClientKind::RoundRobin { .. } | ClientKind::Leaf => false,
            };
            has_later || self.plan.retries(client).0 > 0
        })
    }

    /// The fault of a limit that a route shows; `None` where another route must show it.
    fn fault(
        &self,
        client: ClientId,
        place: usize,
        field: Field,
        route: &Route<'_>,
    ) -> Option<(LimitFaultKind, OtherLimit)> {
        let marks = self.facts.marks[client.index()];
        let holder = against(route, field)?;
        if marks.holds & bit(field) == 0 {
            return Some((LimitFaultKind::Shadowed, holder));
        }
        let holds_here =
            route.limits.get(field)?.origin.place().is_some_and(|origin| origin.index() == place);
        if !holds_here {
            return None;
        }
        if marks.fires & bit(field) != 0 {
            return Some((LimitFaultKind::DeadInStreams, against(route, Field::TimeToFirstToken)?));
        }
        Some((LimitFaultKind::Dead, self.ends_first(field, route)?))
    }

    /// The request limit, or the total before it. A total that is itself too small is left out: it is the cause.
    fn ends_first(&self, field: Field, route: &Route<'_>) -> Option<OtherLimit> {
        let request = against(route, Field::Request).filter(|_| field != Field::Request);
        let total = against(route, Field::Total);
        let own_ms = route.limits.ms(field)?;
        if let Some(request) = request.filter(|request| request.ms <= own_ms) {
            return Some(request);
        }
        let is_too_small = |total: &OtherLimit| {
            total.client.is_some_and(|owner| self.facts.small_totals.contains_key(&owner))
        };
        total.filter(|total| !is_too_small(total))
    }
}

fn against(route: &Route<'_>, field: Field) -> Option<OtherLimit> {
    let limit = route.limits.get(field)?;
    let client = match limit.origin {
        Origin::Defaults | Origin::RunTime => None,
        Origin::Client(place) | Origin::Override(place) => Some(*route.path.get(place.index())?),
    };
    Some(OtherLimit { field, ms: limit.ms, client })
}

/// What the clients above and below each client set, on all routes and not only those from entries.
pub(crate) fn neighbours<P>(plan: &Plan<P>) -> Vec<Neighbours> {
    let mut neighbours = vec![Neighbours::default(); plan.clients().len()];
    let own = |limits: &Limits<P>| limits.iter().fold(0, |bits, (field, _)| bits | bit(field));
    for (id, client) in plan.order().iter().filter_map(|id| Some((id, plan.client(*id)?))) {
        let below =
            client.kind.members().iter().filter_map(|member| {
                Some(own(&plan.client(*member)?.limits) | neighbours[member.index()].below)
            });
        let below = below.fold(0, |bits, more| bits | more);
        neighbours[id.index()].below = below;
    }
    for (id, client) in plan.order().iter().rev().filter_map(|id| Some((id, plan.client(*id)?))) {
        let parts = [Field::Connect, Field::TimeToFirstToken, Field::Idle];
        let largest_ms = parts.into_iter().filter_map(|field| client.limits.ms(field)).max().unwrap_or(0);
        let Neighbours { above, largest_above_ms, .. } = neighbours[id.index()];
        let (above, largest_ms) = (above | own(&client.limits), largest_ms.max(largest_above_ms));
        for member in client.kind.members() {
            let member = &mut neighbours[member.index()];
            member.above |= above;
            member.largest_above_ms = member.largest_above_ms.max(largest_ms);
        }
    }
    neighbours
}
