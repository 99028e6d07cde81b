//! Limits that are other ones, each with the routes on which another limit holds because of it.

use std::collections::HashMap;

use super::names::Names;
use super::{Change, LimitChange, Pair};
use crate::document::{Resolved, ResolvedClient, ResolvedOrigin, ResolvedRoute};
use crate::field::Field;

/// A route on which another limit holds than before.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteChange<'d> {
    /// The route in the later document.
    pub path: &'d [Box<str>],
    /// The limit that holds through the runtime that makes the calls, in milliseconds, and what sets it; `None` for
    /// what BAML sets itself.
    pub limit: Pair<Option<HeldLimit<'d>>>,
}

/// A limit in milliseconds, and what sets it.
type HeldLimit<'d> = (u64, Option<&'d ResolvedOrigin>);

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
    let mut routes = routes(before, after, names, &found);
    let is_obeyed = |owner: Owner<'_>| match owner.and_then(|owner| after.clients.get(owner)) {
        Some(client) => client.through_baml().is_none() || client.members().is_empty(),
        None => after.clients.values().all(|client| client.through_baml().is_none()),
    };
    changes.extend(found.into_iter().map(|(owner, field, before, after)| {
        let routes = routes.remove(&(owner, field)).unwrap_or_default();
        let limit = Pair { before, after };
        Change::Limit(LimitChange { owner, field, limit, is_obeyed: is_obeyed(owner), routes })
    }));
}

/// The routes on which another limit holds, by the limit that was changed. Where both the limit that held and the one
/// that holds now were changed, it is the one that holds now.
fn routes<'d>(
    earlier_document: &'d Resolved,
    later_document: &'d Resolved,
    names: &Names<'d>,
    found: &[(Owner<'d>, Field, Option<u64>, Option<u64>)],
) -> HashMap<(Owner<'d>, Field), Vec<RouteChange<'d>>> {
    let mut routes: HashMap<(Owner<'d>, Field), Vec<RouteChange<'d>>> = HashMap::new();
    let changed: HashMap<(Option<&str>, Field), (Owner<'d>, Field)> =
        found.iter().map(|(owner, field, ..)| ((*owner, *field), (*owner, *field))).collect();
    for (earlier, later) in names.clients() {
        let known: HashMap<Vec<&str>, (usize, &'d ResolvedRoute)> = earlier
            .1
            .routes
            .iter()
            .enumerate()
            .map(|(index, route)| (names.later_path(&route.path), (index, route)))
            .collect();
        for (index, route) in later.1.routes.iter().enumerate() {
            let path: Vec<&str> = route.path.iter().map(|name| &**name).collect();
            let Some(&(held_index, held)) = known.get(&path) else { continue };
            for field in Field::ALL {
                let before = limit(earlier_document, earlier.1, (held_index, held), field);
                let after = limit(later_document, later.1, (index, route), field);
                if before.map(|limit| limit.0) == after.map(|limit| limit.0) {
                    continue;
                }
                let owners = [
                    after.and_then(|(_, origin)| origin).map(|origin| origin.client.as_deref()),
                    before
                        .and_then(|(_, origin)| origin)
                        .map(|origin| origin.client.as_deref().map(|name| names.later(name))),
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

/// The limit that holds on a route of a client, which is told with its position.
fn limit<'d>(
    document: &'d Resolved,
    client: &ResolvedClient,
    (index, route): (usize, &'d ResolvedRoute),
    field: Field,
) -> Option<HeldLimit<'d>> {
    let Some(baml) = client.through_baml() else {
        return Some((*route.effective.get(field)?, Some(route.origin.get(field)?)));
    };
    // In BAML the leaf's own limit applies. The leaf's own route has its place.
    let leaf = document.clients.get(route.path.last()?);
    let own = leaf.and_then(|leaf| leaf.routes.first()?.origin.get(field));
    Some((*baml.effective.get(index)?.get(field)?, own.filter(|origin| origin.client.is_some())))
}
