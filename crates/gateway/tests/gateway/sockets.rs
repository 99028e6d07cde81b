//! Connections: those on which nothing comes, and those that are open when the gateway stops.

use std::net::SocketAddr;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use clientc_gateway::{CallSettings, Gateway, Journal, Keys, Limits, Observer, PerThread, Snapshot, serve};
use clientc_runtime::transport::memory::{End, Script};
use clientc_runtime::{Runtime, Variables};
use futures_util::stream::poll_fn;
use http::Request;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::log::Log;
use crate::stage::{Stage, asking, compiled, completion, event, events, leaf, streaming};

/// A gateway on a socket, with what stops it.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) stop: UnboundedSender<bool>,
    pub(crate) cut_off: JoinHandle<usize>,
}

async fn served(delay_ms: u64, drain_timeout: Duration) -> (Stage, Served) {
    let answer = move |_: &_| Script {
        head: Some(Duration::from_millis(delay_ms)),
        ..Script::ok(completion().to_string())
    };
    serving(answer, drain_timeout).await
}

pub(crate) async fn serving(
    answer: impl Fn(&Request<Bytes>) -> Script + Send + Sync + 'static,
    drain_timeout: Duration,
) -> (Stage, Served) {
    let settings = CallSettings { max_body_bytes: 1 << 20, ..CallSettings::default() };
    let stage =
        Stage::with(&leaf("Chat", "x", "request_timeout_ms 60000"), answer, settings, Keys::default());
    let served = listening(&stage, drain_timeout).await;
    (stage, served)
}

async fn listening(stage: &Stage, drain_timeout: Duration) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, mut stopped) = unbounded_channel();
    let stopped = poll_fn(move |context| stopped.poll_recv(context));
    let serving = serve(listener, stage.gateway.clone(), limits(drain_timeout), stopped);
    Served { address, stop, cut_off: tokio::spawn(async { serving.await.unwrap() }) }
}

fn limits(drain_timeout: Duration) -> Limits {
    Limits {
        header_timeout: Duration::from_millis(200),
        write_timeout: Duration::from_secs(1),
        drain_delay: Duration::from_millis(200),
        drain_timeout: Some(drain_timeout),
        max_connections: 3,
        threads: NonZero::new(2),
    }
}

fn request() -> String {
    let body = asking("Chat");
    format!("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

async fn sent(address: SocketAddr, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

async fn read(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn one_on_which_no_head_comes_is_closed() {
    let (stage, served) = served(0, Duration::from_secs(60)).await;
    for begun in ["", "POST /v1/chat", "GET /health HTTP/1.1\r\nhost: x\r\n"] {
        let text = read(sent(served.address, begun).await).await;
        assert!(!text.contains("200"), "{begun:?}: {text}");
    }
    assert_eq!(stage.upstream.requests(), 0);
    served.stop.send(false).unwrap();
    assert_eq!(served.cut_off.await.unwrap(), 0);
}

#[tokio::test]
async fn a_call_under_way_is_answered_after_the_signal_to_stop() {
    let (stage, served) = served(1000, Duration::from_secs(60)).await;
    let stream = sent(served.address, &request()).await;
    while stage.upstream.under_way() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    served.stop.send(true).unwrap();
    // Load balancers may not know yet.
    let late = sent(served.address, &request()).await;
    assert_eq!(served.cut_off.await.unwrap(), 0);
    for stream in [stream, late] {
        assert!(read(stream).await.contains("Hello!"));
    }
    assert!(TcpStream::connect(served.address).await.is_err());
}

#[tokio::test]
async fn a_call_that_goes_on_too_long_is_cut_off_and_counted() {
    let (stage, served) = served(3_600_000, Duration::from_millis(100)).await;
    let stream = sent(served.address, &request()).await;
    while stage.upstream.under_way() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    served.stop.send(false).unwrap();
    assert_eq!(served.cut_off.await.unwrap(), 1);
    is_told(&read(stream).await);
    assert_eq!(stage.upstream.under_way(), 0);
}

/// What the caller of a call that was cut off reads before anything else of it.
fn is_told(answer: &str) {
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("x-should-retry: false") && answer.contains("\"code\":\"cut_off\""), "{answer}");
}

/// Whole, held, joined and half way: each caller is told, and none of the calls counts as left by its caller.
#[tokio::test]
async fn calls_that_are_cut_off_are_told_so_and_have_an_outcome_of_their_own() {
    let half = |_: &_| Script {
        body: events().into_iter().take(2).map(|event| (Duration::ZERO, event.into())).collect(),
        end: End::Silent,
        ..Script::ok("")
    };
    for (body, is_half_way) in [
        (asking("Chat"), false),
        (streaming("Chat"), false),
        (streaming("Chat"), true),
        (asking("Joined"), true),
    ] {
        let (log, journal) = Log::new();
        let sources = leaf("Chat", "x", "request_timeout_ms 60000")
            + &leaf("Joined", "x", "idle_timeout_ms 50000\n request_timeout_ms 60000");
        let answer = move |request: &_| if is_half_way { half(request) } else { Script::hang() };
        let stage = Stage::logged(&sources, answer, CallSettings::default(), Keys::default(), journal);
        let served = listening(&stage, Duration::from_millis(100)).await;
        let is_streaming = body.contains("\"stream\":true");
        let head = format!(
            "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let mut stream = sent(served.address, &(head + &body)).await;
        let mut begun = String::new();
        if is_half_way && is_streaming {
            while !begun.contains("Hel") {
                let mut piece = [0; 4096];
                let length = stream.read(&mut piece).await.unwrap();
                begun += &String::from_utf8_lossy(&piece[..length]);
            }
        }
        while stage.upstream.under_way() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        served.stop.send(false).unwrap();
        assert_eq!(served.cut_off.await.unwrap(), 1);
        let rest = read(stream).await;
        let status = match begun.is_empty() {
            true => {
                is_told(&rest);
                503
            }
            false => {
                assert!(rest.contains("\"code\":\"cut_off\"") && rest.contains("data: [DONE]\n\n"), "{rest}");
                200
            }
        };
        let line = log.next();
        assert_eq!((&line["outcome"], &line["status"]), (&json!("cut_off"), &json!(status)), "{line}");
        assert_eq!((stage.upstream.under_way(), stage.gateway.calls()), (0, 0));
        let numbers = stage.get("/metrics").await.text();
        assert!(numbers.contains("outcome=\"cut_off\"} 1"), "{numbers}");
        assert!(numbers.contains("error_type=\"cut_off\""), "{numbers}");
    }
}

/// A limit that is not set follows from the plan.
#[tokio::test(start_paused = true)]
async fn calls_under_way_have_the_time_that_their_plan_allows() {
    let answer =
        |_: &_| Script { head: Some(Duration::from_secs(59)), ..Script::ok(completion().to_string()) };
    for (limit, cut_off) in [(None, 0), (Some(Duration::from_secs(50)), 1)] {
        let stage = Stage::new(&leaf("Chat", "x", "request_timeout_ms 60000"), answer);
        let (stop, mut stopped) = unbounded_channel();
        let stopped = poll_fn(move |context| stopped.poll_recv(context));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let limits = Limits { drain_timeout: limit, ..limits(Duration::ZERO) };
        let serving = serve(listener, stage.gateway.clone(), limits, stopped);
        let stopping = async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            stop.send(false).unwrap();
        };
        let (serving, answered, ()) = tokio::join!(serving, stage.post(asking("Chat")), stopping);
        assert_eq!((serving.unwrap(), answered.status), (cut_off, if cut_off == 0 { 200 } else { 503 }));
    }
}

/// Who is refused while it still sends reads why, and no connection that breaks.
#[tokio::test]
async fn one_whose_long_body_is_refused_reads_the_answer() {
    let (stage, served) = served(0, Duration::from_secs(60)).await;
    let length = 32 << 20;
    for head in [
        format!("content-length: {length}\r\n"),
        "transfer-encoding: chunked\r\n".to_owned(),
        format!("content-length: {length}\r\ncontent-encoding: gzip\r\n"),
    ] {
        let head = format!("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n{head}\r\n");
        let mut stream = sent(served.address, &head).await;
        let piece = vec![b' '; 1 << 20];
        for _ in 0..length >> 20 {
            if head.contains("chunked") {
                stream.write_all(b"100000\r\n").await.unwrap();
            }
            stream.write_all(&piece).await.unwrap();
            if head.contains("chunked") {
                stream.write_all(b"\r\n").await.unwrap();
            }
        }
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        let status = if head.contains("gzip") { b"HTTP/1.1 415" } else { b"HTTP/1.1 413" };
        assert_eq!(&answer, status, "{head}");
    }
    assert_eq!(stage.upstream.requests(), 0);
    served.stop.send(false).unwrap();
    assert_eq!(served.cut_off.await.unwrap(), 0);
}

#[tokio::test]
async fn a_second_signal_ends_the_drain_at_once() {
    for has_delay in [false, true] {
        let (stage, served) = served(3_600_000, Duration::from_secs(3600)).await;
        let stream = sent(served.address, &request()).await;
        while stage.upstream.under_way() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        served.stop.send(has_delay).unwrap();
        while stage.get("/ready").await.status == 200 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(!served.cut_off.is_finished(), "a call is under way");
        served.stop.send(has_delay).unwrap();
        assert_eq!(served.cut_off.await.unwrap(), 1);
        is_told(&read(stream).await);
        assert_eq!(stage.upstream.under_way(), 0);
    }
}

/// A server that answers every request and keeps its connections, with the number of those that were made.
async fn upstream() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, made) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let count = made.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let (mut text, mut piece) = (String::new(), [0; 4096]);
                while let Ok(length @ 1..) = stream.read(&mut piece).await {
                    text.push_str(&String::from_utf8_lossy(&piece[..length]));
                    // The body is one line of JSON, so that the request has come where that ends.
                    if text.ends_with('}') {
                        text.clear();
                        let body = completion().to_string();
                        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ";
                        let answer = format!("{head}{}\r\n\r\n{body}", body.len());
                        stream.write_all(answer.as_bytes()).await.unwrap();
                    }
                }
            });
        }
    });
    (address, made)
}

/// Connections of callers are dealt out to the two threads in turn.
#[tokio::test(flavor = "multi_thread")]
async fn each_thread_keeps_a_connection_of_its_own_upstream() {
    let (address, made) = upstream().await;
    let sources =
        leaf("Chat", "v1", "request_timeout_ms 60000").replace("upstream.test", &address.to_string());
    let variables: Variables = [("KEY", "a-secret-key")].into_iter().collect();
    let builder = Runtime::builder().transport(PerThread).environment(variables);
    let observer = Arc::new(Observer::new(Journal::off(), None));
    let snapshot =
        Snapshot::new(&compiled(&sources), builder, CallSettings::default(), Keys::default(), &observer)
            .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gateway = listener.local_addr().unwrap();
    let (stop, mut stopped) = unbounded_channel();
    let stopped = poll_fn(move |context| stopped.poll_recv(context));
    let serving = serve(listener, Gateway::new(snapshot, observer), limits(Duration::from_secs(60)), stopped);
    let serving = tokio::spawn(async { serving.await.unwrap() });
    let closing = request().replace("host: x", "host: x\r\nconnection: close");
    for _ in 0..6 {
        assert!(read(sent(gateway, &closing).await).await.contains("Hello!"));
    }
    assert_eq!(made.load(Ordering::SeqCst), 2);
    stop.send(false).unwrap();
    assert_eq!(serving.await.unwrap(), 0);
}

/// A stream that does not end, of pieces of 64 KiB.
pub(crate) fn endless(_: &Request<Bytes>) -> Script {
    let piece: Bytes = event(&json!({"content": "x".repeat(1 << 16)}), None).into();
    let body = (0..100_000).map(|_| (Duration::ZERO, piece.clone())).collect();
    Script { body, end: End::Silent, ..Script::ok("") }
}

#[tokio::test]
async fn one_that_takes_nothing_of_its_answer_is_closed_and_its_request_ends() {
    let (stage, served) = serving(endless, Duration::from_secs(60)).await;
    let body = streaming("Chat");
    let length = body.len();
    let head = format!("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n");
    let mut stream = sent(served.address, &(head + &body)).await;
    while stage.upstream.under_way() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Slowly is enough: each read makes room for more.
    for _ in 0..15 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let mut left = 4 << 20;
        while left > 0 {
            left -= stream.read(&mut vec![0; left.min(1 << 16)]).await.unwrap();
        }
        assert_eq!((stage.upstream.under_way(), stage.gateway.calls()), (1, 1));
    }
    let start = Instant::now();
    while stage.gateway.calls() > 0 {
        assert!(start.elapsed() < Duration::from_secs(10), "it is still held");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(start.elapsed() >= Duration::from_millis(900), "{:?}", start.elapsed());
    assert_eq!(stage.upstream.under_way(), 0);
    let numbers = stage.get("/metrics").await.text();
    assert!(numbers.contains("clientc_gateway_slow_readers_total 1"), "{numbers}");
    served.stop.send(false).unwrap();
    assert_eq!(served.cut_off.await.unwrap(), 0);
}

#[tokio::test]
async fn more_of_them_than_allowed_wait_until_another_is_closed() {
    let (stage, served) = served(0, Duration::from_secs(60)).await;
    // Three that say nothing take all places, until they are closed for it.
    let mut silent = Vec::new();
    for _ in 0..3 {
        silent.push(TcpStream::connect(served.address).await.unwrap());
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    let start = Instant::now();
    let close = request().replace("host: x", "host: x\r\nconnection: close");
    let text = read(sent(served.address, &close).await).await;
    assert!(text.contains("Hello!"), "{text}");
    assert!(start.elapsed() >= Duration::from_millis(50), "{:?}", start.elapsed());
    assert_eq!(stage.upstream.requests(), 1);
    served.stop.send(false).unwrap();
    assert_eq!(served.cut_off.await.unwrap(), 0);
}
