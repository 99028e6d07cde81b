//! A transport in memory: the answers come from a function. For tests, with or without paused time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use tokio::time::{sleep, timeout};

use super::exchange::{Answer, Answering, Connection, Transport, TransportError};

/// Answers requests as a function says, and counts them.
#[derive(Clone)]
pub struct Memory {
    answers: Arc<Answers>,
    counts: Arc<Counts>,
}

type Answers = dyn Fn(&Request<Bytes>) -> Script + Send + Sync;

#[derive(Debug, Default)]
struct Counts {
    requests: AtomicU64,
    under_way: AtomicU64,
}

/// What a server does with one request. Each wait begins where the one before it ends.
#[derive(Debug, Clone)]
pub struct Script {
    /// The time until the connection is there; `None` where it never is.
    pub connect: Option<Duration>,
    /// The further time until the head of the answer is there; `None` where it never is.
    pub head: Option<Duration>,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(&'static str, String)>,
    /// The pieces of the body, each with the wait before it.
    pub body: Vec<(Duration, Bytes)>,
    /// How the answer ends after the last piece.
    pub end: End,
}

/// How an answer in memory ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The body is complete.
    Complete,
    /// The connection breaks after this time. Without a body it breaks instead of an answer.
    Breaks(Duration),
    /// Nothing more comes.
    Silent,
}

impl Memory {
    /// Makes a transport whose answers come from a function. It is called once for each request.
    pub fn new(answers: impl Fn(&Request<Bytes>) -> Script + Send + Sync + 'static) -> Self {
        Self { answers: Arc::new(answers), counts: Arc::default() }
    }

    /// The number of requests so far.
    pub fn requests(&self) -> u64 {
        self.counts.requests.load(Ordering::SeqCst)
    }

    /// The number of requests that are neither answered nor dropped.
    pub fn under_way(&self) -> u64 {
        self.counts.under_way.load(Ordering::SeqCst)
    }
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Memory").field("counts", &self.counts).finish_non_exhaustive()
    }
}

impl Script {
    /// A server that answers at once with this body and the status 200.
    pub fn ok(body: impl Into<Bytes>) -> Self {
        Self {
            connect: Some(Duration::ZERO),
            head: Some(Duration::ZERO),
            status: 200,
            headers: Vec::new(),
            body: vec![(Duration::ZERO, body.into())],
            end: End::Complete,
        }
    }

    /// A server that answers with a status and no body after this time.
    pub fn status(status: u16, after: Duration) -> Self {
        Self { status, head: Some(after), body: Vec::new(), ..Self::ok("") }
    }

    /// A server that takes the connection and never answers.
    pub fn hang() -> Self {
        Self { head: None, ..Self::ok("") }
    }

    /// A server that breaks the connection after this time.
    pub fn broken(after: Duration) -> Self {
        Self { body: Vec::new(), end: End::Breaks(after), ..Self::ok("") }
    }
}

/// Counts a request as under way for as long as it lives.
struct UnderWay(Arc<Counts>);

impl UnderWay {
    fn new(counts: &Arc<Counts>) -> Self {
        counts.requests.fetch_add(1, Ordering::SeqCst);
        counts.under_way.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(counts))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Transport for Memory {
    fn send(&self, request: Request<Bytes>, connection: Connection) -> Answering {
        let script = (self.answers)(&request);
        let under_way = UnderWay::new(&self.counts);
        Box::pin(answer(script, connection, under_way))
    }
}

async fn answer(
    script: Script,
    connection: Connection,
    under_way: UnderWay,
) -> Result<Answer, TransportError> {
    connect(script.connect, &connection).await?;
    match (script.end, script.body.is_empty()) {
        (End::Breaks(after), true) => {
            wait(Some(after)).await;
            return Err(TransportError::Broken("connection reset".into()));
        }
        _ => wait(script.head).await,
    }
    let mut headers = HeaderMap::new();
    for (name, value) in script.headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.append(HeaderName::from_static(name), value);
        }
    }
    let pieces = (script.body.into_iter(), script.end, under_way);
    let body = stream::unfold(Some(pieces), |state| async {
        let (mut pieces, end, under_way) = state?;
        if let Some((after, piece)) = pieces.next() {
            wait(Some(after)).await;
            return Some((Ok(piece), Some((pieces, end, under_way))));
        }
        match end {
            End::Complete => None,
            End::Breaks(after) => {
                wait(Some(after)).await;
                Some((Err(TransportError::Broken("connection reset".into())), None))
            }
            End::Silent => std::future::pending().await,
        }
    });
    let status = StatusCode::from_u16(script.status)
        .map_err(|_| TransportError::Broken(format!("{} is not a status", script.status)))?;
    Ok(Answer { status, headers, body: Box::pin(body) })
}

async fn connect(after: Option<Duration>, connection: &Connection) -> Result<(), TransportError> {
    connection.dial.begin();
    let connected = match connection.connect_timeout {
        Some(limit) => timeout(limit, wait(after)).await.map_err(|_| TransportError::ConnectTimeout),
        None => {
            wait(after).await;
            Ok(())
        }
    };
    connection.dial.finish();
    connected
}

async fn wait(after: Option<Duration>) {
    match after {
        Some(Duration::ZERO) => {}
        Some(after) => sleep(after).await,
        None => std::future::pending().await,
    }
}
