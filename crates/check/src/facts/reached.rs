//! How many requests a call can really make, where its totals may end it before all of its retries.

use std::collections::HashMap;

use clientc_plan::{
    ClientId, ClientKind, Field, MAX_ATTEMPTS, Outcome, Plan, RunTime, Step, Supply, Walk, WalkOptions,
    WorstCases,
};
use clientc_semantic::Span;

/// The most visits of clients that are walked for one project.
const MOST_WORK: u64 = 100 * MAX_ATTEMPTS as u64;

/// Walks calls in which everything fails at once, so that as much as possible is tried before a total ends them.
pub(crate) struct Reached<'p> {
    plan: &'p Plan<Span>,
    has_totals: bool,
    left: u64,
}

impl<'p> Reached<'p> {
    pub(crate) fn new(plan: &'p Plan<Span>) -> Self {
        let has_totals = plan.clients().iter().any(|client| client.limits.get(Field::Total).is_some());
        Self { plan, has_totals, left: MOST_WORK }
    }

    /// How many of the requests of its worst case a call can make; `None` where that takes too much work to find out.
    pub(crate) fn requests(&mut self, entry: ClientId, worst: u64) -> Option<u64> {
        // Without totals nothing ends a call early. BAML enforces none (peer/baml-facts.md 3.2).
        if !self.has_totals || self.plan.run_time() == RunTime::Baml {
            return Some(worst);
        }
        let most = u64::try_from(MAX_ATTEMPTS).unwrap_or(u64::MAX);
        let (mut made, mut now_ms, mut outcome) = (0, 0_u64, None);
        let mut walk = Walk::new(self.plan, entry, Turns::new(self.plan), WalkOptions::default());
        loop {
            match walk.next(now_ms, outcome.take()) {
                Step::Attempt(attempt) => {
                    made += 1;
                    self.left = self.left.saturating_sub(attempt.visits.len() as u64);
                    if made > most || self.left == 0 {
                        return None;
                    }
                    outcome = Some(Outcome::Failed { retryable: true, retry_after_ms: None });
                }
                Step::Sleep { ms, .. } => now_ms = now_ms.saturating_add(ms),
                Step::Done(_) => return Some(made),
            }
        }
    }
}

/// Gives every round-robin the ticket with which its rounds make the most requests: between two of its visits other
/// calls may take any number. Delays with jitter are not waited for.
struct Turns<'p> {
    plan: &'p Plan<Span>,
    worst_cases: WorstCases<'p, Span>,
    known: HashMap<ClientId, u64>,
}

impl<'p> Turns<'p> {
    fn new(plan: &'p Plan<Span>) -> Self {
        Self { plan, worst_cases: WorstCases::new(plan), known: HashMap::new() }
    }

    fn best(&mut self, id: ClientId) -> Option<u64> {
        let client = self.plan.client(id)?;
        let ClientKind::RoundRobin { members, start } = &client.kind else { return None };
        let costs: Vec<u64> = members.iter().map(|member| self.worst_cases.of(*member).requests).collect();
        let rounds = self.plan.retries(client).0 as usize + 1;
        let from = |first: usize| -> u64 {
            costs.iter().cycle().skip(first).take(rounds).fold(0, |sum, cost| sum.saturating_add(*cost))
        };
        let first = (0..costs.len()).rev().max_by_key(|first| from(*first))? as u64;
        let (members, start) = (costs.len() as u64, u64::from(*start));
        // Tickets count on and on, so one that is larger by the number of members leads to the same one.
        Some(first + members - start % members)
    }
}

impl Supply for Turns<'_> {
    fn ticket(&mut self, client: ClientId) -> u64 {
        if let Some(known) = self.known.get(&client) {
            return *known;
        }
        let best = self.best(client).unwrap_or(0);
        self.known.insert(client, best);
        best
    }

    fn draw(&mut self, _: u64) -> u64 {
        0
    }
}
