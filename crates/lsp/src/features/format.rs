//! Formatting, as `clientc fmt` does it.

use clientc_check::FileEdit;
use clientc_semantic::FileId;
use clientc_syntax::TextRange;

use crate::scene::Scene;

/// The edits that format a file, or only what touches a part of it.
#[must_use]
pub(crate) fn edits(scene: &Scene, file: FileId, within: Option<TextRange>) -> Vec<FileEdit> {
    let touches =
        |range: TextRange| within.is_none_or(|within| range.start <= within.end && within.start <= range.end);
    let edits = clientc_fmt::edits(scene.text(file)).into_iter().filter(|edit| touches(edit.range));
    edits.map(|edit| FileEdit { file, edit }).collect()
}
