//! A scripted upstream and a load generator for the gateway, for `scripts/gateway_load.sh` and
//! `scripts/gateway_fleet.py`.
//!
//!     gateway_load upstream
//!     gateway_load call ADDRESS RATE SECONDS
//!
//! `upstream` prints its port. The first part of the path says what it does: `ok` answers, `slow` streams for half a
//! second, `hang` never answers, `stall` sends the first content and nothing more, `busy` answers 503.
//!
//! `call` sends RATE requests a second to clients with the names of `tests/clients/load/clients.baml`, whatever becomes
//! of them, and judges each answer: it must be the one that its client leads to, and a limit must not fire late. It
//! prints one JSON object.

#![allow(clippy::print_stdout, reason = "it is a program")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

type Error = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["upstream"] => upstream().await,
        ["call", address, rate, seconds] => call(address, rate.parse()?, seconds.parse()?).await,
        _ => Err("gateway_load upstream | gateway_load call ADDRESS RATE SECONDS".into()),
    }
}

const WHOLE: &str = r#"{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello there!","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}"#;
const FIRST: &str = r#"{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Hello "},"finish_reason":null}]}"#;
const LAST: &str = r#"{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"there!"},"finish_reason":"stop"}]}"#;
const STREAM: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

async fn upstream() -> Result<(), Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move { drop(serve(stream).await) });
    }
}

async fn serve(mut stream: TcpStream) -> Result<(), Error> {
    let mut buffer = Vec::new();
    loop {
        let Some(request) = message(&mut stream, &mut buffer).await? else { return Ok(()) };
        let path = request.split(' ').nth(1).unwrap_or_default();
        let is_streaming = request.contains("\"stream\":true");
        let event = |data: &str| chunk(&format!("data: {data}\n\n"));
        match path.split('/').nth(1).unwrap_or_default() {
            "hang" => return silent(&mut stream).await,
            "busy" => stream.write_all(whole(503, r#"{"error":{"message":"busy"}}"#).as_bytes()).await?,
            "stall" => {
                stream.write_all(format!("{STREAM}{}", event(FIRST)).as_bytes()).await?;
                return silent(&mut stream).await;
            }
            kind if is_streaming => {
                stream.write_all(format!("{STREAM}{}", event(FIRST)).as_bytes()).await?;
                if kind == "slow" {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
                let end = format!("{}{}0\r\n\r\n", event(LAST), event("[DONE]"));
                stream.write_all(end.as_bytes()).await?;
            }
            _ => stream.write_all(whole(200, WHOLE).as_bytes()).await?,
        }
    }
}

/// Sends nothing more until the caller leaves. To keep the connections of all who left would need too many open files.
async fn silent(stream: &mut TcpStream) -> Result<(), Error> {
    let mut rest = [0; 1024];
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}

fn whole(status: u16, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

/// Reads one message of HTTP/1.1: its head and its body. Nothing where the connection has ended before it.
async fn message(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<Option<String>, Error> {
    buffer.clear();
    let mut piece = [0; 16 * 1024];
    loop {
        let read = stream.read(&mut piece).await?;
        if read == 0 {
            return if buffer.is_empty() { Ok(None) } else { Err("the message broke off".into()) };
        }
        buffer.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(buffer);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_ascii_lowercase();
        let length =
            head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse::<usize>().ok());
        let is_whole = match length {
            Some(length) => body.len() >= length,
            None if head.contains("chunked") => body.ends_with("0\r\n\r\n"),
            None => true,
        };
        if is_whole {
            return Ok(Some(text.into_owned()));
        }
    }
}

/// What a client must lead to.
struct Expected {
    model: &'static str,
    is_streaming: bool,
    status: u16,
    /// What the answer must hold.
    holds: &'static str,
    /// When a limit fires, in milliseconds.
    limit_ms: Option<u64>,
}

const fn expect(
    model: &'static str,
    is_streaming: bool,
    status: u16,
    holds: &'static str,
    limit_ms: Option<u64>,
) -> Expected {
    Expected { model, is_streaming, status, holds, limit_ms }
}

/// Of twenty calls two meet a fault.
const MIX: [Expected; 8] = [
    expect("Plain", false, 200, "Hello there!", None),
    expect("Plain", true, 200, "[DONE]", None),
    expect("Joined", false, 200, "Hello there!", None),
    expect("Slow", true, 200, "[DONE]", None),
    expect("Hang", false, 504, "request_timeout_ms", Some(300)),
    expect("Stall", false, 504, "idle_timeout_ms", Some(200)),
    expect("Saved", false, 200, "Hello there!", Some(300)),
    expect("Busy", false, 503, "upstream_status", None),
];

fn expected(number: u64) -> &'static Expected {
    let at = match number % 40 {
        5 => 4,
        15 => 5,
        25 => 6,
        35 => 7,
        other => [0, 1, 2, 0, 3][(other % 5) as usize],
    };
    &MIX[at]
}

#[derive(Default)]
struct Seen {
    calls: u64,
    sent_away: u64,
    lost: BTreeMap<String, u64>,
    wrong: BTreeMap<String, u64>,
    late_ms: Vec<f64>,
    times_ms: Vec<f64>,
}

async fn call(address: &str, rate: u64, seconds: u64) -> Result<(), Error> {
    let seen = Arc::new(Mutex::new(Seen::default()));
    let idle: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
    let start = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..rate * seconds {
        tokio::time::sleep_until((start + Duration::from_secs_f64(number as f64 / rate as f64)).into()).await;
        let (address, seen, idle) = (address.to_owned(), Arc::clone(&seen), Arc::clone(&idle));
        tasks.spawn(async move {
            let expected = expected(number);
            let begun = Instant::now();
            let answered = one(&address, expected, &idle).await;
            let ms = begun.elapsed().as_secs_f64() * 1000.0;
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.calls += 1;
            match answered {
                Err(error) => {
                    *seen
                        .lost
                        .entry(format!("{} at {:.0} s", error, start.elapsed().as_secs_f64()))
                        .or_default() += 1
                }
                Ok(text) => judge(&mut seen, expected, &text, ms),
            }
        });
        while tasks.try_join_next().is_some() {}
    }
    while tasks.join_next().await.is_some() {}
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    print(&mut seen, start.elapsed());
    Ok(())
}

fn judge(seen: &mut Seen, expected: &Expected, text: &str, ms: f64) {
    let status = text.split(' ').nth(1).unwrap_or_default();
    // One that the gateway had no room for. It says when to come again.
    if text.contains("too_many_calls") && text.to_ascii_lowercase().contains("\r\nretry-after: 1\r\n") {
        seen.sent_away += 1;
        return;
    }
    if status != expected.status.to_string() || !text.contains(expected.holds) {
        let what = format!("{} {status}", expected.model);
        let table = if matches!(status, "502" | "503" | "504") { &mut seen.lost } else { &mut seen.wrong };
        *table.entry(what).or_default() += 1;
        return;
    }
    match expected.limit_ms {
        Some(limit) => seen.late_ms.push(ms - limit as f64),
        None if expected.model == "Plain" && !expected.is_streaming => seen.times_ms.push(ms),
        None => {}
    }
}

async fn one(address: &str, expected: &Expected, idle: &Mutex<Vec<TcpStream>>) -> Result<String, Error> {
    let known = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let mut stream = match known {
        Some(stream) if !is_closed(&stream) => stream,
        _ => TcpStream::connect(address).await?,
    };
    stream.set_nodelay(true)?;
    let body = format!(
        r#"{{"model":"{}","stream":{},"messages":[{{"role":"user","content":"Hi"}}]}}"#,
        expected.model, expected.is_streaming
    );
    let request = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: gateway\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut buffer = Vec::new();
    let answered = tokio::time::timeout(Duration::from_secs(30), message(&mut stream, &mut buffer)).await??;
    let text = answered.ok_or("the connection was closed")?;
    if !text.to_ascii_lowercase().contains("connection: close") {
        idle.lock().unwrap_or_else(PoisonError::into_inner).push(stream);
    }
    Ok(text)
}

/// Whether the other side has closed a connection that waits.
fn is_closed(stream: &TcpStream) -> bool {
    !matches!(stream.try_read(&mut [0; 1]), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
}

fn print(seen: &mut Seen, took: Duration) {
    let percentile = |values: &mut Vec<f64>, part: f64| {
        values.sort_by(f64::total_cmp);
        values.get(((values.len() as f64 * part) as usize).min(values.len().saturating_sub(1))).copied()
    };
    let lost: u64 = seen.lost.values().sum();
    let wrong: u64 = seen.wrong.values().sum();
    let rounded = |value: Option<f64>| value.map(|value| (value * 10.0).round() / 10.0);
    let said = serde_json::json!({
        "calls": seen.calls,
        "rate": (seen.calls as f64 / took.as_secs_f64()).round(),
        "sent_away": seen.sent_away,
        "lost": lost,
        "lost_how": seen.lost,
        "wrong": wrong,
        "wrong_how": seen.wrong,
        "late_p50_ms": rounded(percentile(&mut seen.late_ms, 0.5)),
        "late_p99_ms": rounded(percentile(&mut seen.late_ms, 0.99)),
        "plain_p50_ms": rounded(percentile(&mut seen.times_ms, 0.5)),
        "plain_p99_ms": rounded(percentile(&mut seen.times_ms, 0.99)),
    });
    println!("{said}");
}
