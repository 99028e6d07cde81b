//! Which line end a file or block uses.

use clientc_syntax::{Node, NodeKind};

/// How often each line end occurs.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    line_feed: usize,
    both: usize,
    carriage_return: usize,
}

impl Count {
    fn of(text: &str) -> Self {
        let mut count = Self::default();
        let mut bytes = text.bytes().peekable();
        while let Some(byte) = bytes.next() {
            match byte {
                b'\r' if bytes.next_if_eq(&b'\n').is_some() => count.both += 1,
                b'\r' => count.carriage_return += 1,
                b'\n' => count.line_feed += 1,
                _ => {}
            }
        }
        count
    }

    fn subtract(&mut self, other: Self) {
        self.line_feed = self.line_feed.saturating_sub(other.line_feed);
        self.both = self.both.saturating_sub(other.both);
        self.carriage_return = self.carriage_return.saturating_sub(other.carriage_return);
    }

    /// The one that occurs most; `None` where there is no line end at all.
    fn most(self) -> Option<&'static str> {
        let most = self.line_feed.max(self.both).max(self.carriage_return);
        match most {
            0 => None,
            _ if self.line_feed == most => Some("\n"),
            _ if self.both == most => Some("\r\n"),
            _ => Some("\r"),
        }
    }
}

/// The line end that a file uses most; a line feed where it has one line only.
pub(crate) fn of_file(text: &str) -> &'static str {
    if !text.contains('\r') {
        return "\n";
    }
    Count::of(text).most().unwrap_or("\n")
}

/// The line end that the layout of a block uses most, if it takes more than one line. What is inside raw
/// strings and comments does not count, because it stays as it is.
pub(crate) fn of_block(block: Node<'_>, source: &str) -> Option<&'static str> {
    let mut count = Count::of(block.text(source));
    subtract_kept(block, source, &mut count);
    count.most()
}

/// Takes away the line ends inside tokens. Blocks nest to [`clientc_syntax::MAX_NESTING`] at most.
fn subtract_kept(node: Node<'_>, source: &str, count: &mut Count) {
    for child in node.children() {
        match child.kind() {
            NodeKind::RawString
            | NodeKind::BlockComment
            | NodeKind::Arguments
            | NodeKind::Attribute
            | NodeKind::HeaderExtra => {
                count.subtract(Count::of(child.text(source)));
            }
            _ => subtract_kept(child, source, count),
        }
    }
}
