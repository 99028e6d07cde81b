//! Composites that contain themselves.

use std::collections::VecDeque;

use clientc_plan::{Client, ClientId, ClientKind, Field};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::fault::{Fault, FaultKind};
use crate::span::Span;

/// Reports every group of clients that contain themselves, and makes leaves of them so that the rest can be
/// planned.
pub(crate) fn cut(
    mut clients: Vec<Client<Span>>,
    places: &FxHashMap<ClientId, Vec<Span>>,
    sound: &mut [bool],
    faults: &mut Vec<Fault>,
) -> Vec<Client<Span>> {
    let count = u32::try_from(clients.len()).unwrap_or(u32::MAX);
    for group in clientc_plan::cycles(count, |index| clients[index].kind.members()) {
        faults.extend(fault(&clients, places, &group));
        for id in group {
            let client = &mut clients[id.index()];
            client.kind = ClientKind::Leaf;
            *client.limits.slot(Field::Total) = None;
            sound[id.index()] = false;
        }
    }
    clients
}

fn fault(
    clients: &[Client<Span>],
    places: &FxHashMap<ClientId, Vec<Span>>,
    group: &[ClientId],
) -> Option<Fault> {
    let path = shortest_way_back(clients, group)?;
    let mut steps = Vec::new();
    for (id, member) in &path {
        let place = *places.get(id)?.get(*member)?;
        steps.push((clients.get(id.index())?.name.clone(), place));
    }
    let span = steps.first()?.1;
    let subject = steps.first()?.0.to_string();
    Some(Fault { kind: FaultKind::Cycle { steps }, span, subject })
}

/// The shortest way from the first client of a group back to it: each client with the position of the member
/// that leads on.
fn shortest_way_back(clients: &[Client<Span>], group: &[ClientId]) -> Option<Vec<(ClientId, usize)>> {
    let start = *group.first()?;
    let inside: FxHashSet<ClientId> = group.iter().copied().collect();
    let mut came_from: FxHashMap<ClientId, (ClientId, usize)> = FxHashMap::default();
    let mut queue = VecDeque::from([start]);
    while let Some(id) = queue.pop_front() {
        for (position, member) in clients[id.index()].kind.members().iter().enumerate() {
            if !inside.contains(member) || came_from.contains_key(member) {
                continue;
            }
            came_from.insert(*member, (id, position));
            if *member == start {
                return Some(way(&came_from, start));
            }
            queue.push_back(*member);
        }
    }
    None
}

fn way(came_from: &FxHashMap<ClientId, (ClientId, usize)>, start: ClientId) -> Vec<(ClientId, usize)> {
    let mut steps = Vec::new();
    let mut at = start;
    while let Some(&(from, position)) = came_from.get(&at) {
        steps.push((from, position));
        at = from;
        if at == start {
            break;
        }
    }
    steps.reverse();
    steps
}
