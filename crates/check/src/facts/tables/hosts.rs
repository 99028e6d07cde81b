//! Which service answers the requests of a client.

use clientc_plan::providers::Family;

use crate::facts::leaf::Leaf;

/// A service with an API of its own. A relay in front of it is another service, since it may change a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    /// OpenAI's chat completions.
    OpenAiChat,
    /// OpenAI's responses API, also on Azure.
    OpenAiResponses,
    /// OpenAI's models on Azure, through chat completions.
    Azure,
    /// Anthropic's messages API.
    Anthropic,
    /// The Gemini API.
    GoogleAi,
    /// Models on Vertex AI.
    VertexAi,
    /// Amazon Bedrock.
    Bedrock,
    /// OpenRouter, which drops what a model does not take.
    OpenRouter,
    /// Ollama.
    Ollama,
    /// xAI.
    XAi,
}

impl Service {
    /// What it is called in a message.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::OpenAiChat => "OpenAI",
            Self::OpenAiResponses => "OpenAI's responses API",
            Self::Azure => "Azure OpenAI",
            Self::Anthropic => "Anthropic",
            Self::GoogleAi => "the Gemini API",
            Self::VertexAi => "Vertex AI",
            Self::Bedrock => "Amazon Bedrock",
            Self::OpenRouter => "OpenRouter",
            Self::Ollama => "Ollama",
            Self::XAi => "xAI",
        }
    }
}

/// Domains under which Azure serves OpenAI's models.
const AZURE: [&str; 3] = ["openai.azure.com", "services.ai.azure.com", "cognitiveservices.azure.com"];

/// The service that a client calls; `None` where its base URL is a relay or is not written out.
pub(crate) fn service_of(leaf: &Leaf<'_>) -> Option<Service> {
    match leaf.provider.name {
        "azure-openai" => return Some(Service::Azure),
        "aws-bedrock" => return Some(Service::Bedrock),
        "ollama" => return Some(Service::Ollama),
        "vertex-ai" if leaf.option("base_url").is_none() => return Some(Service::VertexAi),
        _ => {}
    }
    let url = leaf.base()?.url;
    match leaf.provider.family {
        Family::OpenAi => {
            let is_responses = leaf.provider.name == "openai-responses";
            let is_azure = AZURE.iter().any(|domain| url.is_within(domain));
            let by_host = [
                (url.is_within("api.openai.com"), Service::OpenAiChat),
                (is_azure, Service::Azure),
                (url.is_host("api.x.ai"), Service::XAi),
                (url.is_host("openrouter.ai"), Service::OpenRouter),
            ];
            let service = by_host.into_iter().find(|(is_it, _)| *is_it).map(|(_, service)| service)?;
            let is_openai = matches!(service, Service::OpenAiChat | Service::Azure);
            Some(if is_responses && is_openai { Service::OpenAiResponses } else { service })
        }
        Family::Anthropic => url.is_host("api.anthropic.com").then_some(Service::Anthropic),
        Family::GoogleAi => url.is_host("generativelanguage.googleapis.com").then_some(Service::GoogleAi),
        Family::VertexAi => url.is_within("googleapis.com").then_some(Service::VertexAi),
        Family::AwsBedrock | Family::Composite => None,
    }
}
