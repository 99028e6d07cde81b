//! Whole answers, and errors.

use super::*;
use crate::chat::{FinishReason, Reasoning, ToolCall, Usage};

fn read(provider: &str, options: Value, body: &Value) -> Result<ChatResponse, ReadError> {
    response(&leaf(provider, options), body.to_string().as_bytes(), false)
}

fn call(id: &str, arguments: &str) -> ToolCall {
    ToolCall { id: id.into(), name: "weather".into(), arguments: arguments.into(), signature: None }
}

fn chat_answer() -> Value {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o-2024-08-06",
        "choices": [{
            "index": 0,
            "message": {
                "role": "assistant", "content": "Let me see.", "refusal": null, "reasoning_content": "Weather, so a call.",
                "tool_calls": [
                    {"id": "a", "type": "function", "function": {"name": "weather", "arguments": "{\"city\":\"Bonn\"}"}}
                ],
            },
            "logprobs": null,
            "finish_reason": "tool_calls",
        }],
        "usage": {
            "prompt_tokens": 20, "completion_tokens": 7, "total_tokens": 27,
            "prompt_tokens_details": {"cached_tokens": 4}, "completion_tokens_details": {"reasoning_tokens": 2},
        },
    })
}

fn usage() -> Usage {
    Usage {
        prompt_tokens: 20,
        completion_tokens: 7,
        total_tokens: 27,
        cached_tokens: Some(4),
        reasoning_tokens: Some(2),
    }
}

#[test]
fn of_chat_completions() {
    let expected = ChatResponse {
        id: Some("chatcmpl-1".into()),
        model: Some("gpt-4o-2024-08-06".into()),
        text: Some("Let me see.".into()),
        reasoning: vec![Reasoning { text: "Weather, so a call.".into(), signature: None }],
        refusal: None,
        tool_calls: vec![call("a", "{\"city\":\"Bonn\"}")],
        finish_reason: Some(FinishReason::ToolCalls),
        usage: Some(usage()),
        logprobs: None,
        wire: Vec::new(),
    };
    for provider in ["openai", "openai-generic", "azure-openai", "ollama", "openrouter"] {
        assert_eq!(read(provider, json!({}), &chat_answer()).unwrap(), expected, "{provider}");
    }
    let other = json!({"client_response_type": "openai"});
    assert_eq!(read("openai-responses", other, &chat_answer()).unwrap(), expected);
}

#[test]
fn of_chat_completions_in_forms_that_are_about() {
    let of = |message: Value, reason: &str| {
        let body = json!({"choices": [{"message": message, "finish_reason": reason}]});
        read("openai-generic", json!({}), &body).unwrap()
    };
    let refused = of(json!({"content": null, "refusal": "No."}), "stop");
    assert_eq!((refused.text, refused.refusal.as_deref()), (None, Some("No.")));
    let parts = json!([
        {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}, {"type": "text", "text": "Yes."},
    ]);
    let thoughtful = of(json!({"content": parts}), "length");
    assert_eq!(thoughtful.reasoning_text().as_deref(), Some("Hm."));
    assert_eq!(thoughtful.text.as_deref(), Some("Yes."));
    assert_eq!(thoughtful.finish_reason, Some(FinishReason::Length));
    let open = of(json!({"content": "", "reasoning": "Hm."}), "content_filter");
    assert_eq!(open.reasoning_text().as_deref(), Some("Hm."));
    assert_eq!(open.finish_reason, Some(FinishReason::ContentFilter));
    let calls = json!([{"function": {"name": "weather", "arguments": {"city": "Bonn"}}}]);
    assert_eq!(of(json!({"tool_calls": calls}), "eos").tool_calls, [call("call_0", "{\"city\":\"Bonn\"}")]);
    let proof = json!({"google": {"thought_signature": "proof"}});
    let signed =
        json!([{"id": "a", "function": {"name": "weather", "arguments": "{}"}, "extra_content": proof}]);
    let signed = of(json!({"tool_calls": signed}), "tool_calls");
    assert_eq!(signed.tool_calls, [ToolCall { signature: Some("proof".into()), ..call("a", "{}") }]);
    let probable = json!({"choices": [{"message": {"content": "a"}, "logprobs": {"content": [1]}}]});
    assert_eq!(read("openai", json!({}), &probable).unwrap().logprobs, Some(json!({"content": [1]})));
}

#[test]
fn of_responses() {
    let body = json!({
        "id": "resp_1", "object": "response", "status": "completed", "error": null, "incomplete_details": null,
        "model": "gpt-5",
        "output": [
            {"type": "reasoning", "id": "rs_1", "summary": [
                {"type": "summary_text", "text": "One."}, {"type": "summary_text", "text": "Two."},
            ]},
            {"type": "message", "id": "msg_1", "status": "completed", "role": "assistant", "content": [
                {"type": "output_text", "text": "Let me ", "annotations": []},
                {"type": "output_text", "text": "see.", "annotations": []},
            ]},
            {"type": "function_call", "id": "fc_1", "call_id": "a", "name": "weather", "arguments": "{}"},
        ],
        "usage": {
            "input_tokens": 20, "input_tokens_details": {"cached_tokens": 4}, "output_tokens": 7,
            "output_tokens_details": {"reasoning_tokens": 2}, "total_tokens": 27,
        },
    });
    let answer = read("openai-responses", json!({}), &body).unwrap();
    assert_eq!(answer.text.as_deref(), Some("Let me see."));
    assert_eq!(answer.reasoning_text().as_deref(), Some("One.\n\nTwo."));
    assert_eq!(answer.tool_calls, [call("a", "{}")]);
    assert_eq!(answer.finish_reason, Some(FinishReason::ToolCalls));
    assert_eq!(answer.usage, Some(usage()));
    for (reason, expected) in
        [("max_output_tokens", FinishReason::Length), ("content_filter", FinishReason::ContentFilter)]
    {
        let refusal = json!({"type": "message", "content": [{"type": "refusal", "refusal": "No."}]});
        let body =
            json!({"status": "incomplete", "incomplete_details": {"reason": reason}, "output": [refusal]});
        let answer = read("openai-responses", json!({}), &body).unwrap();
        assert_eq!((answer.refusal.as_deref(), answer.finish_reason), (Some("No."), Some(expected)));
    }
}

#[test]
fn of_anthropic() {
    let body = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5",
        "content": [
            {"type": "thinking", "thinking": "Hm.", "signature": "proof"},
            {"type": "text", "text": "Let me see."},
            {"type": "tool_use", "id": "a", "name": "weather", "input": {"city": "Bonn"}},
        ],
        "stop_reason": "tool_use", "stop_sequence": null,
        "usage": {
            "input_tokens": 10, "cache_creation_input_tokens": 6, "cache_read_input_tokens": 4, "output_tokens": 7,
        },
    });
    let answer = read("anthropic", json!({}), &body).unwrap();
    let thoughts = Reasoning { text: "Hm.".into(), signature: Some("proof".into()) };
    assert_eq!(answer.reasoning, [thoughts]);
    assert_eq!(answer.text.as_deref(), Some("Let me see."));
    assert_eq!(answer.tool_calls, [call("a", "{\"city\":\"Bonn\"}")]);
    assert_eq!(answer.finish_reason, Some(FinishReason::ToolCalls));
    assert_eq!(answer.usage, Some(Usage { reasoning_tokens: None, ..usage() }));
    // Only servers of OpenAI's family may answer in the form of another.
    let other = json!({"client_response_type": "openai"});
    assert_eq!(read("anthropic", other, &body).unwrap(), answer);
    let reasons = [
        ("end_turn", FinishReason::Stop),
        ("stop_sequence", FinishReason::Stop),
        ("max_tokens", FinishReason::Length),
        ("refusal", FinishReason::ContentFilter),
        ("pause_turn", FinishReason::Other("pause_turn".into())),
    ];
    for (reason, expected) in reasons {
        let body = json!({"content": [{"type": "text", "text": "."}], "stop_reason": reason});
        assert_eq!(read("anthropic", json!({}), &body).unwrap().finish_reason, Some(expected));
    }
}

#[test]
fn of_gemini() {
    let body = json!({
        "candidates": [{
            "content": {"role": "model", "parts": [
                {"text": "Hm.", "thought": true},
                {"text": "Let me "},
                {"text": "see."},
                {"functionCall": {"name": "weather", "args": {"city": "Bonn"}}, "thoughtSignature": "proof"},
            ]},
            "finishReason": "STOP", "index": 0,
        }],
        "usageMetadata": {
            "promptTokenCount": 20, "candidatesTokenCount": 5, "thoughtsTokenCount": 2, "totalTokenCount": 27,
            "cachedContentTokenCount": 4,
        },
        "modelVersion": "gemini-2.5-pro", "responseId": "r1",
    });
    let answer = read("google-ai", json!({}), &body).unwrap();
    assert_eq!(answer.id.as_deref(), Some("r1"));
    assert_eq!(answer.reasoning_text().as_deref(), Some("Hm."));
    assert_eq!(answer.text.as_deref(), Some("Let me see."));
    let signed = ToolCall { signature: Some("proof".into()), ..call("call_r1_0", "{\"city\":\"Bonn\"}") };
    assert_eq!(answer.tool_calls, [signed]);
    assert_eq!(answer.finish_reason, Some(FinishReason::ToolCalls));
    assert_eq!(answer.usage, Some(usage()));
    let blocked =
        json!({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 3}});
    let answer = read("google-ai", json!({}), &blocked).unwrap();
    assert_eq!(answer.refusal.as_deref(), Some("The prompt was blocked: SAFETY"));
    assert_eq!(answer.finish_reason, Some(FinishReason::ContentFilter));
}

#[test]
fn that_are_none() {
    for provider in PROVIDERS {
        for body in ["", "{", "<html>", "[]", "{}", "null", "{\"choices\":[]}", "\"text\""] {
            let error = response(&leaf(provider, json!({})), body.as_bytes(), false).unwrap_err();
            assert!(matches!(error, ReadError::Malformed { .. }), "{provider} {body}: {error}");
        }
    }
    let wrapped = json!({"error": {"code": 429, "message": "Slow down."}});
    let error = read("openrouter", json!({}), &wrapped).unwrap_err();
    let said = ProviderError { code: None, message: "Slow down.".into() };
    assert_eq!(error, ReadError::Provider { status: Some(429), error: said });
    let failed =
        json!({"status": "failed", "output": [], "error": {"code": "server_error", "message": "Sorry."}});
    let error = read("openai-responses", json!({}), &failed).unwrap_err();
    assert_eq!(error.to_string(), "the answer is an error of status 500: server_error: Sorry.");
}

#[test]
fn that_ended_for_a_reason_which_is_not_allowed() {
    let mut body = chat_answer();
    body["choices"][0]["finish_reason"] = "length".into();
    let deny = json!({"finish_reason_deny_list": ["LENGTH"]});
    let error = read("openai", deny.clone(), &body).unwrap_err();
    assert_eq!(error.to_string(), "the answer ended with `length`, which the client does not allow");
    let allow = json!({"finish_reason_allow_list": ["stop"]});
    assert!(read("openai", allow.clone(), &body).is_err());
    body["choices"][0]["finish_reason"] = "stop".into();
    read("openai", deny, &body).unwrap();
    read("openai", allow.clone(), &body).unwrap();
    body["choices"][0]["finish_reason"] = Value::Null;
    read("openai", allow, &body).unwrap();
}

#[test]
fn that_are_failures_say_why() {
    let rows = [
        (
            r#"{"error":{"message":"Bad key.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
            "invalid_api_key: Bad key.",
        ),
        (
            r#"{"type":"error","error":{"type":"overloaded_error","message":"Busy."}}"#,
            "overloaded_error: Busy.",
        ),
        (
            r#"{"error":{"code":429,"message":"Quota.","status":"RESOURCE_EXHAUSTED"}}"#,
            "RESOURCE_EXHAUSTED: Quota.",
        ),
        (
            r#"[{"error":{"code":400,"message":"Bad.","status":"INVALID_ARGUMENT"}}]"#,
            "INVALID_ARGUMENT: Bad.",
        ),
        (r#"{"error":"model not found"}"#, "model not found"),
        (r#"{"message":"nope"}"#, "nope"),
        (r#"{"detail":"Not Found"}"#, "Not Found"),
        (r#"{"detail":[{"loc":["body"],"msg":"field required","input":"the prompt"}]}"#, "field required"),
        ("upstream connect error\n", "upstream connect error"),
    ];
    for (body, expected) in rows {
        let said = error_message(&leaf("openai", json!({})), 400, body.as_bytes()).unwrap();
        assert_eq!(said.to_string(), expected);
    }
    for body in ["", "<html>oops</html>", "{}", "{\"a\":1}", "[]", "null", "\u{0}"] {
        let said = error_message(&leaf("openai", json!({})), 500, body.as_bytes());
        assert!(said.is_none_or(|said| body == "\u{0}" || said.message.is_empty()), "{body}");
    }
    let long = format!("{{\"error\":\"{}\"}}", "ü".repeat(5000));
    let said = error_message(&leaf("openai", json!({})), 500, long.as_bytes()).unwrap();
    assert_eq!(said.message.chars().count(), 1001);
}
