//! Carries calls out: the walk says what comes next, the clock when, and the transport does it.

mod authorize;
#[cfg(feature = "bedrock")]
mod aws_events;
mod brief;
mod call;
mod clock;
mod compression;
mod event;
mod exchange;
mod feed;
mod frames;
mod pieces;
mod prompt;
mod reading;
mod recorder;
mod refusal;
mod retry_after;
mod sse;
mod supply;
mod timeout;
mod watch;

#[cfg(test)]
pub(crate) use self::authorize::authorize;
pub(crate) use self::call::{Call, Streaming};
pub(crate) use self::exchange::Wishes;
pub(crate) use self::feed::{Fed, Feed};
