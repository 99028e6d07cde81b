//! Faults that need neighbours to be seen: separators, missing values, and what does not belong in a block.
//!
//! The grammar takes everything; this pass over the flat tree says what is wrong, one fault a line at most.

mod array;
mod entry;
mod map;
mod siblings;

use std::cell::Cell;

use self::siblings::Siblings;
use crate::fault::{SyntaxFault, SyntaxFaultKind};
use crate::quiet::Quiet;
use crate::text::TextRange;
use crate::tree::{Node, NodeId, NodeKind};
use crate::work;

/// Judges one block. Adds its faults, and returns the nodes that mean nothing because of one.
pub(crate) fn block(block: Node<'_>, text: &str, faults: &mut Vec<SyntaxFault>) -> Vec<NodeId> {
    let mut judge = Judge {
        text,
        faults,
        broken: Vec::new(),
        quiet: Quiet::default(),
        line: Cell::default(),
        end: block.range().end,
    };
    judge.header(block);
    let body = block.child(NodeKind::Map).map(Node::id);
    for node in block.subtree() {
        match node.kind() {
            NodeKind::Map => judge.map(node, Some(node.id()) == body),
            NodeKind::Array => judge.array(node),
            NodeKind::BadNumber => judge.malformed_number(node),
            NodeKind::QuotedString => judge.escapes(node),
            NodeKind::Number if has_leading_zero(node.text(text)) => judge.malformed_number(node),
            _ => {}
        }
    }
    judge.broken
}

fn has_leading_zero(number: &str) -> bool {
    let digits = number.trim_start_matches('-').as_bytes();
    digits.len() > 1 && digits[0] == b'0' && digits[1].is_ascii_digit()
}

struct Judge<'a> {
    text: &'a str,
    faults: &'a mut Vec<SyntaxFault>,
    broken: Vec<NodeId>,
    /// The end of the block; lines are not looked at beyond it.
    end: u32,
    /// Where a fault has been reported already: from its place to where reading makes sense again.
    quiet: Quiet,
    /// The last answer of `line_end`: no line ends from the first place to the second.
    line: Cell<(u32, u32)>,
}

impl Judge<'_> {
    fn header(&mut self, block: Node<'_>) {
        let Some(keyword) = block.child(NodeKind::Keyword) else { return };
        let keyword_text = keyword.text(self.text);
        let policy = !keyword_text.starts_with(['c', 'C']);
        let Some(name) = block.child(NodeKind::Name) else {
            self.faults.push(SyntaxFault::new(SyntaxFaultKind::MissingName, keyword.range()));
            return;
        };
        let mut words = block.children().filter(|child| child.kind() == NodeKind::HeaderExtra).peekable();
        if name.text(self.text).starts_with('<') {
            let meant = crate::ast::Block::cast(block).and_then(|block| block.name(self.text));
            let last = block
                .children()
                .filter(|child| matches!(child.kind(), NodeKind::Name | NodeKind::HeaderExtra))
                .last();
            let end = meant.map_or(last.unwrap_or(name).range().end, |meant| meant.range().start);
            let written = TextRange::new(keyword.range().start, end).slice(self.text).trim_end();
            let length = crate::text::offset(written.len());
            let range = TextRange::new(keyword.range().start, keyword.range().start + length);
            self.faults.push(SyntaxFault::new(SyntaxFaultKind::NearKeyword { policy }, range));
            return;
        }
        let plain = |text: &str| {
            text.starts_with('(') && text.ends_with(')')
                || crate::tokens::segment_end(text.as_bytes(), 0) == text.len()
        };
        let mut seen = 0;
        for word in &mut words {
            seen += usize::from(!word.text(self.text).starts_with('('));
            if seen > 1 || !plain(word.text(self.text)) {
                self.faults.push(SyntaxFault::new(SyntaxFaultKind::HeaderJunk, word.range()));
                return;
            }
        }
    }

    fn escapes(&mut self, string: Node<'_>) {
        if let Some(escape) = crate::strings::bad_escape(string.text(self.text)) {
            let start = string.range().start as usize;
            let range = TextRange::of(start + escape.start, start + escape.end);
            self.faults.push(SyntaxFault::new(SyntaxFaultKind::BadEscape, range));
        }
    }

    fn malformed_number(&mut self, node: Node<'_>) {
        self.faults.push(SyntaxFault::new(SyntaxFaultKind::MalformedNumber, node.range()));
    }

    /// Reports a fault at most once per line and marks the map or array it was found in.
    fn report(&mut self, container: Node<'_>, fault: SyntaxFault) {
        self.broken.push(container.id());
        if self.quiet.contains(fault.range.start) {
            return;
        }
        self.quiet.add(fault.range.start, self.resumes(&fault));
        self.faults.push(fault);
    }

    /// Where reading makes sense again: at the next comma where that surely separates, else at the end of the line.
    fn resumes(&self, fault: &SyntaxFault) -> u32 {
        use SyntaxFaultKind as F;
        let line = self.line_end(fault.range.end);
        let find = |from: u32, mark: u8| {
            let rest = TextRange::new(from, line).slice(self.text);
            let found = memchr::memchr(mark, rest.as_bytes());
            work::add(found.unwrap_or(rest.len()));
            found.map_or(line, |length| from + crate::text::offset(length))
        };
        match fault.kind {
            F::SingleQuotes => find(find(fault.range.start + 1, b'\''), b','),
            F::BadKey | F::StrayComma | F::MissingValue | F::MissingKey | F::MissingSeparator => {
                find(fault.range.end, b',')
            }
            F::EqualsSign | F::SecondColon => find(fault.range.end, b','),
            _ => line,
        }
    }

    /// The end of a line, or of the block on it.
    fn line_end(&self, at: u32) -> u32 {
        let (from, known) = self.line.get();
        if from <= at && at <= known {
            return known;
        }
        let rest = TextRange::new(at, self.end).slice(self.text);
        let end = at + crate::text::offset(crate::tokens::line_end(rest.as_bytes(), 0));
        work::add((end - at) as usize);
        self.line.set((at, end));
        end
    }

    /// A fault at a stray; of one that begins with something that cannot be seen, only that.
    fn stray(&self, stray: Node<'_>, kind: SyntaxFaultKind) -> SyntaxFault {
        let range = stray.range();
        match stray.text(self.text).chars().next().filter(|first| first.is_whitespace() || first.is_control())
        {
            Some(first) => {
                let end = range.start + crate::text::offset(first.len_utf8());
                SyntaxFault::new(SyntaxFaultKind::Unexpected, TextRange::new(range.start, end))
            }
            None => SyntaxFault::new(kind, range),
        }
    }

    fn attribute(&mut self, container: Node<'_>, attribute: Node<'_>, is_body: bool) {
        let block_level = attribute.text(self.text).starts_with("@@") || is_body;
        let kind = if block_level { SyntaxFaultKind::BlockAttribute } else { SyntaxFaultKind::Attribute };
        self.report(container, SyntaxFault::new(kind, attribute.range()));
    }

    fn stray_kind(&self, stray: Node<'_>) -> SyntaxFaultKind {
        let text = stray.text(self.text);
        let key_like = |c: char| c == '_' || c.is_alphanumeric();
        match text.chars().next() {
            Some(';') => SyntaxFaultKind::Semicolon,
            Some('\'') => SyntaxFaultKind::SingleQuotes,
            Some('#') if TextRange::new(stray.range().end, self.end).slice(self.text).starts_with("#\"") => {
                SyntaxFaultKind::TooManyHashes
            }
            Some('#') => SyntaxFaultKind::ForeignComment,
            Some('/') if text.starts_with("/*") => SyntaxFaultKind::ForeignComment,
            Some('-') if text.starts_with("--") => SyntaxFaultKind::ForeignComment,
            Some('(') => SyntaxFaultKind::Parenthesised,
            Some('=') => SyntaxFaultKind::EqualsSign,
            Some(first) if key_like(first) => SyntaxFaultKind::BadKey,
            _ => SyntaxFaultKind::Unexpected,
        }
    }

    /// Looks at what is between two siblings: separators, and commas with nothing before them.
    fn commas(&mut self, container: Node<'_>, walk: &mut Siblings, end: u32) {
        let gap = TextRange::new(walk.at, end);
        for (offset, byte) in gap.slice(self.text).bytes().enumerate() {
            match byte {
                b'\n' | b'\r' => {
                    walk.separated = true;
                    walk.line_broken = true;
                }
                b',' => {
                    if walk.line_broken || !walk.comma_may_follow {
                        let at = walk.at + crate::text::offset(offset);
                        self.report(
                            container,
                            SyntaxFault::new(SyntaxFaultKind::StrayComma, TextRange::new(at, at + 1)),
                        );
                    }
                    walk.separated = true;
                    walk.comma_may_follow = false;
                }
                _ => {}
            }
        }
        walk.at = end;
    }
}

/// Whether a node is an entry that is a key alone.
fn is_bare_key(node: Node<'_>) -> bool {
    node.kind() == NodeKind::Entry && node.children().count() == 1
}
