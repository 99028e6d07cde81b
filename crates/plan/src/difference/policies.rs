//! Retry policies that are other ones. A policy that several clients name is one change.

use indexmap::IndexMap;

use super::names::Names;
use super::{Change, Pair};
use crate::retry::RetryPolicy;

pub(super) fn changes<'d>(names: &Names<'d>, changes: &mut Vec<Change<'d>>) {
    let mut policies: IndexMap<(&str, &str), (&'d RetryPolicy, &'d RetryPolicy, Vec<&'d str>)> =
        IndexMap::new();
    for (earlier, later) in names.clients() {
        match (&earlier.1.retry, &later.1.retry) {
            (before, after) if before == after => {}
            (Some(before), Some(after)) if before.name == after.name || is_renamed(before, after) => {
                // Within one document a name stands for one policy.
                let known = policies.entry((&before.name, &after.name));
                known.or_insert((before, after, Vec::new())).2.push(later.0);
            }
            (before, after) => {
                let policies = Pair { before: before.as_ref(), after: after.as_ref() };
                changes.push(Change::Retry(later.0, policies));
            }
        }
    }
    changes.extend(policies.into_values().map(|(before, after, clients)| {
        if is_renamed(before, after) {
            Change::PolicyRenamed(Pair { before: &*before.name, after: &*after.name })
        } else {
            Change::Policy(Pair { before, after }, clients)
        }
    }));
}

/// Whether only the names of two policies differ.
fn is_renamed(before: &RetryPolicy, after: &RetryPolicy) -> bool {
    before.name != after.name && RetryPolicy { name: after.name.clone(), ..before.clone() } == *after
}
