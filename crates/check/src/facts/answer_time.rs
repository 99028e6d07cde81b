//! How long the longest answer of a client takes, by the speed of its model.

use clientc_semantic::{Value, ValueKind};

use crate::facts::leaf::Leaf;
use crate::facts::models::{begins_with, without_vendor};
use crate::facts::tables::speeds::SPEEDS;

/// Where a limit on the length of an answer can be.
const LIMITS: [&[&str]; 6] = [
    &["max_tokens"],
    &["max_completion_tokens"],
    &["max_output_tokens"],
    &["generationConfig", "maxOutputTokens"],
    &["generation_config", "max_output_tokens"],
    &["inference_configuration", "max_tokens"],
];

/// A limit on the length of an answer, and how long the model needs for it.
#[derive(Clone, Copy)]
pub(crate) struct Answer<'a> {
    pub(crate) value: &'a Value,
    pub(crate) key: &'static str,
    pub(crate) tokens: u64,
    pub(crate) tokens_a_second: u64,
}

impl Answer<'_> {
    /// The time that all its tokens take, in milliseconds.
    pub(crate) fn needed_ms(&self) -> u64 {
        self.tokens.saturating_mul(1000).div_ceil(self.tokens_a_second)
    }
}

/// The limit on the answers of a client whose model has a known speed.
pub(crate) fn answer<'a>(leaf: &Leaf<'a>) -> Option<Answer<'a>> {
    // Few clients write one of these limits.
    if !LIMITS.iter().any(|path| path.first().is_some_and(|first| leaf.option(first).is_some())) {
        return None;
    }
    let tokens_a_second = leaf.models().find_map(|model| {
        let name = without_vendor(model.text);
        SPEEDS.iter().find(|row| row.models.iter().any(|known| begins_with(name, known)))
    })?;
    LIMITS.iter().find_map(|path| {
        let value = leaf.value(path)?;
        let ValueKind::Number(number) = &value.kind else { return None };
        let tokens = number.parse().ok()?;
        Some(Answer { value, key: path.last()?, tokens, tokens_a_second: tokens_a_second.tokens_a_second })
    })
}
