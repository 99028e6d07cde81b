//! Blocks in the usual layout: a token of the grammar is a map or a line, and the line is split here.

use std::ops::Range;

use pest::{Parser as _, Token};

use super::Builder;
use super::generated::{Grammar, Rule};
use crate::plain::{self, Line};
use crate::text::{TextRange, offset};
use crate::tree::{Kind, Tree};

impl Builder<'_> {
    /// Reads a block in the usual layout; gives where the match ended.
    pub(super) fn plain_block(&mut self, range: TextRange) -> Option<u32> {
        let pairs = Grammar::parse(Rule::plain_block, range.slice(self.text)).ok()?;
        self.open.clear();
        let mut start = range.start;
        let mut end = None;
        for token in pairs.tokens() {
            match token {
                Token::Start { rule, pos } => {
                    start = range.start + offset(pos.pos());
                    if rule == Rule::plain_map {
                        let id = self.tree.open(Kind::Map, TextRange::empty(start));
                        self.open.push(id);
                    }
                }
                Token::End { rule, pos } => {
                    let here = range.start + offset(pos.pos());
                    match rule {
                        Rule::plain_line => self.plain_line(start, here),
                        Rule::plain_map => self.plain_map_end(here),
                        Rule::plain_header => self.plain_header(TextRange::new(start, here)),
                        _ => end = Some(here),
                    }
                }
            }
        }
        end
    }

    fn plain_header(&mut self, header: TextRange) {
        let written = header.slice(self.text).trim_end_matches(' ');
        let (keyword, name) = written.split_once(' ').unwrap_or((written, ""));
        self.tree.leaf(Kind::Keyword, TextRange::new(header.start, header.start + offset(keyword.len())));
        let end = header.start + offset(written.len());
        self.tree.leaf(Kind::Name, TextRange::new(end - offset(name.len()), end));
    }

    fn plain_line(&mut self, start: u32, end: u32) {
        let line = TextRange::new(start, end).slice(self.text).as_bytes();
        match Line::of(line) {
            Line::Blank => {}
            Line::Comment(at) => self.tree.leaf(Kind::LineComment, TextRange::new(start + offset(at), end)),
            Line::Entry { key, key_end, value } => {
                let range = TextRange::new(start + offset(key), end);
                let id = self.tree.open(Kind::Entry, range);
                self.tree.leaf(Kind::Key, TextRange::new(range.start, start + offset(key_end)));
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
        let id = self.tree.open(Kind::Array, TextRange::new(start, start + offset(written.len())));
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
