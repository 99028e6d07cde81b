//! Runs the walk of the crate with the same fates as the naive implementation.

use clientc_plan::{
    Attempt, ClientId, CutBy, Origin, Outcome, Plan, Step, Supply, Tickets, Visit, Walk, WalkOptions,
};

use crate::model::{Fate, FateKind, Model};
use crate::naive::{End, Event, elapsed};

pub(crate) struct Drawn {
    pub(crate) tickets: Tickets,
    pub(crate) draws: u64,
}

impl Supply for Drawn {
    fn ticket(&mut self, client: ClientId) -> u64 {
        self.tickets.ticket(client)
    }

    fn draw(&mut self, planned_ms: u64) -> u64 {
        planned_ms * self.draws / 100
    }
}

pub(crate) struct Ran {
    pub(crate) events: Vec<Event>,
    pub(crate) end: End,
    pub(crate) now: u64,
    pub(crate) requests: u64,
}

/// Runs a call and shows every attempt to `watch` with its clients, its start and the time that it has.
pub(crate) fn run(
    plan: &Plan<()>,
    node: usize,
    fates: &[Fate],
    draws: u64,
    options: WalkOptions<'_>,
    mut watch: impl FnMut(&[Visit], u64, Option<u64>),
) -> Ran {
    let supply = Drawn { tickets: Tickets::new(), draws };
    let mut walk = Walk::new(plan, ClientId(node as u32), supply, options);
    let (mut now, mut outcome, mut attempts, mut events) = (0, None, 0, Vec::new());
    let mut previous: Vec<Visit> = Vec::new();
    let end = loop {
        match walk.next(now, outcome.take()) {
            Step::Attempt(attempt) => {
                let limit = attempt.cut.map(|cut| cut.ms);
                let shared = attempt.unchanged;
                assert_eq!(previous.get(..shared), attempt.visits.get(..shared));
                assert!(attempts == 0 || previous != attempt.visits, "two attempts have the same visits");
                previous = attempt.visits.to_vec();
                watch(attempt.visits, attempt.start_ms, limit);
                events.push(event(&attempt));
                let fate = fates[attempts % fates.len()];
                attempts += 1;
                now += elapsed(fate, limit);
                outcome = Some(outcome_of(fate));
            }
            Step::Sleep { ms, .. } => {
                events.push(Event::Wait(ms));
                now += ms;
            }
            Step::Done(end) => break end,
        }
    };
    let end = match end {
        clientc_plan::End::Succeeded => End::Success,
        clientc_plan::End::Failed { .. } => End::Failed,
        clientc_plan::End::HandedOn => End::HandedOn,
        clientc_plan::End::Cancelled => End::Cancelled,
    };
    Ran { events, end, now, requests: walk.requests() }
}

fn event(attempt: &Attempt<'_>) -> Event {
    Event::Attempt {
        path: attempt.path().map(ClientId::index).collect(),
        start: attempt.start_ms,
        limit: attempt.cut.map(|cut| cut.ms),
        by: attempt.cut.map(|cut| name(cut.by)),
    }
}

pub(crate) fn name(by: CutBy) -> String {
    match by {
        CutBy::Own(Origin::Client(place)) => format!("own@{}", place.0),
        CutBy::Own(Origin::Defaults) => "own@defaults".to_owned(),
        CutBy::Own(Origin::RunTime) => "own@run time".to_owned(),
        CutBy::Total { place, is_override: false } => format!("total@{}", place.0),
        other => format!("{other:?}"),
    }
}

fn outcome_of(fate: Fate) -> Outcome {
    match fate.kind {
        FateKind::Timeout | FateKind::Retryable => {
            Outcome::Failed { retryable: true, retry_after_ms: fate.retry_after }
        }
        FateKind::Refused => Outcome::Failed { retryable: false, retry_after_ms: fate.retry_after },
        FateKind::Unbuildable => Outcome::Unbuildable,
        FateKind::HandedOn => Outcome::HandedOn,
        FateKind::Success => Outcome::Succeeded,
        FateKind::Cancelled => Outcome::Cancelled,
    }
}

/// The last client of a model, which is the one with the most below it.
pub(crate) fn root(model: &Model) -> usize {
    model.nodes.len() - 1
}
