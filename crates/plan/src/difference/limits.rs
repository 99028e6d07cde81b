//! Limits that are other ones, each with the routes on which another limit holds because of it.

use std::collections::HashMap;

use super::names::Names;
use super::{Change, LimitChange, Pair};
use crate::document::{Resolved, ResolvedOrigin, ResolvedRoute};
use crate::field::Field;

/// A route on which another limit holds than before.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteChange<'d> {
    /// The route in the later document.
    pub path: &'d [Box<str>],
    /// The limit that holds, in milliseconds, and what sets it.
    pub limit: Pair<Option<(u64, &'d ResolvedOrigin)>>,
}

type Owner<'d> = Option<&'d str>;

pub(super) fn changes<'d>(
    before: &'d Resolved,
    after: &'d Resolved,
    names: &Names<'d>,
    changes: &mut Vec<Change<'d>>,
) {
    let mut found: Vec<(Owner<'d>, Field, Option<u64>, Option<u64>)> = Vec::new();
    for field in Field::ALL {
        let (earlier, later) = (before.defaults.get(field).copied(), after.defaults.get(field).copied());
        if earlier != later {
            found.push((None, field, earlier, later));
        }
    }
    for (earlier, later) in names.clients() {
        for field in Field::ALL {
            let (before, after) =
                (earlier.1.timeouts.get(field).copied(), later.1.timeouts.get(field).copied());
            if before != after {
                found.push((Some(later.0), field, before, after));
            }
        }
    }
    let mut routes = routes(names, &found);
    changes.extend(found.into_iter().map(|(owner, field, before, after)| {
        let routes = routes.remove(&(owner, field)).unwrap_or_default();
        Change::Limit(LimitChange { owner, field, limit: Pair { before, after }, routes })
    }));
}

/// The routes on which another limit holds, by the limit that was changed. Where both the limit that held and the one
/// that holds now were changed, it is the one that holds now.
fn routes<'d>(
    names: &Names<'d>,
    found: &[(Owner<'d>, Field, Option<u64>, Option<u64>)],
) -> HashMap<(Owner<'d>, Field), Vec<RouteChange<'d>>> {
    let mut routes: HashMap<(Owner<'d>, Field), Vec<RouteChange<'d>>> = HashMap::new();
    let changed: HashMap<(Option<&str>, Field), (Owner<'d>, Field)> =
        found.iter().map(|(owner, field, ..)| ((*owner, *field), (*owner, *field))).collect();
    for (earlier, later) in names.clients() {
        let known: HashMap<Vec<&str>, &'d ResolvedRoute> =
            earlier.1.routes.iter().map(|route| (names.later_path(&route.path), route)).collect();
        for route in &later.1.routes {
            let path: Vec<&str> = route.path.iter().map(|name| &**name).collect();
            let Some(held) = known.get(&path) else { continue };
            for field in Field::ALL {
                let (before, after) = (limit(held, field), limit(route, field));
                if before.map(|limit| limit.0) == after.map(|limit| limit.0) {
                    continue;
                }
                let owners = [
                    after.map(|(_, origin)| origin.client.as_deref()),
                    before.map(|(_, origin)| origin.client.as_deref().map(|name| names.later(name))),
                ];
                let owner = owners.into_iter().flatten().find_map(|owner| changed.get(&(owner, field)));
                if let Some(owner) = owner {
                    routes
                        .entry(*owner)
                        .or_default()
                        .push(RouteChange { path: &route.path, limit: Pair { before, after } });
                }
            }
        }
    }
    routes
}

fn limit(route: &ResolvedRoute, field: Field) -> Option<(u64, &ResolvedOrigin)> {
    Some((*route.effective.get(field)?, route.origin.get(field)?))
}
