//! Cuts a file into items: blocks that are ours, functions, comments and everything that is skipped.

mod foreign;
mod invalid;
mod value;

use crate::ast::BlockKind;
use crate::ends::Ends;
use crate::fault::{SyntaxFault, SyntaxFaultKind, Unterminated};
use crate::headers::{Headers, Keyword, brackets_end, header_brace, is_plain_header, lone_header};
use crate::text::TextRange;
use crate::tokens::{line_end, segment_end};
use crate::{plain, scan};

/// How far the rest of a line is read to see that a keyword has no name.
const LONGEST_NAMELESS: usize = 256;

/// What an item of a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ItemKind {
    /// A client or retry policy block.
    Block {
        /// What it defines.
        kind: BlockKind,
        /// How its body can be read.
        body: Body,
        /// Where its body begins; its end where it has none.
        open: usize,
    },
    /// A function: its name and the slices that begin with its `client` entries.
    Function {
        /// The name.
        name: TextRange,
        /// From each `client` to the end of its line or raw string.
        clients: Vec<TextRange>,
    },
    /// A client in the form of BAML v1, and its name.
    ClientValue {
        /// The name.
        name: TextRange,
    },
    /// Another block, a type alias or anything else that is skipped; the range of its first word.
    Foreign {
        /// The word that opens it.
        keyword: TextRange,
    },
    /// Lines that open no block.
    Invalid,
    /// `// …`
    LineComment,
    /// `{// … //}`
    BlockComment,
}

/// How the body of a block can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    /// In the usual layout.
    Plain,
    /// In some other layout.
    Free,
    /// Not at all: only its header.
    Broken,
}

/// One item of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// What it is.
    pub(crate) kind: ItemKind,
    /// Its bytes.
    pub(crate) range: TextRange,
}

impl Item {
    /// Whether it is a block in the usual layout.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.kind, ItemKind::Block { body: Body::Plain, .. })
    }
}

#[derive(Debug, Default)]
pub(crate) struct Scanned {
    pub(crate) items: Vec<Item>,
    pub(crate) faults: Vec<SyntaxFault>,
    pub(crate) bytes_read: u64,
}

/// Whether blocks in the usual layout are told apart from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layouts {
    All,
    General,
}

/// Reads the whole text once.
pub(crate) fn scan_items(text: &str, layouts: Layouts) -> Scanned {
    scan_until(text, layouts, usize::MAX)
}

/// The same without the items that begin behind an offset.
pub(crate) fn scan_until(text: &str, layouts: Layouts, last: usize) -> Scanned {
    let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let bytes = text.as_bytes();
    let headers = Headers::new(bytes);
    let mut items = Items { bytes, at, layouts, headers, ends: Ends::new(bytes), out: Scanned::default() };
    items.run(last);
    items.out.bytes_read += text.len() as u64 + items.headers.bytes_read + items.ends.bytes_read;
    items.out
}

struct Items<'t> {
    bytes: &'t [u8],
    at: usize,
    layouts: Layouts,
    headers: Headers<'t>,
    ends: Ends<'t>,
    out: Scanned,
}

impl Items<'_> {
    fn run(&mut self, last: usize) {
        while let Some(&byte) = self.bytes.get(self.at).filter(|_| self.at <= last) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                b'/' if self.starts_with(b"//") => {
                    let end = line_end(self.bytes, self.at);
                    self.push(ItemKind::LineComment, end);
                }
                b'{' if self.starts_with(b"{//") => self.block_comment(),
                _ if byte.is_ascii_alphabetic() => self.word(),
                _ => self.invalid(SyntaxFaultKind::NoBlock),
            }
        }
    }

    fn starts_with(&self, prefix: &[u8]) -> bool {
        self.bytes[self.at..].starts_with(prefix)
    }

    fn push(&mut self, kind: ItemKind, end: usize) {
        self.out.items.push(Item { kind, range: TextRange::of(self.at, end) });
        self.at = end;
    }

    fn block_comment(&mut self) {
        let body = self.at + 3;
        match self.ends.comment(self.at) {
            Some(end) => self.push(ItemKind::BlockComment, end),
            None => {
                let range = TextRange::of(self.at, body);
                let kind = SyntaxFaultKind::Unterminated(Unterminated::Comment);
                self.out.faults.push(SyntaxFault::new(kind, range));
                let end = self.headers.next_after(body);
                self.push(ItemKind::BlockComment, end);
            }
        }
    }

    /// A word at the top of a file: one of our blocks, a function, or what is skipped.
    fn word(&mut self) {
        let end = segment_end(self.bytes, self.at);
        let word = &self.bytes[self.at..end];
        match Keyword::of(word) {
            Some(_) if word == b"client" && self.client_value(end) => {}
            Some(keyword) => self.block(keyword, end),
            None => self.foreign(word == b"function", end),
        }
    }

    fn block(&mut self, keyword: Keyword, word_end: usize) {
        let Keyword { block: kind, is_exact: exact } = keyword;
        let Some(open) = header_brace(self.bytes, word_end) else {
            let rest = &self.bytes[word_end..];
            let rest = &rest[..rest.len().min(LONGEST_NAMELESS)];
            let rest = &rest[..line_end(rest, 0)];
            let nameless = rest.strip_prefix(b"<llm>").unwrap_or(rest).trim_ascii().is_empty();
            if let Some(name_end) = lone_header(self.bytes, word_end).filter(|_| exact) {
                let range = TextRange::of(self.at, name_end);
                self.out.faults.push(SyntaxFault::new(SyntaxFaultKind::MissingBody, range));
                self.push(ItemKind::Block { kind, body: Body::Broken, open: name_end }, name_end);
                return;
            }
            self.invalid(match (exact, nameless) {
                (true, true) => SyntaxFaultKind::MissingName,
                (true, false) => SyntaxFaultKind::MissingBody,
                (false, _) => SyntaxFaultKind::NoBlock,
            });
            return;
        };
        if !exact {
            let range = TextRange::of(self.at, brackets_end(self.bytes, word_end));
            self.out.faults.push(SyntaxFault::new(
                SyntaxFaultKind::NearKeyword { policy: kind == BlockKind::Policy },
                range,
            ));
        }
        let (body, end) = match self.plain_end(open) {
            Some(end) => (Body::Plain, end),
            None => {
                let block = scan::block_end(self.bytes, open, &mut self.headers);
                let is_broken = block.broken.is_some() || !exact;
                self.out.faults.extend(block.broken);
                (if is_broken { Body::Broken } else { Body::Free }, block.end)
            }
        };
        self.push(ItemKind::Block { kind, body, open }, end);
    }

    /// One past the block whose opening brace is at `open`, if it is in the usual layout.
    fn plain_end(&mut self, open: usize) -> Option<usize> {
        if self.layouts == Layouts::General || !is_plain_header(&self.bytes[self.at..open]) {
            return None;
        }
        plain::block_end(self.bytes, open)
            .inspect_err(|reached| self.out.bytes_read += (reached - open) as u64)
            .ok()
    }
}
