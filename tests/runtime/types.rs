//! What programs ask of the types of the runtime.

use bytes::Bytes;
use clientc_plan::Field;
use clientc_runtime::json::json;
use clientc_runtime::transport::memory::{End, Memory, Script};
use clientc_runtime::transport::{Connection, Transport as _, TransportError};
use clientc_runtime::{
    ChatRequest, ClientRegistry, Environment, Error, Failure, ProcessEnvironment, Runtime, StreamUpstream,
    ToolChoice, Variables, Verbatim,
};

use crate::calls::{document, fallback, leaf};
use crate::stage::{self, ANSWER, DONE, KEY, TEXT, ms};

#[test]
fn the_environment_of_the_process_has_its_variables() {
    assert_eq!(ProcessEnvironment.get("PATH"), std::env::var("PATH").ok());
    assert!(ProcessEnvironment.get("PATH").is_some());
    assert_eq!(ProcessEnvironment.get("CLIENTC_TESTS_NOT_SET"), None);
}

#[test]
fn a_request_is_read_with_serde_as_out_of_its_json() {
    let text = r#"{"messages": [{"role": "user", "content": "Hello"}], "seed": 5}"#;
    let read: ChatRequest = serde_json::from_str(text).unwrap();
    assert_eq!(read.messages.len(), 1);
    assert_eq!(read.fields.get("seed"), Some(&json!(5)));
    let error = serde_json::from_str::<ChatRequest>("{}").unwrap_err().to_string();
    assert!(error.contains("messages"), "{error}");
}

#[test]
fn a_choice_of_a_tool_is_a_word_or_an_object() {
    let read = |choice| {
        ChatRequest::from_json(
            json!({"messages": [{"role": "user", "content": "Hello"}], "tool_choice": choice}),
        )
        .map(|request| request.tool_choice)
    };
    let named = json!({"type": "function", "function": {"name": "f"}});
    let custom = json!({"type": "custom", "custom": {"name": "f"}});
    assert_eq!(read(json!("auto")).unwrap(), Some(ToolChoice::Auto));
    assert_eq!(read(json!("none")).unwrap(), Some(ToolChoice::None));
    assert_eq!(read(json!("required")).unwrap(), Some(ToolChoice::Required));
    assert_eq!(read(named).unwrap(), Some(ToolChoice::Function("f".into())));
    assert_eq!(read(custom.clone()).unwrap(), Some(ToolChoice::Other(custom)));
    for wrong in [json!(5), json!("sometimes"), json!(["auto"])] {
        assert!(read(wrong.clone()).is_err(), "{wrong:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_runtime_says_for_all_clients_whether_whole_answers_are_streamed() {
    for (mode, is_streamed) in [(StreamUpstream::Always, true), (StreamUpstream::Never, false)] {
        let memory = Memory::new(move |request| {
            let body = String::from_utf8_lossy(request.body()).into_owned();
            assert_eq!(body.contains(r#""stream":true"#), is_streamed, "{body}");
            if is_streamed { Script::ok(format!("{TEXT}{DONE}")) } else { Script::ok(ANSWER) }
        });
        let builder = Runtime::builder()
            .transport(memory.clone())
            .environment(Variables::from_iter([(KEY, "k")]))
            .stream_upstream(mode);
        let runtime = stage::runtime(builder, &document(&leaf("A", &[])));
        runtime.client("A").unwrap().chat(&stage::request()).await.unwrap();
        assert_eq!(memory.requests(), 1);
    }
}

#[test]
fn limits_of_a_client_of_a_registry_are_those_of_its_provider() {
    let added = |http| {
        let mut registry = ClientRegistry::new();
        registry.add_client("Added", "openai", json!({"model": "m", "http": http}), None);
        let base = Runtime::builder().from_document(&document(&leaf("A", &[]))).unwrap();
        base.with_registry(&registry).map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(added(json!({"time_to_first_token_timeout_ms": 10, "request_timeout_ms": 10})), Ok(()));
    assert_eq!(added(json!({"enable_connection_pooling": false})), Ok(()));
    for (http, expected) in [
        (json!({"enable_connection_pooling": 5}), "must be true or false"),
        (
            json!({"time_to_first_token_timeout_ms": 11, "request_timeout_ms": 10}),
            "longer than its request limit",
        ),
        (json!({"request_timeout": 10}), "is not a limit of a client of openai"),
        (json!({"request_timeout_ms": 0}), "from 1 to"),
    ] {
        let error = added(http).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_leads_to_its_failure_and_lists_attempts_only_if_there_were_several() {
    let text = leaf("A", &[(Field::Request, 10)]);
    let client = crate::calls::client(&text, "A", &stage::silent());
    let error = client.chat(&stage::request()).await.unwrap_err();
    let failure = std::error::Error::source(&error).expect("a call has failed").to_string();
    assert!(failure.contains("request_timeout_ms"), "{failure}");
    assert!(!error.to_string().contains("attempts of the call"), "{error}");
}

#[test]
fn a_body_as_it_was_written_can_be_changed_and_compared() {
    let parse = |text: &str| Verbatim::parse(text.as_bytes()).unwrap();
    let mut body = parse(r#"{"model":"a","seed":5,"messages":[]}"#);
    assert_eq!(body.to_value().unwrap(), json!({"model": "a", "seed": 5, "messages": []}));
    assert_ne!(body, parse(r#"{"model":"a","seed":5.0,"messages":[]}"#));
    body.remove("seed");
    body.insert("model", &json!("b"));
    assert_eq!(body, parse(r#"{"model":"b","messages":[]}"#));
    assert_eq!(format!("{body:?}"), r#"{"model", "messages"}"#, "a log shows the names alone");
    let request = ChatRequest::from_text("Hello").with_field("seed", 5).with_verbatim(body.clone());
    assert_eq!((request.messages.len(), request.fields.get("seed")), (1, Some(&json!(5))));
    assert_eq!(request.verbatim, Some(body));
}

/// A runtime that makes no call, of a plan that is left as it is.
fn planned(text: &str) -> Runtime {
    Runtime::builder().transport(stage::silent()).from_document(&document(text)).unwrap()
}

#[test]
fn a_client_takes_bodies_as_they_are_where_all_of_its_leaves_do() {
    let text = leaf("A", &[])
        + &leaf("B", &[]).replace("provider openai", "provider anthropic")
        + &fallback("F", "A, A", &[])
        + &fallback("G", "A, B", &[])
        + &fallback("H", "F, G", &[]);
    let runtime = planned(&text);
    for (client, expected) in [("A", true), ("B", false), ("F", true), ("G", false), ("H", false)] {
        assert_eq!(runtime.client(client).unwrap().takes_verbatim(), expected, "{client}");
    }
}

#[test]
fn clients_that_cannot_be_called_are_named() {
    let text = leaf("A", &[])
        + &leaf("B", &[]).replace("provider openai", "provider openai-transcriptions")
        + &leaf("C", &[]).replace("http {", "client_response_type \"openai-transcription\"\n http {");
    let runtime = planned(&text);
    let unserved: Vec<_> = runtime.unserved().map(|client| (client.client, client.provider)).collect();
    assert_eq!(unserved, [("B", "openai-transcriptions"), ("C", "openai")]);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_cannot_be_built_says_who_is_to_blame() {
    let is_of_request = |error: Error| match error.failure() {
        Some(Failure::Unbuildable(failure)) => failure.is_of_request,
        _ => panic!("{error}"),
    };
    let several = stage::request().with_field("n", 2);
    let client = crate::calls::client(&leaf("A", &[]), "A", &stage::silent());
    assert!(is_of_request(client.chat(&several).await.unwrap_err()));
    let keyless = Runtime::builder().transport(stage::silent()).environment(Variables::default());
    let client = stage::runtime(keyless, &document(&leaf("A", &[]))).client("A").unwrap();
    assert!(!is_of_request(client.chat(&stage::request()).await.unwrap_err()));
}

#[tokio::test(start_paused = true)]
async fn a_client_of_a_registry_has_the_policy_that_it_names() {
    let retried = |name: &str, policy: &str, max_retries: u32| {
        let client = leaf(name, &[]);
        let client = client.replace("provider openai", &format!("provider openai\n retry_policy {policy}"));
        format!("retry_policy {policy} {{\n max_retries {max_retries}\n}}\n{client}")
    };
    let text = retried("A", "P", 1) + &retried("B", "Q", 3);
    let memory = Memory::new(|_| Script::status(503, ms(0)));
    let base = crate::calls::runtime(&document(&text), &memory);
    for (policy, requests) in [(None, 1), (Some("P"), 2), (Some("Q"), 4)] {
        let options = json!({"model": "m", "base_url": "http://upstream.test/v1"});
        let mut registry = ClientRegistry::new();
        registry.add_client("Added", "openai-generic", options, policy);
        let client = base.with_registry(&registry).unwrap().client("Added").unwrap();
        let error = client.chat(&stage::request()).await.unwrap_err();
        assert_eq!(error.record().unwrap().requests, requests, "{policy:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_in_memory_that_breaks_off_without_a_body_gives_no_answer() {
    for script in [
        Script { status: 503, ..Script::broken(ms(5)) },
        Script { end: End::Breaks(ms(5)), ..Script::status(503, ms(0)) },
    ] {
        let memory = Memory::new(move |_| script.clone());
        let sent = memory.send(http::Request::new(Bytes::new()), Connection::default()).await;
        assert!(matches!(sent, Err(TransportError::Broken(_))), "{sent:?}");
    }
}
