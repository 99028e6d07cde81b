//! Requests with what BAML's builder cannot say: tools, forms of answers, the caller's fields, and what goes wrong.

use super::streams::any_json;
use super::*;
use crate::chat::{Content, Message, Part, Role};
use proptest::prelude::*;
use serde_json::json;

/// Options that say something to the runtime.
const KNOWN: [&str; 18] = [
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
];

proptest! {
    #[test]
    fn no_option_is_too_strange_to_be_read(name in prop::sample::select(KNOWN.as_slice()), value in any_json()) {
        for provider in PROVIDERS {
            let mut options = needed(provider);
            options[name] = value.clone();
            let leaf = leaf(provider, options);
            let fields = json!({"temperature": 1, "max_tokens": 3});
            let chat = ChatRequest::from_json(asking(fields)).unwrap();
            let _ = request(&leaf, &chat, leaf.supports_streaming(), &keys());
            let _ = response(&leaf, b"{\"choices\":[{\"message\":{},\"finish_reason\":\"stop\"}]}");
        }
    }
}

fn built(provider: &str, options: Value, body: Value, is_streaming: bool) -> Result<HttpRequest, BuildError> {
    let mut all = needed(provider);
    all.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
    request(&leaf(provider, all), &ChatRequest::from_json(body).unwrap(), is_streaming, &keys())
}

fn body(provider: &str, options: Value, chat: Value) -> Value {
    serde_json::from_slice(&built(provider, options, chat, false).unwrap().body).unwrap()
}

fn refusal(provider: &str, options: Value, chat: Value) -> String {
    built(provider, options, chat, false).unwrap_err().to_string()
}

fn asking(fields: Value) -> Value {
    let mut body = json!({"messages": [{"role": "user", "content": "Hi"}]});
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    body
}

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
    let single =
        json!({"tools": [{"type": "function", "function": {"name": "f"}}], "parallel_tool_calls": false});
    let body = body("anthropic", json!({}), asking(single));
    assert_eq!(body["tool_choice"], json!({"type": "auto", "disable_parallel_tool_use": true}));
    assert_eq!(body["tools"], json!([{"name": "f", "input_schema": {"type": "object", "properties": {}}}]));
}

#[test]
fn forms_of_answers_have_the_words_of_the_provider() {
    let schema = json!({"type": "object", "properties": {"a": {"type": "integer"}}});
    let wanted =
        json!({"type": "json_schema", "json_schema": {"name": "n", "schema": schema, "strict": true}});
    let rows = [
        ("openai", wanted.clone(), json!({"response_format": wanted})),
        (
            "openai-responses",
            wanted.clone(),
            json!({"text": {"format": {"name": "n", "schema": schema, "strict": true, "type": "json_schema"}}}),
        ),
        (
            "anthropic",
            wanted.clone(),
            json!({"output_config": {"format": {"type": "json_schema", "schema": schema}}}),
        ),
        (
            "google-ai",
            wanted.clone(),
            json!({"generationConfig": {"responseJsonSchema": schema, "responseMimeType": "application/json"}}),
        ),
        ("ollama", json!({"type": "json_object"}), json!({"response_format": {"type": "json_object"}})),
        (
            "openai-responses",
            json!({"type": "json_object"}),
            json!({"text": {"format": {"type": "json_object"}}}),
        ),
        (
            "google-ai",
            json!({"type": "json_object"}),
            json!({"generationConfig": {"responseMimeType": "application/json"}}),
        ),
    ];
    for (provider, format, expected) in rows {
        let body = body(provider, json!({}), asking(json!({"response_format": format})));
        for (key, value) in expected.as_object().unwrap() {
            assert_eq!(&body[key], value, "{provider}");
        }
    }
}

#[test]
fn the_callers_fields_win_under_the_names_of_the_provider() {
    let fields = json!({
        "model": "other", "stream": true, "timeout": 5, "api_key": "no", "base_url": "http://no.test", "headers": {},
        "temperature": 0.1, "max_completion_tokens": 7, "stop": "x", "extra": {"a": 1}, "seed": null,
    });
    let chat = body("openai", json!({"temperature": 1, "max_tokens": 9}), asking(fields.clone()));
    assert_eq!(chat["model"], "m");
    assert_eq!(chat["temperature"], 0.1);
    assert_eq!(chat["max_completion_tokens"], 7);
    assert_eq!(chat["extra"], json!({"a": 1}));
    for absent in ["max_tokens", "stream", "timeout", "api_key", "base_url", "headers", "seed"] {
        assert!(chat.get(absent).is_none(), "{absent}");
    }
    let anthropic = body("anthropic", json!({"temperature": 1, "max_tokens": 9}), asking(fields.clone()));
    assert_eq!(anthropic["max_tokens"], 7);
    assert_eq!(anthropic["stop_sequences"], json!(["x"]));
    assert_eq!(anthropic["temperature"], 0.1);
    let google =
        body("google-ai", json!({"generationConfig": {"temperature": 1, "topK": 3}}), asking(fields));
    let config = json!({"temperature": 0.1, "topK": 3, "maxOutputTokens": 7, "stopSequences": ["x"]});
    assert_eq!(google["generationConfig"], config);
    let fields = json!({"max_tokens": 7, "reasoning_effort": "low", "verbosity": "high", "user": "u"});
    let responses = body("openai-responses", json!({"reasoning": {"summary": "auto"}}), asking(fields));
    assert_eq!(responses["max_output_tokens"], 7);
    assert_eq!(responses["reasoning"], json!({"summary": "auto", "effort": "low"}));
    assert_eq!(responses["text"], json!({"verbosity": "high"}));
    assert_eq!(responses["user"], "u");
    let azure = body("azure-openai", json!({}), asking(json!({"max_completion_tokens": 5})));
    assert!(azure.get("max_tokens").is_none());
    let snake = json!({"generation_config": {"temperature": 1}});
    let google = body("google-ai", snake, asking(json!({"top_p": 0.5})));
    assert_eq!(google["generation_config"], json!({"temperature": 1, "topP": 0.5}));
    assert!(google.get("generationConfig").is_none());
}

#[test]
fn what_a_provider_cannot_express_is_named() {
    let rows = [
        ("openai", json!({"n": 2}), "openai cannot express `n` above 1: a call has one answer"),
        (
            "openai",
            json!({"functions": []}),
            "openai cannot express `functions`; send `tools` and `tool_choice`",
        ),
        ("openai", json!({"modalities": ["audio"]}), "openai cannot express `modalities` other than text"),
        ("openai-responses", json!({"stop": ["x"]}), "openai-responses cannot express `stop`"),
        ("openai-responses", json!({"seed": 1}), "openai-responses cannot express `seed`"),
        ("anthropic", json!({"logprobs": true}), "anthropic cannot express `logprobs`"),
        (
            "anthropic",
            json!({"reasoning_effort": "low"}),
            "anthropic cannot express `reasoning_effort`; send `thinking` or `output_config`",
        ),
        (
            "anthropic",
            json!({"response_format": {"type": "json_object"}}),
            "anthropic cannot express a `response_format` of json_object; send a json_schema",
        ),
        (
            "anthropic",
            json!({"tools": [{"type": "web_search"}]}),
            "anthropic cannot express a tool that is no function; write it into the client's options",
        ),
        ("google-ai", json!({"user": "u"}), "google-ai cannot express `user`"),
        (
            "google-ai",
            json!({"parallel_tool_calls": false}),
            "google-ai cannot express `parallel_tool_calls`",
        ),
    ];
    for (provider, fields, expected) in rows {
        assert_eq!(refusal(provider, json!({}), asking(fields)), expected);
    }
    let quiet = json!({
        "n": 1, "logprobs": false, "frequency_penalty": 0, "presence_penalty": 0.0, "logit_bias": {}, "store": false,
        "parallel_tool_calls": true, "modalities": ["text"], "seed": null,
    });
    for provider in PROVIDERS {
        built(provider, json!({}), asking(quiet.clone()), false).unwrap();
    }
    let film = Part::media(
        crate::chat::MediaKind::Video,
        crate::chat::MediaSource::Data { media_type: "video/mp4".into(), data: "AAAA".into() },
    );
    for provider in PROVIDERS.into_iter().filter(|provider| *provider != "google-ai") {
        let chat = ChatRequest::new([Message::new(Role::User, [film.clone()])]);
        let error = request(&leaf(provider, needed(provider)), &chat, false, &keys()).unwrap_err();
        assert_eq!(error.to_string(), format!("{provider} cannot express a film"));
    }
}

#[test]
fn wrong_options_are_named() {
    let rows = [
        ("openai", json!({"api_key": 5}), "`api_key` must be a string"),
        ("openai", json!({"headers": {"X": 5}}), "`headers.X` must be a string"),
        (
            "openai",
            json!({"headers": {"X Y": "z"}}),
            "`headers.X Y` must be under a name that a header can have",
        ),
        (
            "openai",
            json!({"headers": {"X": "a\nb"}}),
            "`headers.X` must be a text that a header can carry, on one line",
        ),
        ("openai", json!({"query_params": []}), "`query_params` must be a map of strings"),
        ("openai", json!({"allowed_roles": "user"}), "`allowed_roles` must be an array of strings"),
        (
            "openai",
            json!({"base_url": "ftp://x"}),
            "`base_url` must be a URL that begins with http:// or https:// and names a host",
        ),
        (
            "azure-openai",
            json!({"resource_name": "evil.test/"}),
            "`resource_name` must be a name of letters, digits and hyphens",
        ),
        ("google-ai", json!({"model": null}), "`model` is missing; google-ai needs it"),
        ("openai-generic", json!({"base_url": null}), "`base_url` is missing; openai-generic needs it"),
        (
            "openai",
            json!({"headers": {"X-Team": {"$env": "NOT_THERE"}}}),
            "the environment variable NOT_THERE is not set; `headers.X-Team` needs it",
        ),
    ];
    for (provider, options, expected) in rows {
        assert_eq!(refusal(provider, options, asking(json!({}))), expected);
    }
    for provider in ["vertex-ai", "aws-bedrock", "openai-transcriptions"] {
        let error =
            request(&leaf(provider, json!({})), &ChatRequest::from_text("Hi"), false, &keys()).unwrap_err();
        assert_eq!(error.to_string(), format!("the provider {provider} is not served yet"));
    }
}

#[test]
fn wrong_messages_are_named() {
    let lonely = json!({"messages": [{"role": "tool", "tool_call_id": "x", "content": "y"}]});
    let expected = "`messages[0].tool_call_id` must be the id of a call in an earlier message";
    assert_eq!(refusal("google-ai", json!({}), lonely), expected);
    for provider in PROVIDERS {
        let nameless =
            json!({"messages": [{"role": "user", "content": "a"}, {"role": "tool", "content": "y"}]});
        let error = refusal(provider, json!({}), nameless);
        assert!(error.starts_with("`messages[1].tool_call_id` must be the id of"), "{provider}: {error}");
    }
    let call = json!([{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{"}}]);
    let broken = json!({"messages": [{"role": "assistant", "content": null, "tool_calls": call}]});
    for provider in ["anthropic", "google-ai"] {
        let expected = "`messages[0].tool_calls[0].function.arguments` must be the text of a JSON object";
        assert_eq!(refusal(provider, json!({}), broken.clone()), expected, "{provider}");
    }
}

#[test]
fn thoughts_go_back_to_providers_that_want_them() {
    let thoughts = Content::Reasoning { text: "Hm.".into(), signature: Some("proof".into()) };
    let message = Message::new(Role::Assistant, [Part::from(thoughts), Part::text("Yes.")]);
    let chat = ChatRequest::new([Message::user("Well?"), message]);
    let sent = |provider: &str| {
        let request = request(&leaf(provider, needed(provider)), &chat, false, &keys()).unwrap();
        serde_json::from_slice::<Value>(&request.body).unwrap()
    };
    let text = json!([{"type": "text", "text": "Yes."}]);
    assert_eq!(sent("openai")["messages"][1], json!({"role": "assistant", "content": text}));
    assert_eq!(sent("openrouter")["messages"][1]["reasoning"], "Hm.");
    assert_eq!(sent("ollama")["messages"][1]["reasoning_content"], "Hm.");
    let block = json!({"type": "thinking", "thinking": "Hm.", "signature": "proof"});
    assert_eq!(sent("anthropic")["messages"][1]["content"][0], block);
    let part = json!({"text": "Hm.", "thought": true, "thoughtSignature": "proof"});
    assert_eq!(sent("google-ai")["contents"][1]["parts"][0], part);
    assert_eq!(sent("openai-responses")["input"][1]["content"].as_array().unwrap().len(), 1);
}

#[test]
fn streams_are_asked_for_by_the_call_alone() {
    let options = json!({"stream": false});
    let wanted = asking(json!({"stream_options": {"include_usage": true}}));
    for provider in PROVIDERS {
        let stream = built(provider, options.clone(), wanted.clone(), true).unwrap();
        let body: Value = serde_json::from_slice(&stream.body).unwrap();
        match provider {
            "google-ai" => assert!(stream.url.as_str().ends_with(":streamGenerateContent?alt=sse")),
            _ => assert_eq!(body["stream"], true, "{provider}"),
        }
        let knows_usage = !matches!(provider, "google-ai" | "anthropic" | "openai-responses");
        assert_eq!(body.get("stream_options").is_some(), knows_usage, "{provider}");
        let whole = built(provider, options.clone(), wanted.clone(), false).unwrap();
        let body: Value = serde_json::from_slice(&whole.body).unwrap();
        assert!(body.get("stream").is_none() && body.get("stream_options").is_none(), "{provider}");
    }
}

#[test]
fn a_request_shows_no_secret() {
    for provider in PROVIDERS {
        let options = json!({"api_key": "the-secret", "headers": {"X-Token": "another-secret"}});
        let request = built(provider, options, asking(json!({"user": null})), false).unwrap();
        let shown = format!("{request:?}");
        assert!(shown.starts_with("POST http"), "{shown}");
        for secret in ["secret", "Hi"] {
            assert!(!shown.contains(secret), "{provider}: {shown}");
        }
        let said = request.redact("Incorrect key the-secret and token another-secret.");
        assert_eq!(said, "Incorrect key *** and token ***.");
    }
}

#[test]
fn an_own_authorization_is_enough() {
    let options = json!({"model": "m", "headers": {"Authorization": "Basic abc"}});
    for provider in ["openai", "anthropic", "google-ai"] {
        let leaf = leaf(provider, options.clone());
        let request = request(&leaf, &ChatRequest::from_text("Hi"), false, &Variables::default()).unwrap();
        assert_eq!(request.headers["authorization"], "Basic abc");
    }
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
