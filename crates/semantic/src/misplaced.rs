//! Blocks where nothing reads them: a keyword that slipped, or a brace that closed too early.

use clientc_syntax::{Node, NodeKind, SyntaxFaultKind, TextRange};

use crate::facts::Name;
use crate::fault::{Misplaced, Owner};
use crate::near::within;

/// What BAML reads at the top of a file, beside clients and policies.
const KEYWORDS: [&str; 10] = [
    "function",
    "class",
    "enum",
    "test",
    "generator",
    "template_string",
    "impl",
    "testset",
    "type",
    "dynamic",
];

/// The keys of a client that are at the top of a file where a brace has closed too early.
const ENTRIES: [&str; 4] = ["options", "http", "strategy", "provider"];

/// How many bytes of an item are looked at for its header.
const LONGEST_HEAD: usize = 4096;

/// A block that nothing reads.
#[derive(Debug)]
pub(crate) struct MisplacedBlock<'t> {
    pub(crate) what: Misplaced,
    /// Its first word, with what is in angle brackets behind it.
    pub(crate) word: &'t str,
    pub(crate) word_range: TextRange,
    /// The name that it defines, and what it would define.
    pub(crate) defines: Option<(Owner, Name)>,
}

/// What is misplaced in an item that is not a block of ours.
pub(crate) fn block<'t>(item: Node<'_>, text: &'t str) -> Option<MisplacedBlock<'t>> {
    let whole = item.text(text);
    let head = whole.split(['{', '\n', '\r', '"']).next()?;
    let head = head.get(..head.len().min(LONGEST_HEAD)).unwrap_or(head);
    let word = head.split([' ', '\t', '<', '>', '(', '[', '=']).next()?;
    let plain: String =
        word.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect();
    let behind = &head[word.len()..];
    if behind.trim_start().starts_with('=') {
        // An alias of a type, or an argument of something that is not a block.
        return None;
    }
    let brackets = brackets(behind);
    let what = if ENTRIES.contains(&word) {
        Misplaced::Entry
    } else if item.kind() == NodeKind::Invalid {
        return None;
    } else if KEYWORDS.contains(&&*plain) && plain == word {
        // BAML reads no angle brackets directly after these words. `impl<llm, F>` was read by BAML before 2024, and is
        // skipped like every other block that is not ours.
        if word == "impl" || !behind.starts_with('<') {
            return None;
        }
        Misplaced::Brackets
    } else if let Some(owner) = near_keyword(&plain, plain != word) {
        Misplaced::Keyword(owner)
    } else if brackets > 0 {
        Misplaced::Brackets
    } else {
        return None;
    };
    let length = word.len() + brackets;
    let start = item.range().start as usize;
    let name = &head[length..];
    let name_start = start + length + name.len() - name.trim_start().len();
    let name = name.trim_start();
    let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len())];
    let owner = if let Misplaced::Keyword(owner) = what { owner } else { Owner::Client };
    let range = TextRange::of(name_start, name_start + name.len());
    let is_defined = what != Misplaced::Entry && !name.is_empty();
    Some(MisplacedBlock {
        what,
        word: &head[..length],
        word_range: TextRange::of(start, start + length),
        defines: is_defined.then(|| (owner, Name { text: name.into(), range })),
    })
}

/// Whether a syntactic fault says the same as a misplaced block.
pub(crate) fn is_reported(fault: &clientc_syntax::SyntaxFault, block: &MisplacedBlock<'_>) -> bool {
    fault.kind == SyntaxFaultKind::NoBlock && fault.range.start == block.word_range.start
}

/// The keyword that a word nearly is. Where it holds characters that cannot be seen, the rest may be the keyword itself.
fn near_keyword(word: &str, has_odd_characters: bool) -> Option<Owner> {
    let lower = word.to_ascii_lowercase();
    let is_near = |keyword: &str, farthest: usize| match within(&lower, keyword, farthest) {
        Some(0) => has_odd_characters,
        Some(1) => true,
        // Two letters may differ where the first is right: `lint` and `silent` are other words.
        Some(_) => lower.as_bytes().first() == keyword.as_bytes().first(),
        None => false,
    };
    if is_near("client", 2) {
        return Some(Owner::Client);
    }
    is_near("retry_policy", 3).then_some(Owner::Policy)
}

/// How many bytes `<…>` takes behind a word, or the `>` that is left of it.
fn brackets(behind: &str) -> usize {
    if behind.starts_with('>') {
        return 1;
    }
    match behind.find('>') {
        Some(end) if behind.starts_with('<') => end + 1,
        _ => usize::from(behind.starts_with('<')),
    }
}
