//! Accepts connections and serves them on threads of their own, until the gateway is told to stop.

use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::TcpStream;
use std::num::NonZero;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use futures_util::{Stream, StreamExt as _};
use http::{Request, Response, Version};
use http_body_util::Either;
use hyper::body::Incoming;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio_io_timeout::TimeoutStream;

use crate::gateway::Gateway;
use crate::routes::routes;
use crate::stalled::Attended;

/// How long connections may take to close once no call is under way, or those that were have been cut off.
const CLOSING: Duration = Duration::from_secs(1);
/// How long to wait before trying again where no connection can be accepted, such as for lack of file descriptors.
const EXHAUSTED: Duration = Duration::from_millis(50);

/// When fewer than one in this many places for connections is free, connections are closed after one answer.
const FEW: usize = 8;

/// The limits on connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long the head of a request may take to arrive.
    pub header_timeout: Duration,
    /// How long a caller may leave a pending answer unread.
    pub write_timeout: Duration,
    /// How long new calls are still accepted after the gateway was told to stop, so that load balancers notice.
    pub drain_delay: Duration,
    /// How long calls in progress may continue after that; by default as long as the plan allows, but at least 30 s.
    pub drain_timeout: Option<Duration>,
    /// The most concurrent connections. Further ones wait until one of them is closed.
    pub max_connections: usize,
    /// How many threads serve; by default the number of cores.
    pub threads: Option<NonZero<usize>>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            drain_delay: Duration::from_secs(3),
            drain_timeout: None,
            max_connections: 4000,
            threads: None,
        }
    }
}

/// Serves connections until `stop` gives something, then drains. Returns the number of calls that were cut off.
///
/// The first item of `stop` says whether calls are still to be accepted for a while; where it is false, the drain begins
/// without a delay. A second item ends the drain at once. Where `stop` ends, nothing stops the gateway any more.
///
/// # Errors
///
/// A thread could not be started.
pub async fn serve(
    listener: TcpListener,
    gateway: Gateway,
    limits: Limits,
    stop: impl Stream<Item = bool>,
) -> std::io::Result<usize> {
    let threads = limits.threads.or(std::thread::available_parallelism().ok()).map_or(1, NonZero::get);
    let (stopping, stopped) = watch::channel(false);
    let mut queues = Vec::new();
    let mut joins = Vec::new();
    for number in 0..threads {
        let (queue, connections) = mpsc::unbounded_channel();
        let (gateway, stopped) = (gateway.clone(), stopped.clone());
        let name = format!("serve-{number}");
        let work = move || serve_thread(connections, &gateway, limits, stopped);
        joins.push(std::thread::Builder::new().name(name).spawn(work)?);
        queues.push(queue);
    }
    let accepting = accept(&listener, &queues, limits.max_connections);
    let mut stop = pin!(stop);
    let draining = async {
        let has_delay = next(&mut stop).await;
        tokio::select! {
            () = drain(&gateway, limits, has_delay) => {}
            _ = next(&mut stop) => {}
        }
    };
    tokio::select! {
        () = accepting => {}
        () = draining => {}
    }
    let cut_off = gateway.calls();
    gateway.cut_off();
    let _ = stopping.send(true);
    drop(queues);
    for join in joins {
        let _ = join.join();
    }
    Ok(cut_off)
}

/// The next item, or none for ever.
async fn next(stop: &mut Pin<&mut impl Stream<Item = bool>>) -> bool {
    match stop.next().await {
        Some(has_delay) => has_delay,
        None => std::future::pending().await,
    }
}

/// Sends new calls away, after a while if so, and waits for those that are under way.
async fn drain(gateway: &Gateway, limits: Limits, has_delay: bool) {
    gateway.drain();
    if has_delay {
        tokio::time::sleep(limits.drain_delay).await;
    }
    gateway.close();
    let limit = limits.drain_timeout.unwrap_or_else(|| gateway.drain_timeout());
    let _ = tokio::time::timeout(limit, until_idle(gateway)).await;
}

/// A connection that was accepted, with its place among those that there may be.
struct Taken {
    stream: TcpStream,
    place: OwnedSemaphorePermit,
    /// Whether it is closed after its first answer, because few places are left: a new connection, such as a probe of
    /// health, must not wait for callers who keep connections that they do not use.
    is_short: bool,
}

/// Deals connections out to the threads in turn.
async fn accept(listener: &TcpListener, queues: &[mpsc::UnboundedSender<Taken>], most: usize) {
    let places = Arc::new(Semaphore::new(most.clamp(1, Semaphore::MAX_PERMITS)));
    let mut turns = queues.iter().cycle();
    loop {
        // A connection that cannot be accepted waits in the queue of the system, and costs nothing here.
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(EXHAUSTED).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        if let (Some(queue), Ok(stream)) = (turns.next(), stream.into_std()) {
            let is_short = places.available_permits() < most / FEW;
            let _ = queue.send(Taken { stream, place, is_short });
        }
    }
}

/// Whether a connection was given up because its caller read nothing for too long.
fn is_stuck(error: &(dyn Error + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(error), |&error| error.source());
    causes.any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::TimedOut)
    })
}

async fn until_idle(gateway: &Gateway) {
    while gateway.calls() > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Answers a request. Over HTTP/2 the caller has to read each answer, whatever else goes over the connection.
fn answer(
    routes: &TowerToHyperService<Router>,
    request: Request<Incoming>,
    limit: Duration,
    gateway: &Gateway,
) -> impl Future<Output = Result<Response<Either<Body, Attended>>, Infallible>> + use<> {
    let gateway = (request.version() == Version::HTTP_2).then(|| gateway.clone());
    let answering = routes.call(request);
    async move {
        let answered = answering.await?;
        Ok(answered.map(|body| match gateway {
            None => Either::Left(body),
            Some(gateway) => Either::Right(Attended::new(body, limit, move || {
                gateway.observer().metrics.slow_readers.inc();
            })),
        }))
    }
}

/// Serves the connections of one thread.
fn serve_thread(
    mut connections: mpsc::UnboundedReceiver<Taken>,
    gateway: &Gateway,
    limits: Limits,
    mut stopped: watch::Receiver<bool>,
) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.header_timeout);
    let mut http2 = builder.http2();
    http2.timer(TokioTimer::new()).max_concurrent_streams(1000);
    // A caller that is gone without a sign reads nothing, and there may be nothing to write to it.
    http2.keep_alive_interval(limits.write_timeout).keep_alive_timeout(limits.write_timeout);
    let routes = TowerToHyperService::new(routes(gateway.clone()));
    let seen_by = gateway.clone();
    let service = service_fn(move |request| answer(&routes, request, limits.write_timeout, &seen_by));
    runtime.block_on(async {
        let graceful = GracefulShutdown::new();
        loop {
            tokio::select! {
                Some(Taken { stream, place, is_short }) = connections.recv() => {
                    let Ok(stream) = tokio::net::TcpStream::from_std(stream) else { continue };
                    let (mut builder, service, watcher) = (builder.clone(), service.clone(), graceful.watcher());
                    builder.http1().keep_alive(!is_short);
                    let gateway = gateway.clone();
                    tokio::spawn(async move {
                        // The limit on heads begins with their first byte, so one that never comes needs its own.
                        if tokio::time::timeout(limits.header_timeout, stream.readable()).await.is_err() {
                            return;
                        }
                        let mut stream = TimeoutStream::new(stream);
                        stream.set_write_timeout(Some(limits.write_timeout));
                        let connection = builder.serve_connection(TokioIo::new(Box::pin(stream)), service);
                        // Any other failure of a connection is the caller's.
                        if watcher.watch(connection.into_owned()).await.is_err_and(|error| is_stuck(&*error)) {
                            gateway.observer().metrics.slow_readers.inc();
                        }
                        drop(place);
                    });
                }
                _ = stopped.changed() => break,
            }
        }
        let _ = tokio::time::timeout(CLOSING, graceful.shutdown()).await;
    });
}
