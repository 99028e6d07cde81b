//! The status of a call that failed everywhere: that of its last attempt, as far as it means to the caller what it meant to
//! the gateway.

use std::time::Duration;

use bytes::Bytes;
use clientc_runtime::transport::memory::Script;
use http::Request;
use serde_json::Value;

use crate::stage::{Stage, asking, leaf, streaming};

/// What the servers of the members do, and how the call is answered: its status, type and code, the limit that passed, the
/// wait in seconds, and the number of attempts.
type Row = (
    &'static [&'static str],
    u16,
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static str,
    &'static str,
);

const ROWS: &[Row] = &[
    (&["429", "503"], 503, "upstream_error", "upstream_error", None, "3", "2"),
    (&["503", "429"], 429, "rate_limit_error", "upstream_error", None, "2", "2"),
    (&["429", "500"], 500, "server_error", "upstream_error", None, "", "2"),
    (&["500", "400"], 400, "invalid_request_error", "too_long", None, "", "2"),
    (&["hang", "400"], 400, "invalid_request_error", "too_long", None, "", "2"),
    (&["400", "hang"], 504, "timeout_error", "timeout", Some("request_timeout_ms"), "", "2"),
    (&["503", "hang"], 504, "timeout_error", "timeout", Some("request_timeout_ms"), "", "2"),
    (&["hang", "hang"], 504, "timeout_error", "timeout", Some("request_timeout_ms"), "", "2"),
    (&["hang", "breaks"], 502, "upstream_error", "connection_failed", None, "", "2"),
    (&["400", "401"], 502, "upstream_error", "upstream_refused_key", None, "", "2"),
    (&["400", "403"], 502, "upstream_error", "upstream_refused_key", None, "", "2"),
    // A redirect is not followed, and nothing that the caller could do.
    (&["400", "302"], 502, "upstream_error", "upstream_error", None, "", "2"),
    (&["400", "999"], 502, "upstream_error", "upstream_error", None, "", "2"),
    (&["400", "404"], 404, "invalid_request_error", "upstream_error", None, "", "2"),
    (&["503", "no-key"], 500, "server_error", "client_not_configured", None, "", "2"),
    (&["no-key", "503"], 503, "upstream_error", "upstream_error", None, "3", "2"),
    (&["no-key"], 500, "server_error", "client_not_configured", None, "", "1"),
    (&["503"], 503, "upstream_error", "upstream_error", None, "3", "1"),
];

fn upstream(request: &Request<Bytes>) -> Script {
    let wait = |seconds: &str| vec![("retry-after", seconds.to_owned())];
    match request.uri().path().split('/').nth(1).unwrap() {
        "hang" => Script::hang(),
        "breaks" => Script::broken(Duration::from_millis(10)),
        "429" => Script { headers: wait("2"), ..Script::status(429, Duration::ZERO) },
        "503" => Script { headers: wait("2.5"), ..Script::status(503, Duration::ZERO) },
        "400" => {
            let body = r#"{"error":{"message":"The prompt is too long","code":"too_long"}}"#;
            Script { status: 400, ..Script::ok(body) }
        }
        status => Script { headers: wait("2"), ..Script::status(status.parse().unwrap(), Duration::ZERO) },
    }
}

fn sources(members: &[&str]) -> String {
    let mut text = String::new();
    for (number, fault) in members.iter().enumerate() {
        let member = leaf(&format!("Member{number}"), fault, "request_timeout_ms 1000");
        text += &if *fault == "no-key" { member.replace("env.KEY", "env.NOT_SET") } else { member };
    }
    let names: Vec<_> = (0..members.len()).map(|number| format!("Member{number}")).collect();
    let names = names.join(", ");
    text + &format!(
        "client<llm> Chat {{\n  provider fallback\n  options {{\n    strategy [{names}]\n  }}\n}}\n"
    )
}

#[tokio::test(start_paused = true)]
async fn is_that_of_the_last_attempt() {
    for (members, status, kind, code, limit, wait, attempts) in ROWS {
        let stage = Stage::new(&sources(members), upstream);
        for body in [asking("Chat"), streaming("Chat")] {
            let answered = stage.post(body).await;
            let error = answered.json()["error"].clone();
            assert_eq!(answered.status, *status, "{members:?}: {error}");
            assert_eq!(
                (&error["type"], &error["code"]),
                (&Value::from(*kind), &Value::from(*code)),
                "{members:?}"
            );
            assert_eq!(error.get("timeout_type").and_then(Value::as_str), *limit, "{members:?}");
            assert_eq!(answered.header("retry-after"), *wait, "{members:?}");
            assert_eq!(answered.header("x-clientc-attempts"), *attempts, "{members:?}");
            assert_eq!(answered.header("x-should-retry"), "false", "{members:?}");
            assert_eq!(error["attempts"].as_array().unwrap().len(), members.len(), "{members:?}");
            let last = format!("Member{}", members.len() - 1);
            assert_eq!(answered.header("x-clientc-client"), last, "{members:?}");
            assert_eq!(answered.header("x-clientc-route"), format!("Chat > {last}"), "{members:?}");
        }
    }
}
