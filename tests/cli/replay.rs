//! `clientc replay`: a call of the runtime, held against its plan.

use std::time::Duration;

use clientc_runtime::transport::memory::{Memory, Script};
use clientc_runtime::{ChatRequest, Error, Runtime, Variables};
use clientc_tests::shared::repository;
use clientc_tests::{Folder, schema};
use serde_json::Value;

fn plan() -> String {
    std::fs::read_to_string(repository().join("examples/runtime/resolved.json")).unwrap()
}

/// A call in which one server is busy, then silent, and the other refuses.
fn error() -> Error {
    let paused =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let requests = std::sync::atomic::AtomicU64::new(0);
    let memory = Memory::new(move |_| match requests.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
        0 => Script {
            headers: vec![("retry-after", "2".into())],
            ..Script::status(429, Duration::from_millis(150))
        },
        1 => Script::hang(),
        _ => Script::status(401, Duration::from_millis(90)),
    });
    let variables = [
        ("UPSTREAM_URL", "http://upstream.test/v1"),
        ("UPSTREAM_KEY", "sk-very-secret-key"),
        ("SPARE_URL", "http://spare.test/v1"),
        ("SPARE_KEY", "sk-another-secret-key"),
    ];
    let builder = Runtime::builder().transport(memory).environment(Variables::from_iter(variables));
    let client = builder.from_json(&plan()).unwrap().client("Chat").unwrap();
    paused.block_on(client.chat(&ChatRequest::from_text("Hello"))).unwrap_err()
}

fn folder(call: &Value) -> Folder {
    Folder::with(&[("plan.json", &plan()), ("call.json", &call.to_string())])
}

#[test]
fn what_obeyed_its_plan_is_told_with_the_lines_that_decided_it() {
    let error = serde_json::to_value(error()).unwrap();
    for call in [&error, &error["record"]] {
        let run = folder(call).run("replay --plan plan.json call.json");
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        insta::assert_snapshot!("replay", run.stdout);
    }
    insta::assert_snapshot!("replay_error", self::error().to_string());
}

#[test]
fn a_line_of_the_gateways_log_is_replayed_though_its_error_is_a_sentence() {
    let record = serde_json::to_value(error()).unwrap()["record"].take();
    let line = serde_json::json!({ "client": "Chat", "error": "client Chat: every attempt failed", "record": record });
    let run = folder(&line).run("replay --plan plan.json call.json");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn what_did_not_obey_is_found() {
    for (pointer, value, expected) in [
        ("/record/attempts/1/start_ms", 2140, "it started 10 ms early: the plan says 2150 ms"),
        ("/record/attempts/0/delay_ms", 200, "waited 200 ms; the policy Twice of Fast says 2000 ms"),
        (
            "/record/attempts/2/limits/request_timeout_ms",
            5,
            "request_timeout_ms was 5 ms; the plan says 30000 ms",
        ),
        (
            "/record/attempts/1/end_ms",
            14_150,
            "it took 12000 ms and had 10000 ms: request_timeout_ms of 10000 ms was not enforced",
        ),
        (
            "/record/first_token_ms",
            9000,
            "content came after 6850 ms: time_to_first_token_timeout_ms of 5000 ms was not enforced",
        ),
        ("/record/requests", 9, "9 requests were made; the plan says 3"),
        ("/record/end_ms", 60_000, "the call ended after 60000 ms; the plan says"),
    ] {
        let mut error = serde_json::to_value(error()).unwrap();
        *error.pointer_mut(pointer).unwrap() = value.into();
        let run = folder(&error).run("replay --plan plan.json call.json");
        assert_eq!(run.code, 1, "{pointer}");
        assert!(run.stdout.contains(&format!("not obeyed: {expected}")), "{pointer}: {}", run.stdout);
        let run = folder(&error).run("replay --plan plan.json call.json --format json");
        assert_eq!((run.code, run.json()["is_obeyed"].as_bool()), (1, Some(false)), "{pointer}");
    }
}

#[test]
fn what_cannot_be_read_is_refused() {
    let run = folder(&Value::Null).run("replay --plan plan.json call.json");
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("call.json contains no call"), "{}", run.stderr);
    let several = folder(&Value::Null);
    let line = serde_json::to_string(&error()).unwrap();
    several.write("call.json", format!("{line}\n{line}\n"));
    let run = several.run("replay --plan plan.json call.json");
    assert!(run.code == 2 && run.stderr.contains("choose a line, as with `tail -n 1`"), "{}", run.stderr);
    let run = folder(&Value::Null).run("replay --plan call.json call.json");
    assert!(run.code == 2 && run.stderr.contains("is not a resolved plan"), "{}", run.stderr);
    let mut error = serde_json::to_value(error()).unwrap();
    error["record"]["version"] = 2.into();
    let run = folder(&error).run("replay --plan plan.json call.json");
    assert!(
        run.code == 2 && run.stderr.contains("version 2; only \"clientc.call\", version 1"),
        "{}",
        run.stderr
    );
    error["record"]["version"] = 1.into();
    error["record"]["client"] = "Nobody".into();
    let run = folder(&error).run("replay --plan plan.json call.json");
    assert!(run.code == 2 && run.stderr.contains("the plan has no client \"Nobody\""), "{}", run.stderr);
}

#[test]
fn a_record_follows_its_schema() {
    let run = Folder::with(&[]).run("schema call");
    let error = serde_json::to_value(error()).unwrap();
    assert_eq!(schema::faults(&run.json(), &error["record"]), [""; 0]);
}
