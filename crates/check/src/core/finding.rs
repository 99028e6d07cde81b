//! What a rule reports.

use clientc_semantic::{Fault, Span};

use crate::core::diagnostic::{Diagnostic, FileEdit, Fix, Label, Level, Safety};
use crate::core::input::Input;
use crate::text::quotes::may_lose_quotes;
use crate::text::words::one_of;

/// A finding of a rule, without the rule's name and level.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) diagnostic: Diagnostic,
    /// A level other than the rule's own, for a milder case.
    pub(crate) own_level: Option<Level>,
}

impl Finding {
    /// A finding at a place. `subject` says what it is about, independent of lines.
    pub(crate) fn new(span: Span, subject: impl Into<String>, message: impl Into<String>) -> Self {
        let primary = Label { span, text: String::new() };
        let diagnostic = Diagnostic {
            rule: "",
            level: Level::Error,
            message: message.into(),
            primary,
            related: Vec::new(),
            subject: subject.into(),
            help: None,
            fix: None,
        };
        Self { diagnostic, own_level: None }
    }

    /// A finding at the place of a fault.
    pub(crate) fn of(fault: &Fault, message: impl Into<String>) -> Self {
        Self::new(fault.span, &*fault.subject, message)
    }

    /// Adds words at the place itself.
    pub(crate) fn label(mut self, text: impl Into<String>) -> Self {
        self.diagnostic.primary.text = text.into();
        self
    }

    /// Adds a related place.
    pub(crate) fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.diagnostic.related.push(Label { span, text: text.into() });
        self
    }

    /// Adds the help.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.diagnostic.help = Some(help.into());
        self
    }

    /// Sets a level that is milder than the rule's.
    pub(crate) fn level(mut self, level: Level) -> Self {
        self.own_level = Some(level);
        self
    }

    /// Adds edits that remove the finding. They must not overlap.
    pub(crate) fn fix(mut self, safety: Safety, title: impl Into<String>, edits: Vec<FileEdit>) -> Self {
        self.diagnostic.fix = Some(Fix { title: title.into(), safety, edits });
        self
    }

    /// Adds one replacement that writes what was meant.
    pub(crate) fn replace(
        self,
        safety: Safety,
        title: impl Into<String>,
        span: Span,
        text: impl Into<String>,
    ) -> Self {
        self.fix(safety, title, vec![FileEdit::new(span, text)])
    }

    /// Adds an edit that writes a reference to a variable instead of a value in quotes or braces, where there can be
    /// one.
    pub(crate) fn write_variable(self, input: &Input<'_>, title: &str, value: Span, name: &str) -> Self {
        let text = input.sources.text(value.file);
        if may_lose_quotes(text, value.range.end) {
            self.replace(Safety::Unsafe, title, value, format!("env.{name}"))
        } else {
            self
        }
    }

    /// Adds a help that offers similar names, and the replacement where there is only one and it is clearly what was
    /// meant.
    pub(crate) fn near_names(self, written: &str, near: &[Box<str>], span: Span) -> Self {
        match near {
            [] => self,
            [only] => {
                let finding = self.help(format!("did you mean `{only}`?"));
                if clientc_semantic::is_misspelling(written, only) {
                    finding.replace(Safety::Safe, format!("write `{only}`"), span, &**only)
                } else {
                    finding
                }
            }
            _ => {
                let help = format!("did you mean {}?", one_of(near.iter().map(|name| &**name)));
                self.help(help)
            }
        }
    }
}

/// What the rules of one run have found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) found: Vec<Finding>,
}

impl Findings {
    /// Adds a finding.
    pub(crate) fn push(&mut self, finding: Finding) {
        self.found.push(finding);
    }

    /// Adds some findings.
    pub(crate) fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.found.extend(findings);
    }
}
