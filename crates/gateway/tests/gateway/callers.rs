//! Callers who leave, who show no key, who are too many, or who say how long they wait.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use clientc_gateway::{CallSettings, Keys};
use clientc_runtime::transport::memory::{End, Script};
use http::Request;
use http_body_util::BodyExt as _;

use crate::log::Log;
use crate::stage::{Stage, asking, completion, events, leaf, streaming};

fn sources() -> String {
    leaf("Slow", "slow", "request_timeout_ms 60000")
        + &leaf("Joined", "slow", "idle_timeout_ms 50000\n request_timeout_ms 60000")
}

fn hang(_: &Request<Bytes>) -> Script {
    Script::hang()
}

/// A stream that stalls after its first content.
fn stall(_: &Request<Bytes>) -> Script {
    let body = events().into_iter().take(2).map(|event| (Duration::ZERO, event.into())).collect();
    Script { body, end: End::Silent, ..Script::ok("") }
}

fn fine(_: &Request<Bytes>) -> Script {
    Script::ok(completion().to_string())
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_leaves_ends_the_request_upstream() {
    for (name, body) in
        [("whole", asking("Slow")), ("stream", streaming("Slow")), ("joined", asking("Joined"))]
    {
        let stage = Stage::new(&sources(), hang);
        let leaving = tokio::time::timeout(Duration::from_millis(300), stage.post(body)).await;
        assert!(leaving.is_err(), "{name}");
        // What reads in the background notices when it is polled next.
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!((stage.upstream.requests(), stage.upstream.under_way()), (1, 0), "{name}");
        assert_eq!(stage.gateway.calls(), 0, "{name}");
        let numbers = stage.get("/metrics").await.text();
        assert!(numbers.contains("outcome=\"cancelled\"} 1"), "{name}: {numbers}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_leaves_half_way_ends_the_stream_upstream() {
    let stage = Stage::new(&sources(), stall);
    let request = Request::post("/v1/chat/completions").body(Body::from(streaming("Slow"))).unwrap();
    let mut body = stage.send(request).await.into_body();
    assert!(body.frame().await.unwrap().unwrap().data_ref().unwrap().starts_with(b"data: "));
    assert_eq!((stage.upstream.under_way(), stage.gateway.calls()), (1, 1));
    drop(body);
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!((stage.upstream.under_way(), stage.gateway.calls()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_leaves_is_logged_under_the_name_of_its_request() {
    for (name, body) in [
        ("whole", asking("Slow")),
        ("stream", streaming("Slow")),
        ("joined", asking("Joined")),
        ("half", streaming("Slow")),
    ] {
        let (log, journal) = Log::new();
        let answer = if name == "half" { stall } else { hang };
        let stage = Stage::logged(&sources(), answer, CallSettings::default(), Keys::default(), journal);
        let headers = [("x-request-id", name)];
        let request = stage.post_with(&headers, body);
        assert!(tokio::time::timeout(Duration::from_millis(300), request).await.is_err(), "{name}");
        let line = log.next();
        assert_eq!(
            (&line["request_id"], &line["status"], &line["outcome"]),
            (&name.into(), &499.into(), &"cancelled".into())
        );
    }
}

#[tokio::test(start_paused = true)]
async fn more_calls_than_allowed_are_sent_elsewhere() {
    let settings = CallSettings { max_concurrent_calls: 2, ..CallSettings::default() };
    let stage = Stage::with(&sources(), hang, settings, Keys::default());
    let call = || stage.post(asking("Slow"));
    let (_, _, third) = tokio::join!(
        tokio::time::timeout(Duration::from_secs(5), call()),
        tokio::time::timeout(Duration::from_secs(5), call()),
        async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            call().await
        },
    );
    assert_eq!((third.status, third.header("retry-after")), (503, "1"));
    assert_eq!(third.json()["error"]["code"], "too_many_calls");
    assert_eq!(stage.upstream.requests(), 2);
    assert_eq!(stage.gateway.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_caller_without_a_key_is_turned_away() {
    let stage =
        Stage::with(&sources(), fine, CallSettings::default(), Keys::from_lines("good-key\nother-key"));
    for (headers, status) in [
        (vec![("authorization", "Bearer good-key")], 200),
        (vec![("authorization", "Bearer other-key")], 200),
        (vec![("authorization", "Bearer bad-key")], 401),
        (vec![], 401),
    ] {
        let answered = stage.post_with(&headers, asking("Slow")).await;
        assert_eq!(answered.status, status, "{headers:?}");
        assert_eq!(answered.header("www-authenticate"), if status == 401 { "Bearer" } else { "" });
    }
    assert_eq!(stage.upstream.requests(), 2);
    assert_eq!(stage.get("/v1/models").await.status, 401);
    assert_eq!(stage.get("/health").await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn every_refusal_is_counted_and_carries_the_name_of_its_request() {
    let stage = Stage::with(&sources(), fine, CallSettings::default(), Keys::from_lines("good-key"));
    for (method, path, key, status, reason) in [
        ("GET", "/v1/models", "bad-key", 401, "invalid_api_key"),
        ("GET", "/v1/models/Slow", "bad-key", 401, "invalid_api_key"),
        ("GET", "/v1/models/Other", "good-key", 404, "model_not_found"),
        ("POST", "/v1/completions", "good-key", 404, "not_found"),
        ("DELETE", "/v1/models", "good-key", 405, "method_not_allowed"),
        ("GET", "/v1/chat/completions", "good-key", 405, "method_not_allowed"),
        ("GET", "/v1/models", "good-key", 200, ""),
    ] {
        let before = refused(&stage, reason).await;
        let request = Request::builder().method(method).uri(path).header("x-request-id", "mine");
        let request = request.header("authorization", format!("Bearer {key}")).body(Body::empty()).unwrap();
        let response = stage.send(request).await;
        assert_eq!(
            (response.status().as_u16(), response.headers()["x-request-id"].to_str().unwrap()),
            (status, "mine"),
            "{path}"
        );
        let more = u64::from(status != 200);
        assert_eq!(refused(&stage, reason).await, before + more, "{method} {path}");
    }
    assert!(stage.get("/nowhere").await.header("x-request-id").starts_with("req_"));
}

/// How many requests were refused for a reason.
async fn refused(stage: &Stage, reason: &str) -> u64 {
    let numbers = stage.get("/metrics").await.text();
    let name = format!("clientc_gateway_refused_total{{reason=\"{reason}\"}} ");
    numbers.lines().find_map(|line| line.strip_prefix(&*name)?.parse().ok()).unwrap_or(0)
}

/// A browser lets every page send requests to this machine, and says which page it is.
#[tokio::test(start_paused = true)]
async fn a_web_page_is_turned_away_where_callers_need_no_key() {
    for origin in ["https://evil.test", "null", "http://127.0.0.1:44497"] {
        let headers = [("origin", origin), ("content-type", "text/plain")];
        let stage = Stage::new(&sources(), fine);
        let answered = stage.post_with(&headers, asking("Slow")).await;
        assert_eq!((answered.status, stage.upstream.requests()), (403, 0), "{origin}");
        assert_eq!(answered.json()["error"]["code"], "from_web_page");
        // A page that has a key was given it, and needs no browser to keep others out.
        let stage = Stage::with(&sources(), fine, CallSettings::default(), Keys::from_lines("good-key"));
        let headers = [("origin", origin), ("authorization", "Bearer good-key")];
        assert_eq!(stage.post_with(&headers, asking("Slow")).await.status, 200, "{origin}");
        assert_eq!(stage.post_with(&headers[..1], asking("Slow")).await.status, 401, "{origin}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_key_of_the_caller_stays_here() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&seen);
    let stage = Stage::new(&sources(), move |request| {
        notes.lock().unwrap().push(request.headers().clone());
        fine(request)
    });
    let headers =
        [("authorization", "Bearer callers-key"), ("x-api-key", "callers-key"), ("cookie", "callers-key")];
    assert_eq!(stage.post_with(&headers, asking("Slow")).await.status, 200);
    let seen = seen.lock().unwrap();
    assert_eq!(seen[0]["authorization"], "Bearer a-secret-key");
    assert!(!format!("{:?}", seen[0]).contains("callers-key"));
    assert!(seen[0].get("x-envoy-expected-rq-timeout-ms").is_none());
}

#[tokio::test(start_paused = true)]
async fn headers_that_say_how_long_a_caller_waits_count_where_they_may() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&seen);
    let answer = move |request: &Request<Bytes>| {
        notes.lock().unwrap().push(request.headers().clone());
        hang(request)
    };
    let settings = CallSettings { deadline_headers: true, ..CallSettings::default() };
    let stage = Stage::with(&sources(), answer, settings, Keys::default());
    let answered = stage.post_with(&[("x-stainless-read-timeout", "1.5")], asking("Slow")).await;
    assert_eq!((answered.status, answered.ms), (504, 1500));
    assert_eq!(answered.json()["error"]["timeout_type"], "total_timeout_ms");
    assert_eq!(seen.lock().unwrap()[0]["x-envoy-expected-rq-timeout-ms"], "1500");
    let without = Stage::new(&sources(), hang);
    assert_eq!(without.post_with(&[("x-stainless-read-timeout", "1.5")], asking("Slow")).await.ms, 60_000);
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_drains_says_so_and_one_that_closes_takes_no_calls() {
    let stage = Stage::new(&sources(), fine);
    assert_eq!(stage.get("/ready").await.status, 200);
    stage.gateway.drain();
    assert_eq!((stage.get("/ready").await.status, stage.get("/health").await.status), (503, 200));
    assert_eq!(stage.post(asking("Slow")).await.status, 200);
    stage.gateway.close();
    let refused = stage.post(asking("Slow")).await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, "1"));
    assert_eq!(refused.json()["error"]["code"], "stopping");
    let numbers = stage.get("/metrics").await.text();
    assert!(numbers.contains("clientc_gateway_refused_total{reason=\"stopping\"} 1"), "{numbers}");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_comes_slowly_is_not_waited_for() {
    let settings = CallSettings { body_timeout: Duration::from_millis(700), ..CallSettings::default() };
    let stage = Stage::with(&sources(), fine, settings, Keys::default());
    let pieces = futures_util::stream::unfold(0, |sent| async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        Some((Ok::<_, std::convert::Infallible>(Bytes::from_static(b" ")), sent + 1))
    });
    let answered = stage.post(Body::from_stream(pieces)).await;
    assert_eq!((answered.status, answered.ms, answered.header("connection")), (408, 700, "close"));
    assert_eq!(stage.upstream.requests(), 0);
}
