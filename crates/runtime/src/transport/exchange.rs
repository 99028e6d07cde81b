//! What a transport takes and what it returns.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use http::{HeaderMap, Request, StatusCode};

use super::dial::Dial;

/// The answer of a transport, under way.
pub type Answering = Pin<Box<dyn Future<Output = Result<Answer, TransportError>> + Send>>;
/// The body of an answer, piece by piece.
pub type Body = Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>> + Send>>;

/// Carries requests to servers.
///
/// One call of [`Transport::send`] is one request at most: it follows no redirect and repeats nothing. Dropping
/// the future or the body ends the request at once.
///
/// A transport around another one is what a layer is elsewhere: it sees every attempt, and the limits hold around it.
///
/// ```
/// use clientc_runtime::transport::{Answering, Connection, Network, Transport};
///
/// /// Says with each request which team makes it.
/// struct Tagged<T>(T);
///
/// impl<T: Transport> Transport for Tagged<T> {
///     fn send(&self, mut request: http::Request<bytes::Bytes>, connection: Connection) -> Answering {
///         request.headers_mut().insert("x-team", http::HeaderValue::from_static("search"));
///         self.0.send(request, connection)
///     }
/// }
///
/// let builder = clientc_runtime::Runtime::builder().transport(Tagged(Network::new()?));
/// # Ok::<(), clientc_runtime::transport::NetworkError>(())
/// ```
pub trait Transport: Send + Sync + 'static {
    /// Sends a request. The future ends when the head of the answer is there, and its body follows.
    fn send(&self, request: Request<Bytes>, connection: Connection) -> Answering;
}

/// What an attempt asks of its connection.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Connection {
    /// The longest time to establish a connection, from the start of the dial. A connection that is already
    /// there takes none.
    pub connect_timeout: Option<Duration>,
    /// Whether the connection may be one that is kept, and is kept in its turn.
    pub is_pooled: bool,
    /// Where the transport notes when it dials and when the connection is there.
    pub dial: Dial,
}

/// The head of an answer and the body that follows.
#[non_exhaustive]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
}

/// Why there is no answer, or no more of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The connect limit passed.
    #[error("the connection was not established in time")]
    ConnectTimeout,
    /// No connection came about: DNS, TCP or TLS failed.
    #[error("no connection: {0}")]
    Connect(String),
    /// The connection broke before the whole answer was there.
    #[error("the connection broke: {0}")]
    Broken(String),
}

impl Connection {
    /// Makes a connection that is not pooled and has no limit.
    pub fn new(dial: Dial) -> Self {
        Self { dial, ..Self::default() }
    }

    /// Sets the longest time to establish it.
    #[must_use]
    pub fn with_timeout(mut self, connect_timeout: Option<Duration>) -> Self {
        self.connect_timeout = connect_timeout;
        self
    }

    /// Says whether it may be one that is kept.
    #[must_use]
    pub fn with_pooling(mut self, is_pooled: bool) -> Self {
        self.is_pooled = is_pooled;
        self
    }
}

impl Answer {
    /// Makes an answer.
    pub fn new(status: StatusCode, headers: HeaderMap, body: Body) -> Self {
        Self { status, headers, body }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Answer").field("status", &self.status).finish_non_exhaustive()
    }
}
