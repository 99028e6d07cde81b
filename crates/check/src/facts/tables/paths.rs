//! What providers add to a base URL, and what a base URL of a known server must end in.

use clientc_plan::providers::{Family, Provider};

use crate::facts::endpoint::Url;

/// A server whose API begins at a path of its own.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) host: &'static str,
    /// The provider family of its API.
    pub(crate) family: Family,
    /// The paths that work; the first is the usual one.
    pub(crate) paths: &'static [&'static str],
}

const fn vendor(host: &'static str, family: Family, paths: &'static [&'static str]) -> Server {
    Server { host, family, paths }
}

/// Servers whose documentation names the base URL for an OpenAI client.
pub(crate) static SERVERS: &[Server] = &[
    vendor("api.openai.com", Family::OpenAi, &["/v1"]),
    vendor("openrouter.ai", Family::OpenAi, &["/api/v1"]),
    vendor("api.groq.com", Family::OpenAi, &["/openai/v1"]),
    vendor("api.x.ai", Family::OpenAi, &["/v1"]),
    vendor("api.mistral.ai", Family::OpenAi, &["/v1"]),
    vendor("api.together.xyz", Family::OpenAi, &["/v1"]),
    vendor("api.together.ai", Family::OpenAi, &["/v1"]),
    vendor("api.fireworks.ai", Family::OpenAi, &["/inference/v1"]),
    vendor("api.cerebras.ai", Family::OpenAi, &["/v1"]),
    vendor("integrate.api.nvidia.com", Family::OpenAi, &["/v1"]),
    vendor("generativelanguage.googleapis.com", Family::OpenAi, &["/v1beta/openai"]),
    vendor("generativelanguage.googleapis.com", Family::GoogleAi, &["/v1beta", "/v1", "/v1alpha"]),
    vendor("api.anthropic.com", Family::Anthropic, &[""]),
];

/// The port on which Ollama listens. Its API for OpenAI's clients begins at `/v1`
/// (docs.ollama.com/api/openai-compatibility).
pub(crate) const OLLAMA_PORT: &str = "11434";
/// The port on which LM Studio listens; the same path (lmstudio.ai/docs/app/api/endpoints/openai).
pub(crate) const LM_STUDIO_PORT: &str = "1234";

/// What a provider adds to a base URL, as the start of the path of a request.
pub(crate) fn added(provider: &Provider) -> Option<&'static str> {
    Some(match (provider.name, provider.family) {
        ("openai-responses", _) => "/responses",
        ("openai-transcriptions", _) => "/audio/transcriptions",
        (_, Family::OpenAi) => "/chat/completions",
        (_, Family::Anthropic) => "/v1/messages",
        (_, Family::GoogleAi) => "/models/{model}:generateContent",
        (_, Family::VertexAi | Family::AwsBedrock | Family::Composite) => return None,
    })
}

/// Ends of a base URL that a provider adds itself, the longest first.
pub(crate) fn doubled(provider: &Provider) -> &'static [&'static str] {
    match (provider.name, provider.family) {
        ("openai-responses", _) => &["/responses"],
        ("openai-transcriptions", _) => &["/audio/transcriptions"],
        (_, Family::OpenAi) => &["/chat/completions", "/completions", "/chat"],
        (_, Family::Anthropic) => &["/v1/messages", "/messages", "/v1"],
        (_, Family::GoogleAi) => &["/models"],
        (_, Family::VertexAi | Family::AwsBedrock | Family::Composite) => &[],
    }
}

/// The row of the server that a URL names.
pub(crate) fn server(url: &Url<'_>, provider: &Provider) -> Option<&'static Server> {
    SERVERS.iter().find(|server| url.is_host(server.host) && server.family == provider.family)
}
