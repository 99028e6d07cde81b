//! Tickets and drawn delays of a call, and what was given.

use crate::runtime::Inner;
use clientc_plan::record::MAX_GIVEN;
use clientc_plan::{ClientId, Supply};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Draws a delay: it is given the planned one and returns the one to wait, both in milliseconds.
pub(crate) type Draw = dyn Fn(u64) -> u64 + Send + Sync;

/// Gives tickets from the counters of the runtime, and remembers what it gave.
pub(super) struct Given<'r> {
    counters: &'r [Arc<AtomicU64>],
    draw: &'r Draw,
    pub(super) tickets: Vec<(ClientId, u64)>,
    pub(super) drawn_ms: Vec<u64>,
}

impl<'r> Given<'r> {
    pub(super) fn new(inner: &'r Inner) -> Given<'r> {
        Given { counters: &inner.tickets, draw: &*inner.draw, tickets: Vec::new(), drawn_ms: Vec::new() }
    }
}

impl Supply for Given<'_> {
    fn ticket(&mut self, client: ClientId) -> u64 {
        let counter = self.counters.get(client.index());
        let ticket = counter.map_or(0, |counter| counter.fetch_add(1, Ordering::Relaxed));
        if self.tickets.len() < MAX_GIVEN {
            self.tickets.push((client, ticket));
        }
        ticket
    }

    fn draw(&mut self, planned_ms: u64) -> u64 {
        let drawn_ms = (self.draw)(planned_ms).min(planned_ms);
        if self.drawn_ms.len() < MAX_GIVEN {
            self.drawn_ms.push(drawn_ms);
        }
        drawn_ms
    }
}
