//! What programs ask of the types of the runtime.

use crate::calls::{document, leaf};
use crate::stage::{self, ANSWER, DONE, KEY, TEXT};
use clientc_plan::Field;
use clientc_runtime::json::json;
use clientc_runtime::transport::memory::{Memory, Script};
use clientc_runtime::{
    ChatRequest, ClientRegistry, Environment, ProcessEnvironment, Runtime, StreamUpstream, ToolChoice,
    Variables,
};

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
    for (http, expected) in [
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
