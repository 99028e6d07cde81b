//! One attempt: the request is built and sent, and its answer read, all within its limits.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use clientc_plan::Field;
use futures_util::StreamExt;
use http::{HeaderMap, Request};
use tokio::time::Instant;

use super::authorize::authorize;
use super::brief::Brief;
use super::compression::coding;
use super::reading::Reading;
use super::refusal::{Refusal, unreadable};
use super::retry_after::retry_after;
use super::timeout;
use super::watch::{Passed, Watch};
use crate::chat::{ChatRequest, ChatResponse, Chunk};
use crate::credentials::CredentialError;
use crate::error::{ConnectionError, Failure, ReportedIn, UnbuildableError};
use crate::inner::{Entry, Inner, Services, StreamUpstream};
use crate::provider::{self, BuildError, Delivery, HttpRequest};
use crate::telemetry;
use crate::transport::{Answer, Body, Connection, Dial, TransportError};

/// How much of the body of an error is read for its message, in bytes.
const MAX_ERROR_BYTES: usize = 64 * 1024;

/// What a call asks of each of its attempts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wishes {
    /// Headers besides those of the client.
    pub(crate) headers: HeaderMap,
    /// Whether the body of a whole answer is kept as it came.
    pub(crate) raw_body: bool,
    pub(crate) stream_upstream: StreamUpstream,
}

/// An attempt that is made.
#[derive(Debug)]
pub(super) struct Exchange<'c> {
    inner: &'c Arc<Inner>,
    brief: &'c Brief,
    wishes: &'c Wishes,
    pub(super) delivery: Delivery,
    pub(super) watch: Watch,
    pub(super) dial: Dial,
    /// The headers of the answer, once it is there.
    pub(super) headers: HeaderMap,
    /// What is worth knowing of an attempt that succeeded.
    pub(super) note: Option<&'static str>,
}

/// An answer that is read to its end.
pub(super) struct WholeAnswer {
    pub(super) response: ChatResponse,
    pub(super) raw_body: Option<Bytes>,
}

/// A stream that has begun with content, or is already complete.
pub(super) enum Begun {
    Reading(Box<Reading>),
    Complete(Vec<Chunk>),
}

/// How the caller takes an answer.
pub(super) trait Taking {
    /// What the caller gets.
    type Answer: Send;
    const IS_STREAMING: bool;

    /// Takes the answer of a server that was willing.
    fn take(
        exchange: &mut Exchange<'_>,
        entry: &Entry,
        built: Box<HttpRequest>,
        body: Body,
    ) -> impl Future<Output = Result<Self::Answer, Failure>> + Send;
}

/// The answer is taken whole, however the server sends it.
pub(super) struct TakeWhole;

/// The answer is taken as a stream.
pub(super) struct TakeStream;

impl Taking for TakeWhole {
    type Answer = WholeAnswer;
    const IS_STREAMING: bool = false;

    async fn take(
        exchange: &mut Exchange<'_>,
        entry: &Entry,
        built: Box<HttpRequest>,
        body: Body,
    ) -> Result<WholeAnswer, Failure> {
        if !exchange.delivery.is_streamed() {
            return exchange.whole(entry, &built, Bytes::new(), body).await;
        }
        match exchange.begin(entry, built, body).await? {
            Opened::Whole(answer) => Ok(*answer),
            Opened::Reading(reading) => {
                let response = exchange.join(*reading).await?;
                Ok(WholeAnswer { response, raw_body: None })
            }
        }
    }
}

impl Taking for TakeStream {
    type Answer = Begun;
    const IS_STREAMING: bool = true;

    async fn take(
        exchange: &mut Exchange<'_>,
        entry: &Entry,
        built: Box<HttpRequest>,
        body: Body,
    ) -> Result<Begun, Failure> {
        let opened = match exchange.delivery.is_streamed() {
            true => exchange.begin(entry, built, body).await?,
            false => Opened::Whole(Box::new(exchange.whole(entry, &built, Bytes::new(), body).await?)),
        };
        Ok(match opened {
            Opened::Reading(reading) => Begun::Reading(reading),
            Opened::Whole(answer) => Begun::Complete(answer.response.into_chunks()),
        })
    }
}

/// What a server sent that was asked for a stream: some ignore that it was asked for.
enum Opened {
    Reading(Box<Reading>),
    Whole(Box<WholeAnswer>),
}

impl<'c> Exchange<'c> {
    pub(super) fn new<T: Taking>(inner: &'c Arc<Inner>, brief: &'c Brief, wishes: &'c Wishes) -> Self {
        let streams = inner.entry(brief.leaf).is_some_and(|entry| entry.streams);
        let has_limit = [Field::TimeToFirstToken, Field::Idle].iter().any(|f| brief.limits.get(*f).is_some());
        let delivery = match (streams, wishes.stream_upstream) {
            (false, _) => Delivery::Whole,
            _ if T::IS_STREAMING => Delivery::Streamed,
            (_, StreamUpstream::Always) => Delivery::Joined,
            (_, StreamUpstream::WhereLimited) if has_limit => Delivery::Joined,
            _ => Delivery::Whole,
        };
        let watch = Watch::new(brief, delivery.is_streamed());
        let (dial, headers) = (Dial::default(), HeaderMap::new());
        Exchange { inner, brief, wishes, delivery, watch, dial, headers, note: None }
    }

    /// Makes the attempt.
    pub(super) async fn make<T: Taking>(&mut self, request: &ChatRequest) -> Result<T::Answer, Failure> {
        let Some(entry) = self.inner.entry(self.brief.leaf) else {
            return Err(self.unbuildable("this client makes no requests".into()));
        };
        let built = self.build(entry, request).await?;
        let http = self.http(&built)?;
        let answer = self.send(entry, http).await?;
        self.headers = answer.headers;
        let coding = coding(&self.headers).filter(|_| answer.status.is_success());
        if let Some(coding) = coding {
            return Err(
                self.broken(format!("the answer is compressed with {coding}, which was not asked for"))
            );
        }
        match answer.status.is_success() {
            true => T::take(self, entry, built, answer.body).await,
            false => Err(self.refused(entry, &built, answer.status.as_u16(), answer.body).await),
        }
    }

    /// Builds the request. Credentials that have to be fetched are fetched within the limits of the attempt.
    async fn build(&mut self, entry: &Entry, request: &ChatRequest) -> Result<Box<HttpRequest>, Failure> {
        let Services { environment, credentials, .. } = &self.inner.services;
        let leaf = &entry.leaf;
        let key = self.watch.within(pin!(credentials.api_key(&leaf.name, &leaf.provider))).await;
        let key = self.fetched(key)?;
        let built = provider::request(leaf, request, self.delivery, &**environment, key);
        let mut built = Box::new(built.map_err(|error| self.unbuilt(&error))?);
        let added = self.watch.within(pin!(authorize(credentials, &mut built))).await;
        self.fetched(added)?;
        telemetry::calls(&built.url);
        Ok(built)
    }

    fn fetched<T>(&self, fetched: Result<Result<T, CredentialError>, Passed>) -> Result<T, Failure> {
        match fetched {
            Ok(Ok(fetched)) => Ok(fetched),
            Ok(Err(error)) if error.is_retried => Err(self.broken(error.message)),
            Ok(Err(error)) => Err(self.unbuildable(error.message)),
            Err(passed) => Err(self.timed_out(passed)),
        }
    }

    /// Makes the request for the transport. What was built stays, so that it can be found in what the server says,
    /// and masked.
    fn http(&self, built: &HttpRequest) -> Result<Request<Bytes>, Failure> {
        let mut http = Request::new(built.body.clone());
        *http.method_mut() = built.method.clone();
        *http.headers_mut() = built.headers.clone();
        for (name, value) in &self.wishes.headers {
            http.headers_mut().insert(name, value.clone());
        }
        *http.uri_mut() = built.url.as_str().parse().map_err(|_| {
            self.unbuildable("the base URL and the path together are not a URL that can be called".into())
        })?;
        Ok(http)
    }

    async fn send(&mut self, entry: &Entry, request: Request<Bytes>) -> Result<Answer, Failure> {
        let connection = Connection::new(self.dial.clone())
            .with_timeout(self.brief.limits.ms(Field::Connect).map(Duration::from_millis))
            .with_pooling(entry.is_pooled);
        match self.watch.within(self.inner.services.transport.send(request, connection)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(TransportError::ConnectTimeout)) => Err(self.timed_out(Passed::Connect)),
            Ok(Err(error)) => Err(self.broken(error.to_string())),
            Err(Passed::Cut) if timeout::is_connect_tie(self.brief, &self.dial) => {
                Err(self.timed_out(Passed::Connect))
            }
            Err(passed) => Err(self.timed_out(passed)),
        }
    }

    /// Reads an answer that comes whole.
    async fn whole(
        &mut self,
        entry: &Entry,
        built: &HttpRequest,
        first: Bytes,
        body: Body,
    ) -> Result<WholeAnswer, Failure> {
        let body = self.read(first, body).await?;
        let mut response = provider::response(&entry.leaf, &body, built.keeps_wire)
            .map_err(|error| unreadable(self.leaf_name(), built, error, ReportedIn::Body))?;
        response.wire.extend(built.keeps_wire.then(|| body.clone()));
        Ok(WholeAnswer { response, raw_body: self.wishes.raw_body.then_some(body) })
    }

    /// Reads a body to its end.
    async fn read(&mut self, first: Bytes, mut body: Body) -> Result<Bytes, Failure> {
        let mut whole = BytesMut::from(first);
        let most = self.inner.services.max_answer;
        while let Some(piece) = self.next_piece(&mut body).await? {
            if whole.len() + piece.len() > most {
                return Err(self.broken(format!("the answer is longer than {most} bytes")));
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole.freeze())
    }

    /// The first piece that is not blank. Whitespace means nothing, in JSON and in a stream.
    async fn first_piece(&mut self, body: &mut Body) -> Result<Option<Bytes>, Failure> {
        let (mut blanks, most) = (0, self.inner.services.max_answer);
        while let Some(piece) = self.next_piece(body).await? {
            if !piece.trim_ascii_start().is_empty() {
                return Ok(Some(piece));
            }
            blanks += piece.len();
            if blanks > most {
                return Err(self.broken(format!("the answer is longer than {most} bytes")));
            }
        }
        Ok(None)
    }

    async fn next_piece(&mut self, body: &mut Body) -> Result<Option<Bytes>, Failure> {
        match self.watch.within(body.next()).await {
            Ok(piece) => piece.transpose().map_err(|error| self.broken(error.to_string())),
            Err(passed) => Err(self.timed_out(passed)),
        }
    }

    /// Reads what the server says of its error. The status is known even where its body breaks off, but a limit
    /// that passes meanwhile is a timeout.
    async fn refused(&mut self, entry: &Entry, built: &HttpRequest, status: u16, mut body: Body) -> Failure {
        let mut words = BytesMut::new();
        while words.len() < MAX_ERROR_BYTES {
            match self.next_piece(&mut body).await {
                Ok(Some(piece)) => words.extend_from_slice(&piece),
                Err(failure @ Failure::Timeout(_)) => return failure,
                Ok(None) | Err(_) => break,
            }
        }
        let refusal = Refusal {
            client: self.leaf_name(),
            status,
            error: provider::error_message(&entry.leaf, status, &words),
            reported_in: ReportedIn::Status,
            retry_after: retry_after(&self.headers, SystemTime::now()),
            request_id: crate::answer::request_id(&self.headers),
        };
        refusal.failure(built)
    }

    /// Reads a stream up to its first content. A server that answers in JSON has not heard that a stream was asked for,
    /// or says why there is none.
    async fn begin(
        &mut self,
        entry: &Entry,
        built: Box<HttpRequest>,
        mut body: Body,
    ) -> Result<Opened, Failure> {
        let mut first = Bytes::new();
        if provider::is_framed_as_text(&entry.leaf) {
            match self.first_piece(&mut body).await? {
                Some(piece) => first = piece,
                // What has come to its end must not be asked again.
                None => body = Box::pin(futures_util::stream::empty()),
            }
        }
        if matches!(provider::without_mark(&first).trim_ascii_start(), [b'{' | b'[', ..]) {
            let answer = self.whole(entry, &built, first, body).await?;
            self.watch.content(Instant::now());
            return Ok(Opened::Whole(Box::new(answer)));
        }
        let watch = std::mem::replace(&mut self.watch, Watch::new(self.brief, true));
        let mut reading = Reading::new(self.inner, self.brief, &entry.leaf, built, (first, body), watch);
        match reading.open().await {
            Ok(()) => Ok(Opened::Reading(Box::new(reading))),
            Err(failure) => {
                self.watch = reading.into_watch();
                Err(failure)
            }
        }
    }

    /// Reads a stream to its end and joins its pieces.
    async fn join(&mut self, mut reading: Reading) -> Result<ChatResponse, Failure> {
        let mut response = ChatResponse::default();
        let read = reading.rest(&mut response).await;
        self.note = reading.note();
        self.watch = reading.into_watch();
        read.map(|()| response)
    }

    fn timed_out(&self, passed: Passed) -> Failure {
        timeout::error(self.inner, self.brief, &self.watch, Some(&self.dial), passed).into()
    }

    fn broken(&self, message: String) -> Failure {
        ConnectionError::new(self.leaf_name(), message).into()
    }

    fn unbuildable(&self, message: String) -> Failure {
        UnbuildableError::new(self.leaf_name(), message).into()
    }

    fn unbuilt(&self, error: &BuildError) -> Failure {
        let failure = UnbuildableError::new(self.leaf_name(), error.to_string());
        UnbuildableError { is_of_request: error.is_of_request(), ..failure }.into()
    }

    fn leaf_name(&self) -> Box<str> {
        self.inner.name(self.brief.leaf).into()
    }
}
