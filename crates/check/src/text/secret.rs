//! What a secret looks like: the shapes of well-known keys, and values under telling names that look random.

#[cfg(test)]
mod tests;

use std::ops::Range;

/// Words that are shorter, in bytes, are never secrets.
pub(crate) const SHORTEST: usize = 20;
/// How much of a secret stays readable after its prefix.
const KEPT: usize = 3;

/// How well-known keys begin, and how many characters must follow. Longer beginnings come first.
const SHAPES: &[(&str, usize)] = &[
    ("AIza", 16),
    ("AKIA", 16),
    ("ASIA", 16),
    ("csk-", 16),
    ("eyJ", 17),
    ("fw_", 17),
    ("ghp_", 16),
    ("gho_", 16),
    ("ghr_", 16),
    ("ghs_", 16),
    ("ghu_", 16),
    ("github_pat_", 16),
    ("glpat-", 16),
    ("gsk_", 16),
    ("hf_", 17),
    ("lsv2_", 16),
    ("nvapi-", 16),
    ("pplx-", 16),
    ("r8_", 17),
    ("rk_live_", 16),
    ("sk-ant-", 13),
    ("sk-or-", 14),
    ("sk-proj-", 12),
    ("sk-svcacct-", 12),
    ("sk-", 17),
    ("sk_live_", 16),
    ("sk_test_", 16),
    ("tgp_v1_", 16),
    ("xai-", 16),
    ("xoxb-", 16),
    ("xoxp-", 16),
    ("ya29.", 16),
];

/// How a part of the name of a key ends when its value is a secret. Names that end with `key` are such names too.
const NAMES: &[&str] = &["authorization", "credential", "credentials", "password", "secret", "token"];

/// A secret in a text: the word that it is in, and the part that must not be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// The word between whitespace, quotes and brackets.
    pub word: Range<usize>,
    /// What is hidden, a range of whole characters.
    pub hidden: Range<usize>,
}

/// Finds the secrets of a text in their order.
#[must_use]
pub fn find(text: &str) -> Vec<Secret> {
    let blocks: Vec<Range<usize>> = private_keys(text).collect();
    let mut found: Vec<Secret> = blocks.iter().flat_map(|block| lines_of(text, block)).collect();
    let mut blocks_left = blocks.iter().peekable();
    for word in long_words(text) {
        while blocks_left.next_if(|block| block.end <= word.start).is_some() {}
        if blocks_left.peek().is_some_and(|block| block.start < word.end) {
            continue;
        }
        let before = found.len();
        find_shapes(text, &word, &mut found);
        if found.len() == before {
            found.extend(find_password(text, &word).or_else(|| find_value(text, &word)));
        }
    }
    if !blocks.is_empty() {
        found.sort_by_key(|secret| secret.hidden.start);
    }
    found
}

/// What a private key in PEM begins with, before the name of its kind.
const PEM_BEGIN: &str = "-----BEGIN ";

/// The bodies of private keys in PEM: what follows a line such as `-----BEGIN RSA PRIVATE KEY-----` up to the line that
/// ends the key. Where that is missing, the body ends with the quotes around it, and without quotes at the first
/// character that no key has.
fn private_keys(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let begin = at + text.get(at..)?.find(PEM_BEGIN)?;
            at = begin + PEM_BEGIN.len();
            let Some((kind, body)) = text.get(at..)?.split_once("-----") else { continue };
            if !is_private_key(kind) {
                continue;
            }
            let start = text.len() - body.len();
            let quote = text.as_bytes()[..begin].last().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
            let ends = |byte: u8| quote.map_or(!is_pem_byte(byte), |quote| byte == *quote);
            let length = body.bytes().enumerate().position(|(place, byte)| {
                ends(byte) || byte == b'-' && body.as_bytes()[place..].starts_with(b"-----END")
            });
            let end = start + length.unwrap_or(body.len());
            at = end;
            return Some(start..end);
        }
    })
}

fn is_private_key(kind: &str) -> bool {
    kind.len() < 40 && kind.trim_end_matches(" BLOCK").ends_with("PRIVATE KEY")
}

const fn is_pem_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || byte.is_ascii_whitespace()
        || matches!(byte, b'+' | b'/' | b'=' | b'\\' | b':' | b',' | b'.' | b'-' | b'_')
}

/// The lines of a private key. Whitespace and line ends are not hidden, so that every place stays where it is.
fn lines_of<'t>(text: &'t str, block: &Range<usize>) -> impl Iterator<Item = Secret> + use<'t> {
    let start = block.start;
    let body = text.get(block.clone()).unwrap_or("");
    body.split_ascii_whitespace().map(move |line| {
        let from = start + (line.as_ptr() as usize - body.as_ptr() as usize);
        Secret { word: from..from + line.len(), hidden: from..from + line.len() }
    })
}

/// Whether a value is a private key in PEM from its beginning on.
pub(crate) fn is_pem(value: &str) -> bool {
    let kind = value.trim_start().strip_prefix(PEM_BEGIN).and_then(|rest| rest.split_once("-----"));
    kind.is_some_and(|(kind, _)| is_private_key(kind))
}

/// The words that are long enough to be secrets. Most bytes of a text are never read: where a word ends
/// within the next few bytes, nothing before that end can be long enough.
pub fn long_words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(next) = bytes.get(at..at + SHORTEST) {
            if let Some(end) = next.iter().rposition(|byte| ends_word(*byte)) {
                at += end + 1;
                continue;
            }
            let start = at;
            let rest = bytes.get(at + SHORTEST..).unwrap_or_default();
            at += SHORTEST + rest.iter().position(|byte| ends_word(*byte)).unwrap_or(rest.len());
            return Some(start..at);
        }
        None
    })
}

const fn ends_word(byte: u8) -> bool {
    byte <= b' '
        || matches!(
            byte,
            b'"' | b'\''
                | b'`'
                | b','
                | b';'
                | b'('
                | b')'
                | b'['
                | b']'
                | b'{'
                | b'}'
                | b'<'
                | b'>'
                | b'='
                | b'?'
                | b'&'
                | b'#'
                | b'|'
        )
}

const fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Finds keys of well-known shape anywhere in a word.
fn find_shapes(text: &str, word: &Range<usize>, found: &mut Vec<Secret>) {
    let bytes = text.as_bytes();
    let mut at = word.start;
    while at < word.end {
        let begins = at == word.start || !is_key_byte(bytes[at - 1]);
        if let Some(hidden) = begins.then(|| shape_at(text, at, word.end)).flatten() {
            at = hidden.end;
            found.push(Secret { word: word.clone(), hidden });
        } else {
            at += 1;
        }
    }
}

/// The part to hide of a well-known key that begins here.
fn shape_at(text: &str, at: usize, limit: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes().get(at..limit)?;
    let (prefix, following) = SHAPES.iter().find(|(prefix, _)| bytes.starts_with(prefix.as_bytes()))?;
    let tail = bytes.get(prefix.len()..)?;
    // The first part decides, so that no byte is judged twice; what is joined to it goes with it.
    let first = tail.iter().position(|byte| !is_key_byte(*byte)).unwrap_or(tail.len());
    let start = at + prefix.len();
    if first < *following || is_harmless(text.get(start..start + first)?) {
        return None;
    }
    let is_joined = |byte: &u8| is_key_byte(*byte) || matches!(byte, b'.' | b'/' | b'+' | b'~');
    let length = tail.iter().position(|byte| !is_joined(byte)).unwrap_or(tail.len());
    Some(start + KEPT..start + length)
}

/// The password of an address such as `https://name:password@host`.
fn find_password(text: &str, word: &Range<usize>) -> Option<Secret> {
    let address = text.get(word.clone())?;
    let start = address.find("://")? + 3;
    let authority = address.get(start..)?.split('/').next()?;
    let at = authority.rfind('@')?;
    let colon = authority.get(..at)?.find(':')?;
    (colon + 1 < at).then(|| Secret {
        word: word.clone(),
        hidden: word.start + start + colon + 1..word.start + start + at,
    })
}

/// A word that looks random, under a name that says that it is a secret.
fn find_value(text: &str, word: &Range<usize>) -> Option<Secret> {
    if !is_secret_name(name_before(text, word.start)) {
        return None;
    }
    let value = text.get(word.clone())?;
    if is_harmless(value) || value.contains("://") {
        return None;
    }
    let kept: usize = value.chars().take(KEPT).map(char::len_utf8).sum();
    Some(Secret { word: word.clone(), hidden: word.start + kept..word.end })
}

/// The name before a value, with quotes, colons and whitespace between them.
fn name_before(text: &str, at: usize) -> &str {
    let bytes = text.as_bytes();
    let is_between = |byte: &u8| {
        matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'\'' | b'`' | b'#' | b':' | b'=' | b'\\')
    };
    let before = bytes.get(at.saturating_sub(64)..at).unwrap_or_default();
    let between = before.iter().rev().take_while(|byte| is_between(byte)).count();
    let end = at - between;
    let before = bytes.get(end.saturating_sub(64)..end).unwrap_or_default();
    let length = before.iter().rev().take_while(|byte| is_key_byte(**byte)).count();
    text.get(end - length..end).unwrap_or("")
}

/// Whether the value of this name is a secret.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let ends_with = |part: &str, end: &str| {
        let start = part.len().checked_sub(end.len());
        start.and_then(|start| part.get(start..)).is_some_and(|last| last.eq_ignore_ascii_case(end))
    };
    name.eq_ignore_ascii_case("bearer")
        || name.eq_ignore_ascii_case("basic")
        || ends_with(name, "key")
        || name.split(['_', '-']).any(|part| NAMES.iter().any(|end| ends_with(part, end)))
}

/// Whether a value is the name of a variable, a placeholder in words, or hardly varies.
fn is_harmless(value: &str) -> bool {
    let is_placeholder = || {
        let lower = value.to_ascii_lowercase();
        ["your", "placeholder", "changeme", "replace", "dummy"].iter().any(|word| lower.contains(word))
    };
    value.starts_with('$')
        || value.split(|char: char| !char.is_alphanumeric()).all(is_wording)
        || is_placeholder()
        || entropy(value) < 2.5
}

/// Whether a part between two separators reads as one word or as several in camel case.
fn is_wording(part: &str) -> bool {
    let mut humps = humps(part).peekable();
    let Some(first) = humps.next() else {
        return true;
    };
    let one = humps.peek().is_none();
    is_word(first) && (one || first.len() >= 3 && humps.all(|hump| hump.len() >= 3 && is_word(hump)))
}

/// The parts of a text that begin with a capital after a small letter.
fn humps(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut was_small = false;
        let end = rest.char_indices().find(|(_, char)| {
            let begins = was_small && char.is_uppercase();
            was_small = char.is_lowercase();
            begins
        });
        let (hump, after) = rest.split_at(end.map_or(rest.len(), |(at, _)| at));
        rest = after;
        Some(hump)
    })
}

/// Whether a text reads as a word: letters in one case, perhaps a capital first, perhaps a short number last.
fn is_word(part: &str) -> bool {
    let letters = part.trim_end_matches(|char: char| char.is_ascii_digit());
    let digits = part.len() - letters.len();
    if letters.is_empty() {
        return digits <= 4;
    }
    let count = letters.chars().count();
    let mut rest = letters.chars();
    rest.next();
    let one_case = letters.chars().all(char::is_uppercase) || rest.all(char::is_lowercase);
    let spoken = count < 5 || !letters.is_ascii() || letters.contains(|char| "aeiouyAEIOUY".contains(char));
    letters.chars().all(char::is_alphabetic) && one_case && spoken && count <= 15 && digits <= 4
}

/// How many bits a byte of the text carries, going by how often each occurs.
fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] = counts[usize::from(byte)].saturating_add(1);
    }
    #[allow(clippy::cast_precision_loss, reason = "a share does not need every bit")]
    let total = text.len().max(1) as f64;
    let share = |count: u32| f64::from(count) / total;
    counts.into_iter().filter(|count| *count > 0).map(|count| -share(count) * share(count).log2()).sum()
}
