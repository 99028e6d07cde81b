//! Where a name is used.

use clientc_semantic::{FileId, Span};

use super::names;
use crate::scene::Scene;

/// Every place that names what is at an offset, in the order of the project, `clientc.toml` last. The definition is
/// among them where it is asked for.
#[must_use]
pub(crate) fn references(scene: &Scene, file: FileId, offset: u32, with_definition: bool) -> Vec<Span> {
    let Some(mention) = names::at(scene, file, offset) else { return Vec::new() };
    if !mention.role.is_of_a_client_or_policy() {
        return if with_definition { vec![mention.span] } else { Vec::new() };
    }
    let all = names::everywhere(scene, mention.name).into_iter();
    all.filter(|mention| with_definition || !mention.role.is_definition())
        .map(|mention| mention.span)
        .collect()
}
