//! Bodies and answers that stay as they were written.

use super::*;
use crate::chat::Verbatim;

const BODY: &str = r#"{"zeta":1.50,"messages":[{"role":"user","content":"Hi","x":{"b":1,"a":2}}],"seed":12345678901234567890123,"top_p":null,"model":"Other","stream":true,"api_key":"theirs","timeout":3,"max_completion_tokens":5,"n":2}"#;

fn sent(provider: &str, options: Value, body: &str, is_streaming: bool) -> String {
    let mut all = needed(provider);
    all.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
    let chat = ChatRequest::from_verbatim(Verbatim::parse(body.as_bytes()).unwrap());
    let built = request(&leaf(provider, all), &chat, is_streaming, &keys()).unwrap();
    assert!(built.keeps_wire);
    String::from_utf8(built.body.to_vec()).unwrap()
}

#[test]
fn fields_go_on_as_they_were_written() {
    let text = sent("openai", json!({"temperature": 0.5, "max_tokens": 9, "top_p": 0.1}), BODY, false);
    let value: Value = Value::parse(&text).unwrap();
    assert_eq!(value["model"], "m");
    assert_eq!(value["temperature"], 0.5);
    // A null of the caller is no value, so the client's holds.
    assert_eq!(value["top_p"], 0.1);
    assert_eq!(value["max_completion_tokens"], 5);
    for gone in ["max_tokens", "stream", "api_key", "timeout", "stream_options"] {
        assert!(value.get(gone).is_none(), "{gone} in {text}");
    }
    for kept in
        [r#""zeta":1.50"#, r#""seed":12345678901234567890123"#, r#""x":{"b":1,"a":2}"#, r#""content":"Hi""#]
    {
        assert!(text.contains(kept), "{kept} in {text}");
    }
}

#[test]
fn the_call_says_whether_it_streams() {
    let wanted = r#"{"messages":[],"stream_options":{"include_obfuscation":false}}"#;
    let value = |text: String| Value::parse(&text).unwrap();
    let streamed = value(sent("openai", json!({"stream_options": {"x": 1}}), wanted, true));
    assert_eq!(streamed["stream"], true);
    assert_eq!(streamed["stream_options"], json!({"include_obfuscation": false, "include_usage": true}));
    let streamed = value(sent("openai-generic", json!({}), wanted, true));
    assert_eq!(streamed["stream_options"], json!({"include_obfuscation": false}));
    let whole = value(sent("openai", json!({"stream": true, "stream_options": {"x": 1}}), wanted, false));
    assert!(whole.get("stream").is_none() && whole.get("stream_options").is_none());
}

#[test]
fn azure_keeps_its_limit_where_nobody_sets_one() {
    let value =
        |options, body: &str| -> Value { Value::parse(&sent("azure-openai", options, body, false)).unwrap() };
    assert_eq!(value(json!({}), r#"{"messages":[]}"#)["max_tokens"], 4096);
    let own = value(json!({}), r#"{"messages":[],"max_completion_tokens":7}"#);
    assert_eq!((own.get("max_tokens"), &own["max_completion_tokens"]), (None, &json!(7)));
}

#[test]
fn a_client_that_changes_messages_writes_them_anew() {
    for options in
        [json!({"default_role": "user"}), json!({"remap_roles": {"user": "human"}}), json!({"model": "o1"})]
    {
        assert!(!takes_verbatim(&leaf("openai", options.clone())), "{options}");
    }
    for provider in ["anthropic", "google-ai", "openai-responses"] {
        assert!(!takes_verbatim(&leaf(provider, json!({}))), "{provider}");
    }
    assert!(takes_verbatim(&leaf("openrouter", json!({"temperature": 1}))));
}

#[test]
fn what_is_no_object_is_refused_with_its_place() {
    for (body, expected) in [
        ("", "`body` is not JSON: it fails at line 1, column 0"),
        ("{\"a\":1,}", "`body` is not JSON: it fails at line 1, column 8"),
        ("[1]", "`body` must be a JSON object"),
        ("null", "`body` must be a JSON object"),
    ] {
        assert_eq!(Verbatim::parse(body.as_bytes()).unwrap_err().to_string(), expected, "{body}");
    }
    assert_eq!(Verbatim::parse(b"\xff").unwrap_err().to_string(), "`body` must be UTF-8");
    let twice = Verbatim::parse(br#"{"a":1,"a":2}"#).unwrap();
    assert_eq!(twice.get("a"), Some("2"));
}

#[test]
fn events_come_with_what_was_sent() {
    use crate::chat::Chunk;
    let mut decoder = crate::provider::Decoder::new(&leaf("openai", json!({}))).keep_wire(true);
    let data = r#"{"id":"1","choices":[{"index":0,"delta":{"content":"Hi"}}],"service_tier":"x"}"#;
    let chunks = decoder.event("", data).unwrap();
    assert_eq!(chunks[0], Chunk::Wire(data.into()));
    assert!(!chunks[0].is_content() && chunks.contains(&Chunk::Text("Hi".into())));
    assert_eq!(decoder.event("", "[DONE]").unwrap(), []);
}

#[test]
fn an_answer_that_is_passed_on_may_say_what_is_not_read() {
    let empty = json!({"message": {"content": ""}});
    let rows = [
        (json!([empty]), false),
        (json!([{"message": {"content": "", "audio": {"id": "a"}}}]), true),
        (json!([{"message": {"content": "", "images": []}}]), false),
        (json!([{"message": {"function_call": {"name": "f", "arguments": "{}"}}}]), true),
        (json!([empty, empty]), false),
        (json!([empty, {"message": {"content": "No"}}]), true),
        (json!([empty, {"message": {"refusal": "No"}}]), true),
        (json!([empty, {"message": {"tool_calls": [{"id": "a"}]}}]), true),
        (json!([empty, {"message": {"audio": {"id": "a"}}}]), true),
    ];
    for (choices, has_content) in rows {
        let body = json!({"choices": choices}).to_string();
        let is_read =
            |is_passed_on| response(&leaf("openai", json!({})), body.as_bytes(), is_passed_on).is_ok();
        assert_eq!((is_read(true), is_read(false)), (has_content, false), "{body}");
    }
}
