//! What the walk says of one attempt.

use clientc_plan::{Attempt, ClientId, Cut, Limits, Origin, PathIndex, Visit};

use super::clock::Clock;

/// What the walk says of an attempt, kept beyond its next step.
#[derive(Debug, Clone)]
pub(super) struct Brief {
    pub(super) clock: Clock,
    pub(super) path: Vec<Visit>,
    pub(super) leaf: ClientId,
    /// The number of the request in the call, from 1.
    pub(super) number: u64,
    pub(super) start_ms: u64,
    pub(super) limits: Limits<Origin>,
    pub(super) cut: Option<Cut>,
}

impl Brief {
    pub(super) fn new(attempt: &Attempt<'_>, clock: Clock) -> Option<Self> {
        Some(Self {
            clock,
            path: attempt.visits.to_vec(),
            leaf: attempt.leaf()?,
            number: attempt.number,
            start_ms: attempt.start_ms,
            limits: attempt.limits,
            cut: attempt.cut,
        })
    }

    /// Makes what stands for a call before its first attempt.
    pub(super) fn of_call(client: ClientId, clock: Clock) -> Self {
        let path = vec![Visit { client, round: 0, member: None }];
        Self { clock, path, leaf: client, number: 0, start_ms: 0, limits: Limits::NONE, cut: None }
    }

    /// The client at a place of the path.
    pub(super) fn at(&self, place: PathIndex) -> Option<ClientId> {
        self.path.get(place.index()).map(|visit| visit.client)
    }

    /// The client of the call.
    pub(super) fn root(&self) -> ClientId {
        self.path.first().map_or(self.leaf, |visit| visit.client)
    }

    /// When the attempt has to end at the latest, in milliseconds from the start of the call.
    pub(super) fn end_ms(&self) -> Option<u64> {
        self.cut.map(|cut| self.start_ms.saturating_add(cut.ms))
    }
}
