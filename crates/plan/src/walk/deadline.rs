//! Deadlines of a call, and what cuts an attempt.

use crate::compose::{Origin, PathIndex};
use crate::limit::Limit;

/// What ends an attempt at the latest. Where two end it at the same time, the least is named: the own limit of
/// the attempt, then the innermost total, then what bounds the call from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CutBy {
    /// The effective request limit of the attempt, with what set it.
    Own(Origin),
    /// The total limit of a client on the path.
    Total {
        /// The place of the client on the path.
        place: PathIndex,
        /// Whether an override at run time set it.
        is_override: bool,
    },
    /// The time that the caller gave the whole call.
    Call,
    /// The duration of the worst case.
    WorstCase,
}

/// The time that an attempt has, and what bounds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cut {
    /// The time left, in milliseconds, from the moment that this was said.
    pub ms: u64,
    /// What bounds it.
    pub by: CutBy,
    /// The limit as it is set, in milliseconds.
    pub configured_ms: u64,
    /// The start of what the limit bounds, in milliseconds from the start of the call: the start of the attempt,
    /// or the moment at which the composite was entered.
    pub since_ms: u64,
}

/// A point in time, in milliseconds from the start of the call. Deadlines compose as limits do.
pub(super) type Deadline = Limit<DeadlineOrigin>;

/// What set a deadline. The order is that of `by`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DeadlineOrigin {
    by: CutBy,
    configured_ms: u64,
    since_ms: u64,
}

impl Deadline {
    /// Makes the deadline of a limit that runs from `since_ms` on.
    pub(super) fn new(by: CutBy, configured_ms: u64, since_ms: u64) -> Self {
        let origin = DeadlineOrigin { by, configured_ms, since_ms };
        Self { ms: since_ms.saturating_add(configured_ms), origin }
    }

    /// Makes the deadline of an attempt that starts now, out of its own limit.
    pub(super) fn own(limit: Limit<Origin>, now_ms: u64) -> Self {
        Self::new(CutBy::Own(limit.origin), limit.ms, now_ms)
    }

    /// What the deadline leaves from now on.
    pub(super) fn cut(&self, now_ms: u64) -> Cut {
        let DeadlineOrigin { by, configured_ms, since_ms } = self.origin;
        Cut { ms: self.ms.saturating_sub(now_ms), by, configured_ms, since_ms }
    }
}

impl Cut {
    /// Whether a deadline bounds the attempt and not its own request limit.
    pub const fn is_deadline(&self) -> bool {
        !matches!(self.by, CutBy::Own(_))
    }

    /// When the limit passes, in milliseconds from the start of the call.
    pub const fn end_ms(&self) -> u64 {
        self.since_ms.saturating_add(self.configured_ms)
    }
}
