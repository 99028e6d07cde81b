//! Entries and values.

use clientc_syntax::{Node, NodeKind, TextRange};

use crate::printer::{Printed, Printer, ends_in_backslash};
use crate::skip::SkipReason;

impl<'t> Printer<'t> {
    /// Writes a key and its value. `reserved` is the number of columns that must stay free behind it.
    pub(crate) fn entry(&mut self, entry: Node<'t>, reserved: usize) -> Printed {
        let mut parts = entry.children().peekable();
        let (Some(key), Some(next), false) = (parts.next(), parts.peek().copied(), entry.is_broken()) else {
            return Err(SkipReason::Fault);
        };
        self.token(key)?;
        let gap = TextRange::new(key.range().end, next.range().start);
        self.push(if gap.slice(self.source).contains(':') { ": " } else { " " });
        let mut comments = Vec::new();
        for part in parts {
            match part.kind() {
                NodeKind::LineComment => comments.push(part),
                // BAML reads `key {// …` as a brace and a line comment (peer/baml-facts.md 1.1).
                NodeKind::BlockComment => return Err(SkipReason::Ambiguous),
                NodeKind::Map => self.map(part, &comments, gap.end)?,
                _ => self.value(part, reserved)?,
            }
        }
        Ok(())
    }

    /// Writes a value.
    pub(crate) fn value(&mut self, value: Node<'t>, reserved: usize) -> Printed {
        match value.kind() {
            NodeKind::QuotedString
            | NodeKind::RawString
            | NodeKind::Number
            | NodeKind::Word
            | NodeKind::Template => self.token(value),
            NodeKind::Map => self.map(value, &[], value.range().start),
            NodeKind::Array => self.array(value, reserved),
            _ => Err(SkipReason::Fault),
        }
    }

    /// Writes a map over several lines, or `{}` where it is empty. The comments are those that stood before
    /// its brace, where a line is their only place; `from` is the end of what comes before them.
    pub(crate) fn map(&mut self, map: Node<'t>, comments: &[Node<'t>], from: u32) -> Printed {
        if map.is_broken() {
            return Err(SkipReason::Fault);
        }
        self.push("{");
        self.lines(map, comments, from)?;
        self.push("}");
        Ok(())
    }

    /// Writes an array on one line where it fits, else over several.
    fn array(&mut self, array: Node<'t>, reserved: usize) -> Printed {
        if array.is_broken() {
            return Err(SkipReason::Fault);
        }
        // BAML reads `[{// …` as a bracket, a brace and a line comment (peer/baml-facts.md 1.1).
        if array.children().next().is_some_and(|first| first.kind() == NodeKind::BlockComment) {
            return Err(SkipReason::Ambiguous);
        }
        if self.flat_array(array, reserved)? {
            return Ok(());
        }
        self.push("[");
        self.lines(array, &[], array.range().start)?;
        self.push("]");
        Ok(())
    }

    /// Refuses what must not be in an array, and a member that BAML may read differently on another line
    /// (peer/cases/strategy_cm_after_open2).
    pub(crate) fn check_member(&self, member: Node<'t>) -> Printed {
        match member.kind() {
            NodeKind::QuotedString if ends_in_backslash(member.text(self.source)) => {
                Err(SkipReason::Ambiguous)
            }
            NodeKind::Attribute | NodeKind::Stray | NodeKind::BadNumber => Err(SkipReason::Fault),
            _ => Ok(()),
        }
    }
}

/// Whether the last token of a map's entry or an array's member is an unquoted value.
pub(crate) fn ends_unquoted(node: Node<'_>) -> bool {
    match node.kind() {
        NodeKind::Entry => node.children().last().is_some_and(|last| last.kind() == NodeKind::Word),
        kind => kind == NodeKind::Word,
    }
}

/// Whether a node is a comment of either kind.
pub(crate) fn is_comment(node: Node<'_>) -> bool {
    matches!(node.kind(), NodeKind::LineComment | NodeKind::BlockComment)
}
