//! The providers.

use super::{Demand, Family, Provider, ProviderKind};

/// All providers: the leaves, then the composites.
pub static PROVIDERS: &[Provider] = &[
    Provider {
        name: "openai",
        aliases: &["baml-openai-chat"],
        default_base_url: Some("https://api.openai.com/v1"),
        key_variable: Some("OPENAI_API_KEY"),
        documentation: "OpenAI's chat completions.",
        ..leaf(Family::OpenAi)
    },
    Provider {
        name: "openai-responses",
        default_base_url: Some("https://api.openai.com/v1"),
        key_variable: Some("OPENAI_API_KEY"),
        documentation: "OpenAI's responses API.",
        ..leaf(Family::OpenAi)
    },
    Provider {
        name: "openai-transcriptions",
        default_base_url: Some("https://api.openai.com/v1"),
        key_variable: Some("OPENAI_API_KEY"),
        is_served: false,
        documentation: "OpenAI's transcription of speech. A call needs exactly one audio part.",
        ..leaf(Family::OpenAi)
    },
    Provider {
        name: "openai-generic",
        demands: &[Demand::Required("base_url"), FINISH_REASONS],
        documentation: "Any server with an OpenAI-compatible chat completions API.",
        ..leaf(Family::OpenAi)
    },
    Provider {
        name: "azure-openai",
        aliases: &["baml-azure-chat"],
        demands: &[Demand::OneOf(&[&["base_url"], &["resource_name", "deployment_id"]]), FINISH_REASONS],
        key_variable: Some("AZURE_OPENAI_API_KEY"),
        documentation: "OpenAI's models on Azure. The URL is the base URL, or follows from the resource and the \
                        deployment.",
        ..leaf(Family::OpenAi)
    },
    Provider {
        name: "ollama",
        aliases: &["baml-ollama-chat"],
        default_base_url: Some("http://localhost:11434/v1"),
        documentation: "Models that Ollama serves, on this machine by default.",
        ..leaf(Family::OpenAi)
    },
    Provider {
        name: "openrouter",
        default_base_url: Some("https://openrouter.ai/api/v1"),
        key_variable: Some("OPENROUTER_API_KEY"),
        documentation: "Models of many vendors through OpenRouter.",
        ..leaf(Family::OpenAi)
    },
    Provider {
        name: "anthropic",
        aliases: &["baml-anthropic-chat"],
        default_base_url: Some("https://api.anthropic.com"),
        key_variable: Some("ANTHROPIC_API_KEY"),
        documentation: "Anthropic's messages API.",
        ..leaf(Family::Anthropic)
    },
    Provider {
        name: "google-ai",
        default_base_url: Some("https://generativelanguage.googleapis.com/v1beta"),
        key_variable: Some("GOOGLE_API_KEY"),
        documentation: "Google's Gemini API. A call needs a model.",
        ..leaf(Family::GoogleAi)
    },
    Provider {
        name: "vertex-ai",
        demands: &[
            Demand::Required("model"),
            Demand::OneOf(&[&["location"], &["base_url"]]),
            Demand::AtMostOne(&["credentials", "credentials_content"]),
            FINISH_REASONS,
        ],
        documentation: "Models on Google's Vertex AI, with Google credentials.",
        ..leaf(Family::VertexAi)
    },
    Provider {
        name: "aws-bedrock",
        demands: &[Demand::OneOf(&[&["model"], &["model_id"]]), FINISH_REASONS],
        is_open: false,
        documentation: "Models on Amazon Bedrock, with AWS credentials.",
        ..leaf(Family::AwsBedrock)
    },
    Provider {
        name: "fallback",
        aliases: &["baml-fallback"],
        kind: ProviderKind::Fallback,
        documentation: "Tries its members in order until one succeeds.",
        ..COMPOSITE
    },
    Provider {
        name: "round-robin",
        aliases: &["baml-round-robin"],
        kind: ProviderKind::RoundRobin,
        documentation: "Uses one member per call, the next one each time.",
        ..COMPOSITE
    },
];

const FINISH_REASONS: Demand = Demand::AtMostOne(&["finish_reason_allow_list", "finish_reason_deny_list"]);

const COMPOSITE: Provider =
    Provider { demands: &[Demand::Required("strategy")], is_open: false, ..leaf(Family::Composite) };

const fn leaf(family: Family) -> Provider {
    Provider {
        name: "",
        aliases: &[],
        kind: ProviderKind::Leaf,
        family,
        demands: &[FINISH_REASONS],
        default_base_url: None,
        key_variable: None,
        is_open: true,
        is_served: true,
        documentation: "",
    }
}
