//! The models that think before they answer.
//!
//! A name is in the table where one of its rows is the whole name or the part before a `-`, `:` or `@`, after a
//! vendor has been taken off: `openai/o1`, `us.anthropic.claude-sonnet-4-20250514-v1:0`.

use clientc_plan::ClientId;

use crate::core::input::Input;
use crate::facts::asked::asked;
use crate::facts::leaf::{Leaf, ModelName};

/// The smallest request limit that such a model can work with, in milliseconds.
pub(crate) const MIN_REQUEST_MS: u64 = 60_000;
/// The smallest first-token limit that such a model can work with, in milliseconds.
pub(crate) const MIN_TTFT_MS: u64 = 30_000;

/// A client whose model thinks before it answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Thinker<'a> {
    pub(crate) client: ClientId,
    pub(crate) leaf: Leaf<'a>,
    pub(crate) model: ModelName<'a>,
    /// In milliseconds.
    pub(crate) min_request_ms: u64,
    /// In milliseconds.
    pub(crate) min_ttft_ms: u64,
    /// Whether the table says that it thinks, or its client asks for it; otherwise only `[[models]]` names it.
    pub(crate) thinks: bool,
}

struct Row {
    name: &'static str,
    /// Names that begin with this one, but do not think.
    but_not: &'static [&'static str],
    thinks: Thinks,
}

#[derive(Clone, Copy)]
enum Thinks {
    Always,
    /// Unless the client asks for no effort.
    ByDefault,
    /// Only where the client asks for it.
    WhenAsked,
    /// Whatever the client asks for.
    Never,
}

const fn row(name: &'static str, thinks: Thinks, but_not: &'static [&'static str]) -> Row {
    Row { name, but_not, thinks }
}

use Thinks::{Always, ByDefault, Never, WhenAsked};

/// What vendors say about their models; the first row that matches counts. A model that answers at once unless it is
/// asked to think is `WhenAsked`.
static ROWS: &[Row] = &[
    row("o1", Always, &[]),
    row("o3", Always, &[]),
    row("o4-mini", Always, &[]),
    row("gpt-5-pro", Always, &[]),
    row("gpt-5", ByDefault, &["gpt-5-chat", "gpt-5-search-api", "gpt-5-image"]),
    row("gpt-5.2-pro", Always, &[]),
    row("gpt-5.4-pro", Always, &[]),
    row("gpt-5.5-pro", Always, &[]),
    // The default effort of the first of these is none, and that of the others is not the same for all.
    row("gpt-5.1", WhenAsked, &["gpt-5.1-chat"]),
    row("gpt-5.2", WhenAsked, &["gpt-5.2-chat"]),
    row("gpt-5.3", WhenAsked, &["gpt-5.3-chat"]),
    row("gpt-5.4", WhenAsked, &[]),
    row("gpt-5.5", WhenAsked, &[]),
    row("gpt-5.6", WhenAsked, &[]),
    row("claude", WhenAsked, &[]),
    row("gemini-2.5-pro", Always, &["gemini-2.5-pro-preview-tts", "gemini-2.5-pro-tts"]),
    row("gemini-3-pro", Always, &["gemini-3-pro-image"]),
    row("gemini-3.1-pro", Always, &[]),
    row("gemini-2.0-flash-thinking", Always, &[]),
    row("grok-4", Always, &["grok-4-fast", "grok-4-1-fast"]),
    row("deepseek-reasoner", Always, &[]),
    row("deepseek-r1", Always, &["deepseek-r1-distill"]),
    // The name on Amazon Bedrock, `deepseek.r1-v1:0`, without its vendor.
    row("r1-v1", Always, &[]),
    row("qwq", Always, &[]),
    row("magistral", Always, &[]),
    row("sonar-deep-research", Always, &[]),
    // They reject being asked.
    row("gpt-3.5-turbo", Never, &[]),
    row("gpt-4", Never, &[]),
    row("gpt-4o", Never, &[]),
    row("gpt-4.1", Never, &[]),
];

/// Words in a name that say so, as in "kimi-k2-thinking", unless "non" comes before them.
const WORDS: [&str; 2] = ["thinking", "reasoning"];

/// What is kept of a [`Thinker`].
#[derive(Debug)]
pub(crate) struct FoundThinker {
    pub(crate) client: ClientId,
    /// The position of the model among those that its leaf names.
    model: usize,
    min_request_ms: u64,
    min_ttft_ms: u64,
    thinks: bool,
}

impl FoundThinker {
    /// All that is known about it.
    pub(crate) fn thinker<'a>(&self, input: &Input<'a>) -> Option<Thinker<'a>> {
        let leaf = input.leaf(self.client)?;
        let model = leaf.models().nth(self.model)?;
        let Self { client, min_request_ms, min_ttft_ms, thinks, .. } = *self;
        Some(Thinker { client, leaf, model, min_request_ms, min_ttft_ms, thinks })
    }
}

/// The clients whose model thinks before it answers, in the order of the clients.
pub(crate) fn find_thinkers(input: &Input<'_>) -> Vec<FoundThinker> {
    input.project.plan.ids().filter_map(|id| find_thinker(input, id)).collect()
}

fn find_thinker(input: &Input<'_>, client: ClientId) -> Option<FoundThinker> {
    let leaf = input.leaf(client)?;
    leaf.models().enumerate().find_map(|(model, name)| {
        let (min_request_ms, min_ttft_ms) = minimums(input, &leaf, name.text)?;
        let thinks = thinks(without_vendor(name.text), || asked(&leaf));
        Some(FoundThinker { client, model, min_request_ms, min_ttft_ms, thinks })
    })
}

/// The smallest limits for a model that thinks. What is configured comes before the table.
fn minimums(input: &Input<'_>, leaf: &Leaf<'_>, model: &str) -> Option<(u64, u64)> {
    let name = without_vendor(model);
    let matches = |names: &globset::GlobSet| names.is_match(model) || names.is_match(name);
    if let Some(row) = input.settings.models.iter().find(|row| matches(&row.names)) {
        let request_ms = row.min_request_ms.unwrap_or(MIN_REQUEST_MS);
        return Some((request_ms, row.min_ttft_ms.unwrap_or(MIN_TTFT_MS)));
    }
    thinks(name, || asked(leaf)).then_some((MIN_REQUEST_MS, MIN_TTFT_MS))
}

/// Whether a model thinks. `asked` says what its client asks for.
fn thinks(name: &str, asked: impl FnOnce() -> Option<bool>) -> bool {
    // The first letter settles most of it.
    let first = name.bytes().next().map(|letter| letter.to_ascii_lowercase());
    let is = |row: &&Row| {
        row.name.bytes().next() == first
            && begins_with(name, row.name)
            && !row.but_not.iter().any(|no| begins_with(name, no))
    };
    match ROWS.iter().find(is).map(|row| row.thinks) {
        Some(Always) => true,
        Some(ByDefault) => asked() != Some(false),
        Some(Never) => false,
        // A name that is not known, such as that of a deployment, may mean a model that thinks.
        Some(WhenAsked) | None => asked().unwrap_or_else(|| says_so(name)),
    }
}

/// Whether a name is this one, or goes on with a separator after it. Case does not matter.
pub(crate) fn begins_with(name: &str, row: &str) -> bool {
    let (name, row) = (name.as_bytes(), row.as_bytes());
    name.len() >= row.len()
        && name[..row.len()].eq_ignore_ascii_case(row)
        && matches!(name.get(row.len()), None | Some(b'-' | b':' | b'@'))
}

fn says_so(name: &str) -> bool {
    let mut before = "";
    for word in name.split(['-', ':']) {
        if WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)) {
            return !before.eq_ignore_ascii_case("non");
        }
        before = word;
    }
    false
}

/// The last part of a name after vendors: what follows the last `/`, and leading words with a dot. A version such as
/// `gpt-5.1` has a digit before its dot and stays.
pub(crate) fn without_vendor(model: &str) -> &str {
    let is = |wanted: u8| move |byte: u8| byte == wanted;
    let mut name = model.bytes().rposition(is(b'/')).map_or(model, |at| &model[at + 1..]);
    while let Some(at) = name.bytes().position(is(b'.'))
        && !name.bytes().take(at).any(|byte| byte.is_ascii_digit())
    {
        name = &name[at + 1..];
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_in_the_table(model: &str, asked: Option<bool>) -> bool {
        thinks(without_vendor(model), || asked)
    }

    #[test]
    fn names_of_models_that_think() {
        for model in [
            "o1",
            "o1-2024-12-17",
            "o1-preview",
            "O3-mini",
            "openai/o4-mini-2025-04-16",
            "gpt-5",
            "gpt-5-mini",
            "openai/gpt-5-nano",
            "gpt-5-pro",
            "gpt-5.4-pro",
            "gemini-2.5-pro-preview-05-06",
            "google/gemini-2.5-pro",
            "gemini-2.0-flash-thinking-exp-01-21",
            "deepseek/deepseek-r1:free",
            "deepseek-ai/DeepSeek-R1-0528",
            "us.deepseek.r1-v1:0",
            "Qwen/QwQ-32B",
            "qwq:32b",
            "grok-4-0709",
            "grok-4-fast-reasoning",
            "moonshotai/kimi-k2-thinking",
            "anthropic/claude-3.7-sonnet:thinking",
            "magistral-medium-latest",
        ] {
            assert!(is_in_the_table(model, None), "{model}");
        }
    }

    #[test]
    fn names_of_models_that_do_not() {
        for model in [
            "",
            "gpt-4o",
            "gpt-4o1",
            "o1x",
            "o10",
            "o365-copilot",
            "pro1-o1",
            "gpt-5-chat-latest",
            "openai/gpt-5-chat",
            "gpt-5.1",
            "gpt-5.1-chat-latest",
            "gpt-51",
            "gemini-2.5-flash",
            "gemini-2.5-pro-preview-tts",
            "deepseek-chat",
            "deepseek-r1-distill-llama-70b",
            "grok-4-fast-non-reasoning",
            "grok-4-fast",
            "claude-sonnet-4-20250514",
            "model-1",
        ] {
            assert!(!is_in_the_table(model, None), "{model}");
        }
    }

    #[test]
    fn the_page_names_every_row() {
        let page = include_str!("../rules/reasoning_model_timeout.md").replace('\n', " ");
        let is_named_otherwise =
            |row: &&Row| matches!(row.name, "r1-v1" | "claude") || matches!(row.thinks, Never);
        for row in ROWS.iter().filter(|row| !is_named_otherwise(row)) {
            assert!(page.contains(&format!("\"{}\"", row.name)), "{}", row.name);
        }
    }

    #[test]
    fn what_is_asked_counts() {
        assert!(
            is_in_the_table("my-deployment", Some(true)) && !is_in_the_table("my-deployment", Some(false))
        );
        assert!(!is_in_the_table("gpt-4o", Some(true)));
        assert!(!is_in_the_table("gpt-5", Some(false)));
        assert!(is_in_the_table("o1", Some(false)));
        assert!(is_in_the_table("gpt-5.1", Some(true)));
        assert!(is_in_the_table("us.anthropic.claude-sonnet-4-20250514-v1:0", Some(true)));
    }
}
