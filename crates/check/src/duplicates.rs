//! Leaves that a fallback is certain to try twice.

use std::collections::HashMap;

use clientc_plan::{ClientId, Kind, MAX_NAMES, Plan};

use crate::input::Input;

/// A member of a fallback that tries a leaf again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Duplicate {
    pub(crate) fallback: ClientId,
    /// The earlier member, counted from 0.
    pub(crate) earlier: usize,
    /// The later member, counted from 0.
    pub(crate) later: usize,
    /// The leaf that both are certain to try.
    pub(crate) leaf: ClientId,
}

impl Input<'_> {
    /// Every member of a fallback that tries a leaf again, in the order of the clients.
    pub(crate) fn duplicates(&self) -> &[Duplicate] {
        self.duplicates.get_or_init(|| self.find_duplicates())
    }

    /// Whether a client has such a member.
    pub(crate) fn has_duplicates(&self, id: ClientId) -> bool {
        self.duplicates().binary_search_by_key(&id, |duplicate| duplicate.fallback).is_ok()
    }

    fn find_duplicates(&self) -> Vec<Duplicate> {
        let plan = &self.project.plan;
        let mut found = Vec::new();
        let mut names = 0;
        let (mut first, mut leaves) = (HashMap::new(), Vec::new());
        for (fallback, client) in plan.ids().zip(plan.clients()) {
            let Kind::Fallback { members } = &client.kind else { continue };
            let counts = self.counts().of(fallback);
            if !self.project.is_sound[fallback.index()] || !counts.is_within() {
                continue;
            }
            names += counts.names;
            if names > MAX_NAMES {
                break;
            }
            first.clear();
            for (later, member) in members.iter().enumerate() {
                leaves.clear();
                add_certain_leaves(plan, *member, &mut leaves);
                let again = leaves.iter().find_map(|leaf| Some((*leaf, *first.get(leaf)?)));
                found.extend(again.map(|(leaf, earlier)| Duplicate { fallback, earlier, later, leaf }));
                for leaf in &leaves {
                    first.entry(*leaf).or_insert(later);
                }
            }
        }
        found
    }
}

/// Adds the leaves that a call through a client tries whenever all of them fail. A fallback tries what all its
/// members try. A round-robin uses one member, so only what every member tries is certain. The depth is bounded,
/// because routes that are too long are left out.
fn add_certain_leaves<P>(plan: &Plan<P>, id: ClientId, out: &mut Vec<ClientId>) {
    match plan.client(id).map(|client| &client.kind) {
        None => {}
        Some(Kind::Leaf) => out.push(id),
        Some(Kind::Fallback { members }) => {
            members.iter().for_each(|member| add_certain_leaves(plan, *member, out));
        }
        Some(Kind::RoundRobin { members, .. }) => {
            let Some((one, others)) = members.split_first() else { return };
            let mut certain = Vec::new();
            add_certain_leaves(plan, *one, &mut certain);
            for other in others {
                let mut leaves = Vec::new();
                add_certain_leaves(plan, *other, &mut leaves);
                leaves.sort_unstable();
                certain.retain(|leaf| leaves.binary_search(leaf).is_ok());
            }
            out.append(&mut certain);
        }
    }
}
