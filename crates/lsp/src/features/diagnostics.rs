//! Findings as an editor shows them.

use clientc_check::{Diagnostic, Level, Span};
use clientc_report::{MaskedSources, page_address};

/// A finding as an editor shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The place.
    pub(crate) span: Span,
    /// Its level.
    pub(crate) level: Level,
    /// The name of the rule.
    pub(crate) rule: &'static str,
    /// The address of the rule's page.
    pub(crate) address: String,
    /// What is wrong, and on a line of its own the fix.
    pub(crate) message: String,
    /// Related places, with a few words each.
    pub(crate) related: Vec<(Span, String)>,
    /// Whether the place does nothing and may be faded.
    pub(crate) is_unused: bool,
}

/// The rules that find something unused.
const UNUSED: [&str; 3] = ["unused-client", "unused-retry-policy", "unused-ignore"];

/// A finding, with the secrets of its file masked.
#[must_use]
pub(crate) fn finding(diagnostic: &Diagnostic, masked: &MaskedSources<'_>) -> Finding {
    let mut message = diagnostic.message.clone();
    if let Some(help) = &diagnostic.help {
        message.push('\n');
        message.push_str(help);
    }
    let mask = |span: Span, text: &str| masked.mask_about(span.file, text).into_owned();
    let words = |text: &str| if text.is_empty() { "here".to_owned() } else { text.to_owned() };
    let related = diagnostic.related.iter();
    Finding {
        span: diagnostic.primary.span,
        level: diagnostic.level,
        rule: diagnostic.rule,
        address: page_address(diagnostic.rule),
        message: mask(diagnostic.primary.span, &message),
        related: related.map(|label| (label.span, mask(label.span, &words(&label.text)))).collect(),
        is_unused: UNUSED.contains(&diagnostic.rule),
    }
}
