//! The findings of a run with their sources, free of secrets.

use std::borrow::Cow;
use std::collections::HashMap;

use clientc_check::{Diagnostic, FileId, Label, Sources};

use crate::mask::MaskedSources;
use crate::summary::{Scope, Summary};

/// The findings of a run, in the order of output, with their sources. Every text in it is masked, so a renderer
/// cannot show a secret.
#[derive(Debug)]
pub struct Report<'r> {
    diagnostics: &'r [Diagnostic],
    masked: HashMap<usize, Diagnostic>,
    sources: MaskedSources<'r>,
    summary: Summary,
    problems: Vec<String>,
}

impl<'r> Report<'r> {
    /// Makes a report of these findings.
    ///
    /// Where new text of a fix contains a secret, the fix keeps its title and loses its edits: masked text must not
    /// be written into a file.
    #[must_use]
    pub fn new(diagnostics: &'r [Diagnostic], sources: &'r dyn Sources, scope: Scope) -> Self {
        let sources = MaskedSources::new(sources);
        let masked = diagnostics.iter().enumerate();
        let masked =
            masked.filter_map(|(index, diagnostic)| Some((index, masked_copy(diagnostic, &sources)?)));
        let summary = Summary::of(diagnostics, scope);
        Self { diagnostics, masked: masked.collect(), sources, summary, problems: Vec::new() }
    }

    /// Adds what went wrong with the run itself, one text each. Formats for programs include it, so that a run that
    /// failed never looks clean.
    #[must_use]
    pub fn with_problems(mut self, problems: Vec<String>) -> Self {
        self.problems = problems;
        self
    }

    /// What went wrong with the run itself.
    #[must_use]
    pub fn problems(&self) -> &[String] {
        &self.problems
    }

    /// The findings, in the order of output.
    pub fn diagnostics(&self) -> impl ExactSizeIterator<Item = &Diagnostic> {
        self.diagnostics
            .iter()
            .enumerate()
            .map(|(index, diagnostic)| self.masked.get(&index).unwrap_or(diagnostic))
    }

    /// The texts that the findings point into.
    #[must_use]
    pub fn sources(&self) -> &MaskedSources<'r> {
        &self.sources
    }

    /// The numbers of the run.
    #[must_use]
    pub fn summary(&self) -> &Summary {
        &self.summary
    }
}

/// A copy without secrets, if there are any.
fn masked_copy(diagnostic: &Diagnostic, sources: &MaskedSources<'_>) -> Option<Diagnostic> {
    let file = diagnostic.primary.span.file;
    let holds = |file: FileId, text: &str| matches!(sources.mask_about(file, text), Cow::Owned(_));
    let label_holds = |label: &Label| holds(label.span.file, &label.text);
    let fix = diagnostic.fix.as_ref();
    let edit_holds = fix.is_some_and(|fix| fix.edits.iter().any(|edit| holds(edit.file, edit.text())));
    let any = edit_holds
        || holds(file, &diagnostic.message)
        || holds(file, &diagnostic.subject)
        || label_holds(&diagnostic.primary)
        || diagnostic.related.iter().any(label_holds)
        || diagnostic.help.as_deref().is_some_and(|help| holds(file, help))
        || fix.is_some_and(|fix| holds(file, &fix.title));
    if !any {
        return None;
    }
    let mut copy = diagnostic.clone();
    let replace = |file: FileId, text: &mut String| *text = sources.mask_about(file, text).into_owned();
    replace(file, &mut copy.message);
    replace(file, &mut copy.subject);
    for label in std::iter::once(&mut copy.primary).chain(&mut copy.related) {
        replace(label.span.file, &mut label.text);
    }
    if let Some(help) = &mut copy.help {
        replace(file, help);
    }
    if let Some(fix) = &mut copy.fix {
        replace(file, &mut fix.title);
        if edit_holds {
            fix.edits.clear();
        }
    }
    Some(copy)
}
