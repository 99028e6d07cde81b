//! The clock of a call: whole milliseconds from its start.

use std::time::Duration;

use tokio::time::Instant;

/// How late a timer may wake the call without the call losing time: what was to happen then counts as having
/// happened then, so that lateness does not add up over attempts. In milliseconds.
const GRACE_MS: u64 = 10;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    start: Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self { start: Instant::now() }
    }

    /// The moment this many milliseconds after the start, or `None` where it is too far away to come.
    pub(super) fn at(&self, ms: u64) -> Option<Instant> {
        self.start.checked_add(Duration::from_millis(ms))
    }

    /// The time of a moment, rounded up, so that no deadline is overrun by a fraction.
    pub(super) fn ceil_ms(&self, moment: Instant) -> u64 {
        whole_ms(moment.saturating_duration_since(self.start).as_micros().div_ceil(1000))
    }

    /// The time of a moment in whole milliseconds that have passed.
    pub(super) fn floor_ms(&self, moment: Instant) -> u64 {
        whole_ms(moment.saturating_duration_since(self.start).as_millis())
    }

    /// The time after something that was planned for this time and has happened now.
    pub(super) fn settled_ms(&self, planned_ms: u64) -> u64 {
        let now_ms = self.ceil_ms(Instant::now());
        if now_ms.saturating_sub(planned_ms) <= GRACE_MS { planned_ms } else { now_ms }
    }
}

fn whole_ms(ms: u128) -> u64 {
    u64::try_from(ms).unwrap_or(u64::MAX)
}
