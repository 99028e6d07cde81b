//! The timeout schedule: the call in which every attempt uses its whole limit and every delay its full length.

use std::collections::BTreeSet;

use crate::compose::Origin;
use crate::graph::{ClientId, ClientKind, Plan};
use crate::limit::{Limit, sum_ms};
use crate::walk::{Cut, End, Outcome, Step, Tickets, Visit, Walk, WalkOptions};

/// The most attempts for which a schedule is followed.
pub const MAX_ATTEMPTS: usize = 10_000;
/// The most combinations of first tickets that are looked at for one client.
pub const MAX_COMBINATIONS: usize = 64;

/// What happens when every attempt of a call times out. All times are in milliseconds from the start of the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The attempts in the order of their start.
    pub attempts: Vec<ScheduledAttempt>,
    /// How it ends.
    pub end: ScheduleEnd,
    /// When it ends, or `None` where it never ends or was not followed to its end.
    pub end_ms: Option<u64>,
    /// The visits of all attempts, each one after the visit above it. A visit that several attempts share stands
    /// here once: it is one round of one client, with one member under way.
    pub visits: Vec<ScheduledVisit>,
}

/// A visit of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScheduledVisit {
    /// The index of the visit above it, or `None` for the client asked about.
    pub above: Option<usize>,
    /// The client, its round and the member that is in progress.
    pub visit: Visit,
}

/// An attempt of a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduledAttempt {
    /// When it starts, in milliseconds from the start of the call.
    pub start_ms: u64,
    /// The effective request limit of its route, before any deadline cuts it.
    pub request: Option<Limit<Origin>>,
    /// The time that it has and what bounds it, or `None` where nothing does.
    pub cut: Option<Cut>,
    /// When it ends, in milliseconds from the start of the call, or `None` where it never does.
    pub end_ms: Option<u64>,
    /// The wait after it, in milliseconds.
    pub delay_ms: u64,
    /// The index of the visit of the leaf among the visits of the schedule.
    pub visit: usize,
}

/// How a schedule ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScheduleEnd {
    /// Everything was tried.
    Completed,
    /// This deadline kept it from going on.
    Deadline(Cut),
    /// The last attempt has neither a limit nor a deadline.
    NeverEnds,
    /// It was followed for [`MAX_ATTEMPTS`] attempts, and there would be more.
    NotFollowed,
}

impl Schedule {
    /// Follows the schedule of a client with every round-robin at its `start`.
    pub fn of<P>(plan: &Plan<P>, client: ClientId) -> Self {
        Self::with_tickets(plan, client, Tickets::new())
    }

    /// Follows the schedule of a client with these first tickets.
    pub fn with_tickets<P>(plan: &Plan<P>, client: ClientId, tickets: Tickets) -> Self {
        let mut walk = Walk::new(plan, client, tickets, WalkOptions::default());
        let mut schedule =
            Self { attempts: Vec::new(), end: ScheduleEnd::NotFollowed, end_ms: None, visits: Vec::new() };
        let (mut now_ms, mut outcome, mut path) = (0u64, None, Vec::new());
        loop {
            match walk.next(now_ms, outcome.take()) {
                Step::Attempt(_) if schedule.attempts.len() == MAX_ATTEMPTS => return schedule,
                Step::Attempt(attempt) => {
                    path.truncate(attempt.unchanged);
                    for &visit in attempt.visits.iter().skip(path.len()) {
                        let above = path.last().copied();
                        path.push(schedule.visits.len());
                        schedule.visits.push(ScheduledVisit { above, visit });
                    }
                    let end_ms = attempt.cut.map(|cut| sum_ms(now_ms, cut.ms));
                    schedule.attempts.push(ScheduledAttempt {
                        start_ms: attempt.start_ms,
                        request: attempt.limits.request_timeout_ms,
                        cut: attempt.cut,
                        end_ms,
                        delay_ms: 0,
                        visit: path.last().copied().unwrap_or(0),
                    });
                    let Some(end_ms) = end_ms else {
                        schedule.end = ScheduleEnd::NeverEnds;
                        return schedule;
                    };
                    now_ms = end_ms;
                    outcome = Some(Outcome::Failed { retryable: true, retry_after_ms: None });
                }
                Step::Sleep { ms, .. } => {
                    now_ms = sum_ms(now_ms, ms);
                    if let Some(attempt) = schedule.attempts.last_mut() {
                        attempt.delay_ms = ms;
                    }
                }
                Step::Done(end) => {
                    schedule.end = match end {
                        End::Failed { stopped_by: Some(cut) } => ScheduleEnd::Deadline(cut),
                        _ => ScheduleEnd::Completed,
                    };
                    schedule.end_ms = Some(now_ms);
                    return schedule;
                }
            }
        }
    }

    /// The clients on the way to the leaf of an attempt of this schedule, with their rounds and members.
    pub fn path(&self, attempt: &ScheduledAttempt) -> Vec<Visit> {
        let mut path = Vec::new();
        let mut next = Some(attempt.visit);
        while let Some((index, found)) = next.and_then(|index| Some((index, self.visits.get(index)?))) {
            path.push(found.visit);
            next = found.above.filter(|&above| above < index);
        }
        path.reverse();
        path
    }

    /// Whether all that can happen is in the schedule: it was followed to its end and it has one.
    pub const fn is_whole(&self) -> bool {
        matches!(self.end, ScheduleEnd::Completed | ScheduleEnd::Deadline(_))
    }
}

/// Every combination of first tickets of the round-robins that a client reaches, beginning with that of
/// [`Schedule::of`]. `None` where there are more than [`MAX_COMBINATIONS`].
pub fn first_tickets<P>(plan: &Plan<P>, client: ClientId) -> Option<Vec<Tickets>> {
    let mut combinations = vec![Tickets::new()];
    for (round_robin, members) in round_robins(plan, client) {
        if combinations.len().saturating_mul(members) > MAX_COMBINATIONS {
            return None;
        }
        let smaller = std::mem::take(&mut combinations);
        for ticket in 0..members as u64 {
            combinations.extend(smaller.iter().map(|tickets| {
                let mut tickets = tickets.clone();
                tickets.set(round_robin, ticket);
                tickets
            }));
        }
    }
    Some(combinations)
}

/// Goes through the schedules of a client for every combination of first tickets. `None` where there are more than
/// [`MAX_COMBINATIONS`]. Each schedule is followed only when it is asked for.
pub fn schedules<P>(plan: &Plan<P>, client: ClientId) -> Option<impl Iterator<Item = Schedule>> {
    let combinations = first_tickets(plan, client)?;
    Some(combinations.into_iter().map(move |tickets| Schedule::with_tickets(plan, client, tickets)))
}

/// The round-robins that a client reaches with the numbers of their members, in the order of their ids.
fn round_robins<P>(plan: &Plan<P>, client: ClientId) -> Vec<(ClientId, usize)> {
    let mut seen = BTreeSet::from([client]);
    let mut open = vec![client];
    let mut found = Vec::new();
    while let Some(id) = open.pop() {
        let members = plan.members(id);
        if plan.client(id).is_some_and(|client| matches!(client.kind, ClientKind::RoundRobin { .. })) {
            found.push((id, members.len()));
        }
        open.extend(
            members.iter().filter(|&&member| !plan.members(member).is_empty() && seen.insert(member)),
        );
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests;
