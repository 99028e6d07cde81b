//! Judges a recorded call: attempt by attempt, whether the plan was obeyed, and what decided what came next.
//!
//! The walk is followed once more with what the record says of the outside: the tickets, the drawn delays, the
//! overrides and the outcomes. Everything else must come out as it was recorded.

mod attempt;
mod end;
mod judge;
mod places;
mod supply;

use crate::document::Resolved;
use crate::document::{MismatchError, Source};
use crate::record::{self, CallRecord};
use serde::Serialize;

/// What is to be said of a recorded call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Replay {
    /// The attempts in the order of the record.
    pub attempts: Vec<ReplayedAttempt>,
    /// What is to be said of the end of the call.
    pub end: Vec<Judgement>,
    /// Whether the plan was obeyed throughout.
    pub is_obeyed: bool,
}

/// What is to be said of an attempt.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReplayedAttempt {
    /// The names from the client of the call to the leaf.
    pub path: Vec<Box<str>>,
    /// When it started, in milliseconds from the start of the call.
    pub start_ms: u64,
    /// When it ended, in milliseconds from the start of the call.
    pub end_ms: u64,
    /// Why it was made, how it went, and what came next.
    pub judgements: Vec<Judgement>,
}

/// One thing that the plan decided, or one in which it was not obeyed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Judgement {
    /// Whether the plan was obeyed in it.
    pub is_obeyed: bool,
    /// What happened, and what the plan says of it.
    pub message: String,
    /// The line that decided it; null where it is in no file.
    #[cfg_attr(feature = "schema", schemars(with = "crate::document::schema::Nullable<Source>"))]
    pub place: Option<Source>,
}

/// Why a record cannot be held against a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// The document does not follow from its own clients and defaults.
    #[error(transparent)]
    Mismatch(#[from] MismatchError),
    /// The record is of another schema or version.
    #[error("this is a record of \"{0}\", version {1}; only \"clientc.call\", version 1, is known")]
    OtherVersion(Box<str>, u32),
    /// The plan has no client of this name.
    #[error("the plan has no client \"{0}\", which the record names; is it the plan of this call?")]
    UnknownClient(Box<str>),
}

/// Holds a record against the plan that it should have followed. A timer may be late by `tolerance_ms`.
pub fn replay(document: &Resolved, record: &CallRecord, tolerance_ms: u64) -> Result<Replay, ReplayError> {
    if (&*record.schema, record.version) != (record::SCHEMA, record::VERSION) {
        return Err(ReplayError::OtherVersion(record.schema.clone(), record.version));
    }
    let plan = document.plan()?;
    judge::Judge::new(document, &plan, record, tolerance_ms)?.run()
}
