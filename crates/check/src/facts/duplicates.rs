//! Leaves that a fallback is certain to try twice.

use std::collections::{BTreeSet, HashMap};

use clientc_plan::{ClientId, Kind, MAX_NAMES, Plan, RouteCounts};

use crate::core::input::Input;

/// A member of a fallback that tries a leaf again.
#[derive(Debug, Clone)]
pub(crate) struct Duplicate {
    pub(crate) fallback: ClientId,
    /// The earlier member, counted from 0.
    pub(crate) earlier: usize,
    /// The later member, counted from 0.
    pub(crate) later: usize,
    /// The leaf that both are certain to try; several where the picks of round-robins decide which of them.
    pub(crate) leaves: Vec<ClientId>,
}

/// Every member of a fallback that tries a leaf again, in the order of the clients.
pub(crate) fn find(input: &Input<'_>, counts: &RouteCounts) -> Vec<Duplicate> {
    let plan = &input.project.plan;
    let mut found = Vec::new();
    let mut names = 0;
    let (mut first, mut leaves) = (HashMap::new(), Vec::new());
    for (fallback, client) in plan.ids().zip(plan.clients()) {
        let Kind::Fallback { members } = &client.kind else { continue };
        let size = counts.of(fallback);
        if !input.project.is_sound[fallback.index()] || !size.is_within() {
            continue;
        }
        names += size.names;
        if names > MAX_NAMES {
            break;
        }
        first.clear();
        let mut tries = Tries::default();
        for (later, member) in members.iter().enumerate() {
            leaves.clear();
            add_certain_leaves(plan, *member, &mut leaves);
            let again = leaves.iter().find_map(|leaf| Some((*leaf, *first.get(leaf)?)));
            if let Some((leaf, earlier)) = again {
                found.push(Duplicate { fallback, earlier, later, leaves: vec![leaf] });
            } else if let Some((leaves, earlier)) = tries.add(plan, later, *member) {
                found.push(Duplicate { fallback, earlier, later, leaves });
            }
            for leaf in &leaves {
                first.entry(*leaf).or_insert(later);
            }
        }
    }
    found
}

/// The most sets of leaves that are looked at for one fallback. Where there are more, only the leaves that are
/// certain whatever the round-robins pick count.
const MOST_SETS: usize = 64;

/// The leaves that may have been tried, one set for each way in which round-robins can pick.
type Sets = BTreeSet<BTreeSet<ClientId>>;

/// What the members of a fallback have tried so far, in each way in which no leaf was tried twice.
struct Tries {
    /// Nothing where there are too many ways.
    ways: Option<Sets>,
    /// The members so far with what each may try.
    members: Vec<(usize, Sets)>,
}

impl Default for Tries {
    fn default() -> Self {
        Self { ways: Some(Sets::from([BTreeSet::new()])), members: Vec::new() }
    }
}

impl Tries {
    /// Adds a member. Where no way is left, some leaf is tried twice for certain: the leaves of which it may be one,
    /// and the first member that may have tried one of them.
    fn add<P>(&mut self, plan: &Plan<P>, place: usize, member: ClientId) -> Option<(Vec<ClientId>, usize)> {
        let before = self.ways.as_ref()?;
        let Some(sets) = sets_of(plan, member) else {
            self.ways = None;
            return None;
        };
        let (mut after, mut again) = (Sets::new(), BTreeSet::new());
        for (tried, new) in before.iter().flat_map(|tried| sets.iter().map(move |new| (tried, new))) {
            if tried.is_disjoint(new) {
                after.insert(tried | new);
            } else {
                again.extend(tried & new);
            }
        }
        if after.is_empty() && !again.is_empty() {
            let may_try = |sets: &Sets| sets.iter().any(|set| !set.is_disjoint(&again));
            let (earlier, _) = self.members.iter().find(|(_, sets)| may_try(sets))?;
            return Some((again.into_iter().collect(), *earlier));
        }
        self.members.push((place, sets));
        self.ways = (after.len() <= MOST_SETS).then_some(after);
        None
    }
}

/// The sets of leaves that a call through a client may try when all of them fail; nothing where there are too many.
fn sets_of<P>(plan: &Plan<P>, id: ClientId) -> Option<Sets> {
    let sets = match &plan.client(id)?.kind {
        Kind::Leaf => Sets::from([BTreeSet::from([id])]),
        Kind::Fallback { members } => {
            let mut sets = Sets::from([BTreeSet::new()]);
            for member in members {
                let new = sets_of(plan, *member)?;
                sets = sets.iter().flat_map(|tried| new.iter().map(move |new| tried | new)).collect();
                if sets.len() > MOST_SETS {
                    return None;
                }
            }
            sets
        }
        Kind::RoundRobin { members, .. } => {
            let mut sets = Sets::new();
            for member in members {
                sets.append(&mut sets_of(plan, *member)?);
            }
            sets
        }
    };
    (sets.len() <= MOST_SETS).then_some(sets)
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
