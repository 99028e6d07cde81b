//! What a change does to a plan: two resolved documents compared by what they mean.
//!
//! Lines, files and the order of blocks are no difference. Each change that a person makes is one difference: a limit
//! that is raised once is reported once, with every route on which a different limit applies because of it.

mod limits;
mod names;
mod policies;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, HashSet};

pub use self::limits::RouteChange;
use self::names::Names;
use crate::document::{Resolved, ResolvedClient, ResolvedKind};
use crate::field::Field;
use crate::retry::RetryPolicy;
use crate::run_time::RunTime;
use crate::value::Object;
use crate::worst_case::WorstCase;

/// The differences of two documents of one project.
#[derive(Debug, Clone, PartialEq)]
pub struct Differences<'d> {
    /// What was changed, in the order of the clients, then of the functions.
    pub changes: Vec<Change<'d>>,
    /// The clients whose worst case is another one, in the order of the later document.
    pub worst_cases: Vec<WorstCaseChange<'d>>,
    /// The routes that only the later document has, of clients that both have.
    pub routes_added: Vec<&'d [Box<str>]>,
    /// The routes that only the earlier document has, of clients that both have.
    pub routes_removed: Vec<&'d [Box<str>]>,
}

/// One change. Names are those of the later document, where it has the client or the function.
#[derive(Debug, Clone, PartialEq)]
pub enum Change<'d> {
    /// A client of this name is new.
    ClientAdded(&'d str),
    /// A client of this name is gone.
    ClientRemoved(&'d str),
    /// A client has another name and is the same otherwise.
    ClientRenamed(Pair<&'d str>),
    /// A client is of another kind or provider.
    Kind(&'d str, Pair<String>),
    /// Options of a leaf with these keys, the first ticket of a round-robin or the pooling of connections.
    Options(&'d str, Vec<&'d str>),
    /// A composite has other members, or the same in another order.
    Members(&'d str, Pair<&'d [Box<str>]>),
    /// A limit is another one.
    Limit(LimitChange<'d>),
    /// A retry policy is another one, for all these clients that name it.
    Policy(Pair<&'d RetryPolicy>, Vec<&'d str>),
    /// A retry policy has another name and is the same otherwise.
    PolicyRenamed(Pair<&'d str>),
    /// A client names another retry policy, or none.
    Retry(&'d str, Pair<Option<&'d RetryPolicy>>),
    /// Another runtime makes the calls.
    Calls(Pair<RunTime>),
    /// A function of this name names a client now.
    FunctionAdded(&'d str),
    /// A function of this name names no client any more.
    FunctionRemoved(&'d str),
    /// A function has another name.
    FunctionRenamed(Pair<&'d str>),
    /// A function names another client.
    FunctionClient(&'d str, Pair<&'d str>),
}

/// What was, and what is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair<T> {
    /// In the earlier document.
    pub before: T,
    /// In the later document.
    pub after: T,
}

/// A limit that is another one.
#[derive(Debug, Clone, PartialEq)]
pub struct LimitChange<'d> {
    /// The client that sets it, or `None` for `[defaults.http]`.
    pub owner: Option<&'d str>,
    /// Which limit.
    pub field: Field,
    /// Its length in milliseconds, or `None` where it is not set.
    pub limit: Pair<Option<u64>>,
    /// Whether the runtime that makes the calls enforces it. BAML enforces only the limits of leaves.
    pub is_obeyed: bool,
    /// Where a different limit applies because of it.
    pub routes: Vec<RouteChange<'d>>,
}

/// The worst case of a client through the runtime that makes the calls, before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorstCaseChange<'d> {
    /// The name of the client in the later document.
    pub name: &'d str,
    /// Its name in the earlier document.
    pub earlier: &'d str,
    /// What a call can cost.
    pub cost: Pair<WorstCase>,
}

impl WorstCaseChange<'_> {
    /// Whether a call can take longer or make more requests than before.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        self.is_longer() || self.cost.after.requests > self.cost.before.requests
    }

    /// Whether a call can take longer than before.
    #[must_use]
    pub fn is_longer(&self) -> bool {
        match (self.cost.before.duration_ms, self.cost.after.duration_ms) {
            (Some(before), Some(after)) => after > before,
            (before, after) => before.is_some() && after.is_none(),
        }
    }
}

impl<'d> Differences<'d> {
    /// Compares an earlier document with a later one.
    #[must_use]
    pub fn between(before: &'d Resolved, after: &'d Resolved) -> Self {
        let names = Names::of(before, after);
        let mut changes = names.changes();
        changes.extend(calls_changes(before, after));
        for (earlier, later) in names.clients() {
            client_changes(later.0, earlier.1, later.1, &names, &mut changes);
        }
        limits::changes(before, after, &names, &mut changes);
        policies::changes(&names, &mut changes);
        function_changes(before, after, &names, &mut changes);
        let worst_cases = names.clients().filter_map(|(earlier, later)| {
            let (before, after) = (earlier.1.cost(), later.1.cost());
            (before != after).then_some(WorstCaseChange {
                name: later.0,
                earlier: earlier.0,
                cost: Pair { before, after },
            })
        });
        let worst_cases = worst_cases.collect();
        let (routes_added, routes_removed) = route_changes(&names);
        Self { changes, worst_cases, routes_added, routes_removed }
    }
}

/// What makes the calls, where it is another runtime than before.
fn calls_changes<'d>(before: &Resolved, after: &Resolved) -> Option<Change<'d>> {
    let run_time = |document: &Resolved| {
        let (_, client) = document.clients.first()?;
        Some(if client.through_baml().is_some() { RunTime::Baml } else { RunTime::Clientc })
    };
    let (before, after) = (run_time(before)?, run_time(after)?);
    (before != after).then_some(Change::Calls(Pair { before, after }))
}

fn client_changes<'d>(
    name: &'d str,
    before: &'d ResolvedClient,
    after: &'d ResolvedClient,
    names: &Names<'d>,
    changes: &mut Vec<Change<'d>>,
) {
    let (kind_before, kind_after) = (kind(before), kind(after));
    if kind_before != kind_after {
        changes.push(Change::Kind(name, Pair { before: kind_before, after: kind_after }));
    }
    let is_same = before.members().len() == after.members().len()
        && before
            .members()
            .iter()
            .zip(after.members())
            .all(|(before, after)| names.later(before) == &**after);
    if !is_same && !before.members().is_empty() && !after.members().is_empty() {
        changes.push(Change::Members(name, Pair { before: before.members(), after: after.members() }));
    }
    let keys = changed_options(&before.kind, &after.kind);
    if !keys.is_empty() {
        changes.push(Change::Options(name, keys));
    }
}

fn kind(client: &ResolvedClient) -> String {
    match &client.kind {
        ResolvedKind::Leaf { provider, .. } => provider.to_string(),
        ResolvedKind::Fallback { .. } => "fallback".to_owned(),
        ResolvedKind::RoundRobin { .. } => "round-robin".to_owned(),
    }
}

fn changed_options<'d>(before: &'d ResolvedKind, after: &'d ResolvedKind) -> Vec<&'d str> {
    match (before, after) {
        (
            ResolvedKind::Leaf { options: earlier, connection_pooling: pooled, .. },
            ResolvedKind::Leaf { options: later, connection_pooling: pools, .. },
        ) => {
            let mut keys = changed_keys(earlier, later);
            if pooled != pools {
                keys.push("enable_connection_pooling");
            }
            keys
        }
        (ResolvedKind::RoundRobin { start: before, .. }, ResolvedKind::RoundRobin { start: after, .. })
            if before != after =>
        {
            vec!["start"]
        }
        _ => Vec::new(),
    }
}

fn changed_keys<'d>(before: &'d Object, after: &'d Object) -> Vec<&'d str> {
    let keys: BTreeSet<&str> = before.keys().chain(after.keys()).map(|key| &**key).collect();
    keys.into_iter().filter(|key| before.get(*key) != after.get(*key)).collect()
}

fn function_changes<'d>(
    before: &'d Resolved,
    after: &'d Resolved,
    names: &Names<'d>,
    changes: &mut Vec<Change<'d>>,
) {
    let removed = before.functions.iter().filter(|(name, _)| !after.functions.contains_key(*name));
    let mut by_client: HashMap<&str, Vec<&'d str>> = HashMap::new();
    for (name, function) in removed.clone() {
        by_client.entry(names.later(&function.client)).or_default().push(name);
    }
    let mut renamed: HashSet<&str> = HashSet::new();
    for (name, later) in &after.functions {
        match before.functions.get(name) {
            Some(earlier) if names.later(&earlier.client) == &*later.client => {}
            Some(earlier) => {
                let client = Pair { before: &*earlier.client, after: &*later.client };
                changes.push(Change::FunctionClient(name, client));
            }
            // A function of another name with the same client is the same function, if there is only one.
            None => match by_client.get(&*later.client).map(Vec::as_slice) {
                Some([earlier]) if renamed.insert(earlier) => {
                    changes.push(Change::FunctionRenamed(Pair { before: earlier, after: name }));
                }
                _ => changes.push(Change::FunctionAdded(name)),
            },
        }
    }
    let removed = removed.map(|(name, _)| &**name).filter(|name| !renamed.contains(name));
    changes.extend(removed.map(Change::FunctionRemoved));
}

/// Routes, each as the names from a client to a leaf.
type Paths<'d> = Vec<&'d [Box<str>]>;

/// The routes that only the later document has and those that only the earlier one has, for each pair of clients.
fn route_changes<'d>(names: &Names<'d>) -> (Paths<'d>, Paths<'d>) {
    let (mut added, mut removed) = (Vec::new(), Vec::new());
    for (earlier, later) in names.clients() {
        let before: BTreeSet<Vec<&str>> =
            earlier.1.routes.iter().map(|route| names.later_path(&route.path)).collect();
        let after: BTreeSet<Vec<&str>> =
            later.1.routes.iter().map(|route| route.path.iter().map(|name| &**name).collect()).collect();
        added.extend(
            later
                .1
                .routes
                .iter()
                .map(|route| &*route.path)
                .filter(|path| !before.contains(&path.iter().map(|name| &**name).collect::<Vec<_>>())),
        );
        removed.extend(
            earlier
                .1
                .routes
                .iter()
                .map(|route| &*route.path)
                .filter(|path| !after.contains(&names.later_path(path))),
        );
    }
    (added, removed)
}
