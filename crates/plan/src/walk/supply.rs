//! What a call takes from outside: tickets, drawn delays and overrides.

use std::collections::HashMap;

use crate::field::{ByField, Field};
use crate::graph::ClientId;
use crate::limit::{Limit, Limits, MAX_MS, minimum};

/// Gives a call the tickets of its round-robins and draws its delays.
pub trait Supply {
    /// Takes a ticket of a round-robin and returns how many were taken before. The `start` of the client is added
    /// by the walk.
    fn ticket(&mut self, client: ClientId) -> u64;

    /// The delay to wait where one of `planned_ms` milliseconds is planned and the policy has jitter. A
    /// longer one counts as the planned one.
    fn draw(&mut self, planned_ms: u64) -> u64 {
        planned_ms
    }
}

impl<S: Supply + ?Sized> Supply for &mut S {
    fn ticket(&mut self, client: ClientId) -> u64 {
        (**self).ticket(client)
    }

    fn draw(&mut self, planned_ms: u64) -> u64 {
        (**self).draw(planned_ms)
    }
}

/// Tickets that are counted from a chosen first one for each round-robin, by default 0. Delays have their full
/// length.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tickets {
    taken: HashMap<ClientId, u64>,
}

impl Tickets {
    /// Begins every round-robin at its `start`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the next ticket of a round-robin this one.
    pub fn set(&mut self, client: ClientId, ticket: u64) {
        self.taken.insert(client, ticket);
    }
}

impl Supply for Tickets {
    fn ticket(&mut self, client: ClientId) -> u64 {
        let next = self.taken.entry(client).or_insert(0);
        let ticket = *next;
        *next = next.wrapping_add(1);
        ticket
    }
}

/// Limits that are set for one call. They act as if the client had them besides its own: the smaller one counts,
/// the defaults included. An override of the client of the call bounds every route.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    limits: HashMap<ClientId, Limits<()>>,
}

impl Overrides {
    /// Begins without any.
    pub fn new() -> Self {
        Self::default()
    }

    /// Bounds a field of a client. Returns false, and changes nothing, where the time is not from 1 to [`MAX_MS`]
    /// milliseconds. Of two overrides of one field the smaller one counts.
    pub fn lower(&mut self, client: ClientId, field: Field, ms: u64) -> bool {
        let is_allowed = (1..=MAX_MS).contains(&ms);
        if is_allowed {
            let slot = self.limits.entry(client).or_insert(ByField::NONE).slot(field);
            *slot = minimum(*slot, Some(Limit { ms, origin: () }));
        }
        is_allowed
    }

    /// The overrides of a client.
    pub fn of(&self, client: ClientId) -> Option<&Limits<()>> {
        self.limits.get(&client)
    }
}
