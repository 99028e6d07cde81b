//! A runtime over a plan whose servers are in memory.

use std::time::Duration;

use clientc_plan::document::{Resolved, ResolvedKind};
use clientc_plan::{Object, Value};
use clientc_runtime::transport::memory::{End, Memory, Script};
use clientc_runtime::{Builder, ChatRequest, Runtime};

/// The header that names the leaf that is called.
pub(crate) const LEAF: &str = "x-leaf";
/// The variable that every leaf needs.
pub(crate) const KEY: &str = "UPSTREAM_KEY";

/// Makes every leaf call one server in one form, and say its name. The plan stays as it is.
pub(crate) fn directed(document: &Resolved, base_url: &str) -> Resolved {
    let mut document = document.clone();
    for (name, client) in &mut document.clients {
        if let ResolvedKind::Leaf { provider, options, .. } = &mut client.kind {
            *provider = "openai-generic".into();
            let text = |text: &str| Value::String(text.into());
            let headers = Object::from_iter([(LEAF.into(), text(name))]);
            *options = Object::from_iter([
                ("model".into(), text("m")),
                ("base_url".into(), text(base_url)),
                ("api_key".into(), Value::Env(KEY.into())),
                ("headers".into(), Value::Object(headers)),
            ]);
        }
    }
    document
}

/// Makes a runtime over a plan.
pub(crate) fn runtime(builder: Builder, document: &Resolved) -> Runtime {
    builder.from_document(&directed(document, "http://upstream.test/v1")).expect("the document is a plan")
}

/// The one request of these tests.
pub(crate) fn request() -> ChatRequest {
    ChatRequest::from_text("Hello")
}

/// A whole answer.
pub(crate) const ANSWER: &str = r#"{"id":"a","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}"#;
/// The first event of a stream. It has no content.
pub(crate) const ROLE: &str = "data: {\"id\":\"a\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n";
/// An event with content.
pub(crate) const TEXT: &str =
    "data: {\"id\":\"a\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\n";
/// A comment, as servers send them to keep a connection open.
pub(crate) const COMMENT: &str = ": keep-alive\n\n";
/// The end of a stream.
pub(crate) const DONE: &str = "data: {\"id\":\"a\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

pub(crate) fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// A server that answers after this time, whole or as a stream.
pub(crate) fn answers(after_ms: u64, is_streaming: bool) -> Script {
    let body = if is_streaming { format!("{ROLE}{TEXT}{DONE}") } else { ANSWER.to_owned() };
    Script { head: Some(ms(after_ms)), ..Script::ok(body) }
}

/// A server that sends these events, each after a wait in milliseconds.
pub(crate) fn events(events: &[(u64, &str)], end: End) -> Script {
    let body = events.iter().map(|(wait, text)| (ms(*wait), text.to_string().into())).collect();
    Script { body, end, ..Script::ok("") }
}

/// A transport that never answers.
pub(crate) fn silent() -> Memory {
    Memory::new(|_| Script::hang())
}
