//! The providers that are served, one row each.

use clientc_plan::json::Value;

#[cfg(feature = "bedrock")]
use super::bedrock;
use super::error::{BuildError, ReadError};
use super::http::{Delivery, HttpRequest};
use super::options::Options;
use super::wire::ReadEvents;
use super::{anthropic, google, openai, vertex};
use crate::chat::{ChatRequest, ChatResponse};
use crate::leaf::Leaf;

/// A provider that is served.
pub(super) struct Row {
    name: &'static str,
    /// Builds a request.
    pub(super) request: fn(Options<'_>, &ChatRequest, Delivery) -> Result<HttpRequest, BuildError>,
    /// Reads a whole answer.
    pub(super) answer: ReadAnswer,
    /// Begins to read a stream.
    pub(super) stream: fn() -> Box<dyn ReadEvents>,
}

/// Reads a whole answer, and the provider's word for why it ended.
type ReadAnswer = for<'v> fn(&'v Value) -> Result<(ChatResponse, Option<&'v str>), ReadError>;

/// All providers that are served.
static ROWS: &[Row] = &[
    CHAT,
    Row { name: "openai-generic", ..CHAT },
    Row { name: "azure-openai", ..CHAT },
    Row { name: "ollama", ..CHAT },
    Row { name: "openrouter", ..CHAT },
    Row {
        name: "openai-responses",
        request: openai::responses::request::build,
        answer: openai::responses::answer::read,
        stream: || Box::new(openai::responses::stream::State::default()),
    },
    ANTHROPIC,
    GOOGLE,
    Row { name: "vertex-ai", request: vertex::build, ..GOOGLE },
    #[cfg(feature = "bedrock")]
    Row {
        name: "aws-bedrock",
        request: bedrock::request::build,
        answer: bedrock::answer::read,
        stream: || Box::new(bedrock::stream::State::default()),
    },
];

/// Anthropic's models on Vertex AI.
static VERTEX_ANTHROPIC: Row = Row { name: "vertex-ai", request: vertex::build_anthropic, ..ANTHROPIC };

const ANTHROPIC: Row = Row {
    name: "anthropic",
    request: anthropic::request::build,
    answer: anthropic::answer::read,
    stream: || Box::new(anthropic::stream::State::default()),
};

const GOOGLE: Row = Row {
    name: "google-ai",
    request: google::request::build,
    answer: google::answer::read,
    stream: || Box::new(google::stream::State::default()),
};

const CHAT: Row = Row {
    name: "openai",
    request: openai::chat::request::build,
    answer: openai::chat::answer::read,
    stream: || Box::new(openai::chat::stream::State::default()),
};

/// The row of a provider, or `None` where it is not served.
pub(super) fn row(provider: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name == provider)
}

/// The row that builds the requests of a client, or `None` where its provider is not served.
pub(super) fn requests_of(leaf: &Leaf) -> Option<&'static Row> {
    match leaf.is_anthropic_on_vertex() {
        true => Some(&VERTEX_ANTHROPIC),
        false => row(&leaf.provider),
    }
}

/// The row whose answers a client gives. Servers of OpenAI's family may answer in the form of another.
pub(super) fn answers_of(leaf: &Leaf) -> &'static Row {
    if leaf.is_anthropic_on_vertex() {
        return &VERTEX_ANTHROPIC;
    }
    let form = if leaf.is_openai() { leaf.text("client_response_type") } else { None };
    let provider = match form {
        Some("google" | "vertex") => "google-ai",
        Some(form) => form,
        None => &leaf.provider,
    };
    row(provider).unwrap_or(&CHAT)
}

impl Leaf {
    /// Whether the answers are those of chat completions.
    pub(super) fn answers_like_chat(&self) -> bool {
        std::ptr::fn_addr_eq(answers_of(self).answer, CHAT.answer)
    }
}
