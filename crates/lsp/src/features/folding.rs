//! What can be folded.

use clientc_semantic::FileId;
use clientc_syntax::{Node, NodeKind, TextRange};

use crate::scene::Scene;

/// A part of a text that can be folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fold {
    /// From the end of what stays visible to the end of what is folded.
    pub(crate) range: TextRange,
    /// Whether it is a comment.
    pub(crate) is_comment: bool,
}

/// The blocks, maps, arrays and comments of a file that take more than one line. Line comments on lines below each
/// other fold as one.
#[must_use]
pub(crate) fn folds(scene: &Scene, file: FileId) -> Vec<Fold> {
    let text = scene.text(file);
    let tree = clientc_syntax::parse(text).tree;
    let mut folds = Vec::new();
    let mut comments: Option<TextRange> = None;
    for node in tree.nodes() {
        let range = node.range();
        match node.kind() {
            NodeKind::LineComment => match &mut comments {
                Some(run) if is_next_line(text, run.end, range.start) => run.end = range.end,
                _ => push_comment(&mut folds, text, comments.replace(range)),
            },
            NodeKind::BlockComment => push(&mut folds, text, range, true),
            NodeKind::Map | NodeKind::Array => push(&mut folds, text, range, false),
            NodeKind::Foreign | NodeKind::Function => {
                if let Some(brace) = range.slice(text).find('{') {
                    let start = range.start + u32::try_from(brace).unwrap_or(0);
                    push(&mut folds, text, TextRange::new(start, range.end), false);
                }
            }
            _ => {}
        }
    }
    push_comment(&mut folds, text, comments);
    folds.sort_by_key(|fold| (fold.range.start, fold.range.end));
    folds
}

fn push_comment(folds: &mut Vec<Fold>, text: &str, run: Option<TextRange>) {
    if let Some(run) = run {
        push(folds, text, run, true);
    }
}

fn push(folds: &mut Vec<Fold>, text: &str, range: TextRange, is_comment: bool) {
    if range.slice(text).trim_end().contains(['\n', '\r']) {
        folds.push(Fold { range, is_comment });
    }
}

fn is_next_line(text: &str, end: u32, start: u32) -> bool {
    let between = text.get(end as usize..start as usize).unwrap_or("x");
    let breaks = between.matches('\n').count().max(between.matches('\r').count());
    between.trim().is_empty() && breaks <= 1
}

/// The innermost node around an offset and everything around it, from the innermost to the whole item.
pub(crate) fn around<'t>(items: impl Iterator<Item = Node<'t>>, offset: u32) -> Vec<Node<'t>> {
    let holds = |node: &Node<'t>| node.range().start <= offset && offset <= node.range().end;
    let mut found: Vec<Node<'t>> = Vec::new();
    let mut next = items.filter(holds).last();
    while let Some(node) = next {
        found.push(node);
        next = node.children().filter(holds).last();
    }
    found.reverse();
    found
}
