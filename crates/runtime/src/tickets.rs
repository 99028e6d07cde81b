//! The tickets of the round-robins.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use clientc_plan::ClientId;
use clientc_plan::document::ResolvedPlan;
use clientc_plan::{ClientKind, Plan};

/// The most names of added round-robins whose tickets are remembered. A program that has another name for every call
/// would else fill its memory.
const MAX_NAMES: usize = 10_000;

/// The counter of each client, by its place in the plan, and those of all runtimes of a family, by name.
#[derive(Debug, Clone)]
pub(crate) struct Tickets {
    counters: Vec<Option<Arc<AtomicU64>>>,
    shared: Arc<Mutex<HashMap<Box<str>, Arc<AtomicU64>>>>,
}

impl Tickets {
    /// Gives every round-robin of a plan a counter that begins at 0.
    pub(crate) fn new(plan: &ResolvedPlan) -> Self {
        Self { counters: Vec::new(), shared: Arc::default() }.for_plan(plan)
    }

    /// The counters of another plan. A round-robin of a name that was there before goes on with its tickets.
    pub(crate) fn for_plan(&self, plan: &ResolvedPlan) -> Self {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let counters = plan.clients().iter().map(|client| {
            if !matches!(client.kind, ClientKind::RoundRobin { .. }) {
                return None;
            }
            if let Some(known) = shared.get(&client.name) {
                return Some(Arc::clone(known));
            }
            let counter = Arc::new(AtomicU64::new(0));
            if shared.len() < MAX_NAMES {
                shared.insert(client.name.clone(), Arc::clone(&counter));
            }
            Some(counter)
        });
        Self { counters: counters.collect(), shared: Arc::clone(&self.shared) }
    }

    /// Counters for a new state of a plan: the round-robins that did not change go on with their tickets.
    pub(crate) fn continued<'p>(&self, old: &'p ResolvedPlan, new: &'p ResolvedPlan) -> Self {
        let tickets = Self::new(new);
        let named = |plan: &'p ResolvedPlan| plan.ids().zip(plan.clients());
        let known: HashMap<&str, ClientId> = named(old).map(|(id, client)| (&*client.name, id)).collect();
        for (id, client) in named(new) {
            let before = known.get(&*client.name).copied();
            let is_same = before.is_some_and(|before| turns(old, before) == turns(new, id));
            if let (true, Some(counter)) = (is_same, tickets.counter(id)) {
                let taken = before.and_then(|before| self.counter(before));
                counter.store(taken.map_or(0, |taken| taken.load(Ordering::Relaxed)), Ordering::Relaxed);
            }
        }
        tickets
    }

    /// Takes the next ticket of a round-robin.
    pub(crate) fn take(&self, client: ClientId) -> u64 {
        self.counter(client).map_or(0, |counter| counter.fetch_add(1, Ordering::Relaxed))
    }

    fn counter(&self, client: ClientId) -> Option<&AtomicU64> {
        self.counters.get(client.index())?.as_deref()
    }
}

/// The names of the members of a round-robin and its start.
fn turns<P>(plan: &Plan<P>, client: ClientId) -> Option<(Vec<&str>, u32)> {
    match &plan.client(client)?.kind {
        ClientKind::RoundRobin { members, start } => {
            let names = members.iter().map(|member| plan.client(*member).map_or("", |client| &*client.name));
            Some((names.collect(), *start))
        }
        _ => None,
    }
}
