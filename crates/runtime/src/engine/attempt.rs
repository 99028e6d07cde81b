//! One attempt: the request is built and sent, and its answer read, all within its limits.

use super::clock::Clock;
use super::prompt::without_prompt;
use super::reading::Reading;
use super::retry_after::retry_after_ms;
use super::timeout;
use super::watch::{Passed, Watch};
use crate::chat::{ChatRequest, ChatResponse};
use crate::error::{ConnectionError, Failure, HttpError, RejectedError, UnbuildableError};
use crate::provider::{self, BuildError, HttpRequest, ProviderError, ReadError};
use crate::runtime::{Entry, Inner};
use crate::transport::{Answer, Body, Connection, Dial, TransportError};
use bytes::{Bytes, BytesMut};
use clientc_plan::{Attempt, ClientId, Cut, Field, Limits, Origin, PathIndex, Visit};
use futures_util::StreamExt;
use http::Request;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// The longest answer that is read, in bytes.
const MAX_ANSWER_BYTES: usize = 256 * 1024 * 1024;
/// How much of the body of an error is read for its message, in bytes.
const MAX_ERROR_BYTES: usize = 64 * 1024;

/// What the walk says of an attempt.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(super) clock: Clock,
    pub(super) path: Vec<Visit>,
    pub(super) leaf: ClientId,
    pub(super) number: u64,
    pub(super) start_ms: u64,
    pub(super) limits: Limits<Origin>,
    pub(super) cut: Option<Cut>,
}

/// An attempt that is made.
#[derive(Debug)]
pub(super) struct Try<'c> {
    pub(super) inner: &'c Arc<Inner>,
    pub(super) plan: &'c Plan,
    pub(super) watch: Watch,
    pub(super) dial: Dial,
}

/// Whether an answer is taken whole or as a stream.
pub(super) trait Mode {
    /// What the caller gets.
    type Answer: Send;
    const IS_STREAMING: bool;

    /// Takes the answer of a server that was willing.
    fn take(
        attempt: &mut Try<'_>,
        entry: &Entry,
        built: HttpRequest,
        body: Body,
    ) -> impl Future<Output = Result<Self::Answer, Failure>> + Send;
}

/// The answer is taken whole.
pub(super) struct Whole;

/// The answer is taken as a stream that has begun with content, or is already complete.
pub(super) struct AsStream;

impl Mode for Whole {
    type Answer = ChatResponse;
    const IS_STREAMING: bool = false;

    async fn take(
        attempt: &mut Try<'_>,
        entry: &Entry,
        built: HttpRequest,
        body: Body,
    ) -> Result<ChatResponse, Failure> {
        let body = attempt.read(body).await?;
        let mut response = provider::response(&entry.leaf, &body)
            .map_err(|error| unreadable(attempt.leaf_name(), &built, error))?;
        response.wire.extend(built.keeps_wire.then_some(body));
        Ok(response)
    }
}

impl Mode for AsStream {
    type Answer = Box<Reading>;
    const IS_STREAMING: bool = true;

    async fn take(
        attempt: &mut Try<'_>,
        entry: &Entry,
        built: HttpRequest,
        body: Body,
    ) -> Result<Box<Reading>, Failure> {
        if entry.streams {
            return attempt.open(entry, built, body).await;
        }
        let response = Whole::take(attempt, entry, built, body).await?;
        Ok(Box::new(Reading::complete(attempt.inner, attempt.plan, response.into_chunks())))
    }
}

impl Plan {
    pub(super) fn new(attempt: &Attempt<'_>, clock: Clock) -> Option<Plan> {
        Some(Plan {
            clock,
            path: attempt.visits.to_vec(),
            leaf: attempt.leaf()?,
            number: attempt.number,
            start_ms: attempt.start_ms,
            limits: attempt.limits,
            cut: attempt.cut,
        })
    }

    /// Makes what stands for a call before its first attempt.
    pub(super) fn of_call(client: ClientId, clock: Clock) -> Plan {
        let path = vec![Visit { client, round: 0, member: None }];
        Plan { clock, path, leaf: client, number: 0, start_ms: 0, limits: Limits::NONE, cut: None }
    }

    pub(crate) fn leaf(&self) -> ClientId {
        self.leaf
    }

    /// Returns the number of the request in the call, from 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Returns the client at a place of the path.
    pub(super) fn at(&self, place: PathIndex) -> Option<ClientId> {
        self.path.get(place.index()).map(|visit| visit.client)
    }

    /// Returns the client of the call.
    pub(super) fn root(&self) -> ClientId {
        self.path.first().map_or(self.leaf, |visit| visit.client)
    }
}

impl<'c> Try<'c> {
    pub(super) fn new(inner: &'c Arc<Inner>, plan: &'c Plan, is_streaming: bool) -> Try<'c> {
        let is_streamed = is_streaming && inner.entry(plan.leaf).is_some_and(|entry| entry.streams);
        Try { inner, plan, watch: Watch::new(plan, is_streamed), dial: Dial::default() }
    }

    /// Makes the attempt.
    pub(super) async fn make<M: Mode>(&mut self, request: &ChatRequest) -> Result<M::Answer, Failure> {
        let Some(entry) = self.inner.entry(self.plan.leaf) else {
            return Err(self.unbuildable("this client makes no requests".into()));
        };
        let is_streamed = M::IS_STREAMING && entry.streams;
        let built = provider::request(&entry.leaf, request, is_streamed, &*self.inner.environment)
            .map_err(|error| self.unbuilt(&error))?;
        let http = self.http(&built)?;
        let answer = self.send(entry, http).await?;
        match answer.status.is_success() {
            true => M::take(self, entry, built, answer.body).await,
            false => Err(self.refused(entry, &built, answer).await),
        }
    }

    /// Makes the request for the transport. What was built stays, so that it can be found in what the server says,
    /// and masked.
    fn http(&self, built: &HttpRequest) -> Result<Request<Bytes>, Failure> {
        let mut http = Request::new(built.body.clone());
        *http.method_mut() = built.method.clone();
        *http.headers_mut() = built.headers.clone();
        *http.uri_mut() = built.url.as_str().parse().map_err(|_| {
            self.unbuildable("the base URL and the path together are no URL that can be called".into())
        })?;
        Ok(http)
    }

    async fn send(&mut self, entry: &Entry, request: Request<Bytes>) -> Result<Answer, Failure> {
        let connection = Connection {
            connect_timeout: self.plan.limits.ms(Field::Connect).map(Duration::from_millis),
            is_pooled: entry.is_pooled,
            dial: self.dial.clone(),
        };
        match self.watch.within(self.inner.transport.send(request, connection)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(TransportError::ConnectTimeout)) => Err(self.timed_out(Passed::Connect)),
            Ok(Err(error)) => Err(self.broken(error.to_string())),
            Err(Passed::Cut) if timeout::is_connect_tie(self.plan, &self.dial) => {
                Err(self.timed_out(Passed::Connect))
            }
            Err(passed) => Err(self.timed_out(passed)),
        }
    }

    /// Reads a body to its end.
    async fn read(&mut self, mut body: Body) -> Result<Bytes, Failure> {
        let mut whole = BytesMut::new();
        while let Some(piece) = self.next_piece(&mut body).await? {
            if whole.len() + piece.len() > MAX_ANSWER_BYTES {
                return Err(self.broken(format!("the answer is longer than {MAX_ANSWER_BYTES} bytes")));
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole.freeze())
    }

    async fn next_piece(&mut self, body: &mut Body) -> Result<Option<Bytes>, Failure> {
        match self.watch.within(body.next()).await {
            Ok(piece) => piece.transpose().map_err(|error| self.broken(error.to_string())),
            Err(passed) => Err(self.timed_out(passed)),
        }
    }

    /// Reads what the server says of its error. The status is known even where its body breaks off, but a limit
    /// that passes meanwhile is a timeout.
    async fn refused(&mut self, entry: &Entry, built: &HttpRequest, mut answer: Answer) -> Failure {
        let mut said = BytesMut::new();
        while said.len() < MAX_ERROR_BYTES {
            match self.next_piece(&mut answer.body).await {
                Ok(Some(piece)) => said.extend_from_slice(&piece),
                Err(failure @ Failure::Timeout(_)) => return failure,
                Ok(None) | Err(_) => break,
            }
        }
        let status = answer.status.as_u16();
        let error = provider::error_message(&entry.leaf, status, &said);
        let retry_after_ms = retry_after_ms(&answer.headers, SystemTime::now());
        refusal(self.leaf_name(), built, status, error, retry_after_ms)
    }

    /// Reads a stream up to its first content.
    async fn open(&mut self, entry: &Entry, built: HttpRequest, body: Body) -> Result<Box<Reading>, Failure> {
        let watch = std::mem::replace(&mut self.watch, Watch::new(self.plan, true));
        let mut reading = Reading::new(self.inner, self.plan, &entry.leaf, built, body, watch);
        match reading.open().await {
            Ok(()) => Ok(Box::new(reading)),
            Err(failure) => {
                self.watch = reading.into_watch();
                Err(failure)
            }
        }
    }

    fn timed_out(&self, passed: Passed) -> Failure {
        timeout::error(self.inner, self.plan, &self.watch, Some(&self.dial), passed).into()
    }

    fn broken(&self, message: String) -> Failure {
        ConnectionError { client: self.leaf_name(), message }.into()
    }

    fn unbuildable(&self, message: String) -> Failure {
        UnbuildableError { client: self.leaf_name(), message, is_of_request: false }.into()
    }

    fn unbuilt(&self, error: &BuildError) -> Failure {
        let (client, is_of_request) = (self.leaf_name(), error.is_of_request());
        UnbuildableError { client, message: error.to_string(), is_of_request }.into()
    }

    fn leaf_name(&self) -> Box<str> {
        self.inner.name(self.plan.leaf).into()
    }
}

/// Makes the failure of an answer that cannot be taken.
pub(super) fn unreadable(client: Box<str>, built: &HttpRequest, error: ReadError) -> Failure {
    match error {
        ReadError::Provider { status: Some(status), error } => {
            refusal(client, built, status, Some(error), None)
        }
        ReadError::FinishReason { .. } => RejectedError { client, message: error.to_string() }.into(),
        _ => ConnectionError { client, message: masked(built, &error.to_string()) }.into(),
    }
}

fn refusal(
    client: Box<str>,
    built: &HttpRequest,
    status: u16,
    error: Option<ProviderError>,
    retry_after_ms: Option<u64>,
) -> Failure {
    let (code, message) = match error {
        Some(ProviderError { code, message }) => (code, Some(masked(built, &message))),
        None => (None, None),
    };
    HttpError { client, status, code, message, retry_after_ms }.into()
}

/// Takes keys and the prompt out of what a server says.
fn masked(built: &HttpRequest, text: &str) -> String {
    without_prompt(&built.redact(text), &built.body)
}
