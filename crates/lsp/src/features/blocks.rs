//! New blocks and where they go.

use clientc_check::{FileEdit, Layout};
use clientc_semantic::{FileId, Span};
use clientc_syntax::TextRange;

use crate::scene::Scene;

/// An edit that adds a block after another one, with an empty line between them.
pub(crate) fn behind(scene: &Scene, file: FileId, block: TextRange, new: &str) -> FileEdit {
    let line_break = Layout::of(scene.snapshot.files(), file).line_break(block.end as usize);
    let new = new.trim_end().replace('\n', line_break);
    let span = Span::new(file, TextRange::empty(block.end));
    FileEdit::new(span, format!("{line_break}{line_break}{new}"))
}

/// A name that no client, policy, function or class of the project has: the wanted one, or that with a number after it.
pub(crate) fn free_name(scene: &Scene, wished: &str) -> String {
    let is_taken = |name: &str| {
        scene.project.files.iter().any(|facts| {
            facts.clients.iter().any(|client| client.name.text == name)
                || facts.policies.iter().any(|policy| policy.name.text == name)
                || facts.functions.iter().any(|function| function.name.text == name)
                || facts.others.iter().any(|other| other.name.text == name)
        })
    };
    let numbered = (2_u32..).map(|number| format!("{wished}{number}"));
    let mut names = std::iter::once(wished.to_owned()).chain(numbered);
    names.find(|name| !is_taken(name)).unwrap_or_else(|| wished.to_owned())
}

/// A retry policy with exponential backoff.
pub(crate) fn policy(name: &str) -> String {
    format!(
        "retry_policy {name} {{\n  max_retries 2\n  strategy {{\n    type exponential_backoff\n    delay_ms 200\n    \
         multiplier 1.5\n    max_delay_ms 10000\n  }}\n}}"
    )
}

/// A fallback of one member with a total.
pub(crate) fn fallback(name: &str, member: &str, total_ms: u64) -> String {
    format!(
        "client<llm> {name} {{\n  provider fallback\n  options {{\n    strategy [{member}]\n    http {{\n      \
         total_timeout_ms {total_ms}\n    }}\n  }}\n}}"
    )
}
