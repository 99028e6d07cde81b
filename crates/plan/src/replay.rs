//! Judges a recorded call: attempt by attempt, whether it followed the plan, and what decided the next step.
//!
//! The walk is repeated with what the record contains from outside: the tickets, the drawn delays, the overrides and
//! the outcomes. Everything else must come out as it was recorded.

mod attempt;
mod end;
mod judge;
mod places;
mod supply;
#[cfg(test)]
mod tests;

use serde::Serialize;

use crate::document::Resolved;
use crate::document::{MismatchError, Source};
use crate::record::{self, CallRecord};

/// The judgement of a recorded call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Replay {
    /// The attempts in the order of the record.
    pub attempts: Vec<ReplayedAttempt>,
    /// The judgements of the end of the call.
    pub end: Vec<Judgement>,
    /// Whether the call followed the plan throughout.
    pub is_obeyed: bool,
}

/// The judgements of an attempt.
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

/// One thing that the plan decided, or one in which the call did not follow it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Judgement {
    /// Whether the call followed the plan in it.
    pub is_obeyed: bool,
    /// What happened, and what the plan says about it.
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

/// Compares a record with the plan that it should have followed. A timer may be late by `tolerance_ms`.
pub fn replay(document: &Resolved, record: &CallRecord, tolerance_ms: u64) -> Result<Replay, ReplayError> {
    if (&*record.schema, record.version) != (record::SCHEMA, record::VERSION) {
        return Err(ReplayError::OtherVersion(record.schema.clone(), record.version));
    }
    let plan = document.plan()?;
    judge::Judge::new(document, &plan, record, tolerance_ms)?.run()
}
