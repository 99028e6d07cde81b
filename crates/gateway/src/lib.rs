//! An OpenAI-compatible server that carries calls out as a resolved plan says.
//!
//! The model of a request is a client of the plan. Its limits, retries and fallbacks apply to every caller, and the
//! `timeout` of a request can lower them. There is no state but the tickets of the round-robins, so any number of
//! gateways can run behind a load balancer.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail"))]

mod answer;
mod ask;
mod auth;
mod body;
mod call;
mod call_settings;
mod calls;
mod current;
mod deadline;
mod drain;
mod failure;
mod gateway;
mod instruments;
mod join;
mod journal;
mod metrics;
mod model;
mod models;
mod observer;
mod plan;
mod refusal;
mod request_id;
mod routes;
mod serve;
mod stalled;
mod status;
mod stream;
mod timeout;
mod trace;
mod transport;
mod wire;

pub use self::auth::Keys;
pub use self::call_settings::{CallSettings, StreamUpstream};
pub use self::drain::longest_call;
pub use self::gateway::{Gateway, Snapshot};
pub use self::journal::{Journal, JournalLevel};
pub use self::observer::Observer;
pub use self::plan::{LoadError, Loaded, Source};
pub use self::routes::routes;
pub use self::serve::{Limits, serve};
pub use self::transport::{PassingOn, PerThread};
