//! Callers over HTTP/2 who do not read their answer.
//!
//! Over HTTP/1.1, what a caller does not read stays in the socket, where the limit on writing sees it. Over HTTP/2 the
//! socket may stay busy with other streams and with pings, while the window of one stream is closed. Then hyper does
//! not ask the body of that answer for more. So when a body that returned something is not asked again, its caller
//! reads nothing.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Error;
use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// The body of an answer, which is given up when its caller reads nothing of it for too long. Its call ends then, and
/// so does the request upstream; the stream is reset as soon as the caller reads again.
#[derive(Debug)]
pub(crate) struct Attended {
    answer: Arc<Mutex<Answer>>,
    watch: JoinHandle<()>,
}

#[derive(Debug)]
struct Answer {
    /// What is still to be sent; `None` once it was given up.
    body: Option<Body>,
    /// Since when the caller has not read what there is; `None` while there is nothing for it.
    waits_since: Option<Instant>,
}

impl Attended {
    /// Watches over a body. `given_up` is called where it is given up. Must be called within a tokio runtime.
    pub(crate) fn new(body: Body, limit: Duration, given_up: impl FnOnce() + Send + 'static) -> Self {
        let answer = Answer { body: Some(body), waits_since: Some(Instant::now()) };
        let answer = Arc::new(Mutex::new(answer));
        let watched = Arc::clone(&answer);
        let watch = tokio::spawn(async move {
            let overdue = loop {
                match take_overdue(&watched, limit) {
                    Ok(body) => break body,
                    Err(due) => tokio::time::sleep_until(due).await,
                }
            };
            given_up();
            drop(overdue);
        });
        Self { answer, watch }
    }
}

/// Takes the body where its time is over, or returns when that may be.
fn take_overdue(answer: &Mutex<Answer>, limit: Duration) -> Result<Option<Body>, Instant> {
    let now = Instant::now();
    let mut answer = lock(answer);
    let due = answer.waits_since.unwrap_or(now) + limit;
    if due <= now { Ok(answer.body.take()) } else { Err(due) }
}

impl http_body::Body for Attended {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let mut answer = lock(&self.answer);
        let Some(body) = &mut answer.body else {
            return Poll::Ready(Some(Err(Error::new(io::Error::from(ErrorKind::TimedOut)))));
        };
        let polled = http_body::Body::poll_frame(Pin::new(body), context);
        answer.waits_since = polled.is_ready().then(Instant::now);
        polled
    }

    fn is_end_stream(&self) -> bool {
        lock(&self.answer).body.as_ref().is_some_and(http_body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        lock(&self.answer).body.as_ref().map_or_else(SizeHint::default, http_body::Body::size_hint)
    }
}

impl Drop for Attended {
    fn drop(&mut self) {
        self.watch.abort();
    }
}

fn lock(answer: &Mutex<Answer>) -> MutexGuard<'_, Answer> {
    answer.lock().unwrap_or_else(PoisonError::into_inner)
}
