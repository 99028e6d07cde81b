//! Secrets are masked here, before any renderer sees a text.
//!
//! A masked text has the same bytes and the same characters per line as before, so every range, line and column
//! stays where it was.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::sync::OnceLock;

use clientc_check::secret::{self, Secret};
use clientc_check::{FileId, Sources};
use clientc_syntax::LineIndex;

/// Masks the secrets of a text: known shapes of keys, and values under names such as `api_key` that look random.
/// The beginning of a secret stays readable. The names of variables and placeholders stay as they are.
#[must_use]
pub fn mask(text: &str) -> Cow<'_, str> {
    hide(text, &secret::find(text))
}

/// Replaces the characters of secrets by others of the same length.
fn hide<'t>(text: &'t str, secrets: &[Secret]) -> Cow<'t, str> {
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    for Secret { hidden, .. } in secrets {
        result.push_str(text.get(done..hidden.start).unwrap_or(""));
        result.extend(text.get(hidden.clone()).unwrap_or("").chars().map(|char| match char.len_utf8() {
            1 => '*',
            2 => '×',
            3 => '＊',
            _ => '🞰',
        }));
        done = hidden.end;
    }
    result.push_str(text.get(done..).unwrap_or(""));
    Cow::Owned(result)
}

/// Sources whose secrets are masked. A text is masked when it is first asked for, and kept.
pub struct MaskedSources<'s> {
    sources: &'s dyn Sources,
    files: Vec<OnceLock<Box<MaskedFile>>>,
}

/// A file with its secrets.
struct MaskedFile {
    /// The masked text, where it differs from the original.
    text: Option<String>,
    /// The words that contain secrets, as written.
    words: HashSet<Box<str>>,
}

impl<'s> MaskedSources<'s> {
    /// Masks these sources.
    #[must_use]
    pub fn new(sources: &'s dyn Sources) -> Self {
        Self { sources, files: (0..sources.count()).map(|_| OnceLock::new()).collect() }
    }

    /// Masks a text about a file. Words that are secrets in the file are secrets here too.
    #[must_use]
    pub fn mask_about<'t>(&self, file: FileId, text: &'t str) -> Cow<'t, str> {
        let mut words = secret::long_words(text).peekable();
        if words.peek().is_none() {
            return Cow::Borrowed(text);
        }
        let mut secrets = secret::find(text);
        if let Some(known) = self.file(file).map(|file| &file.words).filter(|known| !known.is_empty()) {
            secrets.extend(words.filter_map(|word| {
                let value = text.get(word.clone()).filter(|value| known.contains(*value))?;
                let kept: usize = value.chars().take(3).map(char::len_utf8).sum();
                Some(Secret { word: word.clone(), hidden: word.start + kept..word.end })
            }));
            secrets.sort_by_key(|secret| secret.hidden.start);
            secrets.dedup_by(|second, first| second.hidden.start < first.hidden.end);
        }
        hide(text, &secrets)
    }

    fn file(&self, file: FileId) -> Option<&MaskedFile> {
        let masked = self.files.get(file.0 as usize)?.get_or_init(|| {
            let text = self.sources.text(file);
            let secrets = secret::find(text);
            Box::new(MaskedFile {
                text: (!secrets.is_empty()).then(|| hide(text, &secrets).into_owned()),
                words: secrets
                    .iter()
                    .filter_map(|secret| text.get(secret.word.clone()))
                    .map(Box::from)
                    .collect(),
            })
        });
        Some(masked)
    }
}

impl Sources for MaskedSources<'_> {
    fn count(&self) -> usize {
        self.files.len()
    }

    fn display_path(&self, file: FileId) -> &str {
        self.sources.display_path(file)
    }

    fn text(&self, file: FileId) -> &str {
        let Some(masked) = self.file(file) else { return "" };
        masked.text.as_deref().unwrap_or_else(|| self.sources.text(file))
    }

    fn line_index(&self, file: FileId) -> &LineIndex {
        self.sources.line_index(file)
    }
}

impl fmt::Debug for MaskedSources<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MaskedSources").finish_non_exhaustive()
    }
}
