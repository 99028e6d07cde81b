//! Service accounts of Google: their JSON or the path of its file, and the server that gives their tokens.

use std::sync::{Arc, Mutex};

use clientc_runtime::transport::memory::{Memory, Script};
use clientc_runtime::{Error, Failure, Runtime, Variables};
use serde_json::json;

use crate::calls::document;
use crate::stage;
use crate::upstream::{Act, Upstream, nobody, send};

const CLIENT: &str = "client<llm> A {\n provider vertex-ai\n options {\n model \"m\"\n location \"europe-west1\"\n http {\n request_timeout_ms 60000\n }\n }\n}\n";
const ANSWER: &str =
    r#"{"candidates":[{"content":{"role":"model","parts":[{"text":"Hi"}]},"finishReason":"STOP"}]}"#;

/// The JSON of an account whose tokens come from there.
fn account(token_uri: &str) -> String {
    let key = rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048).unwrap();
    json!({
        "type": "service_account", "project_id": "p", "private_key": key.serialize_pem(),
        "client_email": "robot@p.test", "token_uri": token_uri,
    })
    .to_string()
}

/// A server that answers a request for a token like this.
async fn server(status: &str, body: &str) -> Upstream {
    let answer = send(&format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len()));
    Upstream::start(vec![Act::Read, answer.clone(), Act::Read, answer]).await
}

/// Makes a call with these credentials, and returns who it says is calling.
async fn called(credentials: &str) -> Result<String, Error> {
    let seen = Arc::new(Mutex::new(String::new()));
    let log = Arc::clone(&seen);
    let memory = Memory::new(move |request| {
        request.headers()["authorization"].to_str().unwrap().clone_into(&mut log.lock().unwrap());
        Script::ok(ANSWER)
    });
    let environment = Variables::from_iter([("GOOGLE_APPLICATION_CREDENTIALS", credentials)]);
    let builder = Runtime::builder().transport(memory).environment(environment);
    let client = builder.from_document(&document(CLIENT)).unwrap().client("A").unwrap();
    client.chat(&stage::request()).await?;
    Ok(seen.lock().unwrap().clone())
}

#[tokio::test(start_paused = true)]
async fn are_read_from_a_text_or_a_file() {
    let server = server("200 OK", r#"{"access_token":"a-token","expires_in":3600}"#).await;
    let text = account(&server.url("http"));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, &text).unwrap();
    let path = file.path().to_str().unwrap();
    for credentials in [&*text, &format!("\n {text}"), path] {
        assert_eq!(called(credentials).await.unwrap(), "Bearer a-token", "{credentials}");
    }
    for unreadable in ["{}", "{", "/not/there.json"] {
        let error = called(unreadable).await.unwrap_err();
        assert!(matches!(error.failure(), Some(Failure::Unbuildable(_))), "{error}");
        assert!(error.to_string().contains("`credentials` are not a readable service account"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn whose_server_gives_no_token_now_are_failed_connections() {
    let busy = server("503 Service Unavailable", "").await;
    for token_uri in [busy.url("http"), nobody().await] {
        let error = called(&account(&token_uri)).await.unwrap_err();
        assert!(matches!(error.failure(), Some(Failure::Connection(_))), "{error}");
        assert!(error.to_string().contains("cannot fetch the Google credentials"), "{error}");
    }
}
