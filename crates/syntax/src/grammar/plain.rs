//! Blocks in the usual layout: a token of the grammar is a map or the lines between two braces, which are split here.

use std::ops::Range;

use pest::iterators::Pairs;
use pest::{Parser as _, Token};

use super::generated::{Grammar, Rule};
use super::{Builder, block_kind};
use crate::items::{Item, ItemKind};
use crate::plain::{self, Line};
use crate::text::{TextRange, offset};
use crate::tree::{NodeKind, Tree};

/// How many blocks the grammar reads at once. They share what each call of it costs, and their tokens take little
/// memory.
pub(super) const BLOCKS_AT_ONCE: usize = 16;

impl Builder<'_> {
    /// Adds blocks in the usual layout that follow each other. Gives whether they are and the grammar has read all of
    /// them; else nothing is added.
    pub(super) fn plain_blocks(&mut self, blocks: &[Item]) -> bool {
        let (Some(first), Some(last)) = (blocks.first(), blocks.last()) else { return true };
        if !first.is_plain() {
            return false;
        }
        let text = TextRange::new(first.range.start, last.range.end).slice(self.text);
        let Ok(pairs) = Grammar::parse(Rule::plain_blocks, text) else { return false };
        let start = first.range.start;
        let ends = pairs.clone().map(|pair| start + offset(pair.as_span().end()));
        if !ends.eq(blocks.iter().map(|block| block.range.end)) {
            return false;
        }
        for (pair, block) in pairs.zip(blocks) {
            self.plain_block(pair.into_inner(), start, block);
        }
        true
    }

    /// Adds a block whose slice begins at `base`.
    fn plain_block(&mut self, pairs: Pairs<'_, Rule>, base: u32, block: &Item) {
        let ItemKind::Block { kind, .. } = block.kind else { return };
        let id = self.tree.open(block_kind(kind), block.range);
        self.tree.mark_plain(id);
        self.open.clear();
        let mut start = base;
        for token in pairs.tokens() {
            match token {
                Token::Start { rule, pos } => {
                    start = base + offset(pos.pos());
                    if rule == Rule::plain_map {
                        let id = self.tree.open(NodeKind::Map, TextRange::empty(start));
                        self.open.push(id);
                    }
                }
                Token::End { rule, pos } => {
                    let end = base + offset(pos.pos());
                    match rule {
                        Rule::plain_lines => self.plain_lines(TextRange::new(start, end)),
                        Rule::plain_map => self.plain_map_end(end),
                        // It begins with the blanks behind the block before it.
                        _ => self.plain_header(TextRange::new(block.range.start, end)),
                    }
                }
            }
        }
        self.tree.close(id);
    }

    fn plain_header(&mut self, header: TextRange) {
        let written = header.slice(self.text).trim_end_matches(' ');
        let (keyword, name) = written.split_once(' ').unwrap_or((written, ""));
        self.tree.leaf(NodeKind::Keyword, TextRange::new(header.start, header.start + offset(keyword.len())));
        let end = header.start + offset(written.len());
        self.tree.leaf(NodeKind::Name, TextRange::new(end - offset(name.len()), end));
    }

    fn plain_lines(&mut self, range: TextRange) {
        let lines = range.slice(self.text).as_bytes();
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', lines).chain([lines.len()]) {
            self.plain_line(&lines[start..end], range.start + offset(start));
            start = end + 1;
        }
    }

    fn plain_line(&mut self, line: &[u8], start: u32) {
        let end = start + offset(line.len());
        match Line::of(line) {
            Line::Blank => {}
            Line::Comment(at) => {
                self.tree.leaf(NodeKind::LineComment, TextRange::new(start + offset(at), end))
            }
            Line::Entry { key, key_end, value } => {
                let range = TextRange::new(start + offset(key), end);
                let id = self.tree.open(NodeKind::Entry, range);
                self.tree.leaf(NodeKind::Key, TextRange::new(range.start, start + offset(key_end)));
                match line.get(value..) {
                    None | Some([]) => self.open.push(id),
                    Some(written) => {
                        self.plain_value(written, start + offset(value));
                        self.tree.close(id);
                    }
                }
            }
        }
    }

    fn plain_value(&mut self, written: &[u8], start: u32) {
        let leaf = |tree: &mut Tree, value: Range<usize>| {
            let range = TextRange::new(start + offset(value.start), start + offset(value.end));
            tree.leaf(plain::kind(&written[value]), range);
        };
        if written.first() != Some(&b'[') {
            leaf(&mut self.tree, 0..written.len());
            return;
        }
        let id = self.tree.open(NodeKind::Array, TextRange::new(start, start + offset(written.len())));
        plain::members(written).for_each(|member| leaf(&mut self.tree, member));
        self.tree.close(id);
    }

    /// Closes a map, and the entry whose value it is.
    fn plain_map_end(&mut self, end: u32) {
        for id in [self.open.pop(), self.open.pop()].into_iter().flatten() {
            self.tree.set_end(id, end);
            self.tree.close(id);
        }
    }
}
