//! The grammar at work: one slice in, nodes of the flat tree out. Nothing else names pest.

mod plain;

use pest::Parser as _;
use pest::Token;
use pest::iterators::Pairs;

use crate::ast::BlockKind;
use crate::fault::{SyntaxFault, SyntaxFaultKind};
use crate::items::{Body, Item, ItemKind};
use crate::judge;
use crate::text::{TextRange, offset};
use crate::tokens::{begins_like_number, key_end};
use crate::tree::{NodeKind, Tree};

/// The generated parser; in a module of its own, because what the macro writes has no documentation.
mod generated {
    #![allow(missing_docs, unreachable_pub, clippy::all)]
    #[derive(pest_derive::Parser)]
    #[grammar = "clientc.pest"]
    pub(super) struct Grammar;
}

use self::generated::{Grammar, Rule};

/// The node of a block.
fn block_kind(kind: BlockKind) -> NodeKind {
    match kind {
        BlockKind::Client => NodeKind::ClientBlock,
        BlockKind::Policy => NodeKind::PolicyBlock,
    }
}

/// Builds the tree of one file, item by item.
pub(crate) struct Builder<'t> {
    text: &'t str,
    tree: Tree,
    faults: Vec<SyntaxFault>,
    open: Vec<u32>,
}

impl<'t> Builder<'t> {
    pub(crate) fn new(text: &'t str, faults: Vec<SyntaxFault>) -> Self {
        Self { text, tree: Tree::with_room_for(text.len()), faults, open: Vec::new() }
    }

    /// Adds all items of the file, in the order of the text.
    pub(crate) fn items(&mut self, items: &[Item]) {
        for run in items.chunk_by(|one, next| one.is_plain() && next.is_plain()) {
            for items in run.chunks(plain::BLOCKS_AT_ONCE) {
                // Nothing in the usual layout is at fault, so there is nothing to judge in it.
                if !self.plain_blocks(items) {
                    items.iter().for_each(|item| self.item(item));
                }
            }
        }
    }

    fn item(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Block { kind, body, open } => {
                self.block(block_kind(*kind), item.range, *body, offset(*open));
            }
            ItemKind::Function { name, clients } => self.function(item.range, *name, clients),
            ItemKind::ClientValue { name } => {
                let id = self.tree.open(NodeKind::ClientValue, item.range);
                self.tree.leaf(NodeKind::Name, *name);
                self.tree.close(id);
            }
            ItemKind::Foreign { keyword } => {
                let id = self.tree.open(NodeKind::Foreign, item.range);
                self.tree.leaf(NodeKind::Keyword, *keyword);
                self.tree.close(id);
            }
            ItemKind::Invalid => self.tree.leaf(NodeKind::Invalid, item.range),
            ItemKind::LineComment => self.tree.leaf(NodeKind::LineComment, item.range),
            ItemKind::BlockComment => self.tree.leaf(NodeKind::BlockComment, item.range),
        }
    }

    /// The tree, and the faults in the order of the text.
    pub(crate) fn finish(mut self) -> (Tree, Vec<SyntaxFault>) {
        self.faults.sort_by_key(|fault| (fault.range.start, fault.range.end));
        self.faults.dedup();
        (self.tree, self.faults)
    }

    fn block(&mut self, kind: NodeKind, range: TextRange, body: Body, open: u32) {
        let id = self.tree.open(kind, range);
        if body == Body::Broken || !self.whole(id, range, open) {
            self.tree.truncate(id + 1);
            let _ = self.slice(Rule::header_only, TextRange::new(range.start, open));
            if body != Body::Broken {
                // The scanner and the grammar agree on every token, so this is never reached; if it ever is,
                // the block is refused and nothing is lost.
                self.faults.push(SyntaxFault::new(SyntaxFaultKind::Unexpected, range));
            }
        }
        self.tree.close(id);
        for node in judge::block(self.tree.node(id), self.text, &mut self.faults) {
            self.tree.mark_broken(node);
        }
    }

    /// Whether the general rules read all of a block, whose body begins at `open`.
    fn whole(&mut self, id: u32, range: TextRange, open: u32) -> bool {
        self.tree.truncate(id + 1);
        self.slice(Rule::header_only, TextRange::new(range.start, open)) == Some(open)
            && self.slice(Rule::body, TextRange::new(open, range.end)) == Some(range.end)
    }

    fn function(&mut self, range: TextRange, name: TextRange, clients: &[TextRange]) {
        let id = self.tree.open(NodeKind::Function, range);
        self.tree.leaf(NodeKind::Name, name);
        for client in clients {
            let entry = self.tree.open(NodeKind::ClientEntry, *client);
            let end = self.slice(Rule::function_client, *client).unwrap_or(client.start);
            let rest = TextRange::new(end, client.end);
            if rest.slice(self.text).starts_with('\'') {
                let quote = TextRange::new(end, end + 1);
                self.faults.push(SyntaxFault::new(SyntaxFaultKind::SingleQuotes, quote));
            }
            self.tree.close(entry);
        }
        self.tree.close(id);
    }

    /// Parses a slice with a rule and adds its nodes. Returns where the match ended.
    fn slice(&mut self, rule: Rule, range: TextRange) -> Option<u32> {
        let pairs = Grammar::parse(rule, range.slice(self.text)).ok()?;
        self.add(pairs, range.start)
    }

    /// Copies pest's queue into the tree without recursion. The outermost pair is the slice itself.
    fn add(&mut self, pairs: Pairs<'_, Rule>, base: u32) -> Option<u32> {
        self.open.clear();
        let mut slice_end = None;
        for token in pairs.tokens() {
            match token {
                Token::Start { rule, pos } => {
                    if let Some(kind) = kind(rule) {
                        let start = base + offset(pos.pos());
                        let id = self.tree.open(kind, TextRange::empty(start));
                        self.open.push(id);
                    }
                }
                Token::End { rule, pos } => {
                    let end = base + offset(pos.pos());
                    if kind(rule).is_none() {
                        slice_end = Some(end);
                    } else if let Some(id) = self.open.pop() {
                        self.end_node(rule, id, end);
                    }
                }
            }
        }
        slice_end
    }

    fn end_node(&mut self, rule: Rule, id: u32, end: u32) {
        self.tree.set_end(id, end);
        match rule {
            Rule::pair => self.split_pair(id),
            Rule::scalar_value => self.tree.set_kind(id, scalar_kind(self.tree.node(id).text(self.text))),
            _ => {}
        }
        self.tree.close(id);
    }

    /// A pair is one token of the grammar; here it becomes an entry with a key and a value.
    fn split_pair(&mut self, id: u32) {
        let range = self.tree.node(id).range();
        let text = range.slice(self.text);
        let key_end = key_end(text.as_bytes(), 0);
        let rest = &text[key_end..];
        let unspaced = rest.trim_start_matches([' ', '\t']);
        let unspaced =
            unspaced.strip_prefix(':').map_or(unspaced, |rest| rest.trim_start_matches([' ', '\t']));
        let value_start = range.end - offset(unspaced.len());
        self.tree.leaf(NodeKind::Key, TextRange::new(range.start, range.start + offset(key_end)));
        self.tree.leaf(scalar_kind(unspaced), TextRange::new(value_start, range.end));
    }
}

/// Tells scalars apart by their first bytes.
fn scalar_kind(text: &str) -> NodeKind {
    match text.as_bytes() {
        [b'"', ..] => NodeKind::QuotedString,
        bytes if begins_like_number(bytes) => {
            if is_number(text) {
                NodeKind::Number
            } else {
                NodeKind::BadNumber
            }
        }
        _ => NodeKind::Word,
    }
}

/// Whether a text is an optional minus, digits, and optionally a point and digits.
fn is_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(unsigned),
    }
}

fn kind(rule: Rule) -> Option<NodeKind> {
    Some(match rule {
        Rule::keyword | Rule::function_keyword => NodeKind::Keyword,
        Rule::name => NodeKind::Name,
        Rule::header_extra => NodeKind::HeaderExtra,
        Rule::map => NodeKind::Map,
        Rule::array => NodeKind::Array,
        Rule::entry | Rule::pair => NodeKind::Entry,
        Rule::key => NodeKind::Key,
        Rule::raw_string => NodeKind::RawString,
        Rule::scalar_value => NodeKind::Word,
        Rule::arguments => NodeKind::Arguments,
        Rule::template => NodeKind::Template,
        Rule::attribute => NodeKind::Attribute,
        Rule::line_comment => NodeKind::LineComment,
        Rule::block_comment => NodeKind::BlockComment,
        Rule::stray | Rule::array_stray => NodeKind::Stray,
        _ => return None,
    })
}
