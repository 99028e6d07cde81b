//! A block: its header and its body.

use clientc_syntax::{Node, NodeKind, TextRange};

use crate::printer::{Printed, Printer};
use crate::skip::SkipReason;

impl<'t> Printer<'t> {
    /// Lays out a block, and returns its text.
    pub(crate) fn block(&mut self, block: Node<'t>, line_end: &'static str) -> Result<&str, SkipReason> {
        self.restart(line_end);
        let mut comments = Vec::new();
        let mut previous: Option<Node<'t>> = None;
        let mut body = None;
        for child in block.children() {
            match child.kind() {
                NodeKind::LineComment | NodeKind::BlockComment => {
                    // A line of it could be taken for the header of the next block, once it is in a body.
                    if child.text(self.source).contains(['\n', '\r']) {
                        return Err(SkipReason::Ambiguous);
                    }
                    comments.push(child);
                    continue;
                }
                NodeKind::Map => {
                    body = Some(child);
                    break;
                }
                _ => {}
            }
            self.header_word(previous, child)?;
            previous = Some(child);
        }
        let (Some(last), Some(body)) = (previous, body) else { return Err(SkipReason::Fault) };
        self.push(" ");
        self.map(body, &comments, last.range().end)?;
        Ok(&self.out)
    }

    /// Writes the keyword, the name or what follows it. What follows the name keeps its blank or its lack of it.
    fn header_word(&mut self, previous: Option<Node<'t>>, word: Node<'t>) -> Printed {
        let text = word.text(self.source);
        if text.contains("//") {
            return Err(SkipReason::Ambiguous);
        }
        if let Some(previous) = previous {
            let gap = TextRange::new(previous.range().end, word.range().start);
            if word.kind() == NodeKind::Name || !gap.is_empty() {
                self.push(" ");
            }
        }
        self.push(text);
        Ok(())
    }
}
