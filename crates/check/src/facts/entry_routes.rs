//! The routes that callers use: those from entries.

use clientc_plan::{ClientId, Field, Limit, MAX_NAMES, Origin, Route, RouteCounts, Routes};
use clientc_semantic::{LinkedProject, Span};

/// An effective limit of a route with its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SetLimit<'a> {
    /// In milliseconds.
    pub(crate) ms: u64,
    pub(crate) field: Field,
    /// The client that sets it; `None` for `[defaults.http]`.
    pub(crate) client: Option<&'a str>,
    /// The place of its key.
    pub(crate) span: Span,
}

/// The routes from entries.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EntryRoutes<'c> {
    pub(crate) project: &'c LinkedProject,
    pub(crate) entries: &'c [ClientId],
    pub(crate) counts: &'c RouteCounts,
}

impl EntryRoutes<'_> {
    /// Visits the routes from entries that end at one of some leaves, leaving out what could not be read and what
    /// is too large to be listed. Only entries that lead to such a leaf are walked.
    pub(crate) fn walk(&self, leaves: impl IntoIterator<Item = ClientId>, mut visit: impl FnMut(&Route<'_>)) {
        let plan = &self.project.plan;
        let Some(leads) = self.leads_to(leaves) else { return };
        let mut names = 0;
        for entry in self.entries {
            let counts = self.counts.of(*entry);
            if !leads[entry.index()] || !counts.is_within() {
                continue;
            }
            names += counts.names;
            if names > MAX_NAMES {
                return;
            }
            let mut routes = Routes::new(plan, *entry);
            while let Some(route) = routes.next() {
                let is_wanted = route.path.last().is_some_and(|leaf| leads[leaf.index()]);
                if is_wanted && route.path.iter().all(|id| self.project.is_whole[id.index()]) {
                    visit(&route);
                }
            }
        }
    }

    /// For each client whether it is or leads to one of some leaves; `None` where there are no such leaves.
    pub(crate) fn leads_to(&self, leaves: impl IntoIterator<Item = ClientId>) -> Option<Vec<bool>> {
        let plan = &self.project.plan;
        let mut leads = Vec::new();
        for leaf in leaves {
            leads.resize(plan.clients().len(), false);
            leads[leaf.index()] = true;
        }
        if leads.is_empty() {
            return None;
        }
        for id in plan.order() {
            leads[id.index()] |= plan.members(*id).iter().any(|member| leads[member.index()]);
        }
        Some(leads)
    }

    /// For each client whether a client above it sets a request limit on a route from an entry.
    pub(crate) fn is_request_bounded(&self) -> Vec<bool> {
        let plan = &self.project.plan;
        let count = plan.clients().len();
        let (mut is_reached, mut is_bounded) = (vec![false; count], vec![false; count]);
        for entry in self.entries {
            is_reached[entry.index()] = true;
        }
        for id in plan.order().iter().rev() {
            let (reached, bounded) = (is_reached[id.index()], is_bounded[id.index()]);
            let sets_one = plan.client(*id).is_some_and(|client| client.limits.get(Field::Request).is_some());
            for member in plan.members(*id) {
                is_reached[member.index()] |= reached;
                is_bounded[member.index()] |= bounded || reached && sets_one;
            }
        }
        is_bounded
    }

    /// For each client the largest limit of a field that the clients above it set on a route from an entry, in
    /// milliseconds: `u64::MAX` where they set none, `None` where no entry leads to it.
    pub(crate) fn ms_left(&self, field: Field) -> Vec<Option<u64>> {
        let plan = &self.project.plan;
        let mut left = vec![None; plan.clients().len()];
        for entry in self.entries {
            left[entry.index()] = Some(u64::MAX);
        }
        for id in plan.order().iter().rev() {
            let (Some(above), Some(client)) = (left[id.index()], plan.client(*id)) else { continue };
            let below = client.limits.ms(field).map_or(above, |own| own.min(above));
            for member in client.kind.members() {
                left[member.index()] = left[member.index()].max(Some(below));
            }
        }
        left
    }
}

/// An effective limit of a route with its place.
pub(crate) fn limit_of<'a>(
    project: &'a LinkedProject,
    route: &Route<'_>,
    field: Field,
) -> Option<SetLimit<'a>> {
    let limit = route.limits.get(field)?;
    set_limit(project, route.path, field, limit)
}

fn set_limit<'a>(
    project: &'a LinkedProject,
    path: &[ClientId],
    field: Field,
    limit: &Limit<Origin>,
) -> Option<SetLimit<'a>> {
    let plan = &project.plan;
    let Some(place) = limit.origin.place() else {
        let span = plan.defaults().get(field)?.origin;
        return Some(SetLimit { ms: limit.ms, field, client: None, span });
    };
    let id = *path.get(place.index())?;
    let client = plan.client(id)?;
    let span = client.limits.get(field)?.origin;
    Some(SetLimit { ms: limit.ms, field, client: Some(&client.name), span })
}

impl SetLimit<'_> {
    /// What set it, for messages.
    pub(crate) fn setter(&self) -> String {
        self.client.map_or("`[defaults.http]`".to_owned(), |name| format!("`{name}`"))
    }

    /// What it is, independent of lines: `MyClient/http/request_timeout_ms`.
    pub(crate) fn subject(&self) -> String {
        format!("{}/http/{}", self.client.unwrap_or("defaults"), self.field.key())
    }
}
