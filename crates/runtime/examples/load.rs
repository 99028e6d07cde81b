//! Measures the runtime against a server in a process of its own. `scripts/runtime_load.sh` runs it.
//!
//! `load upstream` is the server: it prints its port, answers at once below `/ok`, after a second below `/slow`, and
//! never below `/hang`. The other words measure: `limits`, `cost` and `flight` take the port, `leak` and `dropped` need
//! none.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic, reason = "a program that measures")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use clientc_runtime::transport::memory::{Memory, Script};
use clientc_runtime::{ChatRequest, Client, Runtime, Timeouts, Variables};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const ANSWER: &str = r#"{"id":"a","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"#;
const EVENTS: &str = "data: {\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\ndata: {\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

#[tokio::main(worker_threads = 2)]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize| arguments.get(index).map(|text| text.parse::<usize>().unwrap());
    let port = || number(1).unwrap();
    match arguments.first().map(String::as_str) {
        Some("upstream") => upstream().await,
        Some("limits") => limits(port(), number(2).unwrap_or(500), number(3).unwrap_or(10)).await,
        Some("cost") => cost(port(), number(2).unwrap_or(20_000)).await,
        Some("flight") => flight(port(), number(2).unwrap_or(5_000)).await,
        Some("leak") => leak(number(1).unwrap_or(1_000_000)).await,
        Some("dropped") => dropped(number(1).unwrap_or(10_000), number(2).unwrap_or(10)).await,
        _ => println!(
            "load upstream | limits PORT [CALLS] [ROUNDS] | cost PORT [CALLS] | flight PORT [CALLS] | leak [CALLS] | \
             dropped [CALLS] [ROUNDS]"
        ),
    }
}

/// A plan of one client without any limit.
fn plan(base_url: &str) -> String {
    format!(
        r#"{{"schema":"clientc.resolved","version":1,"project":"load","defaults":{{}},"clients":{{"Model":{{
        "kind":"leaf","provider":"openai-generic","options":{{"model":"m","base_url":"{base_url}","api_key":"k"}},
        "connection_pooling":true,"timeouts":{{}},"retry":null,"routes":[{{"path":["Model"],"effective":{{}},"origin":{{}}}}],
        "worst_case":{{"requests":1,"duration_ms":null}},"source":{{"file":"load.baml","line":1,"column":1}}}}}},"functions":{{}}}}"#
    )
}

fn client(port: usize, path: &str) -> Client {
    let runtime = Runtime::from_json(&plan(&format!("http://127.0.0.1:{port}{path}"))).unwrap();
    runtime.client("Model").unwrap()
}

fn limited(client: &Client, ms: u64) -> Client {
    client.clone().with_timeouts(&Timeouts { request_timeout_ms: Some(ms), ..Timeouts::NONE }).unwrap()
}

/// How late limits fire, seen from outside: `calls` under way at any time, each with a limit of its own.
async fn limits(port: usize, calls: usize, rounds: usize) {
    let client = client(port, "/hang");
    let tasks = (0..calls).map(|call| {
        let client = client.clone();
        tokio::spawn(async move {
            let mut late = Vec::new();
            for round in 0..rounds {
                let ms = 200 + ((call * 7919 + round * 104_729) % 1800) as u64;
                let client = limited(&client, ms);
                let start = Instant::now();
                let error = client.chat(&ChatRequest::from_text("Hello")).await.unwrap_err();
                let elapsed = start.elapsed();
                assert!(error.timeout().is_some(), "{error}");
                late.push(elapsed.saturating_sub(Duration::from_millis(ms)));
            }
            late
        })
    });
    let mut late = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        late.extend(task.await.unwrap());
    }
    show("a limit fires late by", &mut late);
}

/// What a call costs over one of the HTTP library alone. Both take turns, on one connection each.
async fn cost(port: usize, calls: usize) {
    let client = client(port, "/ok");
    let limited = limited(&client, 60_000);
    let plain = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("http://127.0.0.1:{port}/ok/chat/completions");
    let body = r#"{"model":"m","messages":[{"role":"user","content":"Hello"}]}"#;
    let request = ChatRequest::from_text("Hello");
    let (mut alone, mut ours) = (Vec::new(), Vec::new());
    for call in 0..calls {
        let start = Instant::now();
        let response =
            plain.post(&url).header("content-type", "application/json").body(body).send().await.unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        let took = start.elapsed();
        assert!(answer.is_object());
        let start = Instant::now();
        limited.chat(&request).await.unwrap();
        // The first calls make the connections.
        if call >= calls / 10 {
            alone.push(took);
            ours.push(start.elapsed());
        }
    }
    let (alone, ours) =
        (show("a call of the HTTP library alone", &mut alone), show("a call of the runtime", &mut ours));
    println!(
        "over the HTTP library: {:.1} µs at the median",
        (ours.as_nanos() as f64 - alone.as_nanos() as f64) / 1e3
    );
}

/// Many calls at once, all answered after a second.
async fn flight(port: usize, calls: usize) {
    let client = limited(&client(port, "/slow"), 60_000);
    let before = resident();
    let start = Instant::now();
    let tasks = (0..calls).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.chat(&ChatRequest::from_text("Hello")).await.map(|_| ()) })
    });
    let tasks: Vec<_> = tasks.collect();
    tokio::time::sleep(Duration::from_millis(900)).await;
    let under_way = resident();
    let mut failed = 0;
    for task in tasks {
        failed += usize::from(task.await.unwrap().is_err());
    }
    println!(
        "{calls} calls at once: {failed} failed, {:.2} s, {} KiB more memory",
        start.elapsed().as_secs_f64(),
        under_way - before
    );
}

/// The memory over very many calls, with servers in memory: a success, a failure, a timeout and a stream in turn.
async fn leak(calls: usize) {
    let memory = Memory::new(|request| match request.uri().path() {
        path if path.contains("stream") => Script::ok(EVENTS),
        _ => Script::ok(ANSWER),
    });
    let runtime = |path: &str| {
        let builder = Runtime::builder().transport(memory.clone()).environment(Variables::default());
        builder.from_json(&plan(&format!("http://memory.test/{path}"))).unwrap().client("Model").unwrap()
    };
    let (whole, streamed) = (limited(&runtime("whole"), 1000), limited(&runtime("stream"), 1000));
    let request = ChatRequest::from_text("Hello");
    let mut first = 0;
    for call in 0..calls {
        match call % 2 {
            0 => drop(whole.chat(&request).await.unwrap()),
            _ => {
                let mut stream = streamed.stream(&request).await.unwrap();
                while let Some(chunk) = futures_util::StreamExt::next(&mut stream).await {
                    chunk.unwrap();
                }
            }
        }
        if call + 1 == calls / 10 {
            first = resident();
        }
    }
    println!("{calls} calls in memory: {first} KiB after a tenth, {} KiB at the end", resident());
}

/// Calls whose future is dropped at a random moment, all at once, whole and streamed, with servers in memory that hang,
/// fail or answer late: one record each, no request left, and the memory of the first round in the last one.
async fn dropped(calls: usize, rounds: usize) {
    let late = Duration::from_millis(40);
    let memory =
        Memory::new(move |request| match (request.uri().path().contains("stream"), fastrand::bool()) {
            (true, _) => Script { head: Some(late), ..Script::ok(EVENTS) },
            (false, true) => Script::hang(),
            (false, false) => Script::status(503, late),
        });
    let records = Arc::new(AtomicUsize::new(0));
    let client = |path: &str| {
        let count = Arc::clone(&records);
        let builder = Runtime::builder().transport(memory.clone()).environment(Variables::default());
        let builder = builder.on_end(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
        });
        builder.from_json(&plan(&format!("http://memory.test/{path}"))).unwrap().client("Model").unwrap()
    };
    let (whole, streamed) = (client("whole"), client("stream"));
    let before = resident();
    for round in 1..=rounds {
        let tasks = (0..calls).map(|call| {
            let (whole, streamed, request) =
                (whole.clone(), streamed.clone(), ChatRequest::from_text("Hello"));
            let leave = Duration::from_micros(fastrand::u64(0..100_000));
            tokio::spawn(tokio::time::timeout(leave, async move {
                if call % 2 == 0 {
                    return drop(whole.chat(&request).await);
                }
                if let Ok(mut stream) = streamed.stream(&request).await {
                    while futures_util::StreamExt::next(&mut stream).await.is_some() {
                        tokio::time::sleep(late).await;
                    }
                }
            }))
        });
        let mut left = 0;
        for task in tasks.collect::<Vec<_>>() {
            left += usize::from(task.await.unwrap().is_err());
        }
        if round == 1 || round == rounds {
            println!(
                "round {round} of {calls} calls: {left} dropped, {} records, {} requests made, {} left, {before} KiB before, {} KiB after",
                records.swap(0, Ordering::Relaxed),
                memory.requests(),
                memory.under_way(),
                resident()
            );
        } else {
            records.store(0, Ordering::Relaxed);
        }
    }
}

/// Prints the median, the 99th percentile and the most, and returns the median.
fn show(what: &str, times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    let us = |time: Duration| time.as_nanos() as f64 / 1e3;
    println!(
        "{what}: median {:.1} µs, p99 {:.1} µs, most {:.1} µs, {} calls",
        us(at(0.5)),
        us(at(0.99)),
        us(at(1.0)),
        times.len()
    );
    at(0.5)
}

/// The resident memory of this process, in KiB.
fn resident() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

async fn upstream() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap().port());
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(serve(stream));
    }
}

/// Answers the requests of one connection, one after the other.
async fn serve(mut stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let mut read = Vec::new();
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let end = loop {
            if let Some(end) = whole(&read) {
                break end;
            }
            match stream.read(&mut buffer).await {
                Ok(count @ 1..) => read.extend_from_slice(&buffer[..count]),
                _ => return,
            }
        };
        let text = String::from_utf8_lossy(&read[..end]).into_owned();
        read.drain(..end);
        if text.contains(" /hang") {
            let _ = stream.read(&mut buffer).await;
            return;
        }
        if text.contains(" /slow") {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let (kind, body) = match text.contains("\"stream\":true") {
            true => ("text/event-stream", EVENTS),
            false => ("application/json", ANSWER),
        };
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n", body.len());
        if stream.write_all(format!("{head}{body}").as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Where the first request ends, once all of it is there.
fn whole(read: &[u8]) -> Option<usize> {
    let head = read.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&read[..head]).to_lowercase();
    let length =
        text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    let end = head + length.unwrap_or(0);
    (read.len() >= end).then_some(end)
}
