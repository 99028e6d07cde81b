//! Resolved plans as tables and as JSON.

use clientc_plan::document::Resolved;
use clientc_plan::json::{Map, Value, json};
use clientc_report::{LimitPlaces, Options, ShownPlan, write_document, write_document_lines, write_table};
use insta::assert_snapshot;

use crate::sources::written;

/// Reads a document that is made of JSON.
fn resolved(json: &Value) -> Resolved {
    Resolved::read(&json.to_string()).expect("the document is well formed")
}

fn origin(client: Value) -> Value {
    let file = if client.is_null() { "../clientc.toml" } else { "clients.baml" };
    json!({"client": client, "file": file, "line": 7, "column": 7})
}

fn source() -> Value {
    json!({"file": "clients.baml", "line": 1, "column": 13})
}

/// A client that makes requests, with one limit for each field that is named.
fn leaf(name: &str, provider: &str, limits: Value, requests: u64, duration_ms: Value, retry: Value) -> Value {
    let origins: Map<_, _> = limits
        .as_object()
        .into_iter()
        .flatten()
        .map(|(field, _)| (field.clone(), origin(json!(name))))
        .collect();
    json!({
        "kind": "leaf", "provider": provider, "options": {"model": "m", "api_key": {"$env": "KEY"}},
        "connection_pooling": true, "timeouts": limits, "retry": retry,
        "routes": [{"path": [name], "effective": limits, "origin": origins}],
        "worst_case": {"requests": requests, "duration_ms": duration_ms}, "source": source(),
    })
}

fn example() -> Resolved {
    let fast = json!({"connect_timeout_ms": 3000, "request_timeout_ms": 20000});
    let slow = json!({"connect_timeout_ms": 8000, "request_timeout_ms": 60000});
    let twice = json!({"policy": "Twice", "max_retries": 2,
        "strategy": {"type": "constant_delay", "delay_ms": 500, "jitter": false}});
    let patient = json!({"policy": "Patient", "max_retries": 3, "strategy": {"type": "exponential_backoff",
        "delay_ms": 200, "multiplier": 1.5, "max_delay_ms": 10000, "jitter": true}});
    resolved(&json!({
        "schema": "clientc.resolved", "version": 1, "project": "services/chat/baml_src",
        "defaults": {"time_to_first_token_timeout_ms": 12500},
        "clients": {
            "FastClient": leaf("FastClient", "openai", fast, 1, json!(20000), Value::Null),
            "SlowClient": leaf("SlowClient", "anthropic", slow, 4, json!(240950), patient),
            "MyFallback": {
                "kind": "fallback", "members": ["FastClient", "SlowClient"],
                "timeouts": {"connect_timeout_ms": 5000, "idle_timeout_ms": 15000, "total_timeout_ms": 90000},
                "retry": twice,
                "routes": [
                    {"path": ["MyFallback", "FastClient"],
                     "effective": {"connect_timeout_ms": 3000, "time_to_first_token_timeout_ms": 12500,
                                   "idle_timeout_ms": 15000, "request_timeout_ms": 20000, "total_timeout_ms": 90000},
                     "origin": {"connect_timeout_ms": origin(json!("FastClient")),
                                "time_to_first_token_timeout_ms": origin(Value::Null),
                                "idle_timeout_ms": origin(json!("MyFallback")),
                                "request_timeout_ms": origin(json!("FastClient")),
                                "total_timeout_ms": origin(json!("MyFallback"))}},
                    {"path": ["MyFallback", "SlowClient"],
                     "effective": {"connect_timeout_ms": 5000, "idle_timeout_ms": 15000,
                                   "request_timeout_ms": 60000, "total_timeout_ms": 90000},
                     "origin": {"connect_timeout_ms": origin(json!("MyFallback")),
                                "idle_timeout_ms": origin(json!("MyFallback")),
                                "request_timeout_ms": origin(json!("SlowClient")),
                                "total_timeout_ms": origin(json!("MyFallback"))}},
                ],
                "worst_case": {"requests": 15, "duration_ms": 90000}, "source": source(),
                "schedule": {
                    "attempts": [
                        {"path": ["MyFallback", "FastClient"], "start_ms": 0, "limit_ms": 20000,
                         "limited_by": {"client": "FastClient", "field": "request_timeout_ms"},
                         "end_ms": 20000, "delay_ms": 0},
                        {"path": ["MyFallback", "SlowClient"], "start_ms": 20000, "limit_ms": 60000,
                         "limited_by": {"client": "SlowClient", "field": "request_timeout_ms"},
                         "end_ms": 80000, "delay_ms": 200},
                        {"path": ["MyFallback", "SlowClient"], "start_ms": 80200, "limit_ms": 9800,
                         "limited_by": {"client": "MyFallback", "field": "total_timeout_ms"},
                         "end_ms": 90000, "delay_ms": 0},
                    ],
                    "end": "deadline", "ended_by": {"client": "MyFallback", "field": "total_timeout_ms"},
                    "end_ms": 90000,
                },
            },
            "ARoundRobinWithAnExtremelyLongNameForProduction": {
                "kind": "round-robin", "members": ["MyFallback", "openai/gpt-4o"], "start": 0,
                "timeouts": {}, "retry": null,
                "routes": [
                    {"path": ["ARoundRobinWithAnExtremelyLongNameForProduction", "MyFallback", "FastClient"],
                     "effective": {"connect_timeout_ms": 3000, "idle_timeout_ms": 3661001,
                                   "request_timeout_ms": 350},
                     "origin": {"connect_timeout_ms": origin(json!("FastClient")),
                                "idle_timeout_ms": origin(json!("MyFallback")),
                                "request_timeout_ms": origin(json!("FastClient"))}},
                    {"path": ["ARoundRobinWithAnExtremelyLongNameForProduction", "openai/gpt-4o"],
                     "effective": {}, "origin": {}},
                ],
                "worst_case": {"requests": 15, "duration_ms": null}, "source": source(),
            },
            "openai/gpt-4o": {
                "kind": "leaf", "implicit": true, "provider": "openai", "options": {"model": "gpt-4o"},
                "connection_pooling": true, "timeouts": {}, "retry": null,
                "routes": [{"path": ["openai/gpt-4o"], "effective": {}, "origin": {}}],
                "worst_case": {"requests": 1, "duration_ms": null}, "source": source(),
            },
        },
        "functions": {
            "Extract": {"client": "MyFallback", "source": source()},
            "ClassifyMessage": {"client": "ARoundRobinWithAnExtremelyLongNameForProduction", "source": source()},
        },
    }))
}

fn table(documents: &[&Resolved], options: &Options) -> String {
    let places = LimitPlaces::default();
    let plans = documents.iter().map(|document| ShownPlan { document, places: &places, first: Vec::new() });
    written(|writer| write_table(writer, plans.clone(), options))
}

#[test]
fn a_table_fits_eighty_columns() {
    let output = table(&[&example()], &Options { width: 80, ..Options::default() });
    assert!(output.lines().all(|line| line.chars().count() <= 80), "{output}");
    assert_snapshot!(output);
}

#[test]
fn a_table_uses_the_columns_that_there_are() {
    assert_snapshot!(table(&[&example()], &Options { width: 140, ..Options::default() }));
}

#[test]
fn a_table_in_colour() {
    assert_snapshot!(table(&[&example()], &Options { width: 80, colour: true, ..Options::default() }));
}

#[test]
fn several_projects_have_headings() {
    let mut empty = Resolved::new("services/empty/baml_src", Default::default());
    let mut small = example();
    small.clients.truncate(2);
    small.functions.clear();
    empty.project = "services/empty/baml_src".into();
    let options = Options { unicode: false, width: 80, ..Options::default() };
    assert_snapshot!(table(&[&small, &empty], &options));
}

#[test]
fn documents_are_written_as_they_are() {
    let document = example();
    let pretty = written(|writer| write_document(writer, &document));
    let lines = written(|writer| write_document_lines(writer, [&document, &document]));
    assert_eq!(Resolved::read(&pretty).expect("JSON"), document);
    let lines: Vec<_> = lines.lines().map(|line| Resolved::read(line).expect("JSON")).collect();
    assert_eq!(lines, [document.clone(), document]);
}
