//! What is wrong between the members of an array.

use super::Judge;
use super::entry::lacks_opening_quote;
use super::siblings::Siblings;
use crate::fault::{Fault, FaultKind};
use crate::text::TextRange;
use crate::tree::{Kind, Node};

impl Judge<'_> {
    pub(super) fn array(&mut self, array: Node<'_>) {
        if !array.text(self.text).ends_with(']') || array.range().len() < 2 {
            let opening = TextRange::new(array.range().start, array.range().start + 1);
            self.report(array, Fault::new(FaultKind::MissingBracket, opening));
            return;
        }
        let mut walk = Siblings::new(array.range().start + 1);
        for child in array.children() {
            self.commas(array, &mut walk, child.range().start);
            match child.kind() {
                Kind::LineComment | Kind::BlockComment => {
                    walk.pass(child);
                    continue;
                }
                Kind::Arguments if walk.follows_word(child) => {
                    walk.pass(child);
                    continue;
                }
                Kind::Stray | Kind::RawString | Kind::Attribute
                    if self.is_mark_in_text(child, &walk, false) =>
                {
                    self.mark_in_text(array, child, &walk);
                }
                Kind::Arguments => self.report(array, Fault::new(FaultKind::Parenthesised, child.range())),
                Kind::Stray => {
                    let kind = match self.stray_kind(child) {
                        FaultKind::BadKey | FaultKind::EqualsSign => FaultKind::Unexpected,
                        FaultKind::Semicolon => FaultKind::SemicolonInArray,
                        kind => kind,
                    };
                    self.report(array, self.stray(child, kind));
                }
                Kind::Attribute => self.attribute(array, child, false),
                _ => {
                    if let Some(previous) = walk.previous.filter(|_| !walk.separated) {
                        let fault = Fault::new(FaultKind::MissingSeparator, child.range());
                        self.report(array, fault.related(previous));
                    }
                    let text = child.text(self.text);
                    if child.kind() == Kind::Word && lacks_opening_quote(text) {
                        self.report(array, Fault::new(FaultKind::MissingOpeningQuote, child.range()));
                    } else if child.kind() == Kind::Word && text.starts_with(['=', ':']) {
                        self.report(array, Fault::new(FaultKind::Unexpected, child.range()));
                    }
                }
            }
            walk.take(child);
        }
        self.commas(array, &mut walk, array.range().end - 1);
    }
}
