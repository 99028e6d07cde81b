//! Typed views of the tree. Every part may be absent.

use std::borrow::Cow;

use crate::strings::{decode_quoted, decode_raw};
use crate::text::TextRange;
use crate::tree::{Node, NodeKind};

/// What a block defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// `client<llm> Name { … }`
    Client,
    /// `retry_policy Name { … }`
    Policy,
}

/// A client or policy block.
#[derive(Debug, Clone, Copy)]
pub struct Block<'t>(Node<'t>);

impl<'t> Block<'t> {
    /// The view of an item, if it is such a block.
    #[must_use]
    pub fn cast(node: Node<'t>) -> Option<Self> {
        matches!(node.kind(), NodeKind::ClientBlock | NodeKind::PolicyBlock).then_some(Self(node))
    }

    /// What it defines.
    #[must_use]
    pub fn kind(self) -> BlockKind {
        if self.0.kind() == NodeKind::ClientBlock { BlockKind::Client } else { BlockKind::Policy }
    }

    /// The node.
    #[must_use]
    pub fn node(self) -> Node<'t> {
        self.0
    }

    /// The node of its name. Where the keyword is misspelt (`client <llm> A`), the word that was meant.
    #[must_use]
    pub fn name(self, source: &str) -> Option<Node<'t>> {
        let name = self.0.child(NodeKind::Name)?;
        if !name.text(source).starts_with('<') {
            return Some(name);
        }
        let words = self.0.children().filter(|child| child.kind() == NodeKind::HeaderExtra);
        words.filter(|word| word.text(source).starts_with(|c: char| c.is_alphabetic())).last()
    }

    /// Whether it is known to have the usual layout: one entry a line, a bare key, blanks, and a value without quotes
    /// inside; no colon, no comma but between the members of an array, and comments only on lines of their own.
    #[must_use]
    pub fn is_plain(self) -> bool {
        self.0.is_plain()
    }

    /// The node of its body; `None` where the block is broken.
    #[must_use]
    pub fn body(self) -> Option<Node<'t>> {
        self.0.child(NodeKind::Map)
    }

    /// The entries of its body, in the order of the text.
    pub fn entries(self) -> impl Iterator<Item = Entry<'t>> {
        self.body().into_iter().flat_map(entries)
    }
}

/// The entries of a map.
pub(crate) fn entries<'t>(map: Node<'t>) -> impl Iterator<Item = Entry<'t>> {
    map.children().filter(|child| child.kind() == NodeKind::Entry).map(Entry)
}

/// A key and its value.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'t>(Node<'t>);

impl<'t> Entry<'t> {
    /// The node.
    #[must_use]
    pub fn node(self) -> Node<'t> {
        self.0
    }

    /// The node of the key.
    #[must_use]
    pub fn key(self) -> Option<Node<'t>> {
        self.0.child(NodeKind::Key)
    }

    /// The key's text, without quotes.
    #[must_use]
    pub fn key_text(self, source: &str) -> Cow<'_, str> {
        match self.key().map(|key| key.text(source)) {
            Some(text) if text.starts_with('"') => decode_quoted(text),
            Some(text) => Cow::Borrowed(text),
            None => Cow::Borrowed(""),
        }
    }

    /// The value; `None` where it is missing.
    #[must_use]
    pub fn value(self) -> Option<Value<'t>> {
        self.0.children().find_map(Value::cast)
    }
}

/// A value as it is written.
#[derive(Debug, Clone, Copy)]
pub enum Value<'t> {
    /// `"…"`
    Quoted(Node<'t>),
    /// `#"…"#`
    Raw(Node<'t>),
    /// A number.
    Number(Node<'t>),
    /// Something that begins like a number but is not one.
    BadNumber(Node<'t>),
    /// Text without quotes, `true`, `null` and `env.NAME` included.
    Word(Node<'t>),
    /// `f(x)`: the word; its arguments follow.
    Call(Node<'t>),
    /// `{{ … }}`
    Template(Node<'t>),
    /// `{ … }`
    Map(Node<'t>),
    /// `[ … ]`
    Array(Node<'t>),
}

impl<'t> Value<'t> {
    /// The view of a node, if it is a value.
    #[must_use]
    pub fn cast(node: Node<'t>) -> Option<Self> {
        Some(match node.kind() {
            NodeKind::QuotedString => Self::Quoted(node),
            NodeKind::RawString => Self::Raw(node),
            NodeKind::Number => Self::Number(node),
            NodeKind::BadNumber => Self::BadNumber(node),
            NodeKind::Word => match node.following() {
                Some(next) if next.kind() == NodeKind::Arguments => Self::Call(node),
                _ => Self::Word(node),
            },
            NodeKind::Template => Self::Template(node),
            NodeKind::Map => Self::Map(node),
            NodeKind::Array => Self::Array(node),
            _ => return None,
        })
    }

    /// The node.
    #[must_use]
    pub fn node(self) -> Node<'t> {
        match self {
            Self::Quoted(node)
            | Self::Raw(node)
            | Self::Number(node)
            | Self::BadNumber(node)
            | Self::Word(node)
            | Self::Call(node)
            | Self::Template(node)
            | Self::Map(node)
            | Self::Array(node) => node,
        }
    }

    /// Its bytes.
    #[must_use]
    pub fn range(self) -> TextRange {
        let range = self.node().range();
        match (self, self.node().following()) {
            (Self::Call(_), Some(arguments)) => range.cover(arguments.range()),
            _ => range,
        }
    }

    /// The text of a scalar: decoded for strings, as written for everything else.
    #[must_use]
    pub fn text(self, source: &str) -> Cow<'_, str> {
        match self {
            Self::Quoted(node) => decode_quoted(node.text(source)),
            Self::Raw(node) => decode_raw(node.text(source)),
            other => Cow::Borrowed(other.range().slice(source)),
        }
    }

    /// The entries of a map; none for anything else.
    pub fn entries(self) -> impl Iterator<Item = Entry<'t>> {
        let map = if let Self::Map(node) = self { Some(node) } else { None };
        map.into_iter().flat_map(entries)
    }

    /// The members of an array; none for anything else.
    pub fn members(self) -> impl Iterator<Item = Value<'t>> {
        let array = if let Self::Array(node) = self { Some(node) } else { None };
        array.into_iter().flat_map(|node| node.children().filter_map(Value::cast))
    }
}

/// A function: its name and its client entries.
#[derive(Debug, Clone, Copy)]
pub struct Function<'t>(Node<'t>);

impl<'t> Function<'t> {
    /// The view of an item, if it is a function.
    #[must_use]
    pub fn cast(node: Node<'t>) -> Option<Self> {
        (node.kind() == NodeKind::Function).then_some(Self(node))
    }

    /// The node of its name.
    #[must_use]
    pub fn name(self) -> Option<Node<'t>> {
        self.0.child(NodeKind::Name)
    }

    /// The values of its client entries, in the order of the text.
    pub fn clients(self) -> impl Iterator<Item = Value<'t>> {
        let entries = self.0.children().filter(|child| child.kind() == NodeKind::ClientEntry);
        entries.filter_map(|entry| entry.children().find_map(Value::cast))
    }
}
