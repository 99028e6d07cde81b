//! Text to tree for BAML client definitions.
//!
//! [`parse`] reads one file. It never fails: whatever is wrong is a [`SyntaxFault`] with its place, and the rest of the file
//! is still read. A byte scanner cuts the text into items ([`items`]); only client and retry_policy blocks and the
//! `client` entries of functions are given to the grammar, one at a time. Everything else is skipped. This is the only
//! crate that names pest.

// The generated parser names it when pest is built without `std`.
extern crate alloc;

mod ast;
mod edit;
mod ends;
mod fault;
mod grammar;
mod headers;
mod items;
mod judge;
mod line_index;
mod plain;
mod quiet;
mod scan;
mod strings;
mod text;
mod tokens;
mod tree;
#[doc(hidden)]
pub mod work;

pub use self::ast::{Block, BlockKind, Entry, Function, Value};
pub use self::edit::{TextEdit, apply};
pub use self::fault::{SyntaxFault, SyntaxFaultKind, Unterminated};
use self::items::Layouts;
pub use self::line_index::{LineColumn, LineIndex};
pub use self::text::TextRange;
pub use self::tree::{MAX_NESTING, Node, NodeId, NodeKind, Tree};

/// What [`parse`] returns: the tree of one file and what is wrong in it, in the order of the text.
#[derive(Debug, Clone, Default)]
pub struct Parse {
    /// The tree. Its nodes carry byte ranges of the file.
    pub tree: Tree,
    /// Every syntactic fault, sorted by its place.
    pub faults: Vec<SyntaxFault>,
}

/// Reads one file. A byte order mark at the start is skipped; offsets still count it.
///
/// Files of 4 GiB and more cannot be addressed: only their first 4 GiB are read.
#[must_use]
pub fn parse(text: &str) -> Parse {
    read(text, Layouts::All)
}

/// As [`parse`], but every block is scanned and read by the general rules, never by those for the usual layout.
/// Both return the same tree; this is how tests compare them.
#[doc(hidden)]
#[must_use]
pub fn parse_general(text: &str) -> Parse {
    read(text, Layouts::General)
}

fn read(text: &str, layouts: Layouts) -> Parse {
    let text = text::addressable(text);
    let scanned = items::scan_items(text, layouts);
    let mut builder = grammar::Builder::new(text, scanned.faults);
    builder.items(&scanned.items);
    let (tree, faults) = builder.finish();
    Parse { tree, faults }
}

/// Where the last item begins that does so at an offset or before it: a block, a function, a comment, or lines that open
/// none of them. Nothing behind that item is read. An item that has lost its end lasts until the next header of a block,
/// so the offset may be in it although it lies behind its last word.
#[must_use]
pub fn item_start(text: &str, offset: u32) -> Option<u32> {
    let text = text::addressable(text);
    let scanned = items::scan_until(text, Layouts::All, offset as usize);
    scanned.items.last().map(|item| item.range.start)
}

/// How many bytes [`parse`] looks at, as a measure of its work that no clock can disturb: the sum over all
/// passes of the scanner and all slices given to the grammar.
#[must_use]
pub fn bytes_read(text: &str) -> u64 {
    let text = text::addressable(text);
    let scanned = items::scan_items(text, Layouts::All);
    let sliced: u64 = scanned.items.iter().map(|item| u64::from(item.range.len())).sum();
    scanned.bytes_read + sliced
}
