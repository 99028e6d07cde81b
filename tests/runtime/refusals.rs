//! Which documents are refused, and which are not.

use clientc_plan::Field;
use clientc_runtime::Runtime;
use serde_json::{Value, json};

use crate::calls::{document, fallback, leaf};

fn plan() -> Value {
    let policy = "retry_policy P {\n max_retries 2\n strategy {\n type exponential_backoff\n delay_ms 200\n multiplier 1.5\n max_delay_ms 900\n }\n}\n";
    let text = policy.to_owned()
        + &leaf("A", &[(Field::Request, 500), (Field::Connect, 90)])
            .replace("provider openai", "provider openai\n retry_policy P")
        + &leaf("B", &[(Field::Idle, 70)])
        + &fallback("F", "A, B", &[(Field::Total, 2000)])
        + "client<llm> R {\n provider round-robin\n options {\n strategy [F, B]\n start 1\n }\n}\n";
    serde_json::to_value(document(&text)).unwrap()
}

/// Every value in a document that is no container, with its pointer.
fn scalars(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
            map.iter().for_each(|(key, value)| scalars(value, &format!("{pointer}/{}", escaped(key)), found));
        }
        Value::Array(values) => {
            values
                .iter()
                .enumerate()
                .for_each(|(at, value)| scalars(value, &format!("{pointer}/{at}"), found));
        }
        _ => found.push(pointer.to_owned()),
    }
}

fn changed(value: &Value) -> Value {
    match value {
        Value::Number(number) => match number.as_u64() {
            Some(number) => json!(number + 1),
            None => json!(7.5),
        },
        Value::String(text) => json!(format!("{text}x")),
        Value::Bool(value) => json!(!value),
        _ => json!(3),
    }
}

/// What a document says by itself, so that another value is another plan or another label.
fn is_free(pointer: &str) -> bool {
    let free = [
        "/project",
        "/file",
        "/line",
        "/column",
        "/provider",
        "/connection_pooling",
        "/start",
        "/retry/policy",
        "/retry/strategy/max_delay_ms",
        "/retry/strategy/jitter",
    ];
    free.iter().any(|end| pointer.ends_with(end)) || pointer.contains("/options/")
}

#[test]
fn no_value_that_follows_from_others_can_be_edited() {
    let plan = plan();
    assert!(Runtime::from_json(&plan.to_string()).is_ok());
    let mut found = Vec::new();
    scalars(&plan, "", &mut found);
    let mut accepted = Vec::new();
    for pointer in found.iter().filter(|pointer| !is_free(pointer)) {
        let mut plan = plan.clone();
        let value = plan.pointer_mut(pointer).unwrap();
        // A worst case may be larger than what follows, but not smaller.
        *value = if pointer.contains("/worst_case/") { json!(0) } else { changed(value) };
        match Runtime::from_json(&plan.to_string()) {
            Ok(_) => accepted.push(pointer.as_str()),
            Err(error) => assert!(error.to_string().contains("$."), "{pointer}: {error}"),
        }
    }
    assert_eq!(accepted, [""; 0]);
}

#[test]
fn nothing_can_be_taken_out_or_turned_around() {
    let plan = plan();
    let refused = |what: &str, change: &dyn Fn(&mut Value)| {
        let mut plan = plan.clone();
        change(&mut plan);
        let error = Runtime::from_json(&plan.to_string()).expect_err(what).to_string();
        assert!(error.contains("$."), "{what}: {error}");
    };
    for pointer in ["/clients/F/routes", "/clients/F/schedule/attempts", "/clients/F/members"] {
        refused(pointer, &|plan| plan.pointer_mut(pointer).unwrap().as_array_mut().unwrap().reverse());
        refused(pointer, &|plan| drop(plan.pointer_mut(pointer).unwrap().as_array_mut().unwrap().pop()));
    }
    for key in ["kind", "timeouts", "routes", "worst_case", "retry"] {
        refused(key, &|plan| drop(plan["clients"]["A"].as_object_mut().unwrap().remove(key)));
    }
    for client in ["A", "B", "F"] {
        refused(client, &|plan| drop(plan["clients"].as_object_mut().unwrap().remove(client)));
    }
    refused("a value", &|plan| plan["clients"]["F"]["members"] = json!(["A", "R"]));
    refused("a value", &|plan| plan["version"] = json!("1"));
    refused("a value", &|plan| plan["schema"] = json!("clientc.call"));
}

#[test]
fn keys_that_are_not_known_are_ignored() {
    let mut plan = plan();
    for pointer in ["", "/clients/A", "/clients/F/worst_case", "/clients/F/routes/0", "/clients/A/retry"] {
        let map = plan.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
        map.insert("of_a_later_version".into(), json!({"x": [1]}));
    }
    assert!(Runtime::from_json(&plan.to_string()).is_ok());
}

fn refusal(text: &str) -> String {
    Runtime::from_json(text).expect_err("the document is wrong").to_string()
}

#[test]
fn what_is_wrong_is_named_to_the_last_key() {
    let plan = plan();
    let wrong = |pointer: &str, value: Value| {
        let mut plan = plan.clone();
        *plan.pointer_mut(pointer).unwrap() = value;
        refusal(&plan.to_string())
    };
    for (pointer, value, path) in [
        ("/clients/A/timeouts/request_timeout_ms", json!("500"), "$.clients.A.timeouts.request_timeout_ms: "),
        (
            "/clients/A/routes/0/effective/connect_timeout_ms",
            json!(1.5),
            "$.clients.A.routes[0].effective.connect_timeout_ms: ",
        ),
        (
            "/clients/F/routes/1/origin/idle_timeout_ms/line",
            json!(-1),
            "$.clients.F.routes[1].origin.idle_timeout_ms.line: ",
        ),
        ("/clients/F/worst_case/requests", json!("3"), "$.clients.F.worst_case.requests: "),
        ("/clients/A/source/column", json!([]), "$.clients.A.source.column: "),
        ("/defaults", json!({"idle_timeout_ms": true}), "$.defaults.idle_timeout_ms: "),
        ("/clients/A/provider", json!("opanai"), "$.clients.A.provider: there is no provider \"opanai\""),
        ("/clients/A/provider", json!("fallback"), "$.clients.A.provider: there is no provider \"fallback\""),
        ("/clients/A/provider", json!("baml-openai-chat"), "$.clients.A.provider: "),
    ] {
        let refusal = wrong(pointer, value);
        assert!(refusal.contains(path), "{path}: {refusal}");
    }
}

#[test]
fn a_key_that_is_there_twice_is_refused() {
    let text = plan().to_string();
    for (key, path) in [
        ("\"project\":", "$.project"),
        ("\"clients\":", "$.clients"),
        ("\"B\":", "$.clients.B"),
        ("\"connect_timeout_ms\":90", "connect_timeout_ms"),
    ] {
        let at = text.find(key).unwrap();
        let twice = match key.ends_with(':') {
            true => format!("{}{key}null,{}", &text[..at], &text[at..]),
            false => text.replacen(key, &format!("{key},{key}"), 1),
        };
        let refusal = refusal(&twice);
        assert!(refusal.contains(path) && refusal.contains("this appears twice"), "{key}: {refusal}");
    }
}

#[test]
fn a_policy_has_one_content() {
    let mut plan = plan();
    let policy = plan["clients"]["A"]["retry"].clone();
    plan["clients"]["B"]["retry"] = policy;
    plan["clients"]["B"]["retry"]["strategy"]["jitter"] = json!(true);
    let refusal = refusal(&plan.to_string());
    let expected = "$.clients.B.retry: the policy P has different values at the client A";
    assert!(refusal.contains(expected), "{refusal}");
}

#[test]
fn the_mark_of_an_encoding_is_stepped_over() {
    assert!(Runtime::from_json(&format!("\u{feff}{}", plan())).is_ok());
}
