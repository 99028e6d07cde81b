//! What the runtime says while it works: spans under the names of OpenTelemetry, and never a secret.
//!
//! The test has a process of its own, since a subscriber is one for the whole process.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

#[path = "runtime/stage.rs"]
#[allow(dead_code, reason = "the other tests of the runtime need the rest")]
mod stage;

use clientc_runtime::transport::memory::{End, Memory, Script};
use clientc_runtime::{ChatRequest, Runtime, Variables};
use clientc_tests::Written;
use clientc_tests::compiled::compile;
use futures_util::StreamExt as _;

use self::stage::{ANSWER, KEY};

const SOURCE: &str = "client<llm> A {
  provider openai
  options {
    model \"m\"
  }
}

client<llm> B {
  provider openai
  options {
    model \"m\"
  }
}

client<llm> F {
  provider fallback
  options {
    strategy [A, B]
  }
}
";

/// A stream whose first content comes after a quarter of a second.
fn streamed() -> Script {
    let start =
        "data: {\"id\":\"s\",\"model\":\"streaming\",\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n";
    let end = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}],\"usage\":{\"prompt_tokens\":70,\"completion_tokens\":50}}\n\n";
    stage::events(&[(250, start), (10, end), (0, "data: [DONE]\n\n")], End::Complete)
}

#[tokio::test(start_paused = true)]
async fn spans_have_the_names_of_opentelemetry_and_no_secret() {
    let log = Written::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let echo = r#"{"error": {"message": "no such key: sk-very-secret-key, for a very secret prompt of a person", "code": "bad"}}"#;
    let memory = Memory::new(move |request| match request.headers()[stage::LEAF].to_str() {
        _ if request.body().windows(14).any(|bytes| bytes == b"never answered") => Script::hang(),
        Ok("A") => Script { status: 401, ..Script::ok(echo) },
        _ if request.body().windows(13).any(|bytes| bytes == b"\"stream\":true") => streamed(),
        _ => Script::ok(ANSWER),
    });
    let document = compile([("baml_src/main.baml", SOURCE)]).unwrap().document;
    let builder =
        Runtime::builder().transport(memory).environment(Variables::from_iter([(KEY, "sk-very-secret-key")]));
    let client = stage::runtime(builder, &document).client("F").unwrap();
    client.chat(&ChatRequest::from_text("a very secret prompt of a person")).await.unwrap();
    let mut stream = client.stream(&ChatRequest::from_text("a very secret prompt of a person")).await;
    if let Ok(stream) = &mut stream {
        while stream.next().await.is_some() {}
    }
    let request = ChatRequest::from_text("never answered");
    assert!(tokio::time::timeout(stage::ms(1000), client.chat(&request)).await.is_err());
    assert!(client.with_deadline(stage::ms(100)).chat(&request).await.is_err());
    let text = log.text();
    for name in [
        "gen_ai.operation.name=\"chat\"",
        "gen_ai.provider.name=\"openai-generic\"",
        "gen_ai.request.model=\"m\"",
        "gen_ai.response.model=\"m\"",
        "gen_ai.response.finish_reasons=\"stop\"",
        "gen_ai.usage.input_tokens=3",
        "gen_ai.usage.output_tokens=1",
        "error.type=\"401\"",
        "gen_ai.request.stream=true",
        "gen_ai.request.stream=false",
        "gen_ai.response.time_to_first_chunk=0.25",
        "gen_ai.response.id=\"s\"",
        "gen_ai.response.model=\"streaming\"",
        "gen_ai.response.finish_reasons=\"length\"",
        "gen_ai.usage.input_tokens=70",
        "gen_ai.usage.output_tokens=50",
        "server.address=\"upstream.test\"",
        "server.port=80",
        "clientc.outcome=\"succeeded\"",
        "clientc.outcome=\"cancelled\"",
        "error.type=\"cancelled\"",
        "error.type=\"total_timeout_ms\"",
        "clientc.requests=2",
    ] {
        assert!(text.contains(name), "{name} is not in\n{text}");
    }
    assert!(!text.contains("secret-key") && !text.contains("very secret prompt"), "{text}");
    // Nor anything else that a server says, since it may repeat the prompt in other letters.
    assert!(text.contains("the server answered 401 Unauthorized: bad"), "{text}");
    assert!(!text.contains("no such key"), "{text}");
}
