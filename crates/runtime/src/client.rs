//! A client of a runtime, ready to be called.

use crate::chat::{ChatRequest, ChatResponse, Chunk};
use crate::engine::{Call, Streamed, Streaming};
use crate::error::Error;
use crate::overrides::{Ignored, OverrideError, Timeouts};
use crate::runtime::Inner;
use crate::telemetry;
use clientc_plan::record::{CallRecord, OverrideRecord};
use clientc_plan::{ClientId, Overrides};
use futures_util::Stream;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tracing::{Instrument, Span};

/// A client, with the limits that its calls get besides those of the plan.
#[derive(Debug, Clone)]
pub struct Client {
    inner: Arc<Inner>,
    id: ClientId,
    deadline_ms: Option<u64>,
    overrides: Overrides,
    asked: Vec<OverrideRecord>,
    ignored: Vec<Ignored>,
}

/// An answer with the record of its call.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What the model answered.
    pub response: ChatResponse,
    /// The attempts, the limits and the times of the call.
    pub record: CallRecord,
}

/// The chunks of an answer as they come. Dropping it ends the request at once.
#[derive(Debug)]
pub struct ChatStream {
    streaming: Streaming,
    record: Option<CallRecord>,
    span: Span,
}

impl Client {
    pub(crate) fn new(inner: &Arc<Inner>, id: ClientId) -> Client {
        Client {
            inner: Arc::clone(inner),
            id,
            deadline_ms: None,
            overrides: inner.overrides.clone(),
            asked: inner.asked.clone(),
            ignored: Vec::new(),
        }
    }

    /// Returns the name of the client.
    pub fn name(&self) -> &str {
        self.inner.name(self.id)
    }

    /// Returns whether every leaf that a call may come to sends messages as their caller wrote them: see
    /// [`ChatRequest::verbatim`]. Where one does not, the request must hold them in both forms.
    pub fn takes_verbatim(&self) -> bool {
        let mut seen = vec![self.id];
        let mut next = 0;
        while let Some(&id) = seen.get(next) {
            next += 1;
            if self.inner.entry(id).is_some_and(|entry| !entry.leaf.takes_verbatim()) {
                return false;
            }
            for &member in self.inner.plan.members(id) {
                if !seen.contains(&member) {
                    seen.push(member);
                }
            }
        }
        true
    }

    /// Bounds the calls by further limits, on every route from this client. The smaller limit counts, so they can
    /// only lower; [`Client::ignored`] names those that change nothing.
    ///
    /// # Errors
    ///
    /// A time outside 1 to 9007199254740991 ms is refused, and so is a total for a client that is a leaf.
    pub fn with_timeouts(mut self, timeouts: &Timeouts) -> Result<Client, OverrideError> {
        let added = crate::overrides::add(&self.inner.plan, &mut self.overrides, self.id, timeouts)?;
        self.asked.extend(added.asked);
        self.ignored.extend(added.ignored);
        Ok(self)
    }

    /// Gives every call this much time, from its start to its end, retries and delays included. It bounds calls
    /// beside the limits of the plan. The time is rounded up to whole milliseconds.
    #[must_use]
    pub fn with_deadline(mut self, time: Duration) -> Client {
        let ms = u64::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
        self.deadline_ms = Some(self.deadline_ms.map_or(ms, |earlier| earlier.min(ms)));
        self
    }

    /// Returns the limits of [`Client::with_timeouts`] that change nothing, because the plan's are not larger.
    pub fn ignored(&self) -> &[Ignored] {
        &self.ignored
    }

    /// Calls the client and returns the whole answer. Dropping the future ends the request under way at once.
    ///
    /// # Errors
    ///
    /// Where nothing of the plan gave an answer, the error holds the last failure and the record of the call.
    pub async fn chat(&self, request: &ChatRequest) -> Result<Answer, Error> {
        let span = telemetry::call(&self.inner, self.id, false);
        let made = self.call().whole(request).instrument(span.clone()).await;
        let (response, record) = made.inspect_err(|error| telemetry::call_failed(&span, error))?;
        telemetry::answered(&span, &response, &record);
        Ok(Answer { response, record })
    }

    /// Calls the client and returns the answer as it comes, from the first content on. Up to there a fallback can
    /// move on; after it nothing is tried again.
    ///
    /// # Errors
    ///
    /// As [`Client::chat`]. Failures after the first content come out of the stream.
    pub async fn stream(&self, request: &ChatRequest) -> Result<ChatStream, Error> {
        let span = telemetry::call(&self.inner, self.id, true);
        let made = self.call().stream(request).instrument(span.clone()).await;
        let streaming = made.inspect_err(|error| telemetry::call_failed(&span, error))?;
        Ok(ChatStream { streaming, record: None, span })
    }

    fn call(&self) -> Call {
        Call {
            inner: Arc::clone(&self.inner),
            client: self.id,
            deadline_ms: self.deadline_ms,
            overrides: self.overrides.clone(),
            asked: self.asked.clone(),
        }
    }
}

impl ChatStream {
    /// Returns the record of the call once the stream has come to its end. Where it fails, its error has it.
    pub fn record(&self) -> Option<&CallRecord> {
        self.record.as_ref()
    }
}

impl Stream for ChatStream {
    type Item = Result<Chunk, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let _entered = this.span.enter();
        Poll::Ready(match ready!(this.streaming.poll_chunk(context)) {
            Some(Streamed::Chunk(chunk)) => {
                telemetry::chunk(&this.span, &chunk);
                Some(Ok(chunk))
            }
            Some(Streamed::Done(record)) => {
                telemetry::ended(&this.span, &record);
                this.record = Some(*record);
                None
            }
            Some(Streamed::Failed(error)) => {
                telemetry::call_failed(&this.span, &error);
                Some(Err(error))
            }
            None => None,
        })
    }
}
