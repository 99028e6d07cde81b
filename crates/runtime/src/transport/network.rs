//! The transport over the network.
//!
//! All routes share one pool of connections, whatever their connect limits. The limit belongs to the dial: a
//! connection that has to be made has the limit of the attempt that asks for it, and one that is there has none.

use std::error::Error as StdError;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt;
use http::Request;
use reqwest::{Certificate, Client, redirect, retry};
use tower_layer::Layer;
use tower_service::Service;

use super::dial::Dial;
use super::exchange::{Answer, Answering, Connection, Transport, TransportError};

/// Requests over HTTP/1.1 or HTTP/2, with rustls and with the proxies that the environment names.
#[derive(Debug, Clone)]
pub struct Network {
    pooled: Client,
    unpooled: Client,
}

/// The HTTP library could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP library could not be set up: {0}")]
pub struct NetworkError(String);

type BoxError = Box<dyn StdError + Send + Sync>;

tokio::task_local! {
    /// The connection that the request in progress asks for. The connector is polled within the request.
    static CONNECTION: Connection;
}

impl Network {
    /// Sets up the pools. It makes no connection.
    pub fn new() -> Result<Self, NetworkError> {
        Self::with_roots(&[])
    }

    /// Sets up the pools, and trusts these authorities besides those of the system, such as the one of a company
    /// whose proxy opens TLS. The certificates are in PEM, any number of them after each other.
    ///
    /// # Errors
    ///
    /// A text in which no certificate is found is refused, and so is one that cannot be read.
    pub fn with_root_certificates(pem: &[u8]) -> Result<Self, NetworkError> {
        let roots = Certificate::from_pem_bundle(pem).map_err(|error| NetworkError(chain_of(&error)))?;
        match roots.is_empty() {
            true => Err(NetworkError("the certificates to trust contain no certificate".into())),
            false => Self::with_roots(&roots),
        }
    }

    fn with_roots(roots: &[Certificate]) -> Result<Self, NetworkError> {
        let client = |builder: reqwest::ClientBuilder| {
            let builder = builder.tls_certs_merge(roots.iter().cloned());
            builder.build().map_err(|error| NetworkError(chain_of(&error)))
        };
        Ok(Self { pooled: client(builder())?, unpooled: client(builder().pool_max_idle_per_host(0))? })
    }
}

fn builder() -> reqwest::ClientBuilder {
    Client::builder()
        .user_agent(concat!("clientc/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .connector_layer(DialLayer)
}

impl Transport for Network {
    fn send(&self, request: Request<Bytes>, connection: Connection) -> Answering {
        let client = if connection.is_pooled { &self.pooled } else { &self.unpooled };
        let sending = reqwest::Request::try_from(request).map(|request| client.execute(request));
        Box::pin(CONNECTION.scope(connection, async move {
            let response = match sending {
                Ok(sending) => sending.await,
                Err(error) => return Err(TransportError::Connect(chain_of(&error.without_url()))),
            };
            let mut response = response.map_err(error_of)?;
            Ok(Answer {
                status: response.status(),
                headers: std::mem::take(response.headers_mut()),
                body: Box::pin(response.bytes_stream().map_err(error_of)),
            })
        }))
    }
}

/// Says what went wrong. The address is left out, because its query may hold a key.
fn error_of(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    if causes(&error).any(|cause| cause.is::<ConnectTimeout>()) {
        return TransportError::ConnectTimeout;
    }
    match error.is_connect() {
        true => TransportError::Connect(chain_of(&error)),
        false => TransportError::Broken(chain_of(&error)),
    }
}

fn causes<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| StdError::source(error))
}

/// Joins the words of the causes of an error. The outer ones only say that a request failed; they stand where there
/// is nothing below them.
fn chain_of(error: &(dyn StdError + 'static)) -> String {
    let outer =
        |text: &String| text.starts_with("error sending request") || text.starts_with("client error (");
    let mut words: Vec<String> = causes(error).map(ToString::to_string).collect();
    while words.len() > 1 && words.first().is_some_and(outer) {
        words.remove(0);
    }
    words.dedup_by(|below, above| above.ends_with(&**below));
    words.join(": ")
}

/// The connect limit passed.
#[derive(Debug, thiserror::Error)]
#[error("the connect limit passed")]
struct ConnectTimeout;

#[derive(Debug, Clone, Copy)]
struct DialLayer;

/// A connector that notes its dials and gives up when the limit of the attempt passes.
#[derive(Debug, Clone)]
struct Dialling<S>(S);

impl<S> Layer<S> for DialLayer {
    type Service = Dialling<S>;

    fn layer(&self, inner: S) -> Dialling<S> {
        Dialling(inner)
    }
}

impl<S, T> Service<T> for Dialling<S>
where
    S: Service<T, Error = BoxError>,
    S::Future: Send + 'static,
    S::Response: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, target: T) -> Self::Future {
        let connection = CONNECTION.try_with(Clone::clone).unwrap_or_default();
        let connecting = self.0.call(target);
        Box::pin(dial(connecting, connection.dial, connection.connect_timeout))
    }
}

async fn dial<F, R>(connecting: F, dial: Dial, limit: Option<Duration>) -> Result<R, BoxError>
where
    F: Future<Output = Result<R, BoxError>>,
{
    dial.begin();
    let connected = match limit {
        Some(limit) => tokio::time::timeout(limit, connecting).await.unwrap_or(Err(ConnectTimeout.into())),
        None => connecting.await,
    };
    dial.finish();
    connected
}
