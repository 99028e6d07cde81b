//! Retry policies that are other ones. A policy that several clients name is one change.

use super::names::Names;
use super::{Change, Pair};
use crate::retry::RetryPolicy;

pub(super) fn changes<'d>(names: &Names<'d>, changes: &mut Vec<Change<'d>>) {
    let mut policies: Vec<(&'d RetryPolicy, &'d RetryPolicy, Vec<&'d str>)> = Vec::new();
    for (earlier, later) in names.clients() {
        match (&earlier.1.retry, &later.1.retry) {
            (before, after) if before == after => {}
            (Some(before), Some(after)) if before.name == after.name || is_renamed(before, after) => {
                match policies.iter_mut().find(|(known, now, _)| *known == before && *now == after) {
                    Some((.., clients)) => clients.push(later.0),
                    None => policies.push((before, after, vec![later.0])),
                }
            }
            (before, after) => {
                let policies = Pair { before: before.as_ref(), after: after.as_ref() };
                changes.push(Change::Retry(later.0, policies));
            }
        }
    }
    changes.extend(policies.into_iter().map(|(before, after, clients)| {
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
