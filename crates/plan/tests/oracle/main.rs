//! The crate against a second, deliberately naive and recursive implementation, over random plans.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod agreement;
mod baml;
mod bounds;
mod driver;
mod model;
mod naive;
