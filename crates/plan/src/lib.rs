//! The algebra of limits, routes, worst cases and the walk of an LLM call.
//!
//! This crate is what the compiler and the runtime share. It knows clients as a graph of leaves, fallbacks
//! and round-robins with limits and retry policies. It reads no source text, touches no disk and no clock.
//!
//! - [`field`] and [`limit`]: the five limits and the one function that composes them, [`minimum`].
//! - [`retry`]: retry policies and their exact delays.
//! - [`graph`]: the checked graph of clients, a [`Plan`].
//! - [`compose`]: routes, their number and their effective limits.
//! - [`mod@worst_case`]: the upper bound of a call in requests and in milliseconds.
//! - [`walk`]: the execution of a call as a state machine without I/O.
//! - [`run_time`]: what BAML does where it executes a plan itself.
//! - [`schedule`]: the walk in which every attempt times out.
//! - [`difference`]: what a change does to a plan.
//! - [`document`] and [`value`]: the resolved JSON, version 1.
//! - [`json`]: JSON values that keep the order of keys and the spelling of numbers.
//! - [`providers`]: the table of providers and options.
//! - [`record`]: what became of a call, and [`mod@replay`], which judges it.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail"))]

pub mod compose;
pub mod difference;
pub mod document;
pub mod field;
pub mod graph;
pub mod json;
pub mod limit;
pub mod providers;
pub mod record;
pub mod replay;
pub mod retry;
pub mod run_time;
pub mod schedule;
#[cfg(test)]
mod testing;
pub mod value;
pub mod walk;
pub mod worst_case;

pub use self::compose::{
    Counts, Exceeded, ExceededLimit, MAX_NAMES, MAX_ROUTE_LENGTH, MAX_ROUTES, Origin, PathIndex, Route,
    RouteCounts, Routes, walk_routes,
};
pub use self::field::{ByField, Field};
pub use self::graph::{Client, ClientId, ClientKind, Plan, PlanError, PolicyId, cycles};
pub use self::limit::{Limit, Limits, MAX_MS, minimum, sum_ms};
pub use self::retry::{
    Delays, Multiplier, MultiplierError, PolicyError, RetryPolicy, RetryStrategy, is_retried_status,
};
pub use self::run_time::{BAML_VERSION, Differences, RunTime, is_measured_version};
pub use self::schedule::{
    MAX_ATTEMPTS, Schedule, ScheduleEnd, ScheduledAttempt, ScheduledVisit, first_tickets, schedules,
};
pub use self::value::{Number, Object, Value};
pub use self::walk::{
    Attempt, Cut, CutBy, End, Outcome, Overrides, Step, Supply, Tickets, Visit, Walk, WalkOptions,
};
pub use self::worst_case::{WorstCase, WorstCases, worst_case};
