//! A client that makes requests, as its document describes it.

use clientc_plan::providers::{self, Family};
use clientc_plan::{Object, Value};

/// What a provider needs to know about a client to build its requests and read its answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Leaf {
    /// The name of the client, for errors.
    pub(crate) name: Box<str>,
    /// The canonical name of the provider.
    pub(crate) provider: Box<str>,
    /// The options as written, in order, with `{"$env": …}` as [`clientc_plan::Value::Env`].
    pub(crate) options: Object,
}

impl Leaf {
    /// Whether the model can stream. Where it cannot, a stream is served from one whole answer.
    pub(crate) fn supports_streaming(&self) -> bool {
        let written = self.options.get("supports_streaming").and_then(Value::as_bool);
        written.unwrap_or_else(|| !self.is_o1())
    }

    /// Whether the model is one of OpenAI's o1, for which BAML assumes neither streams nor system messages
    /// (peer/baml-facts.md 2.2).
    pub(crate) fn is_o1(&self) -> bool {
        let model = self.text("model");
        self.is_openai() && model.is_some_and(|model| model == "o1" || model.starts_with("o1-"))
    }

    /// Whether the provider is of OpenAI's family.
    pub(crate) fn is_openai(&self) -> bool {
        providers::provider(&self.provider).is_some_and(|provider| provider.family == Family::OpenAi)
    }

    /// Whether the model is one of Anthropic's on Google's Vertex AI: it has a version of Anthropic's API, or a
    /// name that only Anthropic's models have.
    pub(crate) fn is_anthropic_on_vertex(&self) -> bool {
        let is_claude = || self.text("model").is_some_and(|model| model.starts_with("claude-"));
        &*self.provider == "vertex-ai" && (self.options.contains_key("anthropic_version") || is_claude())
    }

    /// Whether the answers are those of a transcription, which are not chat messages.
    pub(crate) fn is_transcription(&self) -> bool {
        self.text("client_response_type") == Some("openai-transcription")
    }

    /// An option that is written as a string.
    pub(crate) fn text(&self, option: &str) -> Option<&str> {
        self.options.get(option).and_then(Value::as_str)
    }
}
