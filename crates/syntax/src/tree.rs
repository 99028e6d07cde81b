//! The flat tree: nodes in the order of the text, each with the index at which its subtree ends.

use crate::text::TextRange;

/// How deep maps and arrays may nest, the block itself included.
pub const MAX_NESTING: usize = 256;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// A `client` block, from its keyword to its brace.
    ClientBlock,
    /// A `retry_policy` block.
    PolicyBlock,
    /// A function: its name and its client entries.
    Function,
    /// `client Name = …`, the form of BAML v1: its name. The rest is skipped.
    ClientValue,
    /// Any other block or line that is skipped.
    Foreign,
    /// Lines that open no block.
    Invalid,
    /// `client<llm>`, `client` or `retry_policy`.
    Keyword,
    /// The name of a block or function.
    Name,
    /// What is between a name and its brace.
    HeaderExtra,
    /// `{ … }`: the body of a block or a value.
    Map,
    /// `[ … ]`.
    Array,
    /// A key and its value.
    Entry,
    /// A bare or quoted key.
    Key,
    /// `"…"`.
    QuotedString,
    /// `#"…"#`.
    RawString,
    /// A number as BAML means it.
    Number,
    /// Something that begins like a number but is not one.
    BadNumber,
    /// Text without quotes.
    Word,
    /// `(…)` directly after a word.
    Arguments,
    /// `{{ … }}`.
    Template,
    /// `@name` or `@@name`.
    Attribute,
    /// `// …`.
    LineComment,
    /// `{// … //}`.
    BlockComment,
    /// Text that fits nowhere.
    Stray,
    /// The client entry of a function.
    ClientEntry,
}

/// The index of a node in its tree.
pub type NodeId = u32;

#[derive(Debug, Clone, Copy)]
struct Raw {
    kind: NodeKind,
    broken: bool,
    plain: bool,
    range: TextRange,
    subtree_end: NodeId,
}

/// The tree of one file. Owned, without references, and cheap to send.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    nodes: Vec<Raw>,
}

impl Tree {
    /// The items of the file, in the order of the text.
    pub fn items(&self) -> Children<'_> {
        Children { tree: self, next: 0, end: self.len() }
    }

    /// The number of nodes.
    #[must_use]
    pub fn len(&self) -> NodeId {
        crate::text::offset(self.nodes.len())
    }

    /// Whether the file holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// All nodes, parents before their children.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.len()).map(move |id| Node { tree: self, id })
    }

    pub(crate) fn open(&mut self, kind: NodeKind, range: TextRange) -> NodeId {
        let id = self.len();
        self.nodes.push(Raw { kind, broken: false, plain: false, range, subtree_end: id + 1 });
        id
    }

    pub(crate) fn leaf(&mut self, kind: NodeKind, range: TextRange) {
        self.open(kind, range);
    }

    pub(crate) fn close(&mut self, id: NodeId) {
        let end = self.len();
        if let Some(node) = self.nodes.get_mut(id as usize) {
            node.subtree_end = end;
        }
    }

    pub(crate) fn set_end(&mut self, id: NodeId, end: u32) {
        if let Some(node) = self.nodes.get_mut(id as usize) {
            node.range.end = end.max(node.range.start);
        }
    }

    pub(crate) fn set_kind(&mut self, id: NodeId, kind: NodeKind) {
        if let Some(node) = self.nodes.get_mut(id as usize) {
            node.kind = kind;
        }
    }

    pub(crate) fn mark_broken(&mut self, id: NodeId) {
        if let Some(node) = self.nodes.get_mut(id as usize) {
            node.broken = true;
        }
    }

    pub(crate) fn mark_plain(&mut self, id: NodeId) {
        if let Some(node) = self.nodes.get_mut(id as usize) {
            node.plain = true;
        }
    }

    pub(crate) fn truncate(&mut self, len: NodeId) {
        self.nodes.truncate(len as usize);
    }

    /// A tree with room for the nodes of a text of that many bytes in the usual layout.
    pub(crate) fn with_room_for(bytes: usize) -> Self {
        Self { nodes: Vec::with_capacity(bytes / BYTES_A_NODE + 1) }
    }

    pub(crate) fn node(&self, id: NodeId) -> Node<'_> {
        Node { tree: self, id }
    }
}

/// How many bytes of client blocks make a node, about.
const BYTES_A_NODE: usize = 8;

/// One node of a tree.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    id: NodeId,
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}@{}..{}", self.kind(), self.range().start, self.range().end)
    }
}

impl<'t> Node<'t> {
    fn raw(self) -> Raw {
        self.tree.nodes[self.id as usize]
    }

    /// What it is.
    #[must_use]
    pub fn kind(self) -> NodeKind {
        self.raw().kind
    }

    /// Whether a fault was found in it, so that it means nothing: an entry that cannot be read, or a map or
    /// array of which a part cannot be read.
    #[must_use]
    pub fn is_broken(self) -> bool {
        self.raw().broken
    }

    /// Whether it is a block that was read as one in the usual layout.
    pub(crate) fn is_plain(self) -> bool {
        self.raw().plain
    }

    /// Its bytes in the file.
    #[must_use]
    pub fn range(self) -> TextRange {
        self.raw().range
    }

    /// Its index in the tree.
    #[must_use]
    pub fn id(self) -> NodeId {
        self.id
    }

    /// Its text.
    #[must_use]
    pub fn text(self, source: &str) -> &str {
        self.range().slice(source)
    }

    /// Its children, in the order of the text.
    #[must_use]
    pub fn children(self) -> Children<'t> {
        Children { tree: self.tree, next: self.id + 1, end: self.raw().subtree_end }
    }

    /// The node that follows in the order of the text, whatever its depth.
    pub(crate) fn following(self) -> Option<Self> {
        (self.id + 1 < self.tree.len()).then_some(Node { tree: self.tree, id: self.id + 1 })
    }

    /// This node and all below it, parents first.
    pub(crate) fn subtree(self) -> impl Iterator<Item = Node<'t>> {
        let tree = self.tree;
        (self.id..self.raw().subtree_end).map(move |id| Node { tree, id })
    }

    /// The first child of a kind.
    #[must_use]
    pub fn child(self, kind: NodeKind) -> Option<Self> {
        self.children().find(|child| child.kind() == kind)
    }
}

/// Iterates over siblings.
#[derive(Debug, Clone)]
pub struct Children<'t> {
    tree: &'t Tree,
    next: NodeId,
    end: NodeId,
}

impl<'t> Iterator for Children<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        if self.next >= self.end {
            return None;
        }
        let node = Node { tree: self.tree, id: self.next };
        self.next = node.raw().subtree_end;
        Some(node)
    }
}
