//! Credentials that have to be fetched, and cannot be had: a server that gives them and cannot be reached is a failed
//! connection, which is retried, and credentials that are not there fail their member alone.

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use clientc_plan::record::{AttemptOutcome, CallRecord};
use clientc_runtime::transport::memory::{Memory, Script};
use clientc_runtime::{
    AwsKeys, AwsWanted, ChatRequest, CredentialError, CredentialSource, Error, Failure, Fetching,
    GoogleToken, GoogleWanted, Runtime, Variables,
};
use clientc_tests::compiled::compile;
use http::Request;

use crate::stage::{ANSWER, answers};

/// Fails as often as this, and then gives what it is asked for.
struct Source {
    left: AtomicUsize,
    error: CredentialError,
}

impl Source {
    fn give<T: Send + 'static>(&self, what: T) -> Fetching<'_, Option<T>> {
        let fails = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        let given = if fails.is_ok() { Err(self.error.clone()) } else { Ok(Some(what)) };
        Box::pin(std::future::ready(given))
    }
}

impl CredentialSource for Source {
    fn api_key<'a>(&'a self, _: &'a str, provider: &'a str) -> Fetching<'a, Option<String>> {
        match provider {
            "openai" => self.give("a-fetched-key".to_owned()),
            _ => Box::pin(std::future::ready(Ok(None))),
        }
    }

    fn aws<'a>(&'a self, _: &'a AwsWanted) -> Fetching<'a, Option<AwsKeys>> {
        self.give(AwsKeys::new("AKIDEXAMPLE", "a-secret"))
    }

    fn google<'a>(&'a self, _: &'a GoogleWanted) -> Fetching<'a, Option<GoogleToken>> {
        self.give(GoogleToken::new("token-of-google", None).with_project("project-of-google"))
    }
}

/// A client of each provider whose credentials can be fetched, and the others of its fallback.
const CLIENTS: [&str; 3] = [
    "provider openai\n options {\n model \"m\"\n",
    "provider aws-bedrock\n options {\n model \"m\"\n region \"eu-central-1\"\n",
    "provider vertex-ai\n options {\n model \"m\"\n location \"europe-west1\"\n",
];

fn answer(request: &Request<Bytes>) -> Script {
    match request.uri().host() {
        Some(host) if host.contains("bedrock") => Script::ok(
            r#"{"output":{"message":{"role":"assistant","content":[{"text":"Hi"}]}},"stopReason":"end_turn"}"#,
        ),
        Some(host) if host.contains("aiplatform") => Script::ok(
            r#"{"candidates":[{"content":{"role":"model","parts":[{"text":"Hi"}]},"finishReason":"STOP"}]}"#,
        ),
        _ => Script::ok(ANSWER),
    }
}

/// A call through a client with a retry, and a fallback behind it.
async fn called(client: &str, failures: usize, error: CredentialError) -> (Result<CallRecord, Error>, u64) {
    let text = format!(
        "retry_policy Twice {{\n max_retries 2\n strategy {{\n type constant_delay\n delay_ms 100\n }}\n}}\n\
         client<llm> A {{\n retry_policy Twice\n {client} http {{\n request_timeout_ms 1000\n }}\n }}\n}}\n\
         client<llm> Spare {{\n provider ollama\n options {{\n model \"m\"\n http {{\n request_timeout_ms 1000\n }}\n }}\n}}\n\
         client<llm> Chat {{\n provider fallback\n options {{\n strategy [A, Spare]\n }}\n}}\n"
    );
    let document = compile([("baml_src/main.baml", text)]).unwrap().document;
    let memory = Memory::new(answer);
    let builder = Runtime::builder().transport(memory.clone()).environment(Variables::default());
    let builder = builder.credentials(Source { left: AtomicUsize::new(failures), error });
    let runtime = builder.from_document(&document).unwrap();
    let made = runtime.client("Chat").unwrap().chat(&ChatRequest::from_text("Hello")).await;
    (made.map(|answer| answer.record), memory.requests())
}

fn outcomes(record: &CallRecord) -> Vec<(&str, AttemptOutcome)> {
    record.attempts.iter().map(|attempt| (&**attempt.path.last().unwrap(), attempt.outcome)).collect()
}

#[tokio::test(start_paused = true)]
async fn that_cannot_be_reached_are_asked_for_again() {
    use AttemptOutcome::{Connection, Succeeded};
    for client in CLIENTS {
        let error = || CredentialError::unreachable("the vault is restarting");
        let (record, requests) = called(client, 2, error()).await;
        let record = record.unwrap();
        assert_eq!(outcomes(&record), [("A", Connection), ("A", Connection), ("A", Succeeded)], "{client}");
        assert_eq!((requests, record.end_ms), (1, 200), "the delays of the policy lie between: {client}");
        let message = record.attempts[0].message.as_deref();
        assert!(message.is_some_and(|message| message.contains("the vault is restarting")), "{message:?}");
        let (record, requests) = called(client, 3, error()).await;
        let record = record.unwrap();
        let all = [("A", Connection), ("A", Connection), ("A", Connection), ("Spare", Succeeded)];
        assert_eq!((outcomes(&record), requests), (all.to_vec(), 1), "{client}");
    }
}

#[tokio::test(start_paused = true)]
async fn that_are_not_there_fail_their_member_at_once() {
    use AttemptOutcome::{Succeeded, Unbuildable};
    for client in CLIENTS {
        let (record, requests) = called(client, 1, CredentialError::missing("no such secret")).await;
        let record = record.unwrap();
        assert_eq!(outcomes(&record), [("A", Unbuildable), ("Spare", Succeeded)], "{client}");
        assert_eq!((requests, record.requests, record.end_ms), (1, 1, 0), "{client}");
    }
}

/// Who calls one client alone learns that it was a connection, and that its credentials are to blame.
#[tokio::test(start_paused = true)]
async fn that_never_come_end_a_call_as_a_failed_connection() {
    let text = "client<llm> A {\n provider openai\n options {\n model \"m\"\n }\n}\n";
    let document = compile([("baml_src/main.baml", text)]).unwrap().document;
    let memory = Memory::new(|_| answers(0, false));
    let source = Source { left: AtomicUsize::new(1), error: CredentialError::unreachable("no vault") };
    let builder = Runtime::builder().transport(memory.clone()).credentials(source);
    let runtime = builder.from_document(&document).unwrap();
    let error = runtime.client("A").unwrap().chat(&ChatRequest::from_text("Hello")).await.unwrap_err();
    let failure = error.failure().unwrap();
    assert!(matches!(failure, Failure::Connection(_)) && failure.is_retried(), "{failure:?}");
    assert_eq!((failure.to_string().as_str(), memory.requests()), ("client A: no vault", 0));
}
