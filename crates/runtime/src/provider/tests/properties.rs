//! Whatever comes, nothing panics.

use proptest::prelude::*;

use super::*;

/// Options that say something to the runtime.
const KNOWN: [&str; 25] = [
    "model",
    "base_url",
    "api_key",
    "headers",
    "query_params",
    "allowed_roles",
    "default_role",
    "remap_roles",
    "allowed_role_metadata",
    "media_url_handler",
    "supports_streaming",
    "finish_reason_allow_list",
    "client_response_type",
    "api_version",
    "resource_name",
    "generationConfig",
    "max_tokens",
    "stream_options",
    "region",
    "access_key_id",
    "inference_configuration",
    "additional_model_request_fields",
    "location",
    "credentials",
    "anthropic_version",
];

proptest! {
    #[test]
    fn no_answer_and_no_event_is_too_strange_to_be_read(values in prop::collection::vec(any_json(), 1..6)) {
        for provider in PROVIDERS.into_iter().chain(CLOUDS) {
            let leaf = leaf(provider, json!({}));
            let mut decoder = Decoder::new(&leaf);
            for value in &values {
                let text = value.to_string();
                let _ = response(&leaf, text.as_bytes(), false);
                let _ = error_message(&leaf, 500, text.as_bytes());
                if let Ok(chunks) = decoder.event(value["type"].as_str().unwrap_or(""), &text) {
                    let mut answer = ChatResponse::default();
                    chunks.into_iter().for_each(|chunk| answer.add(chunk));
                }
            }
        }
    }

    #[test]
    fn no_body_of_a_caller_is_too_strange_to_be_read(body in any_json()) {
        if let Ok(chat) = ChatRequest::from_json(json!({"messages": [body.clone()], "tools": [body.clone()]})) {
            for provider in PROVIDERS.into_iter().chain(CLOUDS) {
                let _ = request(&leaf(provider, needed(provider)), &chat, true, &keys());
            }
        }
    }

    #[test]
    fn no_option_is_too_strange_to_be_read(name in prop::sample::select(KNOWN.as_slice()), value in any_json()) {
        for provider in PROVIDERS.into_iter().chain(CLOUDS) {
            let mut options = needed(provider);
            options[name] = value.clone();
            let leaf = leaf(provider, options);
            let fields = json!({"temperature": 1, "max_tokens": 3});
            let chat = ChatRequest::from_json(asking(fields)).unwrap();
            let _ = request(&leaf, &chat, leaf.supports_streaming(), &keys());
            let _ = response(&leaf, b"{\"choices\":[{\"message\":{},\"finish_reason\":\"stop\"}]}", false);
        }
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "type",
        "choices",
        "delta",
        "message",
        "content",
        "tool_calls",
        "index",
        "function",
        "arguments",
        "id",
        "name",
        "usage",
        "prompt_tokens",
        "finish_reason",
        "error",
        "code",
        "response",
        "item",
        "output",
        "output_index",
        "content_block",
        "partial_json",
        "candidates",
        "parts",
        "functionCall",
        "args",
        "text",
        "thought",
        "status",
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "tool_use",
        "input_json_delta",
        "function_call",
        "response.output_item.added",
        "response.completed",
        "stop",
        "reasoning",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (0u64..3).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        words.clone().prop_map(Value::from),
        "\\PC{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((words.clone(), inner), 0..6).prop_map(|pairs| Value::Object(
                pairs.into_iter().map(|(key, value)| (key.into(), value)).collect()
            )),
        ]
    })
}
