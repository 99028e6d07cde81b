//! The words with which services say why an answer ended. The lists of a client are compared with these, in any case.

use super::hosts::Service;

/// platform.openai.com/docs/api-reference/chat/object
const OPENAI: &[&str] = &["stop", "length", "tool_calls", "content_filter", "function_call"];
/// The status of a response: platform.openai.com/docs/api-reference/responses/object
const RESPONSES: &[&str] = &["completed", "incomplete", "failed", "in_progress", "cancelled", "queued"];
/// platform.claude.com/docs/en/build-with-claude/handling-stop-reasons
const ANTHROPIC: &[&str] = &[
    "end_turn",
    "max_tokens",
    "stop_sequence",
    "tool_use",
    "pause_turn",
    "refusal",
    "model_context_window_exceeded",
    "compaction",
];
/// ai.google.dev/api/generate-content#FinishReason, and the same of Vertex AI
const GOOGLE: &[&str] = &[
    "STOP",
    "MAX_TOKENS",
    "SAFETY",
    "RECITATION",
    "LANGUAGE",
    "OTHER",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "MALFORMED_FUNCTION_CALL",
    "IMAGE_SAFETY",
    "UNEXPECTED_TOOL_CALL",
    "FINISH_REASON_UNSPECIFIED",
];
/// docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_MessageStopEvent.html
const BEDROCK: &[&str] = &[
    "end_turn",
    "tool_use",
    "max_tokens",
    "stop_sequence",
    "guardrail_intervened",
    "content_filtered",
    "malformed_model_output",
    "malformed_tool_use",
    "model_context_window_exceeded",
];
/// openrouter.ai/docs/api-reference/overview: the reasons of all vendors are mapped to these.
const OPENROUTER: &[&str] = &["stop", "length", "tool_calls", "content_filter", "error"];

const ALL: [&[&str]; 6] = [OPENAI, RESPONSES, ANTHROPIC, GOOGLE, BEDROCK, OPENROUTER];

/// Words of different services for the same, most usual first.
const SAME: [&[&str]; 5] = [
    &["stop", "STOP", "end_turn", "completed", "stop_sequence"],
    &["length", "MAX_TOKENS", "max_tokens", "incomplete", "model_context_window_exceeded"],
    &["tool_calls", "function_call", "tool_use", "MALFORMED_FUNCTION_CALL"],
    &[
        "content_filter",
        "SAFETY",
        "PROHIBITED_CONTENT",
        "BLOCKLIST",
        "RECITATION",
        "SPII",
        "IMAGE_SAFETY",
        "refusal",
        "content_filtered",
        "guardrail_intervened",
        "incomplete",
    ],
    &["failed", "error", "OTHER"],
];

/// The words that a service uses; `None` where it passes on those of others.
pub(crate) fn words_of(service: Service) -> Option<&'static [&'static str]> {
    Some(match service {
        Service::OpenAiChat | Service::Azure => OPENAI,
        Service::OpenAiResponses => RESPONSES,
        Service::Anthropic => ANTHROPIC,
        Service::GoogleAi => GOOGLE,
        Service::Bedrock => BEDROCK,
        Service::OpenRouter => OPENROUTER,
        // Vertex AI serves models of several vendors, which answer in words of their own.
        Service::VertexAi | Service::Ollama | Service::XAi => return None,
    })
}

/// The words of Gemini models on Vertex AI.
pub(crate) fn words_of_gemini() -> &'static [&'static str] {
    GOOGLE
}

/// Whether some service uses a word.
pub(crate) fn is_known(word: &str) -> bool {
    ALL.iter().any(|words| has(words, word))
}

/// Whether a word is among others, whatever its case.
pub(crate) fn has(words: &[&str], word: &str) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// The words of a service that mean what another one's word means.
pub(crate) fn same_as(word: &str, words: &'static [&'static str]) -> Vec<&'static str> {
    let groups = SAME.iter().filter(|group| has(group, word));
    let mut same: Vec<&'static str> = Vec::new();
    for known in groups.flat_map(|group| group.iter()).filter_map(|one| words.iter().find(|own| own == &one))
    {
        if !same.contains(known) {
            same.push(known);
        }
    }
    same
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_one_service_have_words_of_another() {
        assert_eq!(same_as("length", GOOGLE), ["MAX_TOKENS"]);
        assert_eq!(same_as("length", ANTHROPIC), ["max_tokens", "model_context_window_exceeded"]);
        assert_eq!(same_as("content_filter", ANTHROPIC), ["refusal"]);
        assert_eq!(same_as("max_tokens", OPENAI), ["length"]);
        assert_eq!(same_as("SAFETY", OPENAI), ["content_filter"]);
        assert!(same_as("nothing", OPENAI).is_empty());
    }

    #[test]
    fn case_does_not_matter() {
        assert!(has(GOOGLE, "max_tokens") && has(ANTHROPIC, "MAX_TOKENS") && is_known("Safety"));
    }
}
