//! Carries calls out: the walk says what comes next, the clock when, and the transport does it.

mod attempt;
mod call;
mod clock;
mod events;
mod prompt;
mod reading;
mod recorder;
mod retry_after;
mod supply;
mod timeout;
mod watch;

pub(crate) use attempt::Plan;
pub(crate) use call::{Call, Streamed, Streaming};
pub(crate) use supply::Draw;
