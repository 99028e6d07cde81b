//! Each limit and each fault, whole, streamed and joined, with every limit in each of the three: the status, the error and the time of the answer, and that
//! nothing is left under way upstream.

use std::fmt::Write;
use std::time::Duration;

use bytes::Bytes;
use clientc_gateway::{CallSettings, Keys, StreamUpstream};
use clientc_runtime::transport::memory::{End, Script};
use http::Request;
use serde_json::{Value, json};

use crate::stage::{Stage, asking, completion, event, events, leaf, streaming};

/// What the upstream does, by the path of its base URL.
const FAULTS: [&str; 18] = [
    "fine",
    "no-connection",
    "hang",
    "late-head",
    "late-token",
    "comments",
    "stall",
    "drip",
    "breaks-at-once",
    "breaks-midway",
    "cut-off",
    "429",
    "503-date",
    "500",
    "401",
    "400",
    "malformed",
    "error-event",
];

/// The limits of the clients, with what is written into their `http` blocks.
const LIMITS: [(&str, &str); 6] = [
    ("Connect", "connect_timeout_ms 100\n request_timeout_ms 60000"),
    ("FirstToken", "time_to_first_token_timeout_ms 1000\n request_timeout_ms 60000"),
    ("Idle", "idle_timeout_ms 500\n request_timeout_ms 60000"),
    ("Request", "request_timeout_ms 2000"),
    ("Total", "request_timeout_ms 60000"),
    ("Caller", "request_timeout_ms 60000"),
];

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn script(request: &Request<Bytes>) -> Script {
    let path = request.uri().path().trim_start_matches('/');
    let fault = path.split('/').next().unwrap();
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    let is_streaming = body["stream"] == true;
    let pieces = |first: u64, then: u64| -> Vec<(Duration, Bytes)> {
        let texts = if is_streaming { events() } else { vec![completion().to_string()] };
        texts
            .into_iter()
            .enumerate()
            .map(|(at, text)| (ms(if at < 2 { first } else { then }), text.into()))
            .collect()
    };
    let fine = Script { body: pieces(0, 0), ..Script::ok("") };
    let first_two = || pieces(0, 0).into_iter().take(if is_streaming { 2 } else { 0 }).collect::<Vec<_>>();
    let refusal = |status, headers: Vec<(&'static str, String)>, body: &'static str| Script {
        status,
        headers,
        body: vec![(Duration::ZERO, body.into())],
        ..Script::ok("")
    };
    match fault {
        "fine" => fine,
        "no-connection" => Script { connect: None, ..fine },
        "hang" => Script::hang(),
        "late-head" => Script { head: Some(ms(1500)), ..fine },
        "late-token" => Script { body: pieces(5000, 0), ..fine },
        "comments" => {
            let comments = (0..100).map(|_| (ms(200), Bytes::from_static(b": wait\n\n")));
            Script { body: comments.chain(pieces(0, 0)).collect(), ..fine }
        }
        "stall" => Script { body: first_two(), end: End::Silent, ..fine },
        "drip" => {
            let drops = (0..100).map(|_| (ms(400), Bytes::from(event(&json!({"content": "x"}), None))));
            let drops: Vec<_> = if is_streaming { drops.collect() } else { vec![(ms(40_000), Bytes::new())] };
            Script { body: drops.into_iter().chain(pieces(0, 0)).collect(), ..fine }
        }
        "breaks-at-once" => Script::broken(ms(10)),
        "breaks-midway" => Script { body: first_two(), end: End::Breaks(ms(10)), ..fine },
        "cut-off" => {
            let part =
                if is_streaming { first_two() } else { vec![(ms(0), Bytes::from_static(b"{\"id\":"))] };
            Script { body: part, end: End::Complete, ..fine }
        }
        "429" => refusal(
            429,
            vec![("retry-after", "2".into())],
            r#"{"error":{"message":"Slow down","code":"rate_limit_exceeded"}}"#,
        ),
        "503-date" => refusal(503, vec![("retry-after-ms", "1500".into())], "overloaded"),
        "500" => refusal(500, Vec::new(), "<html>oops</html>"),
        "401" => refusal(401, Vec::new(), r#"{"error":{"message":"Wrong key a-secret-key"}}"#),
        "400" => {
            refusal(400, Vec::new(), r#"{"error":{"message":"too long","code":"context_length_exceeded"}}"#)
        }
        "malformed" => refusal(200, Vec::new(), "data: {\"choices\":[{]}\n\n"),
        "error-event" => refusal(
            200,
            Vec::new(),
            "data: {\"error\":{\"message\":\"Overloaded\",\"code\":\"overloaded_error\"}}\n\n",
        ),
        other => panic!("{other} is no fault"),
    }
}

fn sources(fault: &str) -> String {
    let mut text = String::new();
    for (name, http) in LIMITS {
        if name == "Total" {
            text += &leaf("TotalLeaf", fault, http);
            text += "client<llm> Total {\n provider fallback\n options {\n strategy [TotalLeaf]\n http {\n total_timeout_ms 3000\n }\n }\n}\n";
        } else {
            text += &leaf(name, fault, http);
        }
    }
    text
}

/// How a call is made: what its caller asks for, and whether a whole answer is joined from a stream.
const MODES: [(&str, bool); 3] = [("whole", false), ("joined", true), ("stream", true)];

fn settings(stream_upstream: bool) -> CallSettings {
    let stream_upstream = StreamUpstream { all: Some(stream_upstream), ..StreamUpstream::default() };
    CallSettings { stream_upstream, ..CallSettings::default() }
}

/// One line: the status, the error, the time, and who answered.
async fn line(stage: &Stage, limit: &str, mode: &str) -> String {
    let mut body: Value =
        serde_json::from_str(&if mode == "stream" { streaming(limit) } else { asking(limit) }).unwrap();
    if limit == "Caller" {
        body["timeout"] = json!(2.5);
    }
    let answered = stage.post(body.to_string()).await;
    assert_eq!(stage.upstream.under_way(), 0, "{limit} {mode} leaves a request behind");
    assert_eq!(stage.gateway.calls(), 0);
    assert!(!answered.text().contains("a-secret-key"), "{}", answered.text());
    let is_stream = answered.header("content-type").starts_with("text/event-stream");
    let error = match is_stream {
        true => {
            let events = answered.events();
            assert_eq!(events.last().map(String::as_str), Some("[DONE]"));
            let last: Value = serde_json::from_str(&events[events.len() - 2]).unwrap();
            last.get("error").cloned()
        }
        false => answered.json().get("error").cloned(),
    };
    if answered.status != 200 {
        assert_eq!(answered.header("x-should-retry"), "false");
        assert_eq!(answered.header("x-clientc-attempts"), "1");
    }
    let said = match &error {
        None => "answer".to_owned(),
        Some(error) => {
            assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{error}");
            assert_eq!(error["attempts"].as_array().unwrap().len(), 1);
            let limit = error.get("timeout_type").and_then(Value::as_str).map(|kind| {
                let elapsed = error["elapsed_ms"].as_u64().unwrap();
                let configured = error["configured_value_ms"].as_u64().unwrap();
                assert_eq!(elapsed, configured, "the clock jumps, so nothing is late");
                format!(" {kind} of {} {configured}", error["client"].as_str().unwrap())
            });
            format!("{} {}{}", error["type"].as_str().unwrap(), error["code"], limit.unwrap_or_default())
        }
    };
    let retry_after = match answered.header("retry-after") {
        "" => String::new(),
        seconds => format!(", retry after {seconds}"),
    };
    let form = if is_stream && error.is_some() { " in the stream" } else { "" };
    format!("{limit:<10} {mode:<6} {:>3} {said}{form}{retry_after}, {} ms", answered.status, answered.ms)
}

#[tokio::test(start_paused = true)]
async fn every_limit_and_every_fault() {
    let mut table = String::new();
    for fault in FAULTS {
        writeln!(table, "{fault}").unwrap();
        for (limit, _) in LIMITS {
            for (mode, stream_upstream) in MODES {
                let stage = Stage::with(&sources(fault), script, settings(stream_upstream), Keys::default());
                writeln!(table, "  {}", line(&stage, limit, mode).await).unwrap();
                assert_eq!(stage.upstream.requests(), 1, "one attempt, whatever happens");
            }
        }
    }
    insta::assert_snapshot!(table);
}

#[tokio::test(start_paused = true)]
async fn a_fallback_answers_where_the_first_member_stalls_half_way() {
    let sources = format!(
        "{}{}client<llm> Chat {{\n provider fallback\n options {{\n strategy [Bad, Good]\n }}\n}}\n",
        leaf("Bad", "stall", "idle_timeout_ms 500\n request_timeout_ms 60000"),
        leaf("Good", "fine", "request_timeout_ms 5000"),
    );
    let stage = Stage::new(&sources, script);
    let answered = stage.post(asking("Chat")).await;
    assert_eq!((answered.status, answered.ms), (200, 500));
    assert_eq!(answered.header("x-clientc-client"), "Good");
    assert_eq!(answered.header("x-clientc-route"), "Chat > Good");
    assert_eq!(answered.header("x-clientc-attempts"), "2");
    assert_eq!(answered.json(), completion());
    // A caller of a stream has seen the beginning, so there is no way back.
    let answered = stage.post(streaming("Chat")).await;
    assert_eq!(answered.header("x-clientc-client"), "Bad");
    assert!(answered.text().contains("idle_timeout_ms"));
}
