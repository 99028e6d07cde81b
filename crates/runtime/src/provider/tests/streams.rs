//! Streamed answers.

use super::*;
use crate::chat::{Chunk, FinishReason, Usage};

fn decode(provider: &str, events: &[(&str, Value)]) -> Result<Vec<Chunk>, ReadError> {
    let mut decoder = Decoder::new(&leaf(provider, json!({})));
    let mut chunks = Vec::new();
    for (name, data) in events {
        let data = data.as_str().map_or_else(|| data.to_string(), String::from);
        chunks.extend(decoder.event(name, &data)?);
    }
    decoder.end(true)?;
    Ok(chunks)
}

fn whole(chunks: Vec<Chunk>) -> ChatResponse {
    let mut answer = ChatResponse::default();
    chunks.into_iter().for_each(|chunk| answer.add(chunk));
    answer
}

fn start(id: &str, model: &str) -> Chunk {
    Chunk::Start { id: Some(id.into()), model: Some(model.into()) }
}

fn begun(index: usize, id: &str, arguments: &str) -> Chunk {
    Chunk::ToolCall {
        index,
        id: Some(id.into()),
        name: Some("weather".into()),
        arguments: arguments.into(),
        signature: None,
    }
}

fn more(index: usize, arguments: &str) -> Chunk {
    Chunk::ToolCall { index, id: None, name: None, arguments: arguments.into(), signature: None }
}

fn usage() -> Usage {
    Usage {
        prompt_tokens: 20,
        completion_tokens: 7,
        total_tokens: 27,
        cached_tokens: None,
        reasoning_tokens: None,
    }
}

fn delta(delta: Value, reason: Value) -> (&'static str, Value) {
    let choice = json!({"index": 0, "delta": delta, "finish_reason": reason});
    (
        "message",
        json!({"id": "c1", "object": "chat.completion.chunk", "model": "gpt-4o", "choices": [choice]}),
    )
}

#[test]
fn of_chat_completions() {
    let call = |index: u64, id: &str| json!({"index": index, "id": id, "type": "function", "function": {"name": "weather", "arguments": ""}});
    let piece = |index: u64, text: &str| json!({"index": index, "function": {"arguments": text}});
    let events = [
        delta(json!({"role": "assistant", "content": "", "refusal": null}), Value::Null),
        delta(json!({"reasoning_content": "Hm."}), Value::Null),
        delta(json!({"content": "Let me "}), Value::Null),
        delta(json!({"content": "see."}), Value::Null),
        delta(json!({"tool_calls": [call(0, "a")]}), Value::Null),
        delta(json!({"tool_calls": [piece(0, "{\"city\":")]}), Value::Null),
        delta(json!({"tool_calls": [piece(0, "\"Bonn\"}")]}), Value::Null),
        delta(json!({"tool_calls": [call(1, "b"), piece(1, "{}")]}), Value::Null),
        delta(json!({}), json!("tool_calls")),
        (
            "message",
            json!({"id": "c1", "choices": [], "usage": {
                "prompt_tokens": 20, "completion_tokens": 7, "total_tokens": 27,
            }}),
        ),
        ("message", json!("[DONE]")),
    ];
    for provider in ["openai", "openai-generic", "azure-openai", "ollama", "openrouter"] {
        let chunks = decode(provider, &events).unwrap();
        let expected = [
            start("c1", "gpt-4o"),
            Chunk::Reasoning("Hm.".into()),
            Chunk::Text("Let me ".into()),
            Chunk::Text("see.".into()),
            begun(0, "a", ""),
            more(0, "{\"city\":"),
            more(0, "\"Bonn\"}"),
            begun(1, "b", ""),
            more(1, "{}"),
            Chunk::Finish(FinishReason::ToolCalls),
            Chunk::Usage(usage()),
        ];
        assert_eq!(chunks, expected, "{provider}");
    }
}

#[test]
fn of_chat_completions_in_forms_that_are_about() {
    let call = |id: &str| json!({"id": id, "function": {"name": "weather", "arguments": "{}"}});
    let events = [
        ("", json!({"id": "", "model": "", "choices": [], "prompt_filter_results": []})),
        delta(json!({"reasoning": "Hm.", "reasoning_content": ""}), json!("")),
        delta(json!({"refusal": "No."}), Value::Null),
        delta(json!({"tool_calls": [call("x"), call("y")]}), Value::Null),
        delta(json!({"content": null}), json!("stop")),
    ];
    let answer = whole(decode("azure-openai", &events).unwrap());
    assert_eq!(answer.model.as_deref(), Some("gpt-4o"));
    assert_eq!(answer.reasoning_text().as_deref(), Some("Hm."));
    assert_eq!(answer.refusal.as_deref(), Some("No."));
    assert_eq!(answer.tool_calls.iter().map(|call| &*call.id).collect::<Vec<_>>(), ["x", "y"]);
    let numbered = |id: &str| json!({"index": 0, "id": id, "function": {"name": "weather", "arguments": {}}});
    let events = [
        delta(json!({"tool_calls": [numbered("x")]}), Value::Null),
        delta(json!({"tool_calls": [numbered("y")]}), json!("stop")),
    ];
    let calls = whole(decode("openai-generic", &events).unwrap()).tool_calls;
    assert_eq!(
        calls.iter().map(|call| (&*call.id, &*call.arguments)).collect::<Vec<_>>(),
        [("x", "{}"), ("y", "{}")]
    );
    let piece = |index: u64, text: &str| json!({"index": index, "function": {"arguments": text}});
    let second = json!({"index": 1, "id": "y", "function": {"name": "weather", "arguments": ""}});
    let events = [
        delta(json!({"tool_calls": [numbered("x"), second]}), Value::Null),
        delta(json!({"tool_calls": [piece(0, "1"), piece(1, "2"), piece(0, "3")]}), json!("stop")),
    ];
    let calls = whole(decode("openai-generic", &events).unwrap()).tool_calls;
    assert_eq!(
        calls.iter().map(|call| (&*call.id, &*call.arguments)).collect::<Vec<_>>(),
        [("x", "{}13"), ("y", "2")]
    );
    let renamed = json!({"index": 0, "id": "z", "function": {"arguments": "{}"}});
    let first = json!({"index": 0, "id": "y", "function": {"name": "weather", "arguments": ""}});
    let events = [
        delta(json!({"tool_calls": [first]}), Value::Null),
        delta(json!({"tool_calls": [renamed]}), json!("stop")),
    ];
    let calls = whole(decode("openai-generic", &events).unwrap()).tool_calls;
    assert_eq!(calls.iter().map(|call| (&*call.id, &*call.arguments)).collect::<Vec<_>>(), [("y", "{}")]);
    let nameless = json!({"model": "m", "choices": [{"delta": {"content": "a"}, "finish_reason": "stop"}]});
    let chunks = decode("ollama", &[("", nameless)]).unwrap();
    assert_eq!(chunks[0], Chunk::Start { id: None, model: Some("m".into()) });
    let probable = |tokens: Value| {
        let choice = json!({"delta": {"content": "a"}, "logprobs": {"content": tokens, "refusal": null}});
        ("", json!({"choices": [choice]}))
    };
    let events = [probable(json!([1])), probable(json!([2])), delta(json!({}), json!("stop"))];
    let answer = whole(decode("openai", &events).unwrap());
    assert_eq!(answer.logprobs, Some(json!({"content": [1, 2], "refusal": null})));
}

#[test]
fn of_responses() {
    let event = |kind: &'static str, rest: Value| {
        let mut value = json!({"type": kind, "sequence_number": 0});
        value.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        (kind, value)
    };
    let response =
        json!({"id": "resp_1", "model": "gpt-5", "status": "in_progress", "error": null, "output": []});
    let item =
        json!({"type": "function_call", "id": "fc", "call_id": "a", "name": "weather", "arguments": ""});
    let silent =
        json!({"type": "function_call", "id": "fd", "call_id": "b", "name": "weather", "arguments": "{}"});
    let late =
        json!({"type": "function_call", "id": "fe", "call_id": "c", "name": "weather", "arguments": ""});
    let end = json!({"id": "resp_1", "model": "gpt-5", "status": "completed", "error": null,
        "usage": {"input_tokens": 20, "output_tokens": 7, "total_tokens": 27}});
    let events = [
        event("response.created", json!({"response": response})),
        event("response.in_progress", json!({"response": response})),
        event("response.output_item.added", json!({"output_index": 0, "item": {"type": "reasoning"}})),
        event("response.reasoning_summary_part.added", json!({"summary_index": 0})),
        event("response.reasoning_summary_text.delta", json!({"delta": "One."})),
        event("response.reasoning_summary_part.added", json!({"summary_index": 1})),
        event("response.reasoning_summary_text.delta", json!({"delta": "Two."})),
        event("response.output_item.added", json!({"output_index": 1, "item": {"type": "message"}})),
        event("response.content_part.added", json!({"part": {"type": "output_text", "text": ""}})),
        event("response.output_text.delta", json!({"delta": "Hi"})),
        event("response.refusal.delta", json!({"delta": "No"})),
        event("response.output_text.done", json!({"text": "Hi"})),
        event("response.output_item.added", json!({"output_index": 2, "item": item})),
        event("response.function_call_arguments.delta", json!({"output_index": 2, "delta": "{\"a\""})),
        event("response.function_call_arguments.delta", json!({"output_index": 2, "delta": ":1}"})),
        event("response.function_call_arguments.done", json!({"output_index": 2, "arguments": "{\"a\":1}"})),
        event("response.output_item.added", json!({"output_index": 3, "item": silent})),
        event("response.output_item.done", json!({"output_index": 3, "item": silent})),
        event("response.output_item.added", json!({"output_index": 4, "item": late})),
        event("response.function_call_arguments.done", json!({"output_index": 4, "arguments": "{\"b\":2}"})),
        event("response.completed", json!({"response": end})),
    ];
    let expected = [
        start("resp_1", "gpt-5"),
        Chunk::Reasoning("One.".into()),
        Chunk::Reasoning("\n\n".into()),
        Chunk::Reasoning("Two.".into()),
        Chunk::Text("Hi".into()),
        Chunk::Refusal("No".into()),
        begun(0, "a", ""),
        more(0, "{\"a\""),
        more(0, ":1}"),
        begun(1, "b", ""),
        more(1, "{}"),
        begun(2, "c", ""),
        more(2, "{\"b\":2}"),
        Chunk::Finish(FinishReason::ToolCalls),
        Chunk::Usage(usage()),
    ];
    assert_eq!(decode("openai-responses", &events).unwrap(), expected);
    let failed = json!({"status": "failed", "error": {"code": "rate_limit_exceeded", "message": "Slow."}});
    let error =
        decode("openai-responses", &[event("response.failed", json!({"response": failed}))]).unwrap_err();
    assert_eq!(error.to_string(), "the answer is an error of status 429: rate_limit_exceeded: Slow.");
    let silent = event("response.failed", json!({"response": {"status": "failed", "error": null}}));
    let error = decode("openai-responses", &[silent]).unwrap_err();
    assert_eq!(error.to_string(), "cannot read the answer: the answer failed without saying why");
    let flat = event("error", json!({"code": "server_error", "message": "Sorry.", "param": null}));
    let error = decode("openai-responses", &[flat]).unwrap_err();
    assert_eq!(error.to_string(), "the answer is an error of status 500: server_error: Sorry.");
    let cut = json!({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}});
    let chunks =
        decode("openai-responses", &[event("response.incomplete", json!({"response": cut}))]).unwrap();
    assert_eq!(chunks, [Chunk::Finish(FinishReason::Length)]);
}

#[test]
fn of_anthropic() {
    let block = |index: u64, block: Value| {
        (
            "content_block_start",
            json!({"type": "content_block_start", "index": index, "content_block": block}),
        )
    };
    let delta = |index: u64, delta: Value| {
        ("content_block_delta", json!({"type": "content_block_delta", "index": index, "delta": delta}))
    };
    let stop = |index: u64| ("content_block_stop", json!({"type": "content_block_stop", "index": index}));
    let events = [
        (
            "message_start",
            json!({"type": "message_start", "message": {
                "id": "msg_1", "type": "message", "role": "assistant", "model": "claude", "content": [],
                "stop_reason": null, "usage": {"input_tokens": 20, "output_tokens": 1},
            }}),
        ),
        block(0, json!({"type": "thinking", "thinking": "So. "})),
        ("ping", json!({"type": "ping"})),
        delta(0, json!({"type": "thinking_delta", "thinking": "Hm."})),
        delta(0, json!({"type": "signature_delta", "signature": "proof"})),
        stop(0),
        block(1, json!({"type": "text", "text": "H"})),
        delta(1, json!({"type": "text_delta", "text": "i"})),
        stop(1),
        block(2, json!({"type": "tool_use", "id": "a", "name": "weather", "input": {}})),
        delta(2, json!({"type": "input_json_delta", "partial_json": ""})),
        delta(2, json!({"type": "input_json_delta", "partial_json": "{\"a\":"})),
        delta(2, json!({"type": "input_json_delta", "partial_json": "1}"})),
        stop(2),
        block(3, json!({"type": "tool_use", "id": "b", "name": "weather", "input": {}})),
        stop(3),
        (
            "message_delta",
            json!({
                "type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 7},
            }),
        ),
        ("message_stop", json!({"type": "message_stop"})),
    ];
    let expected = [
        start("msg_1", "claude"),
        Chunk::Reasoning("So. ".into()),
        Chunk::Reasoning("Hm.".into()),
        Chunk::ReasoningSignature("proof".into()),
        Chunk::Text("H".into()),
        Chunk::Text("i".into()),
        begun(0, "a", ""),
        more(0, "{\"a\":"),
        more(0, "1}"),
        begun(1, "b", ""),
        more(1, "{}"),
        Chunk::Finish(FinishReason::ToolCalls),
        Chunk::Usage(usage()),
    ];
    assert_eq!(decode("anthropic", &events).unwrap(), expected);
    let busy = ("error", json!({"type": "error", "error": {"type": "overloaded_error", "message": "Busy."}}));
    let error = decode("anthropic", &[busy]).unwrap_err();
    assert_eq!(error.to_string(), "the answer is an error of status 529: overloaded_error: Busy.");
}

#[test]
fn of_gemini() {
    let event = |parts: Value, reason: Option<&str>, tokens: u64| {
        let mut candidate = json!({"content": {"role": "model", "parts": parts}, "index": 0});
        if let Some(reason) = reason {
            candidate["finishReason"] = reason.into();
        }
        let counts =
            json!({"promptTokenCount": 20, "candidatesTokenCount": tokens, "totalTokenCount": 20 + tokens});
        let value = json!({
            "candidates": [candidate], "usageMetadata": counts, "modelVersion": "gemini", "responseId": "r1",
        });
        ("message", value)
    };
    let call = json!({"functionCall": {"id": "a", "name": "weather", "args": {"a": 1}}});
    let events = [
        event(json!([{"text": "Hm.", "thought": true}]), None, 1),
        event(json!([{"text": "Hi"}]), None, 3),
        event(json!([call]), None, 6),
        event(json!([{"text": ""}]), Some("STOP"), 7),
    ];
    let expected = [
        start("r1", "gemini"),
        Chunk::Reasoning("Hm.".into()),
        Chunk::Text("Hi".into()),
        begun(0, "a", "{\"a\":1}"),
        Chunk::Finish(FinishReason::ToolCalls),
        Chunk::Usage(usage()),
    ];
    assert_eq!(decode("google-ai", &events).unwrap(), expected);
    let busy = ("message", json!({"error": {"code": 503, "message": "Busy.", "status": "UNAVAILABLE"}}));
    let error = decode("google-ai", &[busy]).unwrap_err();
    assert_eq!(error.to_string(), "the answer is an error of status 503: UNAVAILABLE: Busy.");
}

#[test]
fn only_content_counts_as_content() {
    for chunk in
        [Chunk::Text("a".into()), Chunk::Reasoning("a".into()), Chunk::Refusal("a".into()), more(0, "a")]
    {
        assert!(chunk.is_content());
    }
    let rest = [
        start("a", "b"),
        Chunk::ReasoningSignature("a".into()),
        Chunk::Finish(FinishReason::Stop),
        Chunk::Usage(usage()),
        Chunk::Logprobs(Value::Null),
    ];
    assert!(rest.iter().all(|chunk| !chunk.is_content()));
    let role_only = delta(json!({"role": "assistant", "content": ""}), Value::Null);
    let mut decoder = Decoder::new(&leaf("openai", json!({})));
    let chunks = decoder.event("", &role_only.1.to_string()).unwrap();
    assert!(chunks.iter().all(|chunk| !chunk.is_content()));
}

#[test]
fn that_break_off_are_none() {
    let events = [delta(json!({"content": "Hi"}), Value::Null)];
    assert_eq!(decode("openai", &events).unwrap_err(), ReadError::CutOff);
    assert_eq!(decode("anthropic", &[("ping", json!({"type": "ping"}))]).unwrap_err(), ReadError::CutOff);
    for provider in PROVIDERS {
        assert_eq!(decode(provider, &[]).unwrap_err(), ReadError::CutOff, "{provider}");
        let mut decoder = Decoder::new(&leaf(provider, json!({})));
        let error = decoder.event("message", "{\"choices\":[{\"del").unwrap_err();
        assert!(matches!(error, ReadError::Malformed { .. }), "{provider}");
        assert_eq!(decoder.event("message", "").unwrap(), [], "{provider}");
    }
    let events = [delta(json!({"content": "Hi"}), json!("stop"))];
    decode("openai-generic", &events).unwrap();
}

#[test]
fn that_end_for_a_reason_which_is_not_allowed() {
    let mut decoder = Decoder::new(&leaf("openai", json!({"finish_reason_allow_list": ["stop"]})));
    let end = delta(json!({}), json!("length")).1.to_string();
    let error = decoder.event("", &end).unwrap_err();
    assert_eq!(error, ReadError::FinishReason { reason: "length".into() });
}

#[test]
fn of_several_choices_are_read_as_the_first_and_end_with_the_last() {
    let event = |index: u64, delta: Value, reason: Value| {
        let choice = json!({"index": index, "delta": delta, "finish_reason": reason});
        json!({"id": "c1", "model": "m", "choices": [choice]}).to_string()
    };
    let mut decoder = Decoder::new(&leaf("openai", json!({}))).keep_wire(true);
    let mut read = |text: String| {
        let mut chunks = decoder.event("", &text).unwrap();
        assert_eq!(chunks.remove(0), Chunk::Wire(text));
        (chunks, decoder.is_finished(), decoder.has_other_content())
    };
    let (role, none) = (json!({"role": "assistant", "content": ""}), Value::Null);
    assert_eq!(read(event(1, role, none.clone())), (vec![start("c1", "m")], false, false));
    assert_eq!(read(event(1, json!({"content": "No"}), none.clone())), (vec![], false, true));
    assert_eq!(
        read(event(0, json!({"content": "Yes"}), none.clone())),
        (vec![Chunk::Text("Yes".into())], false, false)
    );
    let end = Chunk::Finish(FinishReason::Stop);
    assert_eq!(read(event(0, json!({}), json!("stop"))), (vec![end], false, false));
    let call = json!({"tool_calls": [{"index": 0, "function": {"name": "weather", "arguments": ""}}]});
    assert_eq!(read(event(1, call, none)), (vec![], false, true));
    assert_eq!(read(event(1, json!({}), json!("tool_calls"))), (vec![], true, false));
}

#[test]
fn nothing_follows_the_end() {
    let mut decoder = Decoder::new(&leaf("openai", json!({})));
    assert!(!decoder.is_done());
    assert_eq!(decoder.event("", "[DONE]").unwrap(), []);
    assert!(decoder.is_done());
    assert_eq!(decoder.event("", "no JSON").unwrap(), []);
    for (provider, last) in [
        ("anthropic", json!({"type": "message_stop"})),
        ("openai-responses", json!({"type": "response.completed", "response": {"status": "completed"}})),
    ] {
        let mut decoder = Decoder::new(&leaf(provider, json!({})));
        decoder.event("", &last.to_string()).unwrap();
        assert!(decoder.is_done(), "{provider}");
    }
}

#[test]
fn a_ping_says_nothing_but_its_type() {
    let long = json!({"type": "ping", "text": "x".repeat(64)}).to_string();
    for (name, data, expected) in [
        ("ping", "", true),
        ("", r#"{"type": "ping"}"#, true),
        ("", r#"{"choices": [{"delta": {"content": "ping"}}]}"#, false),
        ("", r#"{"type": "text"}"#, false),
        ("", &long, false),
    ] {
        assert_eq!(is_ping(name, data), expected, "{name} {data}");
    }
}

#[test]
fn error_events_without_a_status_have_none() {
    let event = [("", json!({"error": {"message": "Something broke.", "code": "engine_failure"}}))];
    let said = ProviderError { code: Some("engine_failure".into()), message: "Something broke.".into() };
    assert_eq!(decode("openai", &event).unwrap_err(), ReadError::Provider { status: None, error: said });
}
