//! Options that are numbers in the request.
//!
//! The names are those of the request fields that OpenAI, Anthropic, Google, Amazon and Ollama document as numbers.

/// Straight in the options, or in a block of the options that is sent as it is written.
const NUMBERS: &[&str] = &[
    "budget_tokens",
    "candidateCount",
    "frequencyPenalty",
    "frequency_penalty",
    "maxOutputTokens",
    "max_completion_tokens",
    "max_new_tokens",
    "max_output_tokens",
    "max_tokens",
    "max_tool_calls",
    "min_p",
    "n",
    "num_ctx",
    "num_predict",
    "presencePenalty",
    "presence_penalty",
    "repeat_penalty",
    "repetition_penalty",
    "seed",
    "temperature",
    "thinkingBudget",
    "thinking_budget",
    "topK",
    "topP",
    "top_k",
    "top_logprobs",
    "top_p",
];

/// Blocks of numbers. Numbers in other blocks, such as headers, are strings.
const BLOCKS: &[&str] = &[
    "additional_model_request_fields",
    "extra_body",
    "generationConfig",
    "generation_config",
    "inference_configuration",
    "options",
    "reasoning",
    "thinking",
    "thinkingConfig",
    "thinking_config",
];

/// Whether an option of this name is a number in the request.
#[must_use]
pub fn is_number(name: &str) -> bool {
    NUMBERS.contains(&name)
}

/// Whether a block of the options may hold such numbers.
#[must_use]
pub fn may_hold_numbers(name: &str) -> bool {
    BLOCKS.contains(&name)
}
