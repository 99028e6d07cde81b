//! Requests with the caller's fields, forms of answers and thoughts.

use super::*;
use crate::chat::{Content, Message, Part, Role};

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
            assert_eq!(&body[key.as_str()], value, "{provider}");
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
        ("openai", json!({"audio": {"voice": "alloy"}}), "openai cannot express `audio`: answers are text"),
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
            "anthropic cannot express a tool that is not a function; write it into the client's options",
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
        "response_format": {"type": "text"}, "stop": [],
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
fn thoughts_go_back_to_providers_that_want_them() {
    let thoughts = Content::Reasoning { text: "Hm.".into(), signature: Some("proof".into()) };
    let message = Message::new(Role::Assistant, [Part::from(thoughts), Part::text("Yes.")]);
    let chat = ChatRequest::new([Message::user("Well?"), message]);
    let sent = |provider: &str| {
        let request = request(&leaf(provider, needed(provider)), &chat, false, &keys()).unwrap();
        Value::from_slice(&request.body).unwrap()
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
        let body: Value = Value::from_slice(&stream.body).unwrap();
        match provider {
            "google-ai" => assert!(stream.url.as_str().ends_with(":streamGenerateContent?alt=sse")),
            _ => assert_eq!(body["stream"], true, "{provider}"),
        }
        let knows_usage = !matches!(provider, "google-ai" | "anthropic" | "openai-responses");
        assert_eq!(body.get("stream_options").is_some(), knows_usage, "{provider}");
        let whole = built(provider, options.clone(), wanted.clone(), false).unwrap();
        let body: Value = Value::from_slice(&whole.body).unwrap();
        assert!(body.get("stream").is_none() && body.get("stream_options").is_none(), "{provider}");
    }
}

#[test]
fn files_go_by_their_ids_where_the_provider_has_them() {
    let part = json!({"type": "file", "file": {"file_id": "file-1"}});
    let chat = json!({"messages": [{"role": "user", "content": [part]}]});
    let sent = body("openai", json!({}), chat.clone());
    assert_eq!(sent["messages"][0]["content"], json!([part]));
    let sent = body("openai-responses", json!({}), chat.clone());
    assert_eq!(sent["input"][0]["content"], json!([{"type": "input_file", "file_id": "file-1"}]));
    for provider in ["anthropic", "google-ai"] {
        let expected =
            format!("{provider} cannot express a PDF document by the id of a file; send its bytes");
        assert_eq!(refusal(provider, json!({}), chat.clone()), expected);
    }
}
