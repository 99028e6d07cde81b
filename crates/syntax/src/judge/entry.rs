//! What is wrong with one entry: a value that is missing, or one that cannot be read as it is.

use super::{Judge, has_leading_zero, is_bare_key};
use crate::fault::{SyntaxFault, SyntaxFaultKind};
use crate::text::TextRange;
use crate::tree::{Node, NodeKind};

impl Judge<'_> {
    pub(super) fn entry(&mut self, map: Node<'_>, entry: Node<'_>, next: Option<Node<'_>>) {
        let Some(key) = entry.child(NodeKind::Key) else { return };
        let Some(value) = entry.children().find_map(crate::ast::Value::cast) else {
            self.broken.push(entry.id());
            self.missing_value(map, key, next);
            return;
        };
        let value = value.node();
        let first = TextRange::new(value.range().start, value.range().start + 1);
        let fault = match value.kind() {
            NodeKind::BadNumber => {
                self.broken.push(entry.id());
                return;
            }
            NodeKind::Number if has_leading_zero(value.text(self.text)) => {
                self.broken.push(entry.id());
                return;
            }
            NodeKind::Word if value.text(self.text).starts_with('=') => {
                SyntaxFault::new(SyntaxFaultKind::EqualsSign, first)
            }
            NodeKind::Word if value.text(self.text).starts_with(':') => {
                SyntaxFault::new(SyntaxFaultKind::SecondColon, first)
            }
            NodeKind::Word
                if value.text(self.text).starts_with(|c: char| !c.is_ascii() && c.is_whitespace()) =>
            {
                let blank = value.text(self.text).chars().next().map_or(1, char::len_utf8);
                let end = value.range().start + crate::text::offset(blank);
                SyntaxFault::new(SyntaxFaultKind::Unexpected, TextRange::new(value.range().start, end))
            }
            NodeKind::Word if lacks_opening_quote(value.text(self.text)) => {
                SyntaxFault::new(SyntaxFaultKind::MissingOpeningQuote, value.range())
            }
            NodeKind::Word if key.text(self.text) == "strategy" && self.is_unbracketed_list(value, next) => {
                let rest = TextRange::new(value.range().start, self.line_end(value.range().end));
                let text = rest.slice(self.text);
                let stop = ["}", " //", "\t//"].iter().filter_map(|stop| text.find(stop)).min();
                let text = text.get(..stop.unwrap_or(text.len())).unwrap_or_default();
                let text = text.trim_end_matches([' ', '\t', ',']);
                let end = rest.start + crate::text::offset(text.len());
                SyntaxFault::new(SyntaxFaultKind::UnbracketedList, TextRange::new(rest.start, end))
            }
            NodeKind::Word if self.swallows(value, next) => {
                let nested = matches!(key.text(self.text), "client" | "retry_policy")
                    && !value.text(self.text).contains(' ');
                let kind =
                    if nested { SyntaxFaultKind::NestedBlock } else { SyntaxFaultKind::SwallowedEntry };
                let range = if nested { key.range() } else { value.range() };
                let end = next.map_or(value.range().end, |next| next.range().end);
                self.report(map, SyntaxFault::new(kind, range).related(key.range()));
                self.quiet.add(range.start, end);
                self.broken.push(entry.id());
                return;
            }
            _ => return,
        };
        self.report(map, fault.related(key.range()));
        self.broken.push(entry.id());
    }

    /// Whether an unquoted value is followed on its line by a block: it has swallowed that block's key.
    fn swallows(&self, value: Node<'_>, next: Option<Node<'_>>) -> bool {
        next.is_some_and(|next| {
            next.kind() == NodeKind::Map && !self.breaks_line(value.range().end, next.range().start)
        })
    }

    /// Whether a word is followed, behind a comma on its line, by another one.
    fn is_unbracketed_list(&self, value: Node<'_>, next: Option<Node<'_>>) -> bool {
        next.is_some_and(|next| {
            let between = TextRange::new(value.range().end, next.range().start).slice(self.text);
            (is_bare_key(next) || self.is_shorthand(next))
                && between.contains(',')
                && !between.contains(['\n', '\r'])
        })
    }

    /// Whether what was read as a key and a value is a `provider/model`.
    fn is_shorthand(&self, entry: Node<'_>) -> bool {
        let value = entry.children().find_map(crate::ast::Value::cast).map(crate::ast::Value::node);
        entry.child(NodeKind::Key).zip(value).is_some_and(|(key, value)| {
            key.range().end == value.range().start && value.text(self.text).starts_with('/')
        })
    }

    fn breaks_line(&self, start: u32, end: u32) -> bool {
        TextRange::new(start, end).slice(self.text).contains(['\n', '\r'])
    }

    fn missing_value(&mut self, map: Node<'_>, key: Node<'_>, next: Option<Node<'_>>) {
        let Some(next) = next else {
            self.report(map, SyntaxFault::new(SyntaxFaultKind::MissingValue, key.range()));
            return;
        };
        let between = TextRange::new(key.range().end, next.range().start).slice(self.text);
        let same_line = !between.contains(['\n', '\r', ',']);
        let nested = matches!(key.text(self.text), "client" | "retry_policy");
        if same_line && next.kind() == NodeKind::Arguments {
            self.report(
                map,
                SyntaxFault::new(SyntaxFaultKind::Parenthesised, next.range()).related(key.range()),
            );
            return;
        }
        if same_line && next.kind() == NodeKind::Stray {
            if nested && next.text(self.text).starts_with('<') {
                self.report(
                    map,
                    SyntaxFault::new(SyntaxFaultKind::NestedBlock, key.range().cover(next.range())),
                );
                return;
            }
            let kind = match self.stray_kind(next) {
                SyntaxFaultKind::BadKey => SyntaxFaultKind::Unexpected,
                kind => kind,
            };
            self.report(map, self.stray(next, kind).related(key.range()));
            return;
        }
        let lone_quoted = next.kind() == NodeKind::Entry
            && next.children().count() == 1
            && next.child(NodeKind::Key).is_some_and(|key| key.text(self.text).starts_with('"'));
        let number = next.kind() == NodeKind::Stray
            && crate::tokens::begins_like_number(next.text(self.text).as_bytes());
        let value_like =
            lone_quoted || number || matches!(next.kind(), NodeKind::Array | NodeKind::RawString);
        if !same_line && value_like && !between.contains(',') {
            self.report(
                map,
                SyntaxFault::new(SyntaxFaultKind::ValueOnNextLine, key.range()).related(next.range()),
            );
            self.quiet.add(key.range().start, next.range().end);
            return;
        }
        self.report(map, SyntaxFault::new(SyntaxFaultKind::MissingValue, key.range()));
    }
}

/// Whether text without quotes ends with a quote, and has no other.
pub(super) fn lacks_opening_quote(word: &str) -> bool {
    word.len() > 1 && memchr::memchr(b'"', word.as_bytes()) == Some(word.len() - 1)
}
