//! The mentions of one name in one file.

use clientc_semantic::FileId;
use clientc_syntax::TextRange;

use super::names;
use crate::scene::Scene;

/// A mention of the name under the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Highlight {
    /// The bytes of the name.
    pub(crate) range: TextRange,
    /// Whether it is defined there.
    pub(crate) is_definition: bool,
}

/// The mentions in a file of the name at an offset.
#[must_use]
pub(crate) fn highlights(scene: &Scene, file: FileId, offset: u32) -> Vec<Highlight> {
    let Some(mention) = names::at(scene, file, offset) else { return Vec::new() };
    if !mention.role.is_of_a_client_or_policy() {
        return vec![Highlight { range: mention.span.range, is_definition: true }];
    }
    let Some(facts) = scene.facts(file) else { return Vec::new() };
    let of_file = names::of_file(scene.text(file), facts);
    let same = of_file.filter(|other| other.name == mention.name && other.role.is_of_a_client_or_policy());
    let mut found: Vec<Highlight> = same
        .map(|same| Highlight { range: same.span.range, is_definition: same.role.is_definition() })
        .collect();
    found.sort_by_key(|highlight| highlight.range);
    found
}
