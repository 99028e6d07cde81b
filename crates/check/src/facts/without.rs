//! What removing a limit would change.

use clientc_plan::schedule::first_tickets;
use clientc_plan::{ClientId, Field, MAX_ATTEMPTS, Plan, Schedule, ScheduleEnd, WorstCases};
use clientc_semantic::Span;

use crate::core::input::Input;

/// The most clients that are looked at, and visits of attempts that are read, for one project.
const MOST_WORK: u64 = 100 * MAX_ATTEMPTS as u64;

/// Tries what a project would be like without one of its limits, up to a bound on the work.
#[derive(Debug)]
pub(crate) struct Without<'i, 'a> {
    input: &'i Input<'a>,
    entries: &'i [ClientId],
    left: u64,
}

impl<'i, 'a> Without<'i, 'a> {
    pub(crate) fn new(input: &'i Input<'a>, entries: &'i [ClientId]) -> Self {
        Self { input, entries, left: MOST_WORK }
    }

    /// Whether removing a limit changes nothing: no worst case of an entry, and no schedule of one for any first
    /// tickets of the round-robins on it. False where that takes too much work to find out.
    pub(crate) fn changes_nothing(&mut self, client: ClientId, field: Field) -> bool {
        self.is_same(client, field).unwrap_or(false)
    }

    fn is_same(&mut self, client: ClientId, field: Field) -> Option<bool> {
        let plan = &self.input.project.plan;
        self.spend(plan.clients().len() as u64)?;
        let mut clients = plan.clients().to_vec();
        let limits = &mut clients.get_mut(client.index())?.limits;
        *limits.slot(field) = None;
        let other = Plan::new(clients, plan.policies().to_vec(), *plan.defaults()).ok()?;
        let (mut worst, mut other_worst) = (WorstCases::new(plan), WorstCases::new(&other));
        let leads = leads_to(plan, client);
        for &entry in self.entries.iter().filter(|entry| leads[entry.index()]) {
            self.spend(plan.clients().len() as u64)?;
            if worst.of(entry) != other_worst.of(entry) || !self.is_same_schedule(plan, &other, entry)? {
                return Some(false);
            }
        }
        Some(true)
    }

    fn is_same_schedule(&mut self, plan: &Plan<Span>, other: &Plan<Span>, entry: ClientId) -> Option<bool> {
        for tickets in first_tickets(plan, entry)? {
            let schedule = Schedule::with_tickets(plan, entry, tickets.clone());
            self.spend(schedule.visits.len() as u64)?;
            if schedule.end == ScheduleEnd::NotFollowed {
                return None;
            }
            if schedule != Schedule::with_tickets(other, entry, tickets) {
                return Some(false);
            }
        }
        Some(true)
    }

    fn spend(&mut self, work: u64) -> Option<()> {
        self.left = self.left.checked_sub(work)?;
        Some(())
    }
}

/// For each client whether it is this one or leads to it.
fn leads_to(plan: &Plan<Span>, client: ClientId) -> Vec<bool> {
    let mut leads = vec![false; plan.clients().len()];
    for id in plan.order() {
        leads[id.index()] = *id == client || plan.members(*id).iter().any(|member| leads[member.index()]);
    }
    leads
}
