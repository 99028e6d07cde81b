//! Tokens of Google's metadata server. The host of that server is fixed, so each test is run once more in a network of its
//! own, where the name of the host is loopback. That takes `unshare` and `ip`, and the right to use them.

use std::os::unix::fs::MetadataExt as _;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::program::{Program, serve};
use crate::stage::asking;

const INSIDE: &str = "CLIENTC_IN_A_NETWORK_OF_ITS_OWN";
const CALL: &str = "POST /v1/chat/completions";

/// What the metadata server does.
#[derive(Clone, Copy)]
enum Metadata {
    /// It gives tokens that hold for so many seconds.
    Gives { seconds: u64 },
    /// It takes requests and answers none.
    Hangs,
    /// It answers with a 503.
    IsBusy,
}

/// The servers of a machine at Google, and the gateway on it.
struct Machine {
    program: Program,
    /// How often a token was asked for.
    asked: Arc<Mutex<u64>>,
    /// The tokens that the model was called with.
    seen: Arc<Mutex<Vec<String>>>,
}

impl Machine {
    async fn start(metadata: Metadata, http: &str) -> Self {
        let (asked, seen) = (Arc::default(), Arc::default());
        let listener = TcpListener::bind("127.0.0.1:80").await.unwrap();
        let routes = metadata_routes(metadata, Arc::clone(&asked));
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        let model = Router::new().route("/models/{call}", post(generate)).with_state(Arc::clone(&seen));
        let source = format!(
            "retry_policy Once {{\n  max_retries 1\n}}\nclient<llm> Chat {{\n  provider vertex-ai\n  retry_policy Once\n  \
             options {{\n    model \"gemini\"\n    base_url \"http://{}/models\"\n    http {{\n      {http}\n    }}\n  }}\n}}\n",
            serve(model).await
        );
        // No credentials of this machine's user are found.
        let program = Program::start(&source, &[], &[("HOME", "/nonexistent")]).await;
        Self { program, asked, seen }
    }

    async fn call(&self) -> String {
        self.program.send(CALL, "", &asking("Chat")).await
    }

    async fn calls(&self, number: usize) {
        for answer in futures_util::future::join_all((0..number).map(|_| self.call())).await {
            assert!(answer.contains("Hello!"), "{answer}");
        }
    }

    fn asked(&self) -> u64 {
        *self.asked.lock().unwrap()
    }
}

fn metadata_routes(metadata: Metadata, asked: Arc<Mutex<u64>>) -> Router {
    const BASE: &str = "/computeMetadata/v1";
    let token = move |headers: HeaderMap| async move {
        assert_eq!(headers["metadata-flavor"], "Google");
        let number = {
            let mut asked = asked.lock().unwrap();
            *asked += 1;
            *asked
        };
        match metadata {
            Metadata::Hangs => std::future::pending().await,
            Metadata::IsBusy => (StatusCode::SERVICE_UNAVAILABLE, String::new()),
            Metadata::Gives { seconds } => {
                // Callers that come meanwhile must wait for the same token.
                tokio::time::sleep(Duration::from_millis(100)).await;
                let token = json!({"access_token": format!("token-{number}"), "expires_in": seconds, "token_type": "Bearer"});
                (StatusCode::OK, token.to_string())
            }
        }
    };
    Router::new()
        .route(&format!("{BASE}/instance/service-accounts/default/token"), get(token))
        .route(&format!("{BASE}/project/project-id"), get(|| async { "project-of-the-machine" }))
}

async fn generate(State(seen): State<Arc<Mutex<Vec<String>>>>, headers: HeaderMap) -> String {
    seen.lock().unwrap().push(headers["authorization"].to_str().unwrap().to_owned());
    json!({"candidates": [{
        "content": {"role": "model", "parts": [{"text": "Hello!"}]},
        "finishReason": "STOP",
    }]})
    .to_string()
}

/// Whether the test is in a network of its own. Where it is not, it is run there, if that can be had.
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn is_inside(test: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let folder = tempfile::tempdir().unwrap();
    let hosts = folder.path().join("hosts");
    std::fs::write(&hosts, "127.0.0.1 localhost metadata.google.internal\n").unwrap();
    let is_root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
    let inside = |command: &[&str]| {
        let mut run = Command::new("unshare");
        run.args((!is_root).then_some("--map-root-user")).args(["--net", "--mount", "sh", "-c"]);
        run.arg("ip link set lo up && mount --bind \"$0\" /etc/hosts && exec \"$@\"")
            .arg(&hosts)
            .args(command);
        run.env(INSIDE, "1").output()
    };
    if !inside(&["true"]).is_ok_and(|run| run.status.success()) {
        let is_required = is_root && std::env::var_os("CLIENTC_REQUIRE_SHARED").is_some();
        assert!(!is_required, "a network of its own cannot be had: install util-linux and iproute2");
        eprintln!("skipped: a network of its own cannot be had");
        return false;
    }
    let itself = std::env::current_exe().unwrap();
    let run = inside(&[itself.to_str().unwrap(), "--exact", test, "--nocapture"]).unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
    false
}

#[tokio::test]
async fn a_token_is_fetched_once_by_many_who_begin_together_and_is_kept() {
    if !is_inside("machine::a_token_is_fetched_once_by_many_who_begin_together_and_is_kept") {
        return;
    }
    let machine = Machine::start(Metadata::Gives { seconds: 3600 }, "request_timeout_ms 20000").await;
    machine.calls(20).await;
    machine.calls(1).await;
    assert_eq!(machine.asked(), 1);
    assert_eq!(*machine.seen.lock().unwrap(), vec!["Bearer token-1"; 21]);
    machine.program.stop().await;
}

#[tokio::test]
async fn a_token_that_expires_is_fetched_anew_by_one_while_the_others_use_it() {
    if !is_inside("machine::a_token_that_expires_is_fetched_anew_by_one_while_the_others_use_it") {
        return;
    }
    // Twenty seconds before it expires a token is no longer used.
    let machine = Machine::start(Metadata::Gives { seconds: 22 }, "request_timeout_ms 20000").await;
    machine.calls(20).await;
    assert_eq!(machine.asked(), 1);
    tokio::time::sleep(Duration::from_millis(2500)).await;
    machine.calls(20).await;
    machine.calls(1).await;
    assert_eq!(machine.asked(), 2);
    assert_eq!(machine.seen.lock().unwrap().last().unwrap(), "Bearer token-2");
    machine.program.stop().await;
}

fn error_of(answer: &str) -> Value {
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str::<Value>(body).unwrap()["error"].clone()
}

#[tokio::test]
async fn fetching_a_token_is_within_the_time_of_the_attempt() {
    if !is_inside("machine::fetching_a_token_is_within_the_time_of_the_attempt") {
        return;
    }
    let machine = Machine::start(Metadata::Hangs, "request_timeout_ms 400").await;
    let start = Instant::now();
    let answer = machine.call().await;
    assert!(answer.starts_with("HTTP/1.1 504"), "{answer}");
    let error = error_of(&answer);
    assert_eq!((&error["timeout_type"], &error["attempt"]), (&"request_timeout_ms".into(), &2.into()));
    // Two attempts, and the delay between them.
    assert!(start.elapsed() >= Duration::from_millis(800), "{:?}", start.elapsed());
    assert!(machine.seen.lock().unwrap().is_empty());
    machine.program.stop().await;
}

#[tokio::test]
async fn a_metadata_server_that_is_busy_is_a_failed_connection_that_is_tried_again() {
    if !is_inside("machine::a_metadata_server_that_is_busy_is_a_failed_connection_that_is_tried_again") {
        return;
    }
    let machine = Machine::start(Metadata::IsBusy, "request_timeout_ms 20000").await;
    let answer = machine.call().await;
    assert!(answer.starts_with("HTTP/1.1 502"), "{answer}");
    let error = error_of(&answer);
    assert_eq!(error["attempts"].as_array().unwrap().len(), 2, "{error}");
    assert!(error["message"].as_str().unwrap().contains("cannot fetch the Google credentials"), "{error}");
    machine.program.stop().await;
}
