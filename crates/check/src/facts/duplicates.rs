//! Leaves that a fallback is certain to try twice.

use std::collections::{BTreeSet, HashMap};

use clientc_plan::schedule::first_tickets;
use clientc_plan::{
    ClientId, ClientKind, MAX_NAMES, Outcome, Plan, RouteCounts, Step, Tickets, Walk, WalkOptions,
};
use clientc_syntax::work;

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
    let turns = leads_to_round_robin(plan);
    let mut found = Vec::new();
    let mut names = 0;
    for (fallback, client) in plan.ids().zip(plan.clients()) {
        let ClientKind::Fallback { members } = &client.kind else { continue };
        let size = counts.of(fallback);
        if !input.project.is_sound[fallback.index()] || !size.is_within() {
            continue;
        }
        let combinations =
            Some(()).filter(|()| turns[fallback.index()]).and_then(|()| first_tickets(plan, fallback));
        let calls = combinations.as_ref().map_or(1, Vec::len) as u64;
        names += size.names.saturating_mul(calls);
        if names > MAX_NAMES {
            break;
        }
        let calls: Vec<Tried> = match combinations {
            Some(combinations) => combinations
                .into_iter()
                .map(|tickets| tried(plan, fallback, members.len(), tickets))
                .collect(),
            // Without round-robins, and where they have too many combinations, only what is certain counts.
            None => vec![members.iter().map(|member| certain_leaves(plan, *member)).collect()],
        };
        find_in(fallback, members.len(), &calls, &mut found);
    }
    found
}

/// The leaves that each member of a fallback tries in a call in which everything fails.
type Tried = Vec<Vec<ClientId>>;

/// Finds the members with which each of these calls has tried a leaf again since the last one that was found.
fn find_in(fallback: ClientId, members: usize, calls: &[Tried], found: &mut Vec<Duplicate>) {
    let mut first: Vec<HashMap<ClientId, usize>> = vec![HashMap::new(); calls.len()];
    let mut again: Vec<Vec<(ClientId, usize)>> = vec![Vec::new(); calls.len()];
    for later in 0..members {
        for ((call, first), again) in calls.iter().zip(&mut first).zip(&mut again) {
            let leaves = call.get(later).map_or(&[][..], Vec::as_slice);
            work::add(1 + leaves.len());
            again.extend(leaves.iter().filter_map(|leaf| Some((*leaf, *first.get(leaf)?))));
            for leaf in leaves {
                first.entry(*leaf).or_insert(later);
            }
        }
        if again.iter().all(|again| !again.is_empty()) {
            let leaves: BTreeSet<ClientId> = match &again[..] {
                // Where there is only one call, the first of them is enough.
                [only] => only.first().map(|(leaf, _)| *leaf).into_iter().collect(),
                all => all.iter().flatten().map(|(leaf, _)| *leaf).collect(),
            };
            work::add(again.iter().map(Vec::len).sum());
            let of_leaves = again.iter().flatten().filter(|(leaf, _)| leaves.contains(leaf));
            let earlier = of_leaves.map(|(_, earlier)| *earlier).min().unwrap_or_default();
            found.push(Duplicate { fallback, earlier, later, leaves: leaves.into_iter().collect() });
            again.iter_mut().for_each(Vec::clear);
        }
    }
}

/// For each client whether it is a round-robin of several or leads to one.
fn leads_to_round_robin<P>(plan: &Plan<P>) -> Vec<bool> {
    let mut leads = vec![false; plan.clients().len()];
    for id in plan.order() {
        let is_one =
            plan.client(*id).is_some_and(|client| matches!(client.kind, ClientKind::RoundRobin { .. }));
        leads[id.index()] = is_one || plan.members(*id).iter().any(|member| leads[member.index()]);
    }
    leads
}

/// What each member tries in a call with these first tickets in which every attempt fails at once and nothing is
/// retried. A retry policy may bring other members, but only after failures that are retried.
fn tried<P>(plan: &Plan<P>, fallback: ClientId, members: usize, tickets: Tickets) -> Tried {
    let mut tried = vec![Vec::new(); members];
    let mut walk = Walk::new(plan, fallback, tickets, WalkOptions::default());
    let mut outcome = None;
    while let Step::Attempt(attempt) = walk.next(0, outcome.take()) {
        let member = attempt.visits.first().and_then(|visit| visit.member);
        if let (Some(member), Some(leaf)) = (member, attempt.visits.last())
            && let Some(leaves) = tried.get_mut(member as usize)
        {
            leaves.push(leaf.client);
        }
        outcome = Some(Outcome::Failed { retryable: false, retry_after_ms: None });
    }
    tried
}

fn certain_leaves<P>(plan: &Plan<P>, id: ClientId) -> Vec<ClientId> {
    let mut leaves = Vec::new();
    add_certain_leaves(plan, id, &mut leaves);
    leaves
}

/// Adds the leaves that a call through a client tries whenever all of them fail. A fallback tries what all its
/// members try. A round-robin uses one member, so only what every member tries is certain. The depth is bounded,
/// because routes that are too long are left out.
fn add_certain_leaves<P>(plan: &Plan<P>, id: ClientId, out: &mut Vec<ClientId>) {
    match plan.client(id).map(|client| &client.kind) {
        None => {}
        Some(ClientKind::Leaf) => out.push(id),
        Some(ClientKind::Fallback { members }) => {
            members.iter().for_each(|member| add_certain_leaves(plan, *member, out));
        }
        Some(ClientKind::RoundRobin { members, .. }) => {
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
