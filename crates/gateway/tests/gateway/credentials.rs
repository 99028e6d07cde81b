//! Keys of AWS from the metadata of a container and of a machine, as servers on loopback give them.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post, put};
use http::{HeaderMap, StatusCode};

use crate::program::{Program, serve};
use crate::stage::asking;

const CALL: &str = "POST /v1/chat/completions";
const ANSWER: &str = r#"{
  "output": {"message": {"role": "assistant", "content": [{"text": "Hello!"}]}},
  "stopReason": "end_turn",
  "usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3}
}"#;

/// What the model was sent: who signed, and with which session.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<(String, String)>>>);

async fn converse(State(Seen(seen)): State<Seen>, headers: HeaderMap) -> &'static str {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    seen.lock().unwrap().push((text("authorization"), text("x-amz-security-token")));
    ANSWER
}

/// Keys as both kinds of metadata give them.
fn keys(id: &str) -> String {
    format!(
        r#"{{"Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "2026-01-01T00:00:00Z", "AccessKeyId": "{id}",
            "SecretAccessKey": "a-secret", "Token": "session-of-{id}", "Expiration": "2126-01-01T00:00:00Z"}}"#
    )
}

/// A model that is called with keys from somewhere: three calls, all answered.
async fn calls(variables: &[(&str, &str)]) -> Vec<(String, String)> {
    let seen = Seen::default();
    let model = Router::new().route("/model/m/converse", post(converse)).with_state(seen.clone());
    let source = format!(
        "client<llm> Chat {{\n  provider aws-bedrock\n  options {{\n    model \"m\"\n    region \"eu-west-1\"\n    \
         endpoint_url \"http://{}\"\n    http {{\n      request_timeout_ms 20000\n    }}\n  }}\n}}\n",
        serve(model).await
    );
    // No file of this machine is read.
    let mut all = vec![("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")];
    all.extend_from_slice(variables);
    let program = Program::start(&source, &[], &all).await;
    let ask = || async {
        let answer = program.send(CALL, "", &asking("Chat")).await;
        assert!(answer.contains("Hello!"), "{answer}");
    };
    ask().await;
    tokio::join!(ask(), ask());
    program.stop().await;
    seen.0.lock().unwrap().clone()
}

fn signed_by(seen: &[(String, String)], id: &str) {
    assert_eq!(seen.len(), 3);
    for (authorization, session) in seen {
        let begun = format!("AWS4-HMAC-SHA256 Credential={id}/");
        assert!(
            authorization.starts_with(&begun) && authorization.contains("/eu-west-1/bedrock/"),
            "{authorization}"
        );
        assert_eq!(*session, format!("session-of-{id}"));
    }
}

#[tokio::test]
async fn of_a_container_are_fetched_once_with_its_token() {
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    let give = move |headers: HeaderMap| async move {
        *count.lock().unwrap() += 1;
        match headers.get("authorization").is_some_and(|token| token == "the-token") {
            true => (StatusCode::OK, keys("CONTAINER")),
            false => (StatusCode::FORBIDDEN, String::new()),
        }
    };
    let address = format!("http://{}/v2/keys", serve(Router::new().route("/v2/keys", get(give))).await);
    let seen = calls(&[
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &*address),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "the-token"),
    ])
    .await;
    signed_by(&seen, "CONTAINER");
    assert_eq!(*asked.lock().unwrap(), 1);
}

#[tokio::test]
async fn of_a_machine_are_fetched_with_a_token_of_its_metadata() {
    const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
    let has_token =
        |headers: &HeaderMap| headers.get("x-aws-ec2-metadata-token").is_some_and(|token| token == "a-token");
    let give = move |what: String| {
        get(move |headers: HeaderMap| async move {
            if has_token(&headers) {
                (StatusCode::OK, what)
            } else {
                (StatusCode::UNAUTHORIZED, String::new())
            }
        })
    };
    let token = || async { ([("x-aws-ec2-metadata-token-ttl-seconds", "21600")], "a-token") };
    let metadata = Router::new()
        .route("/latest/api/token", put(token))
        .route(ROLES, give("the-role".into()))
        .route("/latest/meta-data/iam/security-credentials/the-role", give(keys("MACHINE")));
    let address = format!("http://{}", serve(metadata).await);
    let seen = calls(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &*address)]).await;
    signed_by(&seen, "MACHINE");
}
