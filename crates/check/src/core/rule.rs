//! A rule as data: its name, its level and its page.

use crate::core::diagnostic::Level;

/// A rule: one file with its check, one page.
#[derive(Debug)]
pub struct Rule {
    /// The name in kebab case, the same as its files.
    pub name: &'static str,
    /// One line: what it finds.
    pub summary: &'static str,
    /// Its level by default.
    pub level: Setting,
    /// Whether it can be neither lowered nor ignored, because its findings keep a project from being resolved.
    pub is_fixed: bool,
    /// The page in Markdown.
    pub page: &'static str,
}

/// The setting of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// Findings are errors.
    Error,
    /// Findings are warnings.
    Warn,
    /// Findings are notes.
    Info,
    /// There are no findings.
    Ignore,
}

impl Setting {
    /// All words of `[rules]`.
    pub const WORDS: [&'static str; 4] = ["error", "warn", "info", "ignore"];

    /// The setting of a word of `[rules]`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "error" => Self::Error,
            "warn" => Self::Warn,
            "info" => Self::Info,
            "ignore" => Self::Ignore,
            _ => return None,
        })
    }

    /// The word of `[rules]`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Ignore => "ignore",
        }
    }

    /// The level of findings; `None` where there are none.
    #[must_use]
    pub const fn level(self) -> Option<Level> {
        match self {
            Self::Error => Some(Level::Error),
            Self::Warn => Some(Level::Warning),
            Self::Info => Some(Level::Info),
            Self::Ignore => None,
        }
    }
}
