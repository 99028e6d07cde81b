//! What is wrong with one entry: a value that is missing, or one that cannot be read as it is.

use super::{Judge, has_leading_zero, is_bare_key};
use crate::fault::{Fault, FaultKind};
use crate::text::TextRange;
use crate::tree::{Kind, Node};

impl Judge<'_> {
    pub(super) fn entry(&mut self, map: Node<'_>, entry: Node<'_>, next: Option<Node<'_>>) {
        let Some(key) = entry.child(Kind::Key) else { return };
        let Some(value) = entry.children().find_map(crate::ast::Value::cast) else {
            self.broken.push(entry.id());
            self.missing_value(map, key, next);
            return;
        };
        let value = value.node();
        let first = TextRange::new(value.range().start, value.range().start + 1);
        let fault = match value.kind() {
            Kind::BadNumber => {
                self.broken.push(entry.id());
                return;
            }
            Kind::Number if has_leading_zero(value.text(self.text)) => {
                self.broken.push(entry.id());
                return;
            }
            Kind::Word if value.text(self.text).starts_with('=') => Fault::new(FaultKind::EqualsSign, first),
            Kind::Word if value.text(self.text).starts_with(':') => Fault::new(FaultKind::SecondColon, first),
            Kind::Word if value.text(self.text).starts_with(|c: char| !c.is_ascii() && c.is_whitespace()) => {
                let blank = value.text(self.text).chars().next().map_or(1, char::len_utf8);
                let end = value.range().start + crate::text::offset(blank);
                Fault::new(FaultKind::Unexpected, TextRange::new(value.range().start, end))
            }
            Kind::Word if lacks_opening_quote(value.text(self.text)) => {
                Fault::new(FaultKind::MissingOpeningQuote, value.range())
            }
            Kind::Word if key.text(self.text) == "strategy" && self.is_unbracketed_list(value, next) => {
                let rest = TextRange::new(value.range().start, self.line_end(value.range().end));
                let text = rest.slice(self.text);
                let stop = ["}", " //", "\t//"].iter().filter_map(|stop| text.find(stop)).min();
                let text = text.get(..stop.unwrap_or(text.len())).unwrap_or_default();
                let text = text.trim_end_matches([' ', '\t', ',']);
                let end = rest.start + crate::text::offset(text.len());
                Fault::new(FaultKind::UnbracketedList, TextRange::new(rest.start, end))
            }
            Kind::Word if self.swallows(value, next) => {
                let nested = matches!(key.text(self.text), "client" | "retry_policy")
                    && !value.text(self.text).contains(' ');
                let kind = if nested { FaultKind::NestedBlock } else { FaultKind::SwallowedEntry };
                let range = if nested { key.range() } else { value.range() };
                let end = next.map_or(value.range().end, |next| next.range().end);
                self.report(map, Fault::new(kind, range).related(key.range()));
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
            next.kind() == Kind::Map && !self.breaks_line(value.range().end, next.range().start)
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
        entry.child(Kind::Key).zip(value).is_some_and(|(key, value)| {
            key.range().end == value.range().start && value.text(self.text).starts_with('/')
        })
    }

    fn breaks_line(&self, start: u32, end: u32) -> bool {
        TextRange::new(start, end).slice(self.text).contains(['\n', '\r'])
    }

    fn missing_value(&mut self, map: Node<'_>, key: Node<'_>, next: Option<Node<'_>>) {
        let Some(next) = next else {
            self.report(map, Fault::new(FaultKind::MissingValue, key.range()));
            return;
        };
        let between = TextRange::new(key.range().end, next.range().start).slice(self.text);
        let same_line = !between.contains(['\n', '\r', ',']);
        let nested = matches!(key.text(self.text), "client" | "retry_policy");
        if same_line && next.kind() == Kind::Arguments {
            self.report(map, Fault::new(FaultKind::Parenthesised, next.range()).related(key.range()));
            return;
        }
        if same_line && next.kind() == Kind::Stray {
            if nested && next.text(self.text).starts_with('<') {
                self.report(map, Fault::new(FaultKind::NestedBlock, key.range().cover(next.range())));
                return;
            }
            let kind = match self.stray_kind(next) {
                FaultKind::BadKey => FaultKind::Unexpected,
                kind => kind,
            };
            self.report(map, self.stray(next, kind).related(key.range()));
            return;
        }
        let lone_quoted = next.kind() == Kind::Entry
            && next.children().count() == 1
            && next.child(Kind::Key).is_some_and(|key| key.text(self.text).starts_with('"'));
        let number =
            next.kind() == Kind::Stray && crate::tokens::begins_like_number(next.text(self.text).as_bytes());
        let value_like = lone_quoted || number || matches!(next.kind(), Kind::Array | Kind::RawString);
        if !same_line && value_like && !between.contains(',') {
            self.report(map, Fault::new(FaultKind::ValueOnNextLine, key.range()).related(next.range()));
            self.quiet.add(key.range().start, next.range().end);
            return;
        }
        self.report(map, Fault::new(FaultKind::MissingValue, key.range()));
    }
}

/// Whether text without quotes ends with a quote, and has no other.
pub(super) fn lacks_opening_quote(word: &str) -> bool {
    word.len() > 1 && memchr::memchr(b'"', word.as_bytes()) == Some(word.len() - 1)
}
