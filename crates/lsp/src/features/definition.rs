//! Where a name is defined.

use clientc_semantic::{FileId, Span};

use super::names::{self, Role};
use crate::scene::Scene;

/// Where the name at an offset is defined. For a definition that is the definition itself, and for a function the
/// definition of its client. A shorthand is defined nowhere.
#[must_use]
pub(crate) fn definition(scene: &Scene, file: FileId, offset: u32) -> Option<Span> {
    let mention = names::at(scene, file, offset)?;
    match mention.role {
        Role::Client | Role::Policy => Some(mention.span),
        Role::Function => function_client(scene, file, mention.span.range.start),
        _ => of_name(scene, mention.name),
    }
}

/// Where a client or policy of this name is defined.
#[must_use]
pub(crate) fn of_name(scene: &Scene, name: &str) -> Option<Span> {
    let mut all = names::everywhere(scene, name).into_iter();
    all.find(|mention| matches!(mention.role, Role::Client | Role::Policy)).map(|mention| mention.span)
}

fn function_client(scene: &Scene, file: FileId, name_start: u32) -> Option<Span> {
    let facts = scene.facts(file)?;
    let function = facts.functions.iter().find(|function| function.name.range.start == name_start)?;
    of_name(scene, function.client.as_ref()?.text.as_deref().ok()?)
}
