//! The call hierarchy over composition: what a client calls, and what calls it.

use clientc_plan::ClientId;
use clientc_semantic::{FileId, Span};
use clientc_syntax::TextRange;

use super::names::{self, Role};
use crate::scene::Scene;

/// A client or a function as a place in the hierarchy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// Its name.
    pub(crate) name: String,
    /// What it is: `fallback`, `openai`, `function`.
    pub(crate) detail: String,
    /// Whether it is a function.
    pub(crate) is_function: bool,
    /// The whole block, or the mention of a shorthand.
    pub(crate) span: Span,
    /// Its name.
    pub(crate) selection: TextRange,
}

/// A call, and the places in the caller that make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// The other end of the call.
    pub(crate) node: Node,
    /// The places in the caller.
    pub(crate) places: Vec<TextRange>,
}

/// The client or function at an offset.
#[must_use]
pub(crate) fn prepare(scene: &Scene, file: FileId, offset: u32) -> Option<Node> {
    let mention = names::at(scene, file, offset)?;
    match mention.role {
        Role::Function => function(scene, mention.name),
        Role::Policy | Role::PolicyOf(_) => None,
        _ => client(scene, scene.client(mention.name)?),
    }
}

/// What a client or function calls: the members of a composite, the client of a function.
#[must_use]
pub(crate) fn outgoing(scene: &Scene, name: &str, is_function: bool) -> Vec<Call> {
    if is_function {
        let Some((file, function)) = find_function(scene, name) else { return Vec::new() };
        let place = scene.facts(file).and_then(|facts| facts.functions.get(function)?.client.as_ref());
        let called = place.and_then(|place| scene.client(place.text.as_deref().ok()?));
        let node = called.and_then(|id| client(scene, id));
        return node
            .zip(place)
            .map(|(node, place)| Call { node, places: vec![place.range] })
            .into_iter()
            .collect();
    }
    let Some(id) = scene.client(name) else { return Vec::new() };
    let places = scene.project.member_places.get(&id).map_or(&[][..], Vec::as_slice);
    let mut calls: Vec<(ClientId, Vec<TextRange>)> = Vec::new();
    for (member, place) in scene.project.plan.members(id).iter().zip(places) {
        match calls.iter_mut().find(|(known, _)| known == member) {
            Some((_, places)) => places.push(place.range),
            None => calls.push((*member, vec![place.range])),
        }
    }
    let call = |(id, places)| Some(Call { node: client(scene, id)?, places });
    calls.into_iter().filter_map(call).collect()
}

/// What calls a client: composites and functions.
#[must_use]
pub(crate) fn incoming(scene: &Scene, name: &str) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for mention in names::everywhere(scene, name) {
        let Some(facts) = scene.facts(mention.span.file) else { continue };
        let caller = match mention.role {
            Role::Member(index) => {
                facts.clients.get(index).and_then(|found| client(scene, scene.client(&found.name.text)?))
            }
            Role::ClientOf(index) => {
                facts.functions.get(index).and_then(|found| function(scene, &found.name.text))
            }
            _ => None,
        };
        let Some(node) = caller else { continue };
        match calls.iter_mut().find(|call| call.node == node) {
            Some(call) => call.places.push(mention.span.range),
            None => calls.push(Call { node, places: vec![mention.span.range] }),
        }
    }
    calls
}

fn client(scene: &Scene, id: ClientId) -> Option<Node> {
    let name = scene.project.client_name(id).to_owned();
    let detail = scene.project.provider(id).map_or("", |provider| provider.name).to_owned();
    let place = scene.project.client_place(id)?;
    let range = scene.project.client_facts(id).map_or(place.range, |(_, facts)| facts.range);
    let span = Span::new(place.file, range);
    Some(Node { name, detail, is_function: false, span, selection: place.range })
}

fn function(scene: &Scene, name: &str) -> Option<Node> {
    let (file, index) = find_function(scene, name)?;
    let range = scene.facts(file)?.functions.get(index)?.name.range;
    let span = Span::new(file, range);
    Some(Node {
        name: name.to_owned(),
        detail: "function".to_owned(),
        is_function: true,
        span,
        selection: range,
    })
}

fn find_function(scene: &Scene, name: &str) -> Option<(FileId, usize)> {
    scene.project.files.iter().find_map(|facts| {
        let index = facts.functions.iter().position(|function| function.name.text == name)?;
        Some((facts.file, index))
    })
}
