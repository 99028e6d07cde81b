//! The ranges through which a selection grows.

use clientc_semantic::FileId;
use clientc_syntax::TextRange;

use super::folding::around;
use crate::scene::Scene;

/// The ranges around an offset, each within the next: the value, its entry, the block, the file.
#[must_use]
pub(crate) fn ranges(scene: &Scene, file: FileId, offset: u32) -> Vec<TextRange> {
    let text = scene.text(file);
    let tree = clientc_syntax::parse(text).tree;
    let mut ranges: Vec<TextRange> = around(tree.items(), offset).iter().map(|node| node.range()).collect();
    ranges.push(TextRange::of(0, text.len()));
    ranges.dedup();
    // A range that does not contain the one before it cannot be its parent.
    let mut kept: Vec<TextRange> = Vec::new();
    for range in ranges {
        if kept.last().is_none_or(|inner| range.contains(*inner)) {
            kept.push(range);
        }
    }
    kept
}
