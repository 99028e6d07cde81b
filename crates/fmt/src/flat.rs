//! Arrays on one line.

use clientc_syntax::{Node, NodeKind};

use crate::printer::Printer;
use crate::skip::SkipReason;

/// How many columns a line with an array may take; a longer one is broken up.
pub const MAX_COLUMNS: usize = 100;

impl<'t> Printer<'t> {
    /// Writes an array on the current line, if it fits and nothing in it needs a line of its own. Else writes
    /// nothing and returns false. Never looks at more than a line's worth of text.
    pub(crate) fn flat_array(&mut self, array: Node<'t>, reserved: usize) -> Result<bool, SkipReason> {
        let written = self.out.len();
        let mut room = MAX_COLUMNS.saturating_sub(self.column() + reserved);
        let fits = self.flat(array, &mut room)?;
        if !fits {
            self.out.truncate(written);
        }
        Ok(fits)
    }

    /// Writes the array as far as there is room. Each level takes two columns, so that it does not go deep.
    fn flat(&mut self, array: Node<'t>, room: &mut usize) -> Result<bool, SkipReason> {
        if array.is_broken() {
            return Err(SkipReason::Fault);
        }
        let mut fits = self.flat_text("[", room);
        let mut first = true;
        for member in array.children() {
            if !first && member.kind() != NodeKind::Arguments {
                fits = fits && self.flat_text(", ", room);
            }
            fits = fits && self.flat_member(member, room)?;
            if !fits {
                return Ok(false);
            }
            first = false;
        }
        Ok(fits && self.flat_text("]", room))
    }

    fn flat_member(&mut self, member: Node<'t>, room: &mut usize) -> Result<bool, SkipReason> {
        match member.kind() {
            NodeKind::LineComment | NodeKind::BlockComment => Ok(false),
            NodeKind::Map if member.children().next().is_none() => Ok(self.flat_text("{}", room)),
            NodeKind::Map => Ok(false),
            NodeKind::Array => self.flat(member, room),
            _ => {
                self.check_member(member)?;
                let text = member.text(self.source);
                Ok(self.flat_text(text, room) && !text.contains(['\n', '\r']))
            }
        }
    }

    /// Writes a text if there is room for it.
    fn flat_text(&mut self, text: &str, room: &mut usize) -> bool {
        let columns = text.chars().take(*room + 1).count();
        if columns > *room {
            return false;
        }
        *room -= columns;
        self.push(text);
        true
    }
}
