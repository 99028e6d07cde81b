//! Snapshots of every format over small sources, and properties of masking and of places.

#![allow(clippy::expect_used, reason = "a test may fail")]

mod full;
mod lines;
mod masking;
mod places;
mod plans;
mod sources;
