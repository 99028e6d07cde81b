//! The gateway from outside, over a scripted upstream in memory and with a clock that jumps.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

#[path = "gateway/answers.rs"]
mod answers;
#[path = "gateway/bad_input.rs"]
mod bad_input;
#[path = "gateway/callers.rs"]
mod callers;
#[path = "gateway/choices.rs"]
mod choices;
#[path = "gateway/credentials.rs"]
mod credentials;
#[path = "gateway/http2.rs"]
mod http2;
#[path = "gateway/log.rs"]
mod log;
#[cfg(target_os = "linux")]
#[path = "gateway/machine.rs"]
mod machine;
#[path = "gateway/matrix.rs"]
mod matrix;
#[path = "gateway/otlp.rs"]
mod otlp;
#[path = "gateway/passed_on.rs"]
mod passed_on;
#[path = "gateway/plans.rs"]
mod plans;
#[path = "gateway/program.rs"]
mod program;
#[cfg(unix)]
#[path = "gateway/reload.rs"]
mod reload;
#[path = "gateway/sockets.rs"]
mod sockets;
#[path = "gateway/stage.rs"]
mod stage;
#[cfg(unix)]
#[path = "gateway/start.rs"]
mod start;
#[path = "gateway/statuses.rs"]
mod statuses;
