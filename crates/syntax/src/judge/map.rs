//! What is wrong between the entries of a map.

use super::siblings::Siblings;
use super::{Judge, is_bare_key};
use crate::fault::{SyntaxFault, SyntaxFaultKind};
use crate::text::TextRange;
use crate::tree::{Node, NodeKind};
use crate::work;

impl Judge<'_> {
    pub(super) fn map(&mut self, map: Node<'_>, is_body: bool) {
        let mut walk = Siblings::new(map.range().start + 1);
        let mut children = map.children();
        while let Some(child) = children.next() {
            self.commas(map, &mut walk, child.range().start);
            let same_line = self.quiet.contains(child.range().start);
            match child.kind() {
                NodeKind::LineComment | NodeKind::BlockComment => {
                    walk.pass(child);
                    continue;
                }
                NodeKind::Entry => {
                    let separated = walk.separated || is_body;
                    if same_line {
                        // What looks like an entry here is the rest of something that could not be read.
                        self.broken.push(child.id());
                        self.broken.extend(child.child(NodeKind::Key).map(Node::id));
                        self.quiet.add(child.range().start, child.range().end);
                    } else if is_triple_quoted(self.text, child) {
                        let quotes =
                            TextRange::new(child.range().start.saturating_sub(2), child.range().start + 1);
                        self.report(map, SyntaxFault::new(SyntaxFaultKind::TripleQuotes, quotes));
                        self.broken.push(child.id());
                    } else if let Some(previous) =
                        walk.previous.filter(|_| !walk.separated && is_bare_key(child))
                    {
                        self.bare_key_behind(map, child, previous, &walk);
                    } else if let Some(previous) = walk.previous.filter(|_| !separated) {
                        let range = child.child(NodeKind::Key).map_or(child.range(), Node::range);
                        self.report(
                            map,
                            SyntaxFault::new(SyntaxFaultKind::MissingSeparator, range).related(previous),
                        );
                        self.broken.push(child.id());
                    } else {
                        let next = children.clone().find(|next| !is_comment(*next));
                        self.entry(map, child, next);
                    }
                }
                NodeKind::Stray | NodeKind::RawString | NodeKind::Attribute
                    if self.is_mark_in_text(child, &walk, is_body) =>
                {
                    self.mark_in_text(map, child, &walk);
                }
                NodeKind::Map | NodeKind::Array | NodeKind::RawString | NodeKind::Template => {
                    let opening = TextRange::new(child.range().start, child.range().start + 1);
                    self.report(map, SyntaxFault::new(SyntaxFaultKind::MissingKey, opening));
                    self.quiet.add(child.range().start, child.range().end);
                }
                NodeKind::Attribute
                    if is_body && walk.follows_value() && !child.text(self.text).starts_with("@@") =>
                {
                    walk.pass(child);
                    continue;
                }
                NodeKind::Attribute => self.attribute(map, child, is_body),
                NodeKind::Arguments if walk.follows_word(child) => {
                    walk.pass(child);
                    continue;
                }
                // Enough has been said, and what is wrong here may take the rest of a long line to see.
                _ if same_line => self.broken.push(map.id()),
                _ => {
                    let fault = self.stray_in_map(child, &walk);
                    if fault.kind == SyntaxFaultKind::MalformedNumber {
                        self.broken.extend(walk.previous_id);
                    }
                    self.report(map, fault);
                }
            }
            walk.take(child);
        }
        self.commas(map, &mut walk, map.range().end);
    }

    /// A word after a value with nothing between them: the unit of a number, or text that fits nowhere.
    fn bare_key_behind(&mut self, map: Node<'_>, child: Node<'_>, previous: TextRange, walk: &Siblings) {
        let fault = match walk.value_range.filter(|_| walk.value == Some(NodeKind::Number)) {
            Some(number) => {
                self.broken.extend(walk.previous_id);
                SyntaxFault::new(SyntaxFaultKind::MalformedNumber, number.cover(child.range()))
            }
            None => SyntaxFault::new(SyntaxFaultKind::Unexpected, child.range()).related(previous),
        };
        self.report(map, fault);
        self.broken.push(child.id());
    }

    /// Whether a word without quotes goes on with a character that it cannot hold.
    pub(super) fn is_mark_in_text(&self, child: Node<'_>, walk: &Siblings, is_body: bool) -> bool {
        let is_allowed = child.text(self.text) == ";" || (is_body && child.kind() == NodeKind::Attribute);
        walk.follows_word(child) && !is_allowed
    }

    pub(super) fn mark_in_text(&mut self, container: Node<'_>, child: Node<'_>, walk: &Siblings) {
        let mark = child.text(self.text).chars().next().map_or(1, char::len_utf8);
        let start = child.range().start;
        let fault = SyntaxFault::new(
            SyntaxFaultKind::MarkInText,
            TextRange::new(start, start + crate::text::offset(mark)),
        );
        self.broken.extend(walk.previous_id);
        self.report(container, walk.value_range.map_or(fault.clone(), |value| fault.related(value)));
    }

    fn stray_in_map(&self, child: Node<'_>, walk: &Siblings) -> SyntaxFault {
        let text = child.text(self.text);
        let number = walk.value_range.filter(|_| walk.value == Some(NodeKind::Number));
        if let Some(number) = number {
            let between = TextRange::new(number.end, child.range().start).slice(self.text);
            if between == "," && text.bytes().all(|byte| byte.is_ascii_digit()) {
                return SyntaxFault::new(SyntaxFaultKind::MalformedNumber, number.cover(child.range()));
            }
            let is_comment = text.starts_with("/*") || text.starts_with("--");
            if !walk.separated && !is_comment && text.starts_with(['+', '-', '*', '/', '%']) {
                let rest = TextRange::new(number.start, self.line_end(child.range().end));
                let length = rest.slice(self.text).find(['}', ',']).unwrap_or(rest.len() as usize);
                work::add(length);
                let written = rest.slice(self.text).get(..length).unwrap_or_default().trim_end().len();
                let range = TextRange::new(number.start, number.start + crate::text::offset(written));
                return SyntaxFault::new(SyntaxFaultKind::Calculation, range);
            }
        }
        self.stray(child, self.stray_kind(child))
    }
}

fn is_comment(node: Node<'_>) -> bool {
    matches!(node.kind(), NodeKind::LineComment | NodeKind::BlockComment)
}

/// Whether an entry is what remains of `"""…` behind an empty string.
fn is_triple_quoted(text: &str, entry: Node<'_>) -> bool {
    let before = text.get(..entry.range().start as usize).unwrap_or("");
    entry.text(text).starts_with('"') && before.ends_with("\"\"")
}
