//! Requests with tools, their calls and their results.

use super::*;

/// A conversation with two calls of a tool, and their results.
fn with_tools() -> Value {
    json!({
        "model": "ignored",
        "tools": [{"type": "function", "function": {
            "name": "weather",
            "description": "Tells the weather.",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
        }}],
        "tool_choice": "required",
        "messages": [
            {"role": "user", "content": "How is it in Bonn and Rome?"},
            {"role": "assistant", "content": null, "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "weather", "arguments": "{\"city\":\"Bonn\"}"}},
                {"id": "b", "type": "function", "function": {"name": "weather", "arguments": "{\"city\":\"Rome\"}"}},
            ]},
            {"role": "tool", "tool_call_id": "a", "content": "rain"},
            {"role": "tool", "tool_call_id": "b", "content": [{"type": "text", "text": "{\"sun\":true}"}]},
        ],
    })
}

#[test]
fn chat_completions_have_tools_as_they_came() {
    let mut sent = with_tools();
    for provider in ["openai", "openai-generic", "azure-openai", "ollama", "openrouter"] {
        let body = body(provider, json!({}), with_tools());
        assert_eq!(body["tools"], sent["tools"], "{provider}");
        assert_eq!(body["tool_choice"], "required", "{provider}");
        let said = if provider == "openai-generic" {
            json!("How is it in Bonn and Rome?")
        } else {
            json!([{"type": "text", "text": "How is it in Bonn and Rome?"}])
        };
        sent["messages"][0]["content"] = said;
        sent["messages"][3]["content"] = "{\"sun\":true}".into();
        assert_eq!(body["messages"], sent["messages"], "{provider}");
        assert_ne!(body["model"], "ignored");
    }
}

#[test]
fn responses_have_tools_and_calls_of_their_own() {
    let body = body("openai-responses", json!({}), with_tools());
    let expected = json!({
        "model": "m",
        "tools": [{
            "name": "weather",
            "description": "Tells the weather.",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
            "type": "function",
            "strict": false,
        }],
        "tool_choice": "required",
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "How is it in Bonn and Rome?"}]},
            {"type": "function_call", "call_id": "a", "name": "weather", "arguments": "{\"city\":\"Bonn\"}"},
            {"type": "function_call", "call_id": "b", "name": "weather", "arguments": "{\"city\":\"Rome\"}"},
            {"type": "function_call_output", "call_id": "a", "output": "rain"},
            {"type": "function_call_output", "call_id": "b", "output": "{\"sun\":true}"},
        ],
    });
    assert_eq!(body, expected);
}

#[test]
fn anthropic_has_both_results_in_one_message() {
    let body = body("anthropic", json!({}), with_tools());
    let expected = json!({
        "model": "m",
        "max_tokens": 4096,
        "tools": [{
            "name": "weather",
            "description": "Tells the weather.",
            "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
        }],
        "tool_choice": {"type": "any"},
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "How is it in Bonn and Rome?"}]},
            {"role": "assistant", "content": [
                {"type": "tool_use", "id": "a", "name": "weather", "input": {"city": "Bonn"}},
                {"type": "tool_use", "id": "b", "name": "weather", "input": {"city": "Rome"}},
            ]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "a", "content": [{"type": "text", "text": "rain"}]},
                {"type": "tool_result", "tool_use_id": "b", "content": [{"type": "text", "text": "{\"sun\":true}"}]},
            ]},
        ],
    });
    assert_eq!(body, expected);
}

#[test]
fn gemini_has_results_under_the_names_of_their_functions() {
    let mut chat = with_tools();
    chat["messages"][1]["tool_calls"][0]["extra_content"] = json!({"google": {"thought_signature": "proof"}});
    let body = body("google-ai", json!({}), chat);
    let expected = json!({
        "tools": [{"functionDeclarations": [{
            "name": "weather",
            "description": "Tells the weather.",
            "parametersJsonSchema": {"type": "object", "properties": {"city": {"type": "string"}}},
        }]}],
        "toolConfig": {"functionCallingConfig": {"mode": "ANY"}},
        "contents": [
            {"role": "user", "parts": [{"text": "How is it in Bonn and Rome?"}]},
            {"role": "model", "parts": [
                {"functionCall": {"id": "a", "name": "weather", "args": {"city": "Bonn"}}, "thoughtSignature": "proof"},
                {"functionCall": {"id": "b", "name": "weather", "args": {"city": "Rome"}}},
            ]},
            {"role": "user", "parts": [
                {"functionResponse": {"id": "a", "name": "weather", "response": {"output": "rain"}}},
                {"functionResponse": {"id": "b", "name": "weather", "response": {"sun": true}}},
            ]},
        ],
    });
    assert_eq!(body, expected);
}

#[test]
fn choices_of_tools_have_the_words_of_the_provider() {
    let one = json!({"type": "function", "function": {"name": "f"}});
    let rows = [
        ("openai", json!("auto"), "/tool_choice", json!("auto")),
        ("openai", one.clone(), "/tool_choice", one.clone()),
        ("openai-responses", one.clone(), "/tool_choice", json!({"type": "function", "name": "f"})),
        ("anthropic", json!("auto"), "/tool_choice", json!({"type": "auto"})),
        ("anthropic", json!("none"), "/tool_choice", json!({"type": "none"})),
        ("anthropic", one.clone(), "/tool_choice", json!({"type": "tool", "name": "f"})),
        ("google-ai", json!("auto"), "/toolConfig/functionCallingConfig", json!({"mode": "AUTO"})),
        ("google-ai", json!("none"), "/toolConfig/functionCallingConfig", json!({"mode": "NONE"})),
        (
            "google-ai",
            one.clone(),
            "/toolConfig/functionCallingConfig",
            json!({"mode": "ANY", "allowedFunctionNames": ["f"]}),
        ),
    ];
    for (provider, choice, path, expected) in rows {
        let body = body(provider, json!({}), asking(json!({"tool_choice": choice})));
        assert_eq!(body.pointer(path), Some(&expected), "{provider}");
    }
}

/// Anthropic has the number of calls in the choice of a tool, so there must be a choice where calls must be single.
#[test]
fn single_calls_are_a_choice_of_a_tool_for_anthropic() {
    let tools = json!([{"type": "function", "function": {"name": "f"}}]);
    let rows = [
        (json!({"tools": tools}), None),
        (json!({"parallel_tool_calls": false}), None),
        (
            json!({"tools": tools, "parallel_tool_calls": false}),
            Some(json!({"type": "auto", "disable_parallel_tool_use": true})),
        ),
        (
            json!({"tools": tools, "parallel_tool_calls": false, "tool_choice": "required"}),
            Some(json!({"type": "any", "disable_parallel_tool_use": true})),
        ),
        (
            json!({"tools": tools, "parallel_tool_calls": false, "tool_choice": "none"}),
            Some(json!({"type": "none"})),
        ),
    ];
    for (fields, expected) in rows {
        let sent = body("anthropic", json!({}), asking(fields.clone()));
        assert_eq!(sent.get("tool_choice"), expected.as_ref(), "{fields}");
    }
    let sent = body("anthropic", json!({}), asking(json!({"tools": tools})));
    assert_eq!(sent["tools"], json!([{"name": "f", "input_schema": {"type": "object", "properties": {}}}]));
}

#[test]
fn a_result_that_is_more_than_a_text_has_parts() {
    let text = |text: &str| json!({"type": "text", "text": text});
    let input = |text: &str| json!({"type": "input_text", "text": text});
    let image = json!({"type": "image_url", "image_url": {"url": "https://x.test/a.png"}});
    let input_image = json!({"type": "input_image", "detail": "auto", "image_url": "https://x.test/a.png"});
    let rows = [
        ("openai", json!([text("rain")]), json!("rain")),
        ("openai", json!([text("rain"), text("wind")]), json!([text("rain"), text("wind")])),
        ("openai", json!([image]), json!([image])),
        ("openai-responses", json!([text("rain")]), json!("rain")),
        ("openai-responses", json!([text("rain"), text("wind")]), json!([input("rain"), input("wind")])),
        ("openai-responses", json!([image]), json!([input_image])),
    ];
    for (provider, content, expected) in rows {
        let chat = json!({"messages": [{"role": "tool", "tool_call_id": "a", "content": content}]});
        let sent = body(provider, json!({}), chat);
        let said = sent.pointer("/messages/0/content").or_else(|| sent.pointer("/input/0/output"));
        assert_eq!(said, Some(&expected), "{provider}");
    }
}

#[test]
fn a_text_beside_calls_is_sent_before_them() {
    let call = json!([{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}]);
    let chat = json!({"messages": [{"role": "assistant", "content": "Let me see.", "tool_calls": call}]});
    let sent = body("openai-responses", json!({}), chat.clone());
    let said = json!({"role": "assistant", "content": [{"type": "output_text", "text": "Let me see."}]});
    let called = json!({"type": "function_call", "call_id": "a", "name": "f", "arguments": "{}"});
    assert_eq!(sent["input"], json!([said, called]));
    let sent = body("openai", json!({}), chat);
    assert_eq!(sent["messages"][0]["content"], json!([{"type": "text", "text": "Let me see."}]));
}

#[test]
fn empty_texts_beside_calls_are_left_out() {
    let call = json!([{"id": "a", "type": "function", "function": {"name": "f", "arguments": ""}}]);
    let chat =
        json!({"messages": [{"role": "assistant", "content": "", "tool_calls": call, "prefix": true}]});
    let sent = body("openai", json!({}), chat.clone());
    let message = json!({"role": "assistant", "content": null, "tool_calls": call, "prefix": true});
    assert_eq!(sent["messages"][0], message);
    let sent = body("anthropic", json!({}), chat.clone());
    let block = json!([{"type": "tool_use", "id": "a", "name": "f", "input": {}}]);
    assert_eq!(sent["messages"], json!([{"role": "assistant", "content": block}]));
    let sent = body("google-ai", json!({}), chat.clone());
    assert_eq!(sent["contents"][0]["parts"], json!([{"functionCall": {"id": "a", "name": "f", "args": {}}}]));
    let sent = body("openai-responses", json!({}), chat);
    assert_eq!(sent["input"].as_array().unwrap().len(), 1);
}
