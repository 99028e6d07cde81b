//! What is wrong between the members of an array.

use super::Judge;
use super::entry::lacks_opening_quote;
use super::siblings::Siblings;
use crate::fault::{SyntaxFault, SyntaxFaultKind};
use crate::text::TextRange;
use crate::tree::{Node, NodeKind};

impl Judge<'_> {
    pub(super) fn array(&mut self, array: Node<'_>) {
        if !array.text(self.text).ends_with(']') || array.range().len() < 2 {
            let opening = TextRange::new(array.range().start, array.range().start + 1);
            self.report(array, SyntaxFault::new(SyntaxFaultKind::MissingBracket, opening));
            return;
        }
        let mut walk = Siblings::new(array.range().start + 1);
        for child in array.children() {
            self.commas(array, &mut walk, child.range().start);
            match child.kind() {
                NodeKind::LineComment | NodeKind::BlockComment => {
                    walk.pass(child);
                    continue;
                }
                NodeKind::Arguments if walk.follows_word(child) => {
                    walk.pass(child);
                    continue;
                }
                NodeKind::Stray | NodeKind::RawString | NodeKind::Attribute
                    if self.is_mark_in_text(child, &walk, false) =>
                {
                    self.mark_in_text(array, child, &walk);
                }
                NodeKind::Arguments => {
                    self.report(array, SyntaxFault::new(SyntaxFaultKind::Parenthesised, child.range()))
                }
                NodeKind::Stray => {
                    let kind = match self.stray_kind(child) {
                        SyntaxFaultKind::BadKey | SyntaxFaultKind::EqualsSign => SyntaxFaultKind::Unexpected,
                        SyntaxFaultKind::Semicolon => SyntaxFaultKind::SemicolonInArray,
                        kind => kind,
                    };
                    self.report(array, self.stray(child, kind));
                }
                NodeKind::Attribute => self.attribute(array, child, false),
                _ => {
                    if let Some(previous) = walk.previous.filter(|_| !walk.separated) {
                        let fault = SyntaxFault::new(SyntaxFaultKind::MissingSeparator, child.range());
                        self.report(array, fault.related(previous));
                    }
                    let text = child.text(self.text);
                    if child.kind() == NodeKind::Word && lacks_opening_quote(text) {
                        self.report(
                            array,
                            SyntaxFault::new(SyntaxFaultKind::MissingOpeningQuote, child.range()),
                        );
                    } else if child.kind() == NodeKind::Word && text.starts_with(['=', ':']) {
                        self.report(array, SyntaxFault::new(SyntaxFaultKind::Unexpected, child.range()));
                    }
                }
            }
            walk.take(child);
        }
        self.commas(array, &mut walk, array.range().end - 1);
    }
}
