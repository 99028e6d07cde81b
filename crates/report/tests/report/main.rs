//! Snapshots of every format over small sources, and properties of masking.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail")]

mod full;
mod lines;
mod masking;
mod plans;
mod sources;
