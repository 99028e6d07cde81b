//! What is known between two siblings of a map or array.

use crate::text::TextRange;
use crate::tree::{Node, NodeId, NodeKind};

/// What is known between two siblings of a map or array.
pub(super) struct Siblings {
    pub(super) at: u32,
    pub(super) previous: Option<TextRange>,
    /// A comma or line break has been seen since the previous sibling.
    pub(super) separated: bool,
    /// A line break has been seen since the previous sibling.
    pub(super) line_broken: bool,
    /// An entry or member comes before, and no comma since.
    pub(super) comma_may_follow: bool,
    /// The kind of the last sibling's value.
    pub(super) value: Option<NodeKind>,
    /// The bytes of the last sibling's value.
    pub(super) value_range: Option<TextRange>,
    pub(super) previous_id: Option<NodeId>,
}

impl Siblings {
    pub(super) fn new(at: u32) -> Self {
        Self {
            at,
            previous: None,
            separated: false,
            line_broken: false,
            comma_may_follow: false,
            value: None,
            value_range: None,
            previous_id: None,
        }
    }

    pub(super) fn pass(&mut self, comment: Node<'_>) {
        self.at = comment.range().end;
    }

    /// Whether an entry with a value comes before on the same line.
    pub(super) fn follows_value(&self) -> bool {
        !self.separated && self.value.is_some()
    }

    /// Whether a word without quotes ends just where a node begins.
    pub(super) fn follows_word(&self, node: Node<'_>) -> bool {
        self.value == Some(NodeKind::Word)
            && self.previous.is_some_and(|previous| previous.end == node.range().start)
    }

    pub(super) fn take(&mut self, sibling: Node<'_>) {
        let value = if sibling.kind() == NodeKind::Entry { sibling.children().last() } else { Some(sibling) };
        self.value_range = value.map(Node::range);
        self.previous_id = Some(sibling.id());
        self.value = value.map(Node::kind).filter(|kind| *kind != NodeKind::Key);
        self.at = sibling.range().end;
        self.previous = Some(sibling.range());
        self.separated = false;
        self.line_broken = false;
        self.comma_may_follow = true;
    }
}
