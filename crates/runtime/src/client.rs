//! A client of a runtime, ready to be called.

use std::sync::Arc;
use std::time::Duration;

use clientc_plan::record::OverrideRecord;
use clientc_plan::{ClientId, Overrides};
use http::{HeaderMap, HeaderName};
use tracing::Instrument;

use crate::answer::Answer;
use crate::chat::ChatRequest;
use crate::engine::{Call, Wishes};
use crate::error::{Error, HeaderError};
use crate::inner::{Inner, StreamUpstream};
use crate::overrides::{Ignored, OverrideError, Timeouts};
use crate::provider;
use crate::stream::ChatStream;
use crate::telemetry;

/// Headers that set who calls, whom, and with which body. Only the client sets them.
const CLIENTS_OWN: [&str; 15] = [
    "authorization",
    "proxy-authorization",
    "api-key",
    "x-api-key",
    "x-goog-api-key",
    "x-goog-user-project",
    "x-amz-date",
    "x-amz-security-token",
    "host",
    "content-type",
    "content-length",
    "content-encoding",
    "transfer-encoding",
    "connection",
    "upgrade",
];

/// A client, with what its calls get besides the plan. It is cheap to clone, so each call can have its own.
#[derive(Debug, Clone)]
pub struct Client {
    inner: Arc<Inner>,
    id: ClientId,
    deadline_ms: Option<u64>,
    overrides: Overrides,
    asked: Vec<OverrideRecord>,
    ignored: Vec<Ignored>,
    wishes: Wishes,
}

impl Client {
    pub(crate) fn new(inner: &Arc<Inner>, id: ClientId) -> Self {
        Self {
            inner: Arc::clone(inner),
            id,
            deadline_ms: None,
            overrides: inner.overrides.clone(),
            asked: inner.asked.clone(),
            ignored: Vec::new(),
            wishes: Wishes { stream_upstream: inner.services.stream_upstream, ..Wishes::default() },
        }
    }

    /// The name of the client.
    pub fn name(&self) -> &str {
        self.inner.name(self.id)
    }

    /// Whether every leaf that a call may come to sends messages as their caller wrote them: see
    /// [`ChatRequest::verbatim`]. Where one does not, the request must contain them in both forms.
    pub fn takes_verbatim(&self) -> bool {
        let mut seen = vec![self.id];
        let mut next = 0;
        while let Some(&id) = seen.get(next) {
            next += 1;
            if self.inner.entry(id).is_some_and(|entry| !provider::takes_verbatim(&entry.leaf)) {
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

    /// Bounds the calls by further limits, on every route from this client. The smaller limit counts, so they can only
    /// lower limits; [`Client::ignored`] names those that change nothing.
    ///
    /// # Errors
    ///
    /// A time outside 1 to 9007199254740991 ms, and a total for a client that is a leaf.
    pub fn with_timeouts(mut self, timeouts: &Timeouts) -> Result<Self, OverrideError> {
        let added = crate::overrides::add(&self.inner.plan, &mut self.overrides, self.id, timeouts)?;
        self.asked.extend(added.asked);
        self.ignored.extend(added.ignored);
        Ok(self)
    }

    /// Gives every call this much time, from its start to its end, retries and delays included. It bounds calls
    /// beside the limits of the plan. The time is rounded up to whole milliseconds.
    #[must_use]
    pub fn with_deadline(mut self, time: Duration) -> Self {
        let ms = u64::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
        self.deadline_ms = Some(self.deadline_ms.map_or(ms, |earlier| earlier.min(ms)));
        self
    }

    /// Sends these headers with every request besides those of the plan, such as `traceparent` or `idempotency-key`.
    /// Where a header is already set, the one given here counts.
    ///
    /// # Errors
    ///
    /// Headers that set who calls, whom, or with which body: only the plan sets them. The error names the header.
    pub fn with_headers(mut self, headers: HeaderMap) -> Result<Self, HeaderError> {
        let is_own = |name: &&HeaderName| CLIENTS_OWN.contains(&name.as_str());
        if let Some(name) = headers.keys().find(is_own) {
            return Err(HeaderError { name: name.clone() });
        }
        self.wishes.headers.extend(headers);
        Ok(self)
    }

    /// Sets whether [`Client::chat`] makes its requests as streams, whose pieces are joined, so that the first-token
    /// and the idle limit bound it too.
    #[must_use]
    pub fn with_stream_upstream(mut self, mode: StreamUpstream) -> Self {
        self.wishes.stream_upstream = mode;
        self
    }

    /// Sets whether [`Client::chat`] keeps the body of the answer as the provider sent it.
    #[must_use]
    pub fn with_raw_body(mut self, keep: bool) -> Self {
        self.wishes.raw_body = keep;
        self
    }

    /// The limits of [`Client::with_timeouts`] that change nothing, because the plan's are not larger.
    pub fn ignored(&self) -> &[Ignored] {
        &self.ignored
    }

    /// Calls the client and returns the whole answer. Dropping the future ends the request in progress at once.
    ///
    /// # Errors
    ///
    /// Where no attempt of the plan returned an answer. The error contains the last failure and the record of the call.
    pub async fn chat(&self, request: &ChatRequest) -> Result<Answer, Error> {
        let call = self.call(false);
        let span = call.span.clone();
        call.whole(request).instrument(span).await
    }

    /// Calls the client and returns the answer as it arrives, from the first content on. Before that a fallback can
    /// move on; after it nothing is tried again.
    ///
    /// # Errors
    ///
    /// As [`Client::chat`]. Failures after the first content come out of the stream.
    pub async fn stream(&self, request: &ChatRequest) -> Result<ChatStream, Error> {
        let call = self.call(true);
        let span = call.span.clone();
        call.stream(request).instrument(span).await.map(ChatStream::new)
    }

    fn call(&self, is_streaming: bool) -> Call {
        Call {
            inner: Arc::clone(&self.inner),
            client: self.id,
            deadline_ms: self.deadline_ms,
            overrides: self.overrides.clone(),
            asked: self.asked.clone(),
            wishes: self.wishes.clone(),
            span: telemetry::call(&self.inner, self.id, is_streaming),
        }
    }
}
