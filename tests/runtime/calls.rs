//! What a caller sees: refusals, overrides, registries, streams, ties, errors and logs.

use clientc_plan::Field;
use clientc_plan::document::{Resolved, ResolvedKind};
use clientc_plan::json::Value as Json;
use clientc_plan::record::{AttemptOutcome, CallEnd, SetBy};
use clientc_runtime::transport::memory::{End, Memory, Script};
use clientc_runtime::{
    Chunk, Client, ClientRegistry, Error, Failure, Runtime, TimeoutError, Timeouts, Variables,
};
use clientc_tests::compiled::compile;
use futures_util::StreamExt as _;
use serde_json::json;

use crate::stage::{self, ANSWER, COMMENT, DONE, KEY, ROLE, TEXT, ms};

pub(crate) fn document(text: &str) -> Resolved {
    compile([("baml_src/main.baml", text)]).unwrap().document
}

pub(crate) fn leaf(name: &str, limits: &[(Field, u64)]) -> String {
    let limits: String = limits.iter().map(|(field, ms)| format!("{} {ms}\n", field.key())).collect();
    format!(
        "client<llm> {name} {{\n provider openai\n options {{\n model \"m\"\n http {{\n {limits} }}\n }}\n}}\n"
    )
}

pub(crate) fn fallback(name: &str, members: &str, limits: &[(Field, u64)]) -> String {
    let limits: String = limits.iter().map(|(field, ms)| format!("{} {ms}\n", field.key())).collect();
    format!(
        "client<llm> {name} {{\n provider fallback\n options {{\n strategy [{members}]\n http {{\n {limits} }}\n }}\n}}\n"
    )
}

pub(crate) fn runtime(document: &Resolved, memory: &Memory) -> Runtime {
    let builder =
        Runtime::builder().transport(memory.clone()).environment(Variables::from_iter([(KEY, "k")]));
    stage::runtime(builder, document)
}

pub(crate) fn client(text: &str, name: &str, memory: &Memory) -> Client {
    runtime(&document(text), memory).client(name).unwrap()
}

pub(crate) fn always(script: Script) -> Memory {
    Memory::new(move |_| script.clone())
}

pub(crate) async fn timeout_of(client: &Client) -> TimeoutError {
    client.chat(&stage::request()).await.unwrap_err().timeout().expect("a limit passed").clone()
}

pub(crate) async fn drained(client: &Client) -> Result<Vec<Chunk>, (usize, Error)> {
    let mut stream = client.stream(&stage::request()).await.map_err(|error| (0, error))?;
    let mut chunks = Vec::new();
    while let Some(chunk) = stream.next().await {
        match chunk {
            Ok(chunk) => chunks.push(chunk),
            Err(error) => return Err((chunks.len(), error)),
        }
    }
    Ok(chunks)
}

#[test]
fn a_plan_that_does_not_follow_from_itself_is_refused_with_its_path() {
    let text = leaf("A", &[(Field::Request, 10)]) + &fallback("F", "A", &[]);
    let plan = serde_json::to_value(document(&text)).unwrap();
    let refused = |pointer: &str, value: serde_json::Value, expected: &str| {
        let mut plan = plan.clone();
        *plan.pointer_mut(pointer).unwrap() = value;
        let error = Runtime::from_json(&plan.to_string()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    refused("/version", json!(2), "$.version");
    refused("/clients/F/members/0", json!("B"), "$.clients.F.members[0]");
    refused("/clients/F/members/0", json!("F"), "$.clients.F");
    refused("/clients/A/timeouts/request_timeout_ms", json!(11), "$.clients.A");
    refused("/clients/F/routes/0/effective/request_timeout_ms", json!(9), "$.clients.F.routes[0]");
    refused("/clients/F/worst_case/duration_ms", json!(9), "$.clients.F.worst_case");
    assert!(Runtime::from_json("{").unwrap_err().to_string().contains("not JSON"));
}

#[tokio::test(start_paused = true)]
async fn a_limit_can_only_be_lowered_and_it_is_said_where_it_is_not() {
    let text = leaf("A", &[(Field::Request, 500)]) + &fallback("F", "A", &[(Field::Total, 900)]);
    let client = client(&text, "F", &stage::silent());
    let limit = |field, ms| {
        let mut timeouts = Timeouts::NONE;
        timeouts.set(field, ms);
        timeouts
    };
    let lower = client.clone().with_timeouts(&limit(Field::Request, 200)).unwrap();
    let error = timeout_of(&lower).await;
    assert_eq!(
        (error.timeout_type.0, error.elapsed_ms, error.set_by),
        (Field::Request, 200, SetBy::Override)
    );
    assert!(lower.ignored().is_empty());
    let looser = client.clone().with_timeouts(&limit(Field::Request, 5000)).unwrap();
    assert_eq!(
        looser.ignored()[0].to_string(),
        "request_timeout_ms of 5000 ms for F changes nothing: the plan allows at most 500 ms; a limit can only be lowered"
    );
    assert_eq!((timeout_of(&looser).await.elapsed_ms, looser.ignored().len()), (500, 1));
    let total = client.clone().with_timeouts(&limit(Field::Total, 100)).unwrap();
    let error = timeout_of(&total).await;
    assert_eq!((&*error.client, error.timeout_type.0, error.elapsed_ms), ("F", Field::Total, 100));
    let late = client.clone().with_deadline(ms(5000)).with_deadline(ms(50)).with_deadline(ms(60));
    let error = timeout_of(&late).await;
    assert_eq!((error.set_by, error.configured_value_ms, error.elapsed_ms), (SetBy::Caller, 50, 50));
    let none = client.clone().with_deadline(ms(0)).chat(&stage::request()).await.unwrap_err();
    let (timeout, record) = (none.timeout().unwrap(), none.record().unwrap());
    assert_eq!((timeout.set_by, record.requests, record.attempts.len()), (SetBy::Caller, 0, 0));
    assert!(client.with_timeouts(&limit(Field::Idle, 0)).is_err());
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_the_defaults_says_where_it_is_written() {
    let settings = "[defaults.http]\nrequest_timeout_ms = 100\n".to_owned();
    let files = [("baml_src/main.baml", leaf("A", &[])), ("clientc.toml", settings)];
    let client = runtime(&compile(files).unwrap().document, &stage::silent()).client("A").unwrap();
    assert_eq!(
        timeout_of(&client).await.message,
        "client A: the answer was not complete within 100 ms (100 ms passed): request_timeout_ms of the defaults at \
         ../clientc.toml:2:1"
    );
}

#[tokio::test(start_paused = true)]
async fn a_registry_adds_clients_lowers_limits_and_sets_the_primary() {
    let text = leaf("A", &[(Field::Request, 500)])
        + &fallback("F", "A", &[])
        + "function Ask(x: string) -> string {\n client A\n prompt #\"x\"#\n}\n";
    let runtime = runtime(&document(&text), &stage::silent());
    let options = json!({"model": "m", "base_url": "http://new.test/v1", "http": {"request_timeout_ms": 70}});
    let mut registry = ClientRegistry::new();
    registry.add_client("New", "openai-generic", options.clone(), None);
    // No options are as good as empty ones.
    registry.add_client("Plain", "openai", serde_json::Value::Null, None);
    registry.add_client(
        "Both",
        "fallback",
        json!({"strategy": ["New", "A"], "http": {"total_timeout_ms": 400}}),
        None,
    );
    registry.override_timeouts("A", Timeouts { request_timeout_ms: Some(90), ..Timeouts::NONE });
    registry.override_timeouts("A", Timeouts { request_timeout_ms: Some(800), ..Timeouts::NONE });
    registry.set_primary("Both");
    let with = runtime.with_registry(&registry).unwrap();
    assert_eq!(with.ignored().len(), 1);
    let client = with.function("Ask").unwrap();
    let error = client.chat(&stage::request()).await.unwrap_err();
    let ends: Vec<_> = error.record().unwrap().attempts.iter().map(|attempt| attempt.end_ms).collect();
    assert_eq!((client.name(), ends), ("Both", vec![70, 160]));
    assert_eq!(runtime.function("Ask").unwrap().name(), "A");
    assert_eq!(timeout_of(&runtime.client("A").unwrap()).await.elapsed_ms, 500);

    let refused = |change: &dyn Fn(&mut ClientRegistry)| {
        let mut registry = ClientRegistry::new();
        change(&mut registry);
        runtime.with_registry(&registry).unwrap_err().to_string()
    };
    let add = |provider: &'static str, options: serde_json::Value, policy: Option<&'static str>| {
        refused(&|registry| drop(registry.add_client("N", provider, options.clone(), policy).clone()))
    };
    assert!(
        refused(&|registry| drop(registry.add_client("A", "openai", json!({}), None).clone()))
            .contains("already is a client \"A\"")
    );
    assert!(
        refused(&|registry| drop(registry.set_primary("Nobody").clone())).contains("no client \"Nobody\"")
    );
    assert!(add("opnai", json!({}), None).contains("no provider \"opnai\""));
    assert!(add("openai", json!({}), Some("P")).contains("no retry policy \"P\""));
    assert!(
        add("openai", json!({"http": {"total_timeout_ms": 1}}), None)
            .contains("`http.total_timeout_ms` is not a limit")
    );
    assert!(
        add("openai", json!({"http": {"idle_timeout_ms": 1.5}}), None)
            .contains("whole number of milliseconds")
    );
    assert!(
        add("openai", json!({"http": {"request_timeout_ms": 1, "time_to_first_token_timeout_ms": 2}}), None)
            .contains("longer than its request limit")
    );
    assert!(add("fallback", json!({"strategy": []}), None).contains("at least one client"));
    assert!(add("fallback", json!({"strategy": ["Nobody"]}), None).contains("no client \"Nobody\""));
    assert!(add("round-robin", json!({"strategy": ["A"], "start": -1}), None).contains("`start`"));
    let tower = refused(&|registry| {
        for level in 0..40 {
            let below = if level == 0 { "A".to_owned() } else { format!("T{}", level - 1) };
            registry.add_client(format!("T{level}"), "fallback", json!({"strategy": [below, below]}), None);
        }
        registry.override_timeouts("T39", Timeouts { idle_timeout_ms: Some(1), ..Timeouts::NONE });
    });
    assert!(tower.contains("client T13: `strategy` has too many routes"), "{tower}");
}

#[test]
fn a_name_that_is_nobodys_is_refused_with_a_near_one() {
    let runtime = runtime(&document(&leaf("MyModel", &[])), &stage::silent());
    let error = runtime.client("my_model").unwrap_err();
    assert_eq!(error.to_string(), "there is no client \"my_model\"; did you mean \"MyModel\"?");
    assert_eq!(runtime.client("Other").unwrap_err().to_string(), "there is no client \"Other\"");
}

#[tokio::test(start_paused = true)]
async fn on_a_tie_the_own_limit_then_the_innermost_total_is_named() {
    let silent = stage::silent();
    for (own, connect) in [(Field::Request, false), (Field::Connect, true)] {
        let text = leaf("A", &[(own, 100)])
            + &fallback("F", "A", &[(Field::Total, 100)])
            + &fallback("G", "F", &[(Field::Total, 100)]);
        let memory =
            if connect { always(Script { connect: None, ..Script::ok("") }) } else { silent.clone() };
        let error = timeout_of(&client(&text, "G", &memory)).await;
        assert_eq!((error.timeout_type.0, &*error.client), (own, "A"));
    }
    let text = leaf("A", &[])
        + &fallback("F", "A", &[(Field::Total, 100)])
        + &fallback("G", "F", &[(Field::Total, 100)]);
    assert_eq!(&*timeout_of(&client(&text, "G", &silent)).await.client, "F");
    let text = leaf("A", &[(Field::TimeToFirstToken, 100), (Field::Request, 100)]);
    let (_, error) = drained(&client(&text, "A", &silent)).await.unwrap_err();
    assert_eq!(error.timeout().unwrap().timeout_type.0, Field::TimeToFirstToken);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_a_millisecond_before_the_connect_limit_is_no_tie() {
    let text = leaf("A", &[(Field::Connect, 20)]) + &fallback("F", "A, A", &[(Field::Total, 39)]);
    let memory = always(Script { connect: None, ..Script::ok("") });
    let error = client(&text, "F", &memory).chat(&stage::request()).await.unwrap_err();
    let (timeout, record) = (error.timeout().unwrap(), error.record().unwrap());
    assert_eq!((timeout.timeout_type.0, timeout.elapsed_ms, record.end_ms), (Field::Total, 39, 39));
    assert_eq!(record.attempts[0].timeout.as_ref().unwrap().timeout_type.0, Field::Connect);
}

#[test]
fn calls_can_move_between_threads() {
    fn is_send<T: Send>(_: &T) {}
    let client = client(&leaf("A", &[]), "A", &stage::silent());
    let request = stage::request();
    is_send(&client.chat(&request));
    is_send(&client.stream(&request));
    is_send(&async { client.stream(&request).await.map(|stream| is_send(&stream)) });
}

#[tokio::test(start_paused = true)]
async fn comments_and_pings_put_no_limit_off() {
    let text = leaf("A", &[(Field::Idle, 100), (Field::TimeToFirstToken, 500)]);
    let ping = "event: ping\ndata: {\"type\": \"ping\"}\n\n";
    let plain_ping = "data: {\"type\": \"ping\"}\n\n";
    for quiet in [COMMENT, ping, plain_ping] {
        let memory = always(stage::events(&[(0, TEXT), (60, quiet), (60, quiet)], End::Silent));
        let (chunks, error) = drained(&client(&text, "A", &memory)).await.unwrap_err();
        let timeout = error.timeout().unwrap();
        assert_eq!(
            (timeout.timeout_type.0, timeout.elapsed_ms, error.record().unwrap().end_ms),
            (Field::Idle, 100, 100)
        );
        assert!(chunks > 0 && error.record().unwrap().end == CallEnd::HandedOn);
    }
    let memory = always(stage::events(&[(90, ROLE), (90, ROLE), (90, TEXT), (90, DONE)], End::Silent));
    let chunks = drained(&client(&text, "A", &memory)).await.unwrap();
    assert!(chunks.contains(&Chunk::Text("Hi".into())), "{chunks:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stream_moves_on_before_content_and_never_after_it() {
    let text = leaf("A", &[]) + &leaf("B", &[]) + &fallback("F", "A, B", &[]);
    let scripts = |first: Script| {
        Memory::new(move |request| match request.headers()[stage::LEAF].to_str() {
            Ok("A") => first.clone(),
            _ => stage::answers(0, true),
        })
    };
    let memory = scripts(stage::events(&[(5, ROLE)], End::Breaks(ms(5))));
    assert!(drained(&client(&text, "F", &memory)).await.is_ok());
    assert_eq!(memory.requests(), 2);
    let memory = scripts(stage::events(&[(5, TEXT)], End::Breaks(ms(5))));
    let (chunks, error) = drained(&client(&text, "F", &memory)).await.unwrap_err();
    assert!(chunks > 0 && matches!(error.failure(), Some(Failure::Connection(_))));
    assert_eq!((memory.requests(), error.record().unwrap().end), (1, CallEnd::HandedOn));
}

#[tokio::test(start_paused = true)]
async fn a_model_that_cannot_stream_answers_a_stream_from_one_whole_answer() {
    let mut document = stage::directed(
        &document(&leaf("A", &[(Field::TimeToFirstToken, 10), (Field::Request, 100)])),
        "http://upstream.test/v1",
    );
    if let ResolvedKind::Leaf { options, .. } = &mut document.clients["A"].kind {
        options.insert("supports_streaming".into(), clientc_plan::Value::Bool(false));
    }
    let memory = always(stage::answers(50, false));
    let builder = Runtime::builder().transport(memory).environment(Variables::from_iter([(KEY, "k")]));
    let client = builder.from_document(&document).unwrap().client("A").unwrap();
    let mut stream = client.stream(&stage::request()).await.unwrap();
    let mut chunks = Vec::new();
    while let Some(chunk) = stream.next().await {
        chunks.push(chunk.unwrap());
    }
    assert!(chunks.contains(&Chunk::Text("Hi".into())), "{chunks:?}");
    assert_eq!(stream.record().unwrap().end_ms, 50);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_the_client_does_not_allow_moves_on_and_is_not_retried() {
    let policy = "retry_policy P {\n max_retries 2\n}\n";
    let text = policy.to_owned()
        + &leaf("A", &[]).replace("provider openai", "provider openai\n retry_policy P")
        + &leaf("B", &[])
        + &fallback("F", "A, B", &[]);
    let mut document = stage::directed(&document(&text), "http://upstream.test/v1");
    if let ResolvedKind::Leaf { options, .. } = &mut document.clients["A"].kind {
        let denied = clientc_plan::Value::Array(vec![clientc_plan::Value::String("stop".into())]);
        options.insert("finish_reason_deny_list".into(), denied);
    }
    let memory = always(Script::ok(ANSWER));
    let builder = Runtime::builder().transport(memory).environment(Variables::from_iter([(KEY, "k")]));
    let answer =
        builder.from_document(&document).unwrap().client("F").unwrap().chat(&stage::request()).await.unwrap();
    let outcomes: Vec<_> = answer.record.attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [AttemptOutcome::Rejected, AttemptOutcome::Succeeded]);
}

#[tokio::test(start_paused = true)]
async fn the_largest_limit_is_one_that_can_be_waited_for() {
    let most = clientc_plan::MAX_MS;
    let text = leaf(
        "A",
        &[
            (Field::Connect, most),
            (Field::TimeToFirstToken, most),
            (Field::Idle, most),
            (Field::Request, most),
        ],
    ) + &fallback("F", "A", &[(Field::Total, most)]);
    let client = client(&text, "F", &always(stage::answers(100, false)));
    assert_eq!(client.chat(&stage::request()).await.unwrap().record.end_ms, 100);
    let far = client.with_deadline(std::time::Duration::MAX);
    assert!(far.chat(&stage::request()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn an_error_as_json_has_the_fields_of_its_limit_and_every_attempt() {
    let text = leaf("A", &[(Field::Request, 100)])
        + &leaf("B", &[])
        + &fallback("F", "A, B", &[(Field::Total, 250)]);
    let error = client(&text, "F", &stage::silent()).chat(&stage::request()).await.unwrap_err();
    let written = Json::parse(&serde_json::to_string(&error).unwrap()).unwrap();
    insta::assert_snapshot!("error_json", serde_json::to_string_pretty(&written).unwrap());
    insta::assert_snapshot!("error_words", error.to_string());
    assert_eq!(written["timeout"]["message"].as_str(), Some(error.timeout().unwrap().message.as_str()));
}
