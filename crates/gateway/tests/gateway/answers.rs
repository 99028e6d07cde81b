//! Answers: as they were sent, joined, and translated.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use clientc_runtime::transport::memory::Script;
use http::Request;
use serde_json::{Value, json};

use crate::stage::{Stage, asking, completion, event, events, leaf, streaming};

fn upstream(request: &Request<Bytes>) -> Script {
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    match body["stream"] == true {
        true => Script::ok(events().concat()),
        false => Script::ok(completion().to_string()),
    }
}

fn plain() -> String {
    leaf("Plain", "x", "request_timeout_ms 5000")
        + &leaf("Joined", "x", "idle_timeout_ms 900\n request_timeout_ms 5000")
}

#[tokio::test(start_paused = true)]
async fn a_whole_answer_is_what_was_sent_byte_by_byte() {
    let sent =
        completion().to_string().replace("\"created\":7", "\"created\": 7.0, \"unknown\":{\"b\":1,\"a\":2}");
    let body = sent.clone();
    let stage = Stage::new(&plain(), move |_| Script::ok(body.clone()));
    let answered = stage.post(asking("Plain")).await;
    assert_eq!(answered.text(), sent);
    assert_eq!(answered.header("x-clientc-client"), "Plain");
    assert!(answered.header("x-request-id").starts_with("req_"));
}

#[tokio::test(start_paused = true)]
async fn a_stream_is_what_was_sent_event_by_event() {
    let stage = Stage::new(&plain(), upstream);
    let answered = stage.post(streaming("Plain")).await;
    // The caller did not ask for the usage, so its event is left out.
    let expected: Vec<String> =
        events().into_iter().enumerate().filter(|(at, _)| *at != 4).map(|(_, event)| event).collect();
    assert_eq!(answered.text(), expected.concat());
    let asked = json!({"model": "Plain", "stream": true, "stream_options": {"include_usage": true}, "messages": [{"role": "user", "content": "Hi"}]});
    assert_eq!(stage.post(asked.to_string()).await.text(), events().concat());
}

#[tokio::test(start_paused = true)]
async fn a_joined_answer_is_the_one_that_would_have_been_sent_whole() {
    let stage = Stage::new(&plain(), upstream);
    let joined = stage.post(asking("Joined")).await;
    assert_eq!(joined.json(), completion());
    assert_eq!(joined.json(), stage.post(asking("Plain")).await.json());
}

#[tokio::test(start_paused = true)]
async fn a_joined_answer_has_its_calls_of_tools() {
    let call = |arguments: &str| json!({"tool_calls": [{"index": 0, "function": {"arguments": arguments}}]});
    let first = json!({"role": "assistant", "content": null, "tool_calls": [{"index": 0, "id": "c1", "type": "function", "function": {"name": "weather", "arguments": ""}}]});
    let stream = [
        event(&first, None),
        event(&call("{\"city\":"), None),
        event(&call("\"Bonn\"}"), None),
        event(&json!({}), Some("tool_calls")),
        "data: [DONE]\n\n".into(),
    ];
    let stream = stream.concat();
    let stage = Stage::new(&plain(), move |_| Script::ok(stream.clone()));
    let choice = stage.post(asking("Joined")).await.json()["choices"][0].clone();
    assert_eq!(choice["finish_reason"], "tool_calls");
    let expected = json!([{"id": "c1", "type": "function", "function": {"name": "weather", "arguments": "{\"city\":\"Bonn\"}"}}]);
    assert_eq!(
        choice["message"],
        json!({"role": "assistant", "content": null, "refusal": null, "tool_calls": expected})
    );
}

#[tokio::test(start_paused = true)]
async fn a_joined_answer_has_what_comes_in_pieces_beside_its_text() {
    let input = |call: Value| json!({"tool_calls": [call]});
    let thought = |text: &str| json!({"reasoning": text, "reasoning_details": [{"type": "reasoning.text", "text": text, "index": 0}]});
    let stream = [
        event(&thought("Let "), None),
        event(&thought("me think."), None),
        event(
            &input(
                json!({"index": 0, "id": "c1", "type": "custom", "custom": {"name": "code", "input": ""}}),
            ),
            None,
        ),
        event(&input(json!({"index": 0, "custom": {"input": "print"}})), None),
        event(&input(json!({"index": 0, "custom": {"input": "(1)"}})), None),
        event(&json!({}), Some("tool_calls")),
        "data: [DONE]\n\n".into(),
    ];
    let stream = stream.concat();
    let stage = Stage::new(&plain(), move |_| Script::ok(stream.clone()));
    let message = stage.post(asking("Joined")).await.json()["choices"][0]["message"].clone();
    let called = json!({"id": "c1", "type": "custom", "custom": {"name": "code", "input": "print(1)"}});
    assert_eq!(message["tool_calls"], json!([called]));
    assert_eq!(message["reasoning"], "Let me think.");
    let details = json!([{"type": "reasoning.text", "text": "Let me think.", "index": 0}]);
    assert_eq!(message["reasoning_details"], details);
}

#[tokio::test(start_paused = true)]
async fn the_body_of_the_caller_wins_over_the_client_but_for_model_and_key() {
    let sources = "client<llm> Chat {\n provider openai-generic\n options {\n model \"real\"\n base_url \"http://upstream.test\"\n temperature 0.1\n seed 5\n http {\n request_timeout_ms 5000\n }\n }\n}\n";
    let seen = Arc::new(Mutex::new(String::new()));
    let notes = Arc::clone(&seen);
    let stage = Stage::new(sources, move |request| {
        *notes.lock().unwrap() = String::from_utf8(request.body().to_vec()).unwrap();
        upstream(request)
    });
    let body = r#"{"model":"Chat","temperature":0.70,"messages":[{"role":"user","content":[{"type":"video_url","video_url":{"url":"u"}}]}],"timeout":2,"my_field":{"z":1,"a":1e2},"base_url":"http://evil.test","api_key":"evil","headers":{"x-evil":"1"},"query_params":{"evil":"1"},"http":{"evil":1},"response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{"z":1,"a":2}}}}"#;
    assert_eq!(stage.post(body).await.status, 200);
    let seen = seen.lock().unwrap().clone();
    for kept in [
        r#""temperature":0.70"#,
        r#""my_field":{"z":1,"a":1e2}"#,
        r#""schema":{"z":1,"a":2}"#,
        "video_url",
        r#""seed":5"#,
        r#""model":"real""#,
    ] {
        assert!(seen.contains(kept), "{kept} in {seen}");
    }
    for gone in ["timeout", "evil", "0.1"] {
        assert!(!seen.contains(gone), "{gone} in {seen}");
    }
}

const OTHER: &str = "client<llm> Claude {\n provider anthropic\n options {\n model \"claude\"\n api_key env.KEY\n base_url \"http://upstream.test\"\n max_tokens 100\n http {\n request_timeout_ms 5000\n }\n }\n}\n";

#[tokio::test(start_paused = true)]
async fn answers_of_other_forms_become_chat_completions() {
    let whole = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-1", "stop_reason": "tool_use",
        "content": [
            {"type": "thinking", "thinking": "Hm.", "signature": "sig"},
            {"type": "text", "text": "See."},
            {"type": "tool_use", "id": "t1", "name": "weather", "input": {"city": "Bonn"}},
        ],
        "usage": {"input_tokens": 3, "output_tokens": 4},
    });
    let stage = Stage::new(OTHER, move |_| Script::ok(whole.to_string()));
    let answer = stage.post(asking("Claude")).await.json();
    assert_eq!(
        (&answer["id"], &answer["model"], &answer["object"]),
        (&json!("msg_1"), &json!("claude-1"), &json!("chat.completion"))
    );
    let choice = &answer["choices"][0];
    assert_eq!(
        (&choice["finish_reason"], &choice["message"]["content"]),
        (&json!("tool_calls"), &json!("See."))
    );
    assert_eq!(choice["message"]["reasoning_content"], "Hm.");
    assert_eq!(choice["message"]["thinking_blocks"][0]["signature"], "sig");
    assert_eq!(choice["message"]["tool_calls"][0]["function"]["arguments"], "{\"city\":\"Bonn\"}");
    assert_eq!(answer["usage"], json!({"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}));
}

#[tokio::test(start_paused = true)]
async fn streams_of_other_forms_become_chunks() {
    let events = [
        (
            "message_start",
            json!({"type": "message_start", "message": {"id": "msg_1", "model": "claude-1", "usage": {"input_tokens": 3, "output_tokens": 1}}}),
        ),
        (
            "content_block_start",
            json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        ),
        (
            "content_block_delta",
            json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello"}}),
        ),
        ("content_block_stop", json!({"type": "content_block_stop", "index": 0})),
        (
            "message_delta",
            json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 4}}),
        ),
        ("message_stop", json!({"type": "message_stop"})),
    ];
    let body: String = events.iter().map(|(name, data)| format!("event: {name}\ndata: {data}\n\n")).collect();
    let stage = Stage::new(OTHER, move |_| Script {
        body: vec![(Duration::ZERO, body.clone().into())],
        ..Script::ok("")
    });
    let asked = json!({"model": "Claude", "stream": true, "stream_options": {"include_usage": true}, "messages": [{"role": "user", "content": "Hi"}]});
    let answered = stage.post(asked.to_string()).await;
    let mut events = answered.events();
    assert_eq!(events.pop().as_deref(), Some("[DONE]"));
    let chunks: Vec<Value> = events.iter().map(|event| serde_json::from_str(event).unwrap()).collect();
    assert_eq!(chunks[0]["choices"][0]["delta"], json!({"role": "assistant", "content": "Hello"}));
    let last = &chunks[chunks.len() - 1];
    assert_eq!((&last["choices"], &last["usage"]["total_tokens"]), (&json!([]), &json!(7)));
    let finish = &chunks[chunks.len() - 2]["choices"][0];
    assert_eq!((&finish["finish_reason"], &finish["delta"]), (&json!("stop"), &json!({})));
    assert!(chunks.iter().all(|chunk| chunk["id"] == "msg_1" && chunk["object"] == "chat.completion.chunk"));
}

#[tokio::test(start_paused = true)]
async fn what_a_provider_cannot_express_is_named() {
    let stage = Stage::new(OTHER, |_| panic!("nothing is sent"));
    let mut asked: Value = serde_json::from_str(&asking("Claude")).unwrap();
    asked["n"] = json!(3);
    let answered = stage.post(asked.to_string()).await;
    assert_eq!(answered.status, 400);
    assert!(answered.json()["error"]["message"].as_str().unwrap().contains("`n`"), "{}", answered.text());
}

#[tokio::test(start_paused = true)]
async fn models_are_the_clients() {
    let sources = plain()
        + "client<llm> Chat {\n provider fallback\n options {\n strategy [Plain, \"openai/gpt-4o\"]\n }\n}\n";
    let stage = Stage::new(&sources, upstream);
    let list = stage.get("/v1/models").await.json();
    let names: Vec<_> =
        list["data"].as_array().unwrap().iter().map(|model| model["id"].as_str().unwrap()).collect();
    assert_eq!(names, ["Plain", "Joined", "Chat", "openai/gpt-4o"]);
    for path in ["/v1/models/openai/gpt-4o", "/v1/models/openai%2Fgpt-4o"] {
        assert_eq!(stage.get(path).await.json()["clientc"]["kind"], "leaf", "{path}");
    }
    let wrong = stage.get("/v1/models/%ff").await;
    assert_eq!((wrong.status, &wrong.json()["error"]["param"]), (400, &json!("model")));
    assert_eq!(stage.get("/v1/models/Plain").await.json()["clientc"]["worst_case"]["duration_ms"], 5000);
    assert_eq!(stage.get("/v1/models/Plane").await.status, 404);
    assert_eq!(stage.get("/models").await.status, 404);
    assert_eq!(stage.get("/v1/chat/completions").await.status, 405);
}
