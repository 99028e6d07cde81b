//! Completions, with tab stops or without them.

use gen_lsp_types::*;
use serde_json::Value;

use super::client::Client;
use super::proto::{markup, to_value};
use crate::features::completion::{Completion, CompletionKind};

/// A completion, `order` places behind the first.
pub(super) fn completion_item(item: Completion, order: usize, range: Range, client: &Client) -> Value {
    let kind = match item.kind {
        CompletionKind::Snippet => CompletionItemKind::Snippet,
        CompletionKind::Key => CompletionItemKind::Property,
        CompletionKind::Client => CompletionItemKind::Class,
        CompletionKind::Policy => CompletionItemKind::Module,
        CompletionKind::Word => CompletionItemKind::EnumMember,
        CompletionKind::Model => CompletionItemKind::Value,
        CompletionKind::Variable => CompletionItemKind::Variable,
        CompletionKind::Rule => CompletionItemKind::Constant,
    };
    let new_text = if client.snippets { item.snippet } else { plain(&item.snippet) };
    let format = if client.snippets { InsertTextFormat::Snippet } else { InsertTextFormat::PlainText };
    let documentation =
        (!item.documentation.is_empty()).then(|| Documentation::MarkupContent(markup(item.documentation)));
    to_value(CompletionItem {
        kind: Some(kind),
        detail: (!item.detail.is_empty()).then_some(item.detail),
        documentation,
        sort_text: Some(format!("{}{order:04}", if item.is_important { "a" } else { "b" })),
        filter_text: Some(item.label.clone()),
        insert_text_format: Some(format),
        text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit { range, new_text })),
        label: item.label,
        ..CompletionItem::default()
    })
}

/// A snippet as plain text: each tab stop becomes what it proposes.
fn plain(snippet: &str) -> String {
    let mut out = String::new();
    let mut rest = snippet;
    while let Some(at) = rest.find(['$', '\\']) {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if rest[at..].starts_with('\\') {
            let next = after.chars().next();
            out.extend(next);
            rest = &after[next.map_or(0, char::len_utf8)..];
        } else if let Some(body) = after.strip_prefix('{') {
            let end = body.find('}').unwrap_or(body.len());
            let inside = body[..end].trim_start_matches(|c: char| c.is_ascii_digit());
            let choice = inside.strip_prefix('|').and_then(|words| words.split([',', '|']).next());
            out.push_str(choice.unwrap_or_else(|| inside.trim_start_matches(':')));
            rest = body.get(end + 1..).unwrap_or("");
        } else {
            rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_becomes_plain_text() {
        for (snippet, expected) in [
            ("plain", "plain"),
            ("a ${1:b} c$0", "a b c"),
            ("x ${1|one,two|}", "x one"),
            ("m [$1]", "m []"),
            (r"a\$b\}", "a$b}"),
            ("env.${4:KEY}", "env.KEY"),
        ] {
            assert_eq!(plain(snippet), expected);
        }
    }
}
