//! The tickets and delays of a record, given once more.

use std::collections::VecDeque;

use crate::graph::ClientId;
use crate::walk::Supply;

/// Gives what a record says, and notes where it says too little.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    pub(super) tickets: VecDeque<(ClientId, u64)>,
    pub(super) drawn_ms: VecDeque<u64>,
    /// Whether something was asked for that the record does not have.
    pub(super) is_short: bool,
}

impl Supply for Recorded {
    fn ticket(&mut self, client: ClientId) -> u64 {
        match self.tickets.pop_front() {
            Some((of, ticket)) if of == client => ticket,
            _ => {
                self.is_short = true;
                0
            }
        }
    }

    fn draw(&mut self, planned_ms: u64) -> u64 {
        match self.drawn_ms.pop_front() {
            Some(drawn_ms) if drawn_ms <= planned_ms => drawn_ms,
            _ => {
                self.is_short = true;
                planned_ms
            }
        }
    }
}
