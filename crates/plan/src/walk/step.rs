//! What a call asks for, what it is told, and how it ends.

use super::deadline::Cut;
use crate::compose::Origin;
use crate::graph::ClientId;
use crate::limit::Limits;

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'w> {
    /// Make this attempt, then come back with its outcome.
    Attempt(Attempt<'w>),
    /// Wait, then come back without an outcome.
    Sleep {
        /// How long to wait, in milliseconds, at least 1.
        ms: u64,
        /// The client whose policy asks for it.
        client: ClientId,
    },
    /// The call is over.
    Done(End),
}

/// An attempt to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt<'w> {
    /// The clients on the way to the leaf, from the client of the call to the leaf, both included.
    pub visits: &'w [Visit],
    /// How many of the first visits are those of the attempt before.
    pub unchanged: usize,
    /// The number of the request in this call, from 1. A leaf that could not be built gives its number back.
    pub number: u64,
    /// When the attempt starts, in milliseconds from the start of the call.
    pub start_ms: u64,
    /// The effective limits on this route, defaults and overrides included, before any deadline cuts them.
    pub limits: Limits<Origin>,
    /// What ends the attempt at the latest: its own request limit or a deadline. Nothing where nothing does.
    pub cut: Option<Cut>,
}

/// A client on the current path, and which of its rounds and members is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Visit {
    /// The client.
    pub client: ClientId,
    /// The number of the round, or of the attempt of a leaf: 0 for the first, above it for the retries.
    pub round: u32,
    /// The index of the member that is in progress, or `None` for a leaf.
    pub member: Option<u32>,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It succeeded.
    Succeeded,
    /// It failed.
    Failed {
        /// Whether the failure is one that is retried. Every timeout is.
        retryable: bool,
        /// The wait that the server asked for, in milliseconds.
        retry_after_ms: Option<u64>,
    },
    /// The leaf could not be built, and no request was made.
    Unbuildable,
    /// It failed after content had been passed on to the caller.
    HandedOn,
    /// The caller left. This may also be said during a wait.
    Cancelled,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// An attempt succeeded.
    Succeeded,
    /// Everything that could be tried failed.
    Failed {
        /// The deadline that kept the call from going on: it cut the last attempt, or left no time for the next
        /// member or for the delay before the next round. Nothing where everything was tried.
        stopped_by: Option<Cut>,
    },
    /// An attempt failed after content had been passed on, so nothing was tried again.
    HandedOn,
    /// The caller left.
    Cancelled,
}

impl Attempt<'_> {
    /// The leaf that is called.
    pub fn leaf(&self) -> Option<ClientId> {
        self.visits.last().map(|visit| visit.client)
    }

    /// Goes through the clients from the client of the call to the leaf.
    pub fn path(&self) -> impl ExactSizeIterator<Item = ClientId> {
        self.visits.iter().map(|visit| visit.client)
    }
}
