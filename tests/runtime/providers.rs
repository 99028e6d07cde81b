//! All ten providers against the same faults: whole, as a stream, and joined.

use std::time::Duration;

use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use bytes::Bytes;
use clientc_plan::Field;
use clientc_plan::record::{AttemptOutcome, CallRecord};
use clientc_runtime::transport::memory::{End, Memory, Script};
use clientc_runtime::{
    AwsKeys, AwsWanted, ChatRequest, ChatResponse, Client, CredentialSource, Error, Fetching, GoogleToken,
    GoogleWanted, Runtime, StreamUpstream, Variables,
};
use clientc_tests::compiled::compile;
use futures_util::StreamExt as _;
use http::Request;

use crate::stage::ms;

/// How a provider writes an answer that says "Hi".
struct Form {
    provider: &'static str,
    options: &'static str,
    whole: &'static str,
    /// The pieces of a stream: what begins it, content, and its end.
    begin: Vec<u8>,
    content: Vec<u8>,
    end: Vec<u8>,
}

const CHAT: &str =
    r#"{"id":"a","model":"m","choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"stop"}]}"#;
const GEMINI: &str =
    r#"{"candidates":[{"content":{"role":"model","parts":[{"text":"Hi"}]},"finishReason":"STOP"}]}"#;

fn chat(provider: &'static str, options: &'static str) -> Form {
    let event = |data: &str| format!("data: {data}\n\n").into_bytes();
    Form {
        provider,
        options,
        whole: CHAT,
        begin: event(r#"{"id":"a","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#),
        content: event(r#"{"id":"a","choices":[{"index":0,"delta":{"content":"Hi"}}]}"#),
        end: [event(r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#), event("[DONE]")]
            .concat(),
    }
}

fn gemini(provider: &'static str, options: &'static str) -> Form {
    let event = |data: &str| format!("data: {data}\r\n\r\n").into_bytes();
    Form {
        provider,
        options,
        whole: GEMINI,
        begin: b": started\n\n".to_vec(),
        content: event(r#"{"candidates":[{"content":{"role":"model","parts":[{"text":"Hi"}]}}]}"#),
        end: event(r#"{"candidates":[{"content":{"parts":[]},"finishReason":"STOP"}]}"#),
    }
}

pub(crate) fn frame(name: &'static str, data: &'static str) -> Vec<u8> {
    let text = |text: &'static str| HeaderValue::String(text.into());
    let message = Message::new(data.as_bytes())
        .add_header(Header::new(":message-type", text("event")))
        .add_header(Header::new(":event-type", text(name)));
    let mut bytes = Vec::new();
    write_message_to(&message, &mut bytes).unwrap();
    bytes
}

fn forms() -> Vec<Form> {
    let named = |name: &str, data: &str| format!("event: {name}\ndata: {data}\n\n").into_bytes();
    vec![
        chat("openai", "model \"m\""),
        chat("openai-generic", "model \"m\"\n base_url \"http://llm.test/v1\""),
        chat("azure-openai", "resource_name \"r\"\n deployment_id \"d\""),
        chat("ollama", "model \"m\""),
        chat("openrouter", "model \"m\""),
        Form {
            provider: "openai-responses",
            options: "model \"m\"",
            whole: r#"{"id":"r","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"Hi"}]}]}"#,
            begin: named("response.created", r#"{"type":"response.created","response":{"id":"r"}}"#),
            content: named(
                "response.output_text.delta",
                r#"{"type":"response.output_text.delta","delta":"Hi"}"#,
            ),
            end: named(
                "response.completed",
                r#"{"type":"response.completed","response":{"status":"completed"}}"#,
            ),
        },
        Form {
            provider: "anthropic",
            options: "model \"m\"",
            whole: r#"{"id":"a","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn"}"#,
            begin: named("message_start", r#"{"type":"message_start","message":{"id":"a"}}"#),
            content: named(
                "content_block_delta",
                r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}"#,
            ),
            end: [
                named("message_delta", r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"}}"#),
                named("message_stop", r#"{"type":"message_stop"}"#),
            ]
            .concat(),
        },
        gemini("google-ai", "model \"m\""),
        gemini("vertex-ai", "model \"m\"\n location \"europe-west1\""),
        Form {
            provider: "aws-bedrock",
            options: "model \"m\"\n region \"eu-central-1\"",
            whole: r#"{"output":{"message":{"role":"assistant","content":[{"text":"Hi"}]}},"stopReason":"end_turn"}"#,
            begin: frame("messageStart", r#"{"role":"assistant"}"#),
            content: frame("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"Hi"}}"#),
            end: [frame("messageStop", r#"{"stopReason":"end_turn"}"#), frame("metadata", "{}")].concat(),
        },
    ]
}

/// Gives what the clouds want after this time.
pub(crate) struct Vault(pub(crate) Duration);

impl CredentialSource for Vault {
    fn aws<'a>(&'a self, wanted: &'a AwsWanted) -> Fetching<'a, Option<AwsKeys>> {
        assert_eq!(&*wanted.region, "eu-central-1");
        Box::pin(async move {
            tokio::time::sleep(self.0).await;
            Ok(Some(AwsKeys::new("AKIDEXAMPLE", "a-secret").with_session("a-session", None)))
        })
    }

    fn google<'a>(&'a self, _: &'a GoogleWanted) -> Fetching<'a, Option<GoogleToken>> {
        Box::pin(async move {
            tokio::time::sleep(self.0).await;
            Ok(Some(GoogleToken::new("token-of-google", None).with_project("project-of-google")))
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Whole,
    Streamed,
    Joined,
}

const ASKED: [Asked; 3] = [Asked::Whole, Asked::Streamed, Asked::Joined];

const POLICY: &str =
    "retry_policy P {\n max_retries 1\n strategy {\n type constant_delay\n delay_ms 100\n }\n}\n";

fn client(form: &Form, memory: &Memory, limits: &[(Field, u64)], vault: Duration) -> Client {
    let limits: String = limits.iter().map(|(field, ms)| format!(" {} {ms}\n", field.key())).collect();
    let text = format!(
        "{POLICY}client<llm> A {{\n provider {}\n retry_policy P\n options {{\n {}\n http {{\n{limits} }}\n }}\n}}\n",
        form.provider, form.options
    );
    let document = compile([("baml_src/main.baml", text)]).unwrap().document;
    let keys = [
        "OPENAI_API_KEY",
        "AZURE_OPENAI_API_KEY",
        "OPENROUTER_API_KEY",
        "ANTHROPIC_API_KEY",
        "GOOGLE_API_KEY",
    ];
    let runtime = Runtime::builder()
        .transport(memory.clone())
        .environment(Variables::from_iter(
            keys.map(|name| (name, "a-secret-key")).into_iter().chain([("MOST", " 1024 "), ("WORD", "many")]),
        ))
        .credentials(Vault(vault))
        .from_document(&document)
        .unwrap();
    assert_eq!(runtime.unserved().count(), 0, "{}", form.provider);
    runtime.client("A").unwrap()
}

async fn made(client: &Client, asked: Asked) -> Result<(ChatResponse, CallRecord), Error> {
    let request = ChatRequest::from_text("Hello");
    if asked == Asked::Streamed {
        let mut stream = client.stream(&request).await?;
        let mut answer = ChatResponse::default();
        while let Some(chunk) = stream.next().await {
            answer.add(chunk?);
        }
        return Ok((answer, stream.record().unwrap().clone()));
    }
    let mode = if asked == Asked::Joined { StreamUpstream::Always } else { StreamUpstream::Never };
    let answer = client.clone().with_stream_upstream(mode).chat(&request).await?;
    Ok((answer.response, answer.record))
}

/// What a server does, over the forms of all providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    Status(u16),
    Hangs,
    Stalls,
    Breaks,
    CutOff,
    Empty,
    Garbage,
}

fn script(form: &Form, fault: Fault, is_streaming: bool) -> Script {
    let piece = |bytes: &[u8]| (ms(10), Bytes::copy_from_slice(bytes));
    let whole = form.whole.as_bytes();
    let body = match (fault, is_streaming) {
        (Fault::Status(status), _) => return Script::status(status, ms(10)),
        (Fault::Hangs, _) => return Script::hang(),
        (Fault::Garbage, _) => return Script::ok("<html>no</html>"),
        (Fault::None, false) => vec![piece(whole)],
        (Fault::None, true) => vec![piece(&form.begin), piece(&form.content), piece(&form.end)],
        (Fault::Empty, false) => vec![piece(b"")],
        (Fault::Empty, true) => vec![piece(&form.begin), piece(&form.end)],
        (_, false) => vec![piece(&whole[..whole.len() / 2])],
        (_, true) => vec![piece(&form.begin), piece(&form.content)],
    };
    let end = match fault {
        Fault::Stalls => End::Silent,
        Fault::Breaks => End::Breaks(ms(10)),
        _ => End::Complete,
    };
    Script { body, end, ..Script::ok("") }
}

#[tokio::test(start_paused = true)]
async fn every_provider_answers_and_fails_alike() {
    let limits = [(Field::Idle, 200), (Field::Request, 1000)];
    for form in forms() {
        for asked in ASKED {
            for (fault, outcome, requests) in [
                (Fault::None, AttemptOutcome::Succeeded, 1),
                (Fault::Status(503), AttemptOutcome::Http, 2),
                (Fault::Status(400), AttemptOutcome::Http, 1),
                (Fault::Hangs, AttemptOutcome::Timeout, 2),
                (Fault::Stalls, AttemptOutcome::Timeout, 2),
                (Fault::Breaks, AttemptOutcome::Connection, 2),
                (Fault::CutOff, AttemptOutcome::Connection, 2),
                (Fault::Empty, AttemptOutcome::Connection, 2),
                (Fault::Garbage, AttemptOutcome::Connection, 2),
            ] {
                let name = format!("{} {fault:?} {asked:?}", form.provider);
                let script = script(&form, fault, asked != Asked::Whole);
                let memory = Memory::new(move |_| script.clone());
                let client = client(&form, &memory, &limits, Duration::ZERO);
                let made = made(&client, asked).await;
                // Where content was handed on, nothing is tried again.
                let is_handed_on = asked == Asked::Streamed
                    && matches!(fault, Fault::Stalls | Fault::Breaks | Fault::CutOff);
                let requests = if is_handed_on { 1 } else { requests };
                let record = match &made {
                    Ok((answer, record)) => {
                        assert_eq!((fault, answer.text.as_deref()), (Fault::None, Some("Hi")), "{name}");
                        record
                    }
                    Err(error) => error.record().unwrap(),
                };
                let last = record.attempts.last().unwrap();
                assert_eq!(
                    (last.outcome, record.requests, last.handed_on),
                    (outcome, requests, is_handed_on),
                    "{name}: {last:?}"
                );
                assert_eq!((memory.requests(), memory.under_way()), (requests, 0), "{name}");
                let shown = serde_json::to_string(record).unwrap();
                assert!(!shown.contains("secret") && !shown.contains("token-of-google"), "{name}: {shown}");
            }
        }
    }
}

/// An option that is a number in the request goes out as one, also where a variable holds it. A variable that holds no
/// number goes out as the text that it is.
#[tokio::test(start_paused = true)]
async fn a_number_from_a_variable_is_sent_as_a_number() {
    let rows = [
        ("openai", "max_tokens env.MOST\n user env.MOST", "/max_tokens"),
        ("openai-generic", "max_tokens env.MOST\n user env.MOST", "/max_tokens"),
        ("azure-openai", "max_tokens env.MOST\n user env.MOST", "/max_tokens"),
        ("anthropic", "max_tokens env.MOST\n user env.MOST", "/max_tokens"),
        (
            "google-ai",
            "generationConfig {\n maxOutputTokens env.MOST\n }\n user env.MOST",
            "/generationConfig/maxOutputTokens",
        ),
        ("aws-bedrock", "inference_configuration {\n max_tokens env.MOST\n }", "/inferenceConfig/maxTokens"),
    ];
    for (provider, options, place) in rows {
        let form = forms().into_iter().find(|form| form.provider == provider).unwrap();
        let whole = form.whole;
        let more: &'static str = Box::leak(format!("{}\n {options}", form.options).into_boxed_str());
        let memory = Memory::new(move |request| {
            let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
            assert_eq!(body.pointer(place), Some(&serde_json::json!(1024)), "{provider}: {body}");
            if let Some(user) = body.get("user") {
                assert_eq!(user, " 1024 ", "{provider}");
            }
            Script::ok(whole)
        });
        let form = Form { options: more, ..form };
        made(&client(&form, &memory, &[], Duration::ZERO), Asked::Whole).await.unwrap();
        assert_eq!(memory.requests(), 1, "{provider}");
    }
    let form = forms().into_iter().find(|form| form.provider == "openai").unwrap();
    let memory = Memory::new(move |request| {
        let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        assert_eq!(body["max_tokens"], "many", "{body}");
        Script::ok(CHAT)
    });
    let form = Form { options: "model \"m\"\n max_tokens env.WORD", ..form };
    made(&client(&form, &memory, &[], Duration::ZERO), Asked::Whole).await.unwrap();
}

fn header(request: &Request<Bytes>, name: &str) -> String {
    request.headers().get(name).map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
}

#[tokio::test(start_paused = true)]
async fn requests_to_the_clouds_have_their_signature_or_their_token() {
    let form = |provider: &str| forms().into_iter().find(|form| form.provider == provider).unwrap();
    let memory = Memory::new(move |request| {
        let signature = header(request, "authorization");
        let scope = "/eu-central-1/bedrock/aws4_request, SignedHeaders=accept;content-type;host;x-amz-date;x-amz-security-token, ";
        assert!(signature.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"), "{signature}");
        assert!(signature.contains(scope), "{signature}");
        assert_eq!(header(request, "x-amz-security-token"), "a-session");
        Script::ok(r#"{"output":{"message":{"content":[{"text":"Hi"}]}},"stopReason":"end_turn"}"#)
    });
    made(&client(&form("aws-bedrock"), &memory, &[], Duration::ZERO), Asked::Whole).await.unwrap();
    let memory = Memory::new(move |request| {
        assert_eq!(header(request, "authorization"), "Bearer token-of-google");
        let path = "/v1/projects/project-of-google/locations/europe-west1/publishers/google/models/m:generateContent";
        assert_eq!(request.uri().path(), path);
        Script::ok(GEMINI)
    });
    made(&client(&form("vertex-ai"), &memory, &[], Duration::ZERO), Asked::Whole).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn credentials_are_fetched_within_the_time_of_the_attempt() {
    for form in forms().into_iter().filter(|form| matches!(form.provider, "aws-bedrock" | "vertex-ai")) {
        let whole = form.whole;
        let memory = Memory::new(move |_| Script { head: Some(ms(100)), ..Script::ok(whole) });
        let client = client(&form, &memory, &[(Field::Request, 350)], ms(300));
        let error = made(&client, Asked::Whole).await.unwrap_err();
        assert_eq!(error.timeout().unwrap().timeout_type.0, Field::Request, "{error}");
        assert_eq!((error.record().unwrap().end_ms, memory.requests()), (800, 2), "{}", form.provider);
        let client = self::client(&form, &memory, &[(Field::Request, 250)], ms(300));
        let error = made(&client, Asked::Whole).await.unwrap_err();
        assert_eq!((error.record().unwrap().end_ms, memory.requests()), (600, 2), "{}", form.provider);
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_of_the_program_goes_before_options_and_variables() {
    struct Keys;
    impl CredentialSource for Keys {
        fn api_key<'a>(&'a self, client: &'a str, provider: &'a str) -> Fetching<'a, Option<String>> {
            Box::pin(async move { Ok(Some(format!("key-of-{client}-at-{provider}"))) })
        }
    }
    let text = "client<llm> A {\n provider openai\n options {\n model \"m\"\n api_key env.NOT_SET\n }\n}\n";
    let document = compile([("baml_src/main.baml", text)]).unwrap().document;
    let memory = Memory::new(|request| {
        assert_eq!(header(request, "authorization"), "Bearer key-of-A-at-openai");
        Script::ok(CHAT)
    });
    let builder = Runtime::builder().transport(memory).environment(Variables::default()).credentials(Keys);
    builder
        .from_document(&document)
        .unwrap()
        .client("A")
        .unwrap()
        .chat(&ChatRequest::from_text("Hi"))
        .await
        .unwrap();
}
