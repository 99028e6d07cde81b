//! What the timeout schedules of one entry show together: who runs, with how much of its limit, and what ended it.

use std::collections::{BTreeMap, BTreeSet};

use clientc_plan::{
    ClientId, ClientKind, CutBy, Field, Plan, Schedule, ScheduleEnd, ScheduledAttempt, Visit,
};
use clientc_semantic::Span;

use crate::text::words::grouped;

/// Of more attempts than this only the first two and the last are described.
const TOLD: usize = 4;

/// A member of a fallback: the fallback, and the number of the member from 0.
pub(crate) type MemberOf = (ClientId, u32);

/// What all schedules of one entry show.
#[derive(Debug, Default)]
pub(crate) struct Story {
    /// How many schedules were read.
    schedules: usize,
    /// Whether a schedule was cut off, so that nothing can be said.
    pub(crate) is_cut_off: bool,
    /// The members of fallbacks that run, each with the best that it has.
    pub(crate) members: BTreeMap<MemberOf, Best>,
    /// The most rounds of each client that run.
    pub(crate) rounds: BTreeMap<ClientId, u32>,
    /// How each client ended first.
    pub(crate) ends: BTreeMap<ClientId, Ending>,
    /// Clients that were under way when a schedule stopped at an attempt that never ends.
    unfinished: BTreeSet<ClientId>,
}

/// How much of its limit a member has at best, and the attempt that shows it.
#[derive(Debug, Clone)]
pub(crate) enum Best {
    Whole,
    Part { part: Part, shown: Shown, witness: String },
}

/// What is left of the limit of an attempt.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    /// In milliseconds.
    pub(crate) left_ms: u64,
    /// The request limit of its route, in milliseconds.
    pub(crate) limit_ms: u64,
    /// The client that sets that limit; `None` for the defaults.
    pub(crate) limit_of: Option<ClientId>,
    /// The leaf that is tried.
    pub(crate) leaf: ClientId,
    /// The client whose total leaves no more.
    pub(crate) total_of: ClientId,
    /// Whether no other client on the path has a total.
    pub(crate) is_only_total: bool,
    /// The place of that client on the path.
    total_place: usize,
}

/// The number of a schedule among those of the entry, and of an attempt in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown {
    schedule: usize,
    attempt: usize,
}

/// The last attempt below a client, in the first schedule that leads to it.
#[derive(Debug)]
pub(crate) struct Ending {
    shown: Shown,
    /// The total that ends first of those on the way to the client, if there is one.
    pub(crate) total_of: Option<ClientId>,
    /// Whether no other client on that way has a total.
    pub(crate) is_only_total: bool,
    pub(crate) witness: String,
}

/// The clients on the way to the attempt that is read, each with the time at which it was entered, in milliseconds
/// from the start of the call.
type Path = Vec<(Visit, u64)>;

impl Story {
    /// Adds what a schedule shows.
    pub(crate) fn read(&mut self, plan: &Plan<Span>, schedule: &Schedule) {
        self.is_cut_off |= schedule.end == ScheduleEnd::NotFollowed;
        if self.is_cut_off {
            return;
        }
        let mut path = Path::new();
        for (index, attempt) in schedule.attempts.iter().enumerate() {
            path = follow(&path, &schedule.path(attempt), attempt.start_ms);
            let shown = Shown { schedule: self.schedules, attempt: index };
            self.note_members(plan, attempt, shown, &path);
            self.note_ends(plan, shown, &path);
        }
        if schedule.end == ScheduleEnd::NeverEnds {
            self.unfinished.extend(path.iter().map(|(visit, _)| visit.client));
        }
        let told = |shown: Shown| told(plan, schedule, shown.attempt);
        for ending in self.ends.values_mut().filter(|ending| ending.shown.schedule == self.schedules) {
            ending.witness = told(ending.shown);
        }
        for best in self.members.values_mut() {
            if let Best::Part { shown, witness, .. } = best
                && shown.schedule == self.schedules
            {
                *witness = told(*shown);
            }
        }
        self.schedules += 1;
    }

    fn note_members(&mut self, plan: &Plan<Span>, attempt: &ScheduledAttempt, shown: Shown, path: &Path) {
        let part = part(plan, attempt, path);
        for (place, (visit, _)) in path.iter().enumerate() {
            // What a total below the fallback cuts is not for lack of time in the fallback.
            let new = match part.filter(|part| part.total_place <= place) {
                None => Best::Whole,
                Some(part) => Best::Part { part, shown, witness: String::new() },
            };
            let rounds = self.rounds.entry(visit.client).or_insert(0);
            *rounds = (*rounds).max(visit.round + 1);
            let Some(member) = visit.member.filter(|_| is_fallback(plan, visit.client)) else { continue };
            let best = self.members.entry((visit.client, member)).or_insert_with(|| new.clone());
            if best.is_less_than(&new) {
                *best = new.clone();
            }
        }
    }

    fn note_ends(&mut self, plan: &Plan<Span>, shown: Shown, path: &Path) {
        let (mut first, mut totals): (Option<(u64, ClientId)>, usize) = (None, 0);
        for (visit, entered_ms) in path {
            let total_ms = plan.client(visit.client).and_then(|client| client.limits.ms(Field::Total));
            totals += usize::from(total_ms.is_some());
            let own = total_ms.map(|ms| (entered_ms.saturating_add(ms), visit.client));
            // Of two totals that end at the same time the inner one is named.
            first = own.filter(|own| first.is_none_or(|first| own.0 <= first.0)).or(first);
            let total_of = first.map(|(_, client)| client);
            let is_only_total = totals == 1;
            let new = || Ending { shown, total_of, is_only_total, witness: String::new() };
            let ending = self.ends.entry(visit.client).or_insert_with(new);
            if ending.shown.schedule == shown.schedule {
                (ending.shown, ending.total_of, ending.is_only_total) = (shown, total_of, is_only_total);
            }
        }
    }
}

impl Best {
    fn is_less_than(&self, other: &Self) -> bool {
        let share = |best: &Self| match best {
            Self::Whole => (1, 1),
            Self::Part { part, .. } => (u128::from(part.left_ms), u128::from(part.limit_ms)),
        };
        let ((own, of), (other, of_other)) = (share(self), share(other));
        own * of_other < other * of
    }
}

impl Part {
    /// Whether less of its limit is left than of another's.
    pub(crate) fn is_less_than(&self, other: &Self) -> bool {
        let product = |left_ms: u64, limit_ms: u64| u128::from(left_ms) * u128::from(limit_ms);
        product(self.left_ms, other.limit_ms) < product(other.left_ms, self.limit_ms)
    }
}

/// The path of an attempt, given that of the one before. A client stays entered as long as everything above it is
/// the same visit.
fn follow(before: &Path, visits: &[Visit], start_ms: u64) -> Path {
    let mut is_same = true;
    let entered = |place: usize, visit: &Visit, is_same: bool| match before.get(place) {
        Some((old, entered_ms)) if is_same && old.client == visit.client => *entered_ms,
        _ => start_ms,
    };
    let mut path = Path::with_capacity(visits.len());
    for (place, visit) in visits.iter().enumerate() {
        path.push((*visit, entered(place, visit, is_same)));
        is_same = is_same && before.get(place).is_some_and(|(old, _)| old == visit);
    }
    path
}

/// What an attempt has of its own limit, where a total leaves it less than all, and whose total.
fn part(plan: &Plan<Span>, attempt: &ScheduledAttempt, path: &Path) -> Option<Part> {
    let (cut, request) = (attempt.cut?, attempt.request?);
    let CutBy::Total { place, .. } = cut.by else { return None };
    let client_at = |place: usize| path.get(place).map(|(visit, _)| visit.client);
    let (total_of, leaf) = (client_at(place.index())?, path.last()?.0.client);
    let limit_of = request.origin.place().and_then(|place| client_at(place.index()));
    let (left_ms, limit_ms, total_place) = (cut.ms, request.ms, place.index());
    let has_total = |visit: &Visit| {
        plan.client(visit.client).is_some_and(|client| client.limits.get(Field::Total).is_some())
    };
    let is_only_total = path.iter().filter(|(visit, _)| has_total(visit)).count() == 1;
    let part = Part { left_ms, limit_ms, limit_of, leaf, total_of, is_only_total, total_place };
    (left_ms < limit_ms).then_some(part)
}

pub(crate) fn is_fallback(plan: &Plan<Span>, id: ClientId) -> bool {
    plan.client(id).is_some_and(|client| matches!(client.kind, ClientKind::Fallback { .. }))
}

/// The attempts of a schedule up to one of them, in words.
fn told(plan: &Plan<Span>, schedule: &Schedule, last: usize) -> String {
    let attempts = schedule.attempts.get(..=last).unwrap_or_default();
    let mut parts = Vec::new();
    for (index, attempt) in attempts.iter().enumerate() {
        let is_told = attempts.len() <= TOLD || index < 2 || index + 1 == attempts.len();
        if is_told {
            parts.push(told_attempt(plan, schedule, attempt, index + 1 == attempts.len()));
        } else if index == 2 {
            parts.push(format!("{} more attempts", attempts.len() - 3));
        }
    }
    parts.join(", ")
}

fn told_attempt(plan: &Plan<Span>, schedule: &Schedule, attempt: &ScheduledAttempt, is_last: bool) -> String {
    let path = schedule.path(attempt);
    let name = path.last().and_then(|visit| plan.client(visit.client)).map_or("", |client| &client.name);
    let mut text = format!("`{name}` from {}", grouped(attempt.start_ms));
    if let Some(end_ms) = attempt.end_ms {
        text.push_str(&format!(" to {} ms", grouped(end_ms)));
    }
    if let (Some(cut), Some(request)) = (attempt.cut, attempt.request)
        && cut.is_deadline()
        && cut.ms < request.ms
    {
        text.push_str(&format!(" instead of {}", grouped(attempt.start_ms.saturating_add(request.ms))));
    }
    if attempt.delay_ms > 0 && !is_last {
        text.push_str(&format!(", a delay of {} ms", grouped(attempt.delay_ms)));
    }
    text
}

impl Story {
    /// How a client ended, where it did.
    pub(crate) fn ending<'s, 'p>(
        &'s self,
        plan: &'p Plan<Span>,
        client: ClientId,
    ) -> Option<(&'s Ending, &'p clientc_plan::Client<Span>)> {
        let ending = self.ends.get(&client).filter(|_| !self.unfinished.contains(&client))?;
        Some((ending, plan.client(client)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(left_ms: u64, limit_ms: u64) -> Part {
        let id = ClientId(0);
        Part {
            left_ms,
            limit_ms,
            limit_of: None,
            leaf: id,
            total_of: id,
            is_only_total: true,
            total_place: 0,
        }
    }

    #[test]
    fn what_is_left_is_compared_as_a_share_of_the_limit() {
        let best =
            |part| Best::Part { part, shown: Shown { schedule: 0, attempt: 0 }, witness: String::new() };
        for (one, other, is_less) in [
            ((1, 2), (2, 3), true),
            ((2, 3), (1, 2), false),
            ((1, 2), (2, 4), false),
            ((3, 1000), (2, 10), true),
            ((2, 10), (3, 1000), false),
            ((u64::MAX - 1, u64::MAX), (u64::MAX, u64::MAX), true),
        ] {
            let (one, other) = (part(one.0, one.1), part(other.0, other.1));
            assert_eq!(one.is_less_than(&other), is_less, "{one:?} {other:?}");
            assert_eq!(best(one).is_less_than(&best(other)), is_less, "{one:?} {other:?}");
        }
        assert!(best(part(9, 10)).is_less_than(&Best::Whole));
        assert!(!best(part(10, 10)).is_less_than(&Best::Whole) && !Best::Whole.is_less_than(&Best::Whole));
        assert!(!Best::Whole.is_less_than(&best(part(9, 10))));
    }
}
