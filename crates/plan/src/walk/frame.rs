//! One client on the current path of a call.

use super::deadline::{CutBy, Deadline};
use crate::compose::{Origin, PathIndex, fill, fill_by, lower};
use crate::field::{ByField, Field};
use crate::graph::{Client, Plan};
use crate::limit::{Limits, minimum};

#[derive(Debug)]
pub(super) struct Frame {
    /// The next deadline of the client and of all above it.
    pub(super) deadline: Option<Deadline>,
    /// The deadline of the client alone.
    own: Option<Deadline>,
    /// The limits from the client of the call down to this one.
    limits: Limits<Origin>,
    /// The same for the overrides.
    lowered: Limits<Origin>,
    /// The planned delay before the current round, in milliseconds; nothing in the first.
    pub(super) planned_ms: Option<u64>,
    /// The member of a round-robin that its ticket chose.
    pub(super) first_member: u32,
    /// Whether an attempt of this round failed in a way that is retried.
    pub(super) round_retryable: bool,
    /// The same for all rounds so far.
    any_retryable: bool,
}

impl Frame {
    /// Makes what is above the client of the call.
    pub(super) const fn root(outer: Option<Deadline>) -> Self {
        Self {
            deadline: outer,
            own: None,
            limits: ByField::NONE,
            lowered: ByField::NONE,
            planned_ms: None,
            first_member: 0,
            round_retryable: false,
            any_retryable: false,
        }
    }

    /// Makes the frame of a member that is entered now. Its total, if it has one, runs from now on.
    pub(super) fn member<P>(
        &self,
        client: &Client<P>,
        lowered: Option<&Limits<()>>,
        place: PathIndex,
        now_ms: u64,
    ) -> Self {
        let total = |ms, is_override| Deadline::new(CutBy::Total { place, is_override }, ms, now_ms);
        let own = minimum(
            client.limits.ms(Field::Total).map(|ms| total(ms, false)),
            lowered.and_then(|limits| limits.ms(Field::Total)).map(|ms| total(ms, true)),
        );
        Self {
            deadline: minimum(self.deadline, own),
            own,
            limits: lower(&self.limits, &client.limits, Origin::Client(place)),
            lowered: lowered.map_or(self.lowered, |own| lower(&self.lowered, own, Origin::Override(place))),
            ..Self::root(None)
        }
    }

    /// The effective limits of a leaf, those of the runtime included. The overrides come last, so that they can
    /// only lower.
    pub(super) fn effective<P>(&self, plan: &Plan<P>) -> Limits<Origin> {
        let mut limits = self.limits;
        fill(&mut limits, plan.defaults());
        fill_by(&mut limits, plan.run_time());
        limits.minimum(&self.lowered)
    }

    /// Notes how an attempt or a member of this round failed.
    pub(super) fn set_round_retryable(&mut self, retryable: bool) {
        self.round_retryable |= retryable;
        self.any_retryable |= retryable;
    }

    /// Whether the failed client counts as a failure that is retried: one of its attempts was, or its own
    /// total passed.
    pub(super) fn is_retryable(&self, now_ms: u64) -> bool {
        self.any_retryable || self.own.is_some_and(|own| own.ms <= now_ms)
    }
}
