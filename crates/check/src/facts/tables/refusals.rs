//! Parameters that a service or a model refuses, so that every request with them fails.
//!
//! A row is here only where the service answers with an error. What a model ignores is not reported.

use super::hosts::Service::{
    self, Anthropic, Azure, Bedrock, GoogleAi, OpenAiChat, OpenAiResponses, VertexAi, XAi,
};

/// Parameters that some models of some services refuse.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) services: &'static [Service],
    /// Names of models without a vendor, or beginnings of them; none for every model.
    pub(crate) models: &'static [&'static str],
    /// Names that begin with one of these are excepted.
    pub(crate) but_not: &'static [&'static str],
    pub(crate) when: When,
    pub(crate) parameters: &'static [Parameter],
    /// Where it is documented, or where its error message can be read. It is for those who maintain the table.
    #[allow(dead_code, reason = "read by people and by a test")]
    pub(crate) source: &'static str,
}

/// The condition besides the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Always,
    /// The client asks the model to think.
    ThinkingIsAsked,
    /// The other parameter is there too.
    With(&'static str),
}

/// A parameter that is refused.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) unless: Unless,
    pub(crate) way: Way,
}

/// A value that is accepted nevertheless.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Unless {
    Never,
    /// This number, which is the default.
    Number(f64),
    /// A number from this one on.
    AtLeast(f64),
    False,
}

/// What to write instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Remove,
    /// The same value under another name.
    Rename(&'static str),
    /// The same value in a block, under this name.
    Into(&'static str, &'static str),
    /// Something else, as a help.
    Instead(&'static str),
}

use Unless::{AtLeast, False, Never, Number};
use Way::{Instead, Into, Remove, Rename};

const fn no(name: &'static str, way: Way) -> Parameter {
    Parameter { name, unless: Never, way }
}

const fn only(name: &'static str, accepted: Unless) -> Parameter {
    Parameter { name, unless: accepted, way: Remove }
}

const CHAT: &[Service] = &[OpenAiChat, Azure];
const ALL_OPENAI: &[Service] = &[OpenAiChat, Azure, OpenAiResponses];
const CLAUDE: &[Service] = &[Anthropic, Bedrock, VertexAi];
const GEMINI: &[Service] = &[GoogleAi, VertexAi];

/// OpenAI's models that always think.
const THINKERS: &[&str] = &["o1", "o3", "o4-mini", "gpt-5", "codex-mini"];
/// Names that begin like one of them, and answer at once.
const NOT_THINKERS: &[&str] = &["gpt-5-chat", "gpt-5-search-api", "gpt-5-image"];
/// OpenAI's models that think where they are asked to.
const ASKED: &[&str] = &["gpt-5.1", "gpt-5.2", "gpt-5.3", "gpt-5.4", "gpt-5.5", "gpt-5.6"];
const NOT_ASKED: &[&str] = &["gpt-5.1-chat", "gpt-5.2-chat", "gpt-5.3-chat"];

const SAMPLING: &[Parameter] = &[
    only("temperature", Number(1.0)),
    only("top_p", Number(1.0)),
    only("presence_penalty", Number(0.0)),
    only("frequency_penalty", Number(0.0)),
    only("logprobs", False),
    no("top_logprobs", Remove),
    no("logit_bias", Remove),
];

const THINKING_TYPE: &str =
    "write `thinking { type \"adaptive\" }`, with the effort in `output_config { effort \"high\" }`";

/// All rows. More than one may apply to a client.
pub(crate) static REFUSALS: &[Refusal] = &[
    Refusal {
        services: CHAT,
        models: THINKERS,
        but_not: NOT_THINKERS,
        when: When::Always,
        parameters: &[no("max_tokens", Rename("max_completion_tokens"))],
        source: "learn.microsoft.com/azure/ai-services/openai/how-to/reasoning; BerriAI/litellm#13381",
    },
    Refusal {
        services: CHAT,
        models: THINKERS,
        but_not: NOT_THINKERS,
        when: When::Always,
        parameters: SAMPLING,
        source: "learn.microsoft.com/azure/ai-services/openai/how-to/reasoning; openai/openai-python#2104; \
                 tmc/langchaingo#1355",
    },
    Refusal {
        services: CHAT,
        models: &["o3", "o4-mini", "gpt-5"],
        but_not: &["o3-mini", "gpt-5-chat", "gpt-5-search-api", "gpt-5-image"],
        when: When::Always,
        parameters: &[no("stop", Remove)],
        source: "platform.openai.com/docs/api-reference/chat/create, `stop`",
    },
    Refusal {
        services: &[OpenAiResponses],
        models: THINKERS,
        but_not: NOT_THINKERS,
        when: When::Always,
        parameters: &[only("temperature", Number(1.0)), only("top_p", Number(1.0))],
        source: "platform.openai.com/docs/guides/reasoning; openai/openai-node#1491",
    },
    Refusal {
        services: CHAT,
        models: ASKED,
        but_not: NOT_ASKED,
        when: When::Always,
        parameters: &[no("max_tokens", Rename("max_completion_tokens"))],
        source: "fish2018/YPrompt#26 (gpt-5.1); koosoli/ESPHomeDesigner#379 (gpt-5.4)",
    },
    Refusal {
        services: ALL_OPENAI,
        models: ASKED,
        but_not: NOT_ASKED,
        when: When::ThinkingIsAsked,
        parameters: &[only("temperature", Number(1.0)), only("top_p", Number(1.0)), only("logprobs", False)],
        source: "platform.openai.com/docs/guides/latest-model, which allows them for the effort none; \
                 vercel/ai#10932",
    },
    Refusal {
        services: CHAT,
        models: &["o1-mini", "o1-preview"],
        but_not: &[],
        when: When::Always,
        parameters: &[no("reasoning_effort", Remove)],
        source: "run-llama/llama_index#17731",
    },
    Refusal {
        services: CHAT,
        models: &["gpt-3.5-turbo", "gpt-4", "gpt-4-turbo", "gpt-4o", "gpt-4.1", "chatgpt-4o-latest"],
        but_not: &[],
        when: When::Always,
        parameters: &[no("reasoning_effort", Remove)],
        source: "Budibase/budibase#17211; BerriAI/litellm#38842",
    },
    Refusal {
        services: &[OpenAiResponses],
        models: &[],
        but_not: &[],
        when: When::Always,
        parameters: &[
            no("max_tokens", Rename("max_output_tokens")),
            no("max_completion_tokens", Rename("max_output_tokens")),
            no("reasoning_effort", Into("reasoning", "effort")),
            no("response_format", Into("text", "format")),
            no("verbosity", Into("text", "verbosity")),
        ],
        source: "platform.openai.com/docs/api-reference/responses/create; lobehub/lobehub#8116; \
                 github/copilot-sdk#976",
    },
    Refusal {
        services: &[XAi],
        models: &["grok-4", "grok-3-mini", "grok-4-fast-reasoning", "grok-4-1-fast-reasoning"],
        but_not: &["grok-4-fast-non-reasoning", "grok-4-1-fast-non-reasoning"],
        when: When::Always,
        parameters: &[no("presence_penalty", Remove), no("frequency_penalty", Remove), no("stop", Remove)],
        source: "docs.x.ai/docs/guides/reasoning; lobehub/lobehub#8381",
    },
    Refusal {
        services: &[XAi],
        models: &["grok-3", "grok-4"],
        but_not: &["grok-3-mini", "grok-4-1", "grok-4-fast-non-reasoning"],
        when: When::Always,
        parameters: &[no("reasoning_effort", Remove)],
        source: "docs.x.ai/docs/guides/reasoning",
    },
    Refusal {
        services: CLAUDE,
        models: &["claude-opus-4-7", "claude-opus-4-8", "claude-opus-5", "claude-sonnet-5"],
        but_not: &[],
        when: When::Always,
        parameters: &[only("temperature", Number(1.0)), only("top_p", Number(1.0)), no("top_k", Remove)],
        source: "platform.claude.com/docs/en/about-claude/models/migration-guide; sipeed/picoclaw#2939; \
                 github.com/orgs/community/discussions/209995",
    },
    Refusal {
        services: CLAUDE,
        models: &["claude-opus-4-7", "claude-opus-4-8", "claude-opus-5", "claude-sonnet-5"],
        but_not: &[],
        when: When::Always,
        parameters: &[no("budget_tokens", Instead(THINKING_TYPE))],
        source: "platform.claude.com/docs/en/about-claude/models/migration-guide; \
                 NousResearch/hermes-agent#11137",
    },
    Refusal {
        services: CLAUDE,
        models: &["claude"],
        but_not: &["claude-opus-4-7", "claude-opus-4-8", "claude-opus-5", "claude-sonnet-5"],
        when: When::ThinkingIsAsked,
        parameters: &[only("temperature", Number(1.0)), only("top_p", AtLeast(0.95)), no("top_k", Remove)],
        source: "docs.anthropic.com/en/docs/build-with-claude/extended-thinking; MartialBE/one-hub#529",
    },
    Refusal {
        services: CLAUDE,
        models: &[
            "claude-opus-4-1",
            "claude-opus-4-5",
            "claude-opus-4-6",
            "claude-sonnet-4-5",
            "claude-sonnet-4-6",
            "claude-haiku-4-5",
        ],
        but_not: &[],
        when: When::With("temperature"),
        parameters: &[no("top_p", Remove)],
        source: "open-webui/pipelines#546; browseros-ai/BrowserOS#208",
    },
    Refusal {
        services: &[Anthropic],
        models: &[],
        but_not: &[],
        when: When::Always,
        parameters: &[
            no("max_completion_tokens", Rename("max_tokens")),
            no("max_output_tokens", Rename("max_tokens")),
            no("stop", Rename("stop_sequences")),
            no("reasoning_effort", Instead("write `thinking { type \"enabled\", budget_tokens 2048 }`")),
            no("response_format", Instead("write `output_config { format { ... } }`")),
            no("frequency_penalty", Remove),
            no("presence_penalty", Remove),
            no("logit_bias", Remove),
            no("logprobs", Remove),
            no("top_logprobs", Remove),
            no("seed", Remove),
        ],
        source: "docs.anthropic.com/en/api/messages, which has none of them; amrit110/oli#7",
    },
    Refusal {
        services: GEMINI,
        models: &["gemini"],
        but_not: &[],
        when: When::Always,
        parameters: &[
            no("temperature", Into(CONFIG, "temperature")),
            no("top_p", Into(CONFIG, "topP")),
            no("topP", Into(CONFIG, "topP")),
            no("top_k", Into(CONFIG, "topK")),
            no("topK", Into(CONFIG, "topK")),
            no("max_tokens", Into(CONFIG, "maxOutputTokens")),
            no("max_output_tokens", Into(CONFIG, "maxOutputTokens")),
            no("max_completion_tokens", Into(CONFIG, "maxOutputTokens")),
            no("maxOutputTokens", Into(CONFIG, "maxOutputTokens")),
            no("stop_sequences", Into(CONFIG, "stopSequences")),
            no("stopSequences", Into(CONFIG, "stopSequences")),
            no("candidateCount", Into(CONFIG, "candidateCount")),
            no("seed", Into(CONFIG, "seed")),
            no("frequency_penalty", Into(CONFIG, "frequencyPenalty")),
            no("frequencyPenalty", Into(CONFIG, "frequencyPenalty")),
            no("presence_penalty", Into(CONFIG, "presencePenalty")),
            no("presencePenalty", Into(CONFIG, "presencePenalty")),
            no("responseMimeType", Into(CONFIG, "responseMimeType")),
            no("responseSchema", Into(CONFIG, "responseSchema")),
            no("thinkingConfig", Into(CONFIG, "thinkingConfig")),
            no("thinking_config", Into(CONFIG, "thinkingConfig")),
            no("reasoning_effort", Instead("write `generationConfig { thinkingConfig { ... } }`")),
        ],
        source: "ai.google.dev/api/generate-content; BoundaryML/baml#1348; nashsu/llm_wiki#49; \
                 steipete/summarize#209",
    },
];

const CONFIG: &str = "generationConfig";

/// The smallest budget for thinking that Claude takes, in tokens
/// (platform.claude.com/docs/en/build-with-claude/extended-thinking).
pub(crate) const MIN_BUDGET_TOKENS: u64 = 1024;

/// What the runtimes write as `max_tokens` where a client of Anthropic or Azure has no limit. BAML 0.226.3 does so,
/// as recorded requests show (peer/baml-facts.md 2.2).
pub(crate) const ADDED_MAX_TOKENS: u64 = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_says_where_it_comes_from() {
        for row in REFUSALS {
            assert!(row.source.contains(['/', '#']), "{row:?}");
            assert!(!row.services.is_empty() && !row.parameters.is_empty(), "{row:?}");
        }
    }
}
