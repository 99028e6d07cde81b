//! Maps and arrays over several lines.

use std::iter::Peekable;

use clientc_syntax::{Node, NodeKind, TextRange};

use crate::gap::Gap;
use crate::printer::{Printed, Printer};
use crate::skip::SkipReason;
use crate::value::{ends_unquoted, is_comment};

/// What has been written since the opening bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing, or only a comment on the bracket's line: no blank line may follow.
    Opening,
    /// A line of its own.
    Line,
}

impl<'t> Printer<'t> {
    /// Writes what is between two brackets, one entry or member a line, and ends on a new line. Writes nothing where
    /// nothing is there. Commas stay where they are.
    ///
    /// `early` are comments that stood before the bracket, behind a token that ends at `from`.
    pub(crate) fn lines(&mut self, container: Node<'t>, early: &[Node<'t>], from: u32) -> Printed {
        let mut children = container.children().peekable();
        if early.is_empty() && children.peek().is_none() {
            return Ok(());
        }
        self.level += 1;
        let mut place = Place::Opening;
        let mut at = from;
        for comment in early {
            let gap = self.gap(at, comment.range().start);
            self.trail(*comment, gap, gap.breaks == 0, &mut place);
            at = comment.range().end;
        }
        at = container.range().start + 1;
        let mut before = None;
        while let Some(child) = children.next() {
            let gap = self.gap(at, child.range().start);
            self.comma(gap);
            at = if is_comment(child) {
                self.refuse_swallowed(before, child, gap)?;
                let same_line = gap.breaks == 0 && (early.is_empty() || before.is_some());
                self.trail(child, gap, same_line, &mut place);
                child.range().end
            } else if child.kind() == NodeKind::Attribute {
                self.push(" ");
                self.token(child)?;
                child.range().end
            } else {
                self.next_line(gap.has_blank_line() && place == Place::Line);
                place = Place::Line;
                let end = match children.peek() {
                    Some(next) => next.range().start,
                    None => container.range().end,
                };
                self.line(child, &mut children, end)?
            };
            before = Some(child);
        }
        self.comma(self.gap(at, container.range().end));
        self.level -= 1;
        self.next_line(false);
        Ok(())
    }

    /// Writes a comment after what comes before it, or on a line of its own. A block comment never goes on
    /// the line of the opening bracket.
    fn trail(&mut self, comment: Node<'t>, gap: Gap, same_line: bool, place: &mut Place) {
        let room = *place == Place::Line || comment.kind() == NodeKind::LineComment;
        if same_line && room {
            self.push(" ");
        } else {
            self.next_line(gap.has_blank_line() && *place == Place::Line);
            *place = Place::Line;
        }
        self.comment(comment);
    }

    /// Writes an entry or member, and the arguments that follow it. Returns where it ends. What follows begins
    /// at `next`.
    fn line(
        &mut self,
        member: Node<'t>,
        rest: &mut Peekable<impl Iterator<Item = Node<'t>>>,
        next: u32,
    ) -> Result<u32, SkipReason> {
        if member.kind() != NodeKind::Entry {
            self.check_member(member)?;
        }
        let comma = usize::from(self.gap(member.range().end, next).comma);
        match member.kind() {
            NodeKind::Entry => self.entry(member, comma)?,
            _ => self.value(member, comma)?,
        }
        let Some(arguments) = rest.next_if(|next| next.kind() == NodeKind::Arguments) else {
            return Ok(member.range().end);
        };
        self.token(arguments)?;
        Ok(arguments.range().end)
    }

    fn comma(&mut self, gap: Gap) {
        if gap.comma {
            self.push(",");
        }
    }

    /// Refuses a line comment with a tab before it behind an unquoted value: BAML takes it for a part of the
    /// value, because there only a blank and two slashes begin a comment (peer/baml-facts.md 1.1).
    fn refuse_swallowed(&self, before: Option<Node<'t>>, comment: Node<'t>, gap: Gap) -> Printed {
        let start = comment.range().start;
        let tab = TextRange::new(start.saturating_sub(1), start).slice(self.source) == "\t";
        let unquoted = before.is_some_and(ends_unquoted);
        if tab && unquoted && gap == Gap::default() { Err(SkipReason::Ambiguous) } else { Ok(()) }
    }
}
