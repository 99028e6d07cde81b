//! What the rules on routes need to know, gathered in one pass over the routes from entries.

use std::collections::HashMap;

use clientc_plan::{
    ClientId, Field, Limits, MAX_NAMES, Origin, Route, RouteCounts, Routes, WorstCase, WorstCases,
};
use clientc_semantic::{LinkedProject, Span};

use crate::core::input::Input;
use crate::core::settings::Budget;
use crate::facts::readable::readable;

/// What is known of the routes from entries. Entries that could not be read, or have too many routes, are left out.
#[derive(Debug, Default)]
pub(crate) struct RouteFacts {
    /// The entries whose routes were looked at, in the order of [`super::entries::entries`].
    pub(crate) entries: Vec<ClientId>,
    /// Each leaf at the end of a route with neither a request limit nor a total, with the first such route's entry.
    pub(crate) open: Vec<OpenLeaf>,
    /// The entries of which some routes are bounded and some are not.
    pub(crate) mixed: Vec<ClientId>,
    /// The entries that can cost more than a budget allows.
    pub(crate) costly: Vec<(ClientId, WorstCase)>,
    /// The entries under which a total may cut something.
    pub(crate) cut: Vec<ClientId>,
    /// The totals below every request limit that they bound.
    pub(crate) small_totals: HashMap<ClientId, SmallTotal>,
    /// What the routes say about the limits of each client.
    pub(crate) marks: Vec<LimitMarks>,
}

/// A leaf that may run without end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OpenLeaf {
    pub(crate) leaf: ClientId,
    pub(crate) entry: ClientId,
}

/// A total, and the smallest request limit on the routes where this total applies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SmallTotal {
    /// In milliseconds.
    pub(crate) total_ms: u64,
    /// In milliseconds; `None` where no such route has a request limit.
    pub(crate) request_ms: Option<u64>,
    /// The client that sets it; `None` for the defaults.
    pub(crate) request_of: Option<ClientId>,
}

/// What the routes say about one client. Each byte has a bit for each field.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LimitMarks {
    pub(crate) is_reached: bool,
    is_open: bool,
    /// The limits that apply on a route.
    pub(crate) holds: u8,
    /// The limits that can fire on a route where they apply.
    pub(crate) fires: u8,
    /// The connect limit, where it can fire on a route and is below the first-token limit there, or there is none.
    pub(crate) comes_first: u8,
    /// The limits that an error already covers: those to the first token that are above the request limit, and on such
    /// a route the request limits above the one that applies.
    pub(crate) is_covered: u8,
}

/// What is known of the routes from these entries.
pub(crate) fn gather(input: &Input<'_>, entries: &[ClientId], counts: &RouteCounts) -> RouteFacts {
    let plan = &input.project.plan;
    let mut facts =
        RouteFacts { marks: vec![LimitMarks::default(); plan.clients().len()], ..RouteFacts::default() };
    let entries = listed_entries(input, entries, counts);
    let mut worst_cases = WorstCases::new(plan);
    for &entry in &entries {
        let worst = worst_cases.of(entry);
        if is_costly(&input.settings.budget, worst) {
            facts.costly.push((entry, worst));
        }
        if worst_cases.is_cut() {
            facts.cut.push(entry);
        }
    }
    walk(input, &entries, Pass { facts: &mut facts, has_open: false, has_bounded: false });
    facts.entries = entries;
    facts
        .small_totals
        .retain(|_, total| total.request_ms.is_some_and(|request_ms| total.total_ms < request_ms));
    facts
}

fn is_costly(budget: &Budget, worst: WorstCase) -> bool {
    let above = |most: Option<crate::core::settings::Configured>| {
        most.is_some_and(|most| worst.duration_ms.is_none_or(|ms| ms >= most.value))
    };
    worst.requests > budget.most_requests() || above(budget.max_duration_ms) || above(budget.ceiling_ms)
}

/// The entries that could be read with all they lead to, and whose routes can be listed.
fn listed_entries(input: &Input<'_>, entries: &[ClientId], counts: &RouteCounts) -> Vec<ClientId> {
    let is_readable = readable(input);
    let mut names = 0u64;
    let entries = entries.iter().copied().filter(|entry| is_readable(*entry));
    let within = entries.filter(|entry| counts.of(*entry).is_within());
    within
        .take_while(|entry| {
            names = names.saturating_add(counts.of(*entry).names);
            names <= MAX_NAMES
        })
        .collect()
}

/// Looks at the routes of some entries.
pub(crate) trait Visitor {
    /// Looks at one route.
    fn route(&mut self, entry: ClientId, route: &Route<'_>);
    /// Ends an entry.
    fn end(&mut self, _entry: ClientId) {}
}

/// Goes through the routes of these entries.
pub(crate) fn walk(input: &Input<'_>, entries: &[ClientId], mut visitor: impl Visitor) {
    let Some(first) = entries.first() else { return };
    let mut routes = Routes::new(&input.project.plan, *first);
    for entry in entries {
        routes.restart(*entry);
        while let Some(route) = routes.next() {
            visitor.route(*entry, &route);
        }
        visitor.end(*entry);
    }
}

struct Pass<'f> {
    facts: &'f mut RouteFacts,
    has_open: bool,
    has_bounded: bool,
}

impl Visitor for Pass<'_> {
    fn route(&mut self, entry: ClientId, route: &Route<'_>) {
        let Some(&leaf) = route.path.last() else { return };
        let marks = &mut self.facts.marks;
        for id in route.path {
            marks[id.index()].is_reached = true;
        }
        let (fires, comes_first, is_covered) = verdicts(&route.limits);
        if is_covered != 0 {
            let holder = route.limits.get(Field::Request).and_then(|limit| limit.origin.place());
            for (place, id) in route.path.iter().enumerate() {
                let holds = holder.is_some_and(|holder| holder.index() == place);
                marks[id.index()].is_covered |= if holds { 0 } else { bit(Field::Request) };
            }
        }
        for (field, limit) in route.limits.iter() {
            let Origin::Client(place) = limit.origin else { continue };
            let Some(id) = route.path.get(place.index()) else { continue };
            let (mark, bit) = (&mut marks[id.index()], bit(field));
            mark.holds |= bit;
            mark.fires |= fires & bit;
            mark.comes_first |= comes_first & bit;
            mark.is_covered |= is_covered & bit;
        }
        self.note_total(route);
        if is_open(&route.limits) {
            let mark = &mut self.facts.marks[leaf.index()];
            if !std::mem::replace(&mut mark.is_open, true) {
                self.facts.open.push(OpenLeaf { leaf, entry });
            }
            self.has_open = true;
        } else {
            self.has_bounded = true;
        }
    }

    fn end(&mut self, entry: ClientId) {
        if std::mem::take(&mut self.has_open) & std::mem::take(&mut self.has_bounded) {
            self.facts.mixed.push(entry);
        }
    }
}

impl Pass<'_> {
    fn note_total(&mut self, route: &Route<'_>) {
        let Some(total) = route.limits.get(Field::Total) else { return };
        let Some(owner) = total.origin.place().and_then(|place| route.path.get(place.index())) else {
            return;
        };
        let new = SmallTotal { total_ms: total.ms, request_ms: None, request_of: None };
        let known = self.facts.small_totals.entry(*owner).or_insert(new);
        if let Some(request) = route.limits.get(Field::Request)
            && known.request_ms.is_none_or(|known_ms| request.ms < known_ms)
        {
            let setter = request.origin.place().and_then(|place| route.path.get(place.index()));
            (known.request_ms, known.request_of) = (Some(request.ms), setter.copied());
        }
    }
}

/// Whether a route has neither a request limit nor a total.
pub(crate) fn is_open(limits: &Limits<Origin>) -> bool {
    limits.get(Field::Request).is_none() && limits.get(Field::Total).is_none()
}

/// The bit of a field.
pub(crate) const fn bit(field: Field) -> u8 {
    1 << field as u8
}

/// Which limits of a route can fire, whether its connect limit comes before the first token is late, and which an
/// error covers.
fn verdicts(limits: &Limits<Origin>) -> (u8, u8, u8) {
    let (request, total) = (limits.ms(Field::Request), limits.ms(Field::Total));
    let end_ms = [request, total].into_iter().flatten().min();
    let first_token = limits.ms(Field::TimeToFirstToken);
    let mut fires = bit(Field::Total);
    for field in [Field::Connect, Field::TimeToFirstToken, Field::Idle] {
        if limits.ms(field).is_some_and(|ms| end_ms.is_none_or(|end_ms| ms < end_ms)) {
            fires |= bit(field);
        }
    }
    if request.is_some_and(|ms| total.is_none_or(|total_ms| ms < total_ms)) {
        fires |= bit(Field::Request);
    }
    let connect_first =
        limits.ms(Field::Connect).is_some_and(|ms| first_token.is_none_or(|token_ms| ms < token_ms));
    let exceeds = first_token.zip(request).is_some_and(|(token_ms, request_ms)| token_ms > request_ms);
    let flag = |is_set: bool, field| if is_set { bit(field) } else { 0 };
    (
        fires,
        flag(connect_first && fires & bit(Field::Connect) != 0, Field::Connect),
        flag(exceeds, Field::TimeToFirstToken),
    )
}

/// The place of the key of a limit, of a client or of the defaults.
pub(crate) fn limit_span(project: &LinkedProject, client: Option<ClientId>, field: Field) -> Option<Span> {
    let limits = match client {
        Some(id) => &project.plan.client(id)?.limits,
        None => project.plan.defaults(),
    };
    Some(limits.get(field)?.origin)
}
