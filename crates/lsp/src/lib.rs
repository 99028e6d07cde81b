//! The language server of clientc.
//!
//! What an editor shows is made below `features`, one file per feature: functions over a scene, which is a linked and
//! checked project, that return plain data with byte ranges and know nothing of the protocol. The server around them is
//! thin: it keeps the texts in a [`clientc_workspace::Workspace`], turns byte ranges into the client's positions, and
//! speaks JSON-RPC. [`serve`] runs it over a pair of streams.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail"))]

mod features;
mod positions;
mod scene;
mod server;
mod shape;

pub use self::server::{Ended, serve};
