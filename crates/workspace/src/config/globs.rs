//! Patterns for paths and names.

use clientc_check::Configured;
use clientc_semantic::{FileId, Span};
use clientc_syntax::TextRange;
use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// A list of patterns. Text matches it if it matches one of them.
#[derive(Debug, Clone, Default)]
pub struct Globs {
    patterns: Vec<Configured<String>>,
    matcher: GlobSet,
}

/// A pattern that is not valid.
#[derive(Debug)]
pub(crate) struct BadGlob {
    /// The pattern.
    pub(crate) pattern: Configured<String>,
    /// What is wrong with it.
    pub(crate) error: String,
}

impl Globs {
    /// The patterns as they are written, with their places.
    #[must_use]
    pub fn patterns(&self) -> &[Configured<String>] {
        &self.patterns
    }

    /// Checks a pattern for paths.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check_path(pattern: &str) -> Result<(), String> {
        let span = Span::new(FileId(0), TextRange::empty(0));
        let (_, bad) = Self::of_paths(vec![Configured { value: pattern.to_owned(), span }]);
        bad.into_iter().next().map_or(Ok(()), |bad| Err(bad.error))
    }

    /// Whether a text matches one of the patterns.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.matcher.is_match(text)
    }

    /// Whether a text matches the pattern of this number.
    pub(crate) fn matches_pattern(&self, number: usize, text: &str) -> bool {
        let each = self.matcher.len() / self.patterns.len().max(1);
        self.matcher.matches(text).into_iter().any(|glob| glob / each.max(1) == number)
    }

    /// A matcher of all patterns.
    #[must_use]
    pub(crate) fn matcher(&self) -> &GlobSet {
        &self.matcher
    }

    /// Makes a list of patterns for paths with `/`. `*` stays within one name, `**` does not. A pattern that matches a
    /// folder also matches what is in it. Patterns that are not valid are returned with the reason.
    pub(crate) fn of_paths(patterns: Vec<Configured<String>>) -> (Self, Vec<BadGlob>) {
        Self::build(patterns, |pattern| {
            let path = pattern.strip_prefix("./").unwrap_or(pattern).trim_end_matches('/');
            let path = if path.is_empty() || path == "." { "**" } else { path };
            let glob =
                |text: &str| GlobBuilder::new(text).literal_separator(true).backslash_escape(true).build();
            Ok(vec![glob(path)?, glob(&format!("{path}/**"))?])
        })
    }

    /// Makes a list of patterns for names, in which `/` is a character like any other, and case is ignored.
    pub(crate) fn of_names(patterns: Vec<Configured<String>>) -> (Self, Vec<BadGlob>) {
        Self::build(patterns, |pattern| {
            Ok(vec![GlobBuilder::new(pattern).backslash_escape(true).case_insensitive(true).build()?])
        })
    }

    fn build(
        patterns: Vec<Configured<String>>,
        globs: impl Fn(&str) -> Result<Vec<Glob>, globset::Error>,
    ) -> (Self, Vec<BadGlob>) {
        let mut builder = GlobSetBuilder::new();
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for pattern in patterns {
            // Each pattern is tried alone, so that one that cannot be compiled does not take the others with it.
            match globs(&pattern.value).and_then(|globs| compile(&globs).map(|_| globs)) {
                Ok(globs) => {
                    for glob in globs {
                        builder.add(glob);
                    }
                    good.push(pattern);
                }
                Err(error) => bad.push(BadGlob { pattern, error: error.kind().to_string() }),
            }
        }
        let matcher = builder.build().unwrap_or_default();
        (Self { patterns: good, matcher }, bad)
    }
}

fn compile(globs: &[Glob]) -> Result<GlobSet, globset::Error> {
    let mut builder = GlobSetBuilder::new();
    for glob in globs {
        builder.add(glob.clone());
    }
    builder.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_case_of_names_does_not_matter_and_that_of_paths_does() {
        let patterns =
            || vec![Configured { value: "My-*".to_owned(), span: Span::new(FileId(0), TextRange::empty(0)) }];
        assert!(Globs::of_names(patterns()).0.matches("my-model"));
        assert!(!Globs::of_paths(patterns()).0.matches("my-model"));
    }
}
