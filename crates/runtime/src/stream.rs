//! An answer as it arrives.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use clientc_plan::record::{AttemptRecord, CallRecord};
use futures_util::Stream;

use crate::answer::AnsweredBy;
use crate::chat::Chunk;
use crate::engine::{Fed, Feed, Streaming};
use crate::error::Error;

/// The chunks of an answer as they arrive. Dropping it ends the request at once.
///
/// The stream is read in the background, so the limits bound the server, not the reader: see
/// [`Builder::stream_buffer`](crate::Builder::stream_buffer).
pub struct ChatStream {
    feed: Arc<Feed>,
    answered_by: AnsweredBy,
    failed_before: Vec<AttemptRecord>,
    record: Option<CallRecord>,
}

impl ChatStream {
    pub(crate) fn new(streaming: Streaming) -> Self {
        let Streaming { feed, answered_by, failed_before } = streaming;
        Self { feed, answered_by, failed_before, record: None }
    }

    /// Who answers: the leaf, the route to it, and the headers of its answer.
    pub fn answered_by(&self) -> &AnsweredBy {
        &self.answered_by
    }

    /// The attempts that failed before this answer began.
    pub fn failed_before(&self) -> &[AttemptRecord] {
        &self.failed_before
    }

    /// The record of the call once the stream has come to its end. Where it fails, its error has it.
    pub fn record(&self) -> Option<&CallRecord> {
        self.record.as_ref()
    }
}

impl Stream for ChatStream {
    type Item = Result<Chunk, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(match ready!(self.feed.poll_next(context)) {
            Some(Fed::Chunk(chunk)) => Some(Ok(chunk)),
            Some(Fed::Done(record)) => {
                self.record = Some(*record);
                None
            }
            Some(Fed::Failed(error)) => Some(Err(error)),
            None => None,
        })
    }
}

impl Drop for ChatStream {
    fn drop(&mut self) {
        self.feed.close();
    }
}

impl fmt::Debug for ChatStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ChatStream").field("answered_by", &self.answered_by).finish_non_exhaustive()
    }
}
