//! Carries out LLM calls as a resolved plan says: its routes, retries and limits, to the millisecond.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail"))]

mod chat;
mod environment;
mod leaf;
mod provider;

pub use environment::{Environment, ProcessEnvironment, Variables};
