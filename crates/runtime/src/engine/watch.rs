//! The limits of one attempt, all running at once on one timer.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use clientc_plan::Field;
use tokio::time::{Instant, Sleep, sleep_until};

use super::brief::Brief;

/// The longest that a timer is set for. A limit further away is looked at again then.
const LONGEST: Duration = Duration::from_secs(30 * 24 * 3600);

/// A limit that passed. Where several pass at the same time, the least is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Passed {
    Connect,
    FirstToken,
    Idle,
    /// The request limit or a deadline, whichever the walk said.
    Cut,
    /// The time for what may follow the finish reason. It fails nothing.
    Tail,
}

/// Watches over the limits of an attempt and measures how far each was used.
#[derive(Debug)]
pub(crate) struct Watch {
    first_token_at: Option<Instant>,
    idle: Option<Duration>,
    idle_at: Option<Instant>,
    cut_at: Option<Instant>,
    tail_at: Option<Instant>,
    /// Whether nothing is read because there is no room for it.
    is_paused: bool,
    /// The last event that restarted the idle limit.
    last_event: Option<Instant>,
    first_token: Option<Instant>,
    longest_gap: Duration,
    armed_for: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Watch {
    pub(super) fn new(brief: &Brief, is_streaming: bool) -> Self {
        let limit_ms = |field| brief.limits.ms(field).filter(|_| is_streaming);
        let token_ms = limit_ms(Field::TimeToFirstToken).map(|ms| brief.start_ms.saturating_add(ms));
        Self {
            first_token_at: token_ms.and_then(|ms| brief.clock.at(ms)),
            idle: limit_ms(Field::Idle).map(Duration::from_millis),
            idle_at: None,
            cut_at: brief.end_ms().and_then(|ms| brief.clock.at(ms)),
            tail_at: None,
            is_paused: false,
            last_event: None,
            first_token: None,
            longest_gap: Duration::ZERO,
            armed_for: None,
            timer: None,
        }
    }

    /// Runs something until it is done or a limit passes. It is pinned by the caller, because a future that is moved into
    /// another one takes its place there twice, and every call in progress would hold it.
    pub(super) async fn within<F: Future + Unpin>(&mut self, mut future: F) -> Result<F::Output, Passed> {
        poll_fn(|context| match Pin::new(&mut future).poll(context) {
            Poll::Ready(output) => Poll::Ready(self.in_time(Instant::now()).map(|()| output)),
            Poll::Pending => self.poll(context).map(Err),
        })
        .await
    }

    /// Says whether what is here now came before the attempt had to end and, where content is still to come,
    /// before it had to begin. The idle limit is not asked about: what is here did come.
    pub(super) fn in_time(&self, now: Instant) -> Result<(), Passed> {
        let is_past = |at: Option<Instant>| at.is_some_and(|at| at < now);
        match (is_past(self.first_token_at), is_past(self.cut_at)) {
            (false, false) => Ok(()),
            (true, true) if self.cut_at < self.first_token_at => Err(Passed::Cut),
            (true, _) => Err(Passed::FirstToken),
            (false, true) => Err(Passed::Cut),
        }
    }

    /// Waits for the next limit to pass.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Passed> {
        loop {
            let Some((at, passed)) = self.next() else {
                return Poll::Pending;
            };
            let now = Instant::now();
            if at <= now {
                return Poll::Ready(passed);
            }
            // Most events only put a limit off. The timer is then left as it is and looks again when it wakes.
            if self.armed_for.is_none_or(|armed| armed > at || armed <= now) {
                let target = at.min(now + LONGEST);
                match &mut self.timer {
                    Some(timer) => timer.as_mut().reset(target),
                    None => self.timer = Some(Box::pin(sleep_until(target))),
                }
                self.armed_for = Some(target);
            }
            let timer = self.timer.as_mut().map(|timer| timer.as_mut().poll(context));
            if timer.is_none_or(|timer| timer.is_pending()) {
                return Poll::Pending;
            }
            self.armed_for = None;
        }
    }

    /// The limit that passes next.
    fn next(&self) -> Option<(Instant, Passed)> {
        let limits = [
            (self.first_token_at, Passed::FirstToken),
            (self.idle_at.filter(|_| !self.is_paused), Passed::Idle),
            (self.cut_at, Passed::Cut),
            (self.tail_at.filter(|_| !self.is_paused), Passed::Tail),
        ];
        limits.into_iter().filter_map(|(at, passed)| Some((at?, passed))).min()
    }

    /// Notes an event that restarts the idle limit.
    pub(super) fn event(&mut self, now: Instant) {
        if let Some(last) = self.last_event.replace(now) {
            self.longest_gap = self.longest_gap.max(now - last);
        }
        self.idle_at = self.idle.and_then(|idle| now.checked_add(idle));
    }

    /// Notes an event with content. The first one ends the time to first token. One after the finish reason, as old
    /// Gemini models send them, is no tail.
    pub(super) fn content(&mut self, now: Instant) {
        self.first_token.get_or_insert(now);
        self.first_token_at = None;
        self.tail_at = None;
    }

    /// Notes the event that made the answer whole. What may follow it is waited for no longer than this.
    pub(super) fn finish(&mut self, now: Instant, tail: Duration) {
        self.first_token_at = None;
        if self.tail_at.is_none() {
            self.tail_at = now.checked_add(tail);
        }
    }

    /// Notes that the answer is not whole after all: another choice of it goes on.
    pub(super) fn go_on(&mut self) {
        self.tail_at = None;
    }

    /// Lets the idle limit wait, because nothing is read.
    pub(super) fn pause(&mut self) {
        self.is_paused = true;
    }

    /// Lets the idle limit run again, from now.
    pub(super) fn resume(&mut self) {
        if std::mem::replace(&mut self.is_paused, false) {
            self.idle_at = self.idle.and_then(|idle| Instant::now().checked_add(idle));
        }
    }

    pub(super) fn first_token(&self) -> Option<Instant> {
        self.first_token
    }

    pub(super) fn last_event(&self) -> Option<Instant> {
        self.last_event
    }

    pub(super) fn longest_gap(&self) -> Duration {
        self.longest_gap
    }
}
