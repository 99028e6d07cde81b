//! The runtime against everything that can go wrong: the chapters of the contract, random plans, a server of our own
//! that misbehaves, and what must hold for every call.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

#[path = "runtime/bounds.rs"]
mod bounds;
#[path = "runtime/calls.rs"]
mod calls;
#[path = "conformance/chapter.rs"]
mod chapter;
#[path = "runtime/chapters.rs"]
mod chapters;
#[path = "runtime/families.rs"]
mod families;
#[path = "runtime/fetched.rs"]
mod fetched;
#[path = "runtime/joined.rs"]
mod joined;
#[path = "runtime/joined_forms.rs"]
mod joined_forms;
#[path = "runtime/late.rs"]
mod late;
#[path = "runtime/matrix.rs"]
mod matrix;
#[path = "reference/model.rs"]
mod model;
#[path = "reference/naive.rs"]
#[allow(dead_code, reason = "the generators need a part of it")]
mod naive;
#[path = "runtime/network.rs"]
mod network;
#[path = "runtime/pairs.rs"]
mod pairs;
#[path = "runtime/properties.rs"]
mod properties;
#[path = "runtime/providers.rs"]
mod providers;
#[path = "runtime/proxies.rs"]
mod proxies;
#[path = "reference/random.rs"]
mod random;
#[path = "runtime/refusals.rs"]
mod refusals;
#[path = "runtime/schedules.rs"]
mod schedules;
#[path = "conformance/script.rs"]
mod script;
#[path = "runtime/secure.rs"]
mod secure;
#[path = "runtime/service_accounts.rs"]
mod service_accounts;
#[path = "runtime/stage.rs"]
mod stage;
#[path = "runtime/statuses.rs"]
mod statuses;
#[path = "runtime/streams.rs"]
mod streams;
#[path = "reference/text.rs"]
mod text;
#[path = "runtime/tls.rs"]
mod tls;
#[path = "runtime/traces.rs"]
mod traces;
#[path = "runtime/types.rs"]
mod types;
#[path = "runtime/upstream.rs"]
mod upstream;
