//! How fast models write: the most tokens per second that can be expected of one answer.
//!
//! The numbers are on the fast side of what is measured, so that what is called too slow is too slow on a good day.
//! Anthropic's own SDK is far more careful: it expects 128,000 tokens to take up to an hour, 36 a second.

/// Models and their speed.
#[derive(Debug)]
pub(crate) struct Speed {
    /// Names of models without a vendor, or beginnings of them.
    pub(crate) models: &'static [&'static str],
    pub(crate) tokens_a_second: u64,
    /// Where it was measured. It is for those who maintain the table.
    #[allow(dead_code, reason = "read by people and by a test")]
    pub(crate) source: &'static str,
}

const fn speed(models: &'static [&'static str], tokens_a_second: u64, source: &'static str) -> Speed {
    Speed { models, tokens_a_second, source }
}

/// All rows; the first that matches counts. A model that is not here has no known speed.
pub(crate) static SPEEDS: &[Speed] = &[
    speed(&["claude-3-opus"], 60, "deepest.app/blog/fastest-ai-models, 2025: 40 to 60"),
    speed(
        &["claude-opus"],
        100,
        "aipromptshub.co/blog/llm-output-speed-tokens-per-second-2026: about 30 in the median; the fast mode of \
         platform.claude.com/docs/en/build-with-claude/fast-mode is up to 2.5 times that",
    ),
    speed(
        &["claude-sonnet", "claude-3-5-sonnet", "claude-3-7-sonnet"],
        120,
        "deepest.app/blog/fastest-ai-models, 2025: 90 to 120",
    ),
    speed(
        &["claude-haiku", "claude-3-haiku", "claude-3-5-haiku"],
        250,
        "tokenwisehq.com/free-tools/model-speed, 2026: 180",
    ),
    speed(
        &["gpt-4o-mini", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-3.5-turbo"],
        250,
        "tokenwisehq.com/free-tools/model-speed, 2026: 140 to 150",
    ),
    speed(
        &["gpt-4o", "gpt-4.1", "gpt-4-turbo"],
        150,
        "tokenwisehq.com/free-tools/model-speed, 2026: 100 to 110; deepest.app/blog/fastest-ai-models: up to 130",
    ),
    speed(
        &["o3", "o4-mini", "o1", "gpt-5"],
        250,
        "community.openai.com/t/inference-speed-of-different-models/1307310, 2025: up to 190",
    ),
    speed(
        &["gemini-2.5-pro", "gemini-3-pro", "gemini-3.1-pro", "gemini-1.5-pro"],
        200,
        "deepest.app/blog/fastest-ai-models, 2025: 80 to 110",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_speed_says_where_it_was_measured() {
        for row in SPEEDS {
            assert!(row.source.contains('.') && row.tokens_a_second >= 36, "{row:?}");
        }
    }
}
