//! Tickets and drawn delays of a call, and what the call was given of them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clientc_plan::record::MAX_GIVEN;
use clientc_plan::{ClientId, Supply};

use crate::inner::Inner;

/// What a call took that its plan did not decide. The record of the call shares it, so that it is there whenever the
/// call ends.
#[derive(Debug, Clone, Default)]
pub(super) struct Taken(Arc<Mutex<TakenLists>>);

#[derive(Debug, Default)]
pub(super) struct TakenLists {
    pub(super) tickets: Vec<(ClientId, u64)>,
    pub(super) drawn_ms: Vec<u64>,
}

/// Gives tickets from the counters of the runtime, and remembers what it gave.
pub(super) struct CallSupply<'r> {
    inner: &'r Inner,
    taken: Taken,
}

impl Taken {
    fn change(&self, change: impl FnOnce(&mut TakenLists)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(super) fn lists(&self) -> TakenLists {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<'r> CallSupply<'r> {
    pub(super) fn new(inner: &'r Inner, taken: Taken) -> Self {
        CallSupply { inner, taken }
    }
}

impl Supply for CallSupply<'_> {
    fn ticket(&mut self, client: ClientId) -> u64 {
        let ticket = self.inner.tickets.take(client);
        self.taken.change(|lists| {
            if lists.tickets.len() < MAX_GIVEN {
                lists.tickets.push((client, ticket));
            }
        });
        ticket
    }

    fn draw(&mut self, planned_ms: u64) -> u64 {
        let drawn = (self.inner.services.draw)(Duration::from_millis(planned_ms));
        let drawn_ms = u64::try_from(drawn.as_millis()).unwrap_or(u64::MAX).min(planned_ms);
        self.taken.change(|lists| {
            if lists.drawn_ms.len() < MAX_GIVEN {
                lists.drawn_ms.push(drawn_ms);
            }
        });
        drawn_ms
    }
}
