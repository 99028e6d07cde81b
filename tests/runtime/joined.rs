//! Whole answers that are made as streams upstream: the limits of streams bound them, and nothing is lost.

use clientc_plan::Field;
use clientc_plan::replay::replay;
use clientc_runtime::transport::memory::{End, Memory, Script};
use clientc_runtime::{ChatResponse, Client, StreamUpstream};
use serde_json::{Value, json};

use crate::calls::{client, document, fallback, leaf, runtime};
use crate::stage::{self, ANSWER, DONE, ROLE, TEXT, ms};

/// A server that answers as it is asked: whole, or as a stream of these events.
fn either(whole: String, events: Vec<Value>) -> Memory {
    Memory::new(move |request| {
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        if body["stream"] != true {
            return Script::ok(whole.clone());
        }
        assert_eq!(body["stream_options"]["include_usage"], true, "the usage must be asked for");
        let text: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
        Script::ok(text + "data: [DONE]\n\n")
    })
}

async fn answers(memory: &Memory) -> (ChatResponse, ChatResponse) {
    let client = client(&leaf("A", &[]), "A", memory);
    let whole = client.chat(&stage::request()).await.unwrap();
    let joined = client.with_stream_upstream(StreamUpstream::Always).chat(&stage::request()).await.unwrap();
    assert!(!whole.record.attempts[0].joined && joined.record.attempts[0].joined);
    assert!(!joined.record.is_streaming);
    (whole.response, joined.response)
}

fn delta(delta: Value, finish: Option<&str>) -> Value {
    json!({"id": "a", "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})
}

fn completion(message: Value, finish: &str) -> String {
    let usage = json!({"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12,
        "prompt_tokens_details": {"cached_tokens": 2}, "completion_tokens_details": {"reasoning_tokens": 3}});
    let choice = json!({"index": 0, "message": message, "finish_reason": finish});
    json!({"id": "a", "model": "m", "choices": [choice], "usage": usage}).to_string()
}

fn usage() -> Value {
    json!({"id": "a", "model": "m", "choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 5,
        "total_tokens": 12, "prompt_tokens_details": {"cached_tokens": 2},
        "completion_tokens_details": {"reasoning_tokens": 3}}})
}

#[tokio::test(start_paused = true)]
async fn the_joined_answer_is_the_whole_one_field_by_field() {
    let call = |id: &str, arguments: &str| json!({"id": id, "type": "function", "function": {"name": "f", "arguments": arguments}});
    let piece =
        |index: u64, more: &str| json!({"tool_calls": [{"index": index, "function": {"arguments": more}}]});
    let begun = |index: u64, id: &str| json!({"tool_calls": [{"index": index, "id": id, "type": "function", "function": {"name": "f", "arguments": ""}}]});
    let cases = [
        (
            completion(json!({"role": "assistant", "content": "Hello"}), "stop"),
            vec![
                delta(json!({"role": "assistant", "content": ""}), None),
                delta(json!({"content": "Hel"}), None),
                delta(json!({"content": "lo"}), None),
                delta(json!({}), Some("stop")),
            ],
        ),
        (
            completion(
                json!({"content": "", "tool_calls": [call("x", "{\"a\":1}"), call("y", "{}")]}),
                "tool_calls",
            ),
            vec![
                delta(begun(0, "x"), None),
                delta(piece(0, "{\"a\""), None),
                delta(piece(0, ":1}"), None),
                delta(begun(1, "y"), None),
                delta(piece(1, "{}"), None),
                delta(json!({}), Some("tool_calls")),
            ],
        ),
        (
            completion(json!({"content": null, "refusal": "I cannot."}), "stop"),
            vec![
                delta(json!({"refusal": "I can"}), None),
                delta(json!({"refusal": "not."}), None),
                delta(json!({}), Some("stop")),
            ],
        ),
        (
            completion(json!({"content": "Part", "reasoning_content": "Hm, hm."}), "length"),
            vec![
                delta(json!({"reasoning_content": "Hm, "}), None),
                delta(json!({"reasoning_content": "hm."}), None),
                delta(json!({"content": "Part"}), None),
                delta(json!({}), Some("length")),
            ],
        ),
    ];
    for (whole, mut events) in cases {
        events.push(usage());
        let (whole, joined) = answers(&either(whole, events)).await;
        assert_eq!(joined, whole);
        assert_eq!(joined.usage.unwrap().reasoning_tokens, Some(3));
    }
}

fn pair(mode: StreamUpstream, limits: &[(Field, u64)], first: Script) -> (Client, Memory) {
    let text = leaf("A", limits) + &leaf("B", &[]) + &fallback("F", "A, B", &[]);
    let memory = Memory::new(move |request| {
        let is_stream = request.body().windows(13).any(|bytes| bytes == b"\"stream\":true");
        match request.headers()[stage::LEAF].to_str() {
            Ok("A") => first.clone(),
            _ if is_stream => Script::ok(format!("{ROLE}{TEXT}{DONE}")),
            _ => Script::ok(ANSWER),
        }
    });
    (runtime(&document(&text), &memory).client("F").unwrap().with_stream_upstream(mode), memory)
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_stalls_half_way_fails_its_attempt_and_the_fallback_moves_on() {
    let stalls = stage::events(&[(20, ROLE), (20, TEXT), (20, TEXT)], End::Silent);
    let (client, memory) = pair(StreamUpstream::Always, &[(Field::Idle, 100)], stalls);
    let answer = client.chat(&stage::request()).await.unwrap();
    let first = &answer.record.attempts[0];
    assert_eq!((first.end_ms, first.handed_on), (160, false));
    assert_eq!(first.timeout.as_ref().unwrap().timeout_type.0, Field::Idle);
    assert_eq!((answer.response.text.as_deref(), &*answer.answered_by.client), (Some("Hi"), "B"));
    assert_eq!((memory.requests(), memory.under_way()), (2, 0));
    let text = leaf("A", &[(Field::Idle, 100)]) + &leaf("B", &[]) + &fallback("F", "A, B", &[]);
    let plan = stage::directed(&document(&text), "http://upstream.test/v1");
    assert!(replay(&plan, &answer.record, 0).unwrap().is_obeyed);
}

#[tokio::test(start_paused = true)]
async fn the_time_to_first_token_bounds_a_joined_answer() {
    let (client, _) = pair(StreamUpstream::WhereLimited, &[(Field::TimeToFirstToken, 70)], Script::hang());
    let answer = client.chat(&stage::request()).await.unwrap();
    assert_eq!(answer.record.attempts[0].end_ms, 70);
    // The second member has no limit of a stream, so it is asked for a whole answer.
    assert_eq!(
        answer.record.attempts.iter().map(|attempt| attempt.joined).collect::<Vec<_>>(),
        [true, false]
    );
    assert_eq!(answer.response.usage.unwrap().total_tokens, 4);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_stream_gives_its_whole_answer() {
    let script = Script { body: vec![(ms(30), ANSWER.into())], ..Script::ok("") };
    let (client, _) = pair(StreamUpstream::Always, &[], script);
    let answer = client.with_raw_body(true).chat(&stage::request()).await.unwrap();
    assert_eq!((answer.response.text.as_deref(), answer.record.end_ms), (Some("Hi"), 30));
    assert_eq!(answer.raw_body.unwrap(), ANSWER.as_bytes());
}
