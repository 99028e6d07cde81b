//! The one style.

use clientc_check::Edit;
use clientc_semantic::{FileId, Span};
use clientc_syntax::TextRange;

use crate::scene::Scene;

/// The changes that lay out a file, or what touches a part of it, in the one style.
#[must_use]
pub fn edits(scene: &Scene, file: FileId, within: Option<TextRange>) -> Vec<Edit> {
    let touches =
        |range: TextRange| within.is_none_or(|within| range.start <= within.end && within.start <= range.end);
    let edits = clientc_fmt::edits(scene.text(file)).into_iter().filter(|edit| touches(edit.range));
    edits.map(|edit| Edit { span: Span::new(file, edit.range), text: edit.text }).collect()
}
