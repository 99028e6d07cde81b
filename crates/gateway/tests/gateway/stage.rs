//! A gateway over a scripted upstream.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use clientc_gateway::{CallSettings, Gateway, Journal, Keys, Observer, PassingOn, Snapshot, Source, routes};
use clientc_report::Options;
use clientc_runtime::transport::memory::{Memory, Script};
use clientc_runtime::{Runtime, Variables};
use clientc_workspace::ConfigChoice;
use http::{HeaderMap, Request};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio::time::Instant;
use tower::ServiceExt as _;

/// A gateway with its upstream.
pub(crate) struct Stage {
    pub(crate) gateway: Gateway,
    pub(crate) upstream: Memory,
    routes: Router,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// How long it took, in milliseconds.
    pub(crate) ms: u128,
}

impl Stage {
    pub(crate) fn new(
        sources: &str,
        answer: impl Fn(&Request<Bytes>) -> Script + Send + Sync + 'static,
    ) -> Self {
        Self::with(sources, answer, CallSettings::default(), Keys::default())
    }

    pub(crate) fn with(
        sources: &str,
        answer: impl Fn(&Request<Bytes>) -> Script + Send + Sync + 'static,
        settings: CallSettings,
        keys: Keys,
    ) -> Self {
        Self::logged(sources, answer, settings, keys, Journal::off())
    }

    pub(crate) fn logged(
        sources: &str,
        answer: impl Fn(&Request<Bytes>) -> Script + Send + Sync + 'static,
        settings: CallSettings,
        keys: Keys,
        journal: Journal,
    ) -> Self {
        let upstream = Memory::new(answer);
        let observer = Arc::new(Observer::new(journal, None));
        let variables: Variables = [("KEY", "a-secret-key")].into_iter().collect();
        let builder = Runtime::builder().transport(PassingOn(upstream.clone())).environment(variables);
        let document = compiled(sources);
        let snapshot = Snapshot::new(&document, builder, settings, keys, &observer).unwrap();
        let gateway = Gateway::new(snapshot, observer);
        Self { routes: routes(gateway.clone()), gateway, upstream }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Response {
        self.routes.clone().oneshot(request).await.unwrap()
    }

    /// Sends a body and reads the whole answer.
    pub(crate) async fn post(&self, body: impl Into<Body>) -> Answered {
        self.post_with(&[], body).await
    }

    pub(crate) async fn post_with(&self, headers: &[(&str, &str)], body: impl Into<Body>) -> Answered {
        let start = Instant::now();
        let mut request = Request::post("/v1/chat/completions");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.send(request.body(body.into()).unwrap()).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answered {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body,
            ms: start.elapsed().as_millis(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answered {
        let response = self.send(Request::get(path).body(Body::empty()).unwrap()).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answered { status: parts.status.as_u16(), headers: parts.headers, body, ms: 0 }
    }
}

impl Answered {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.body))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    /// The data of the events of a stream.
    pub(crate) fn events(&self) -> Vec<String> {
        let text = self.text();
        let events = text.split("\n\n").filter(|event| !event.is_empty());
        events.map(|event| event.strip_prefix("data: ").unwrap().to_owned()).collect()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub(crate) fn compiled(sources: &str) -> clientc_plan::document::Resolved {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("clients.baml"), sources).unwrap();
    let paths = vec![folder.path().to_owned()];
    let source = Source::Project {
        paths,
        working_folder: folder.path().to_owned(),
        config: ConfigChoice::None,
        profile: None,
    };
    source.load(&Options::default()).unwrap().document
}

/// A client of OpenAI's form whose server is at this path.
pub(crate) fn leaf(name: &str, path: &str, http: &str) -> String {
    format!(
        "client<llm> {name} {{\n  provider openai\n  options {{\n    model \"m\"\n    api_key env.KEY\n    \
         base_url \"http://upstream.test/{path}\"\n    http {{\n      {http}\n    }}\n  }}\n}}\n"
    )
}

pub(crate) fn asking(model: &str) -> String {
    json!({"model": model, "messages": [{"role": "user", "content": "Hi"}]}).to_string()
}

pub(crate) fn streaming(model: &str) -> String {
    json!({"model": model, "stream": true, "messages": [{"role": "user", "content": "Hi"}]}).to_string()
}

/// The whole answer of the upstream.
pub(crate) fn completion() -> Value {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 7, "model": "m-1", "system_fingerprint": "f",
        "choices": [{
            "index": 0,
            "message": {"role": "assistant", "content": "Hello!", "refusal": null},
            "logprobs": null,
            "finish_reason": "stop",
        }],
        "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
    })
}

/// An event of the upstream's stream.
pub(crate) fn event(delta: &Value, reason: Option<&str>) -> String {
    let choice = json!({"index": 0, "delta": delta, "finish_reason": reason});
    let event = json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 7, "model": "m-1", "system_fingerprint": "f",
        "choices": [choice],
    });
    format!("data: {event}\n\n")
}

/// The events of the upstream's stream that says the same as [`completion`].
pub(crate) fn events() -> Vec<String> {
    let usage = json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 7, "model": "m-1", "system_fingerprint": "f",
        "choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
    });
    vec![
        event(&json!({"role": "assistant", "content": ""}), None),
        event(&json!({"content": "Hel"}), None),
        event(&json!({"content": "lo!"}), None),
        event(&json!({}), Some("stop")),
        format!("data: {usage}\n\n"),
        "data: [DONE]\n\n".into(),
    ]
}
