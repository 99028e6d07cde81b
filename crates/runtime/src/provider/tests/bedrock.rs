//! Requests, answers and streams of the Converse API, in the shapes of its public documentation.

use super::*;
use crate::chat::{Chunk, FinishReason, Reasoning, ToolCall, Usage};

const PROVIDER: &str = "aws-bedrock";

fn sent(options: Value, chat: Value, is_streaming: bool) -> (String, Value) {
    let request = built(PROVIDER, options, chat, is_streaming).unwrap();
    (request.url.to_string(), Value::from_slice(&request.body).unwrap())
}

#[test]
fn a_request_has_the_model_in_its_path_and_the_rest_under_the_names_of_the_api() {
    let options = json!({
        "inference_configuration": {"max_tokens": 300, "temperature": 0.5, "top_p": 0.9, "stop_sequences": ["END"]},
        "additional_model_request_fields": {"top_k": 40},
    });
    let tool = json!({"type": "function", "function": {
        "name": "weather", "description": "Says how it is.", "parameters": {"type": "object"}}});
    let call = json!([{"id": "t1", "type": "function", "function": {"name": "weather", "arguments": "{\"city\":\"Bonn\"}"}}]);
    let chat = json!({
        "messages": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": [
                {"type": "text", "text": "Look."},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
                {"type": "file", "file": {"filename": "a b.pdf", "file_data": "data:application/pdf;base64,JVBE"}},
            ]},
            {"role": "assistant", "content": null, "tool_calls": call},
            {"role": "tool", "tool_call_id": "t1", "content": "Rain."},
        ],
        "tools": [tool],
        "tool_choice": "required",
        "temperature": 0,
        "thinking": {"type": "enabled"},
    });
    let (url, body) = sent(options, chat.clone(), false);
    assert_eq!(
        url,
        "https://bedrock-runtime.eu-central-1.amazonaws.com/model/amazon.nova-pro-v1%3A0/converse"
    );
    let expected = json!({
        "inferenceConfig": {"maxTokens": 300, "temperature": 0, "topP": 0.9, "stopSequences": ["END"]},
        "additionalModelRequestFields": {"top_k": 40, "thinking": {"type": "enabled"}},
        "toolConfig": {
            "tools": [{"toolSpec": {
                "name": "weather", "description": "Says how it is.", "inputSchema": {"json": {"type": "object"}}}}],
            "toolChoice": {"any": {}},
        },
        "system": [{"text": "Be kind."}],
        "messages": [
            {"role": "user", "content": [
                {"text": "Look."},
                {"image": {"format": "png", "source": {"bytes": "AAAA"}}},
                {"document": {"format": "pdf", "name": "a-b", "source": {"bytes": "JVBE"}}},
            ]},
            {"role": "assistant", "content": [
                {"toolUse": {"toolUseId": "t1", "name": "weather", "input": {"city": "Bonn"}}}]},
            {"role": "user", "content": [{"toolResult": {"toolUseId": "t1", "content": [{"text": "Rain."}]}}]},
        ],
    });
    assert_eq!(body, expected);
    let (url, streamed) = sent(json!({}), chat, true);
    assert!(url.ends_with("/converse-stream"), "{url}");
    assert!(streamed.get("stream").is_none());
}

#[test]
fn models_regions_and_servers_can_be_named_in_every_way() {
    let arn = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0";
    let (url, _) = sent(json!({"model": null, "model_id": arn}), asking(json!({})), false);
    assert!(
        url.contains("/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus."),
        "{url}"
    );
    let (url, _) = sent(json!({"endpoint_url": "http://localhost:4566/"}), asking(json!({})), false);
    assert_eq!(url, "http://localhost:4566/model/amazon.nova-pro-v1%3A0/converse");
    let (url, _) = sent(json!({"region": "cn-north-1"}), asking(json!({})), false);
    assert!(url.starts_with("https://bedrock-runtime.cn-north-1.amazonaws.com.cn/"), "{url}");
    assert_eq!(
        refusal(PROVIDER, json!({"region": null}), asking(json!({}))),
        "the environment variable AWS_REGION is not set; `region` needs it"
    );
    assert_eq!(
        refusal(PROVIDER, json!({"region": "evil.test/"}), asking(json!({}))),
        "`region` must be a name of letters, digits and hyphens"
    );
    assert_eq!(
        refusal(PROVIDER, json!({"access_key_id": "a"}), asking(json!({}))),
        "`secret_access_key` is missing; aws-bedrock needs it"
    );
    let format = json!({"response_format": {"type": "json_object"}});
    assert_eq!(
        refusal(PROVIDER, json!({}), asking(format)),
        "aws-bedrock cannot express a `response_format`; send a tool and require its call"
    );
}

#[test]
fn keys_of_variables_sign_where_the_client_names_no_profile() {
    let variables = Variables::from_iter([("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")]);
    for (profile, has_keys) in [(Value::Null, true), (json!("team"), false)] {
        let mut options = needed(PROVIDER);
        options["profile"] = profile.clone();
        let chat = ChatRequest::from_text("Hi");
        let built = request(&leaf(PROVIDER, options), &chat, false, &variables).unwrap();
        let Auth::Aws { keys, wanted } = built.auth else { panic!("nobody signs") };
        assert_eq!((keys.is_some(), wanted.profile.as_deref()), (has_keys, profile.as_str()));
    }
}

#[test]
fn media_can_be_in_s3_and_the_system_says_texts() {
    let image = |url: &str| json!({"type": "image_url", "image_url": {"url": url}});
    let saying = |role: &str, part: Value| json!({"messages": [{"role": role, "content": [part]}, {"role": "user", "content": "Hi"}]});
    let (_, body) = sent(json!({}), saying("user", image("s3://bucket/cat.JPG")), false);
    assert_eq!(
        body["messages"][0]["content"][0],
        json!({"image": {"format": "jpeg", "source": {"s3Location": {"uri": "s3://bucket/cat.JPG"}}}})
    );
    assert_eq!(
        refusal(PROVIDER, json!({}), saying("user", image("https://x.test/cat.png"))),
        "aws-bedrock cannot express an image at a URL; send its bytes"
    );
    assert_eq!(
        refusal(PROVIDER, json!({}), saying("system", image("data:image/png;base64,AAAA"))),
        "aws-bedrock cannot express anything but text from the system"
    );
}

fn usage() -> Usage {
    Usage {
        prompt_tokens: 30,
        completion_tokens: 8,
        total_tokens: 38,
        cached_tokens: Some(20),
        reasoning_tokens: None,
    }
}

fn tokens() -> Value {
    json!({"inputTokens": 10, "outputTokens": 8, "totalTokens": 38, "cacheReadInputTokens": 20})
}

fn expected() -> ChatResponse {
    ChatResponse {
        text: Some("It rains.".into()),
        reasoning: vec![Reasoning { text: "Hm.".into(), signature: Some("proof".into()) }],
        tool_calls: vec![
            ToolCall { id: "t1".into(), name: "f".into(), arguments: "{\"a\":1}".into(), signature: None },
            ToolCall { id: "t2".into(), name: "g".into(), arguments: "{}".into(), signature: None },
        ],
        finish_reason: Some(FinishReason::ToolCalls),
        usage: Some(usage()),
        ..ChatResponse::default()
    }
}

#[test]
fn a_whole_answer_is_read() {
    let body = json!({
        "metrics": {"latencyMs": 1275},
        "output": {"message": {"role": "assistant", "content": [
            {"reasoningContent": {"reasoningText": {"text": "Hm.", "signature": "proof"}}},
            {"text": "It rains."},
            {"toolUse": {"toolUseId": "t1", "name": "f", "input": {"a": 1}}},
            {"toolUse": {"toolUseId": "t2", "name": "g", "input": {}}},
        ]}},
        "stopReason": "tool_use",
        "usage": tokens(),
    });
    assert_eq!(response(&leaf(PROVIDER, json!({})), body.to_string().as_bytes(), false).unwrap(), expected());
    let failed = br#"{"message": "The model is not there."}"#;
    let error = error_message(&leaf(PROVIDER, json!({})), 404, failed).unwrap();
    assert_eq!(&*error.message, "The model is not there.");
}

fn stream(events: &[(&str, Value)]) -> Result<ChatResponse, ReadError> {
    let mut decoder = Decoder::new(&leaf(PROVIDER, json!({})));
    let mut answer = ChatResponse::default();
    for (name, value) in events {
        for chunk in decoder.event(name, &value.to_string())? {
            answer.add(chunk);
        }
    }
    decoder.end(answer.has_content())?;
    Ok(answer)
}

#[test]
fn a_stream_says_the_same_as_a_whole_answer() {
    let delta =
        |block: u64, delta: Value| ("contentBlockDelta", json!({"contentBlockIndex": block, "delta": delta}));
    let call = |block: u64, id: &str, name: &str| {
        let start = json!({"toolUse": {"toolUseId": id, "name": name}});
        ("contentBlockStart", json!({"contentBlockIndex": block, "start": start}))
    };
    let stop = |block: u64| ("contentBlockStop", json!({"contentBlockIndex": block}));
    let mut events = vec![
        ("messageStart", json!({"role": "assistant"})),
        delta(0, json!({"reasoningContent": {"text": "Hm."}})),
        delta(0, json!({"reasoningContent": {"signature": "proof"}})),
        stop(0),
        delta(1, json!({"text": "It "})),
        delta(1, json!({"text": "rains."})),
        stop(1),
        call(2, "t1", "f"),
        delta(2, json!({"toolUse": {"input": "{\"a\""}})),
        delta(2, json!({"toolUse": {"input": ":1}"}})),
        stop(2),
        call(3, "t2", "g"),
        stop(3),
        ("messageStop", json!({"stopReason": "tool_use"})),
        ("metadata", json!({"usage": tokens(), "metrics": {"latencyMs": 900}})),
    ];
    assert_eq!(stream(&events).unwrap(), expected());
    events.truncate(5);
    assert_eq!(stream(&events).unwrap_err(), ReadError::CutOff);
    let busy = json!({"error": {"type": "throttlingException", "message": "Slow down."}});
    let error = stream(&[("error", busy)]).unwrap_err();
    assert!(matches!(error, ReadError::Provider { status: Some(429), .. }), "{error}");
    let role =
        Decoder::new(&leaf(PROVIDER, json!({}))).event("messageStart", "{\"role\":\"assistant\"}").unwrap();
    assert!(!role.iter().any(Chunk::is_content));
}
