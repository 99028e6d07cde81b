//! What an explanation needs beside the resolved JSON: the schedules, and where every limit is written.

use std::collections::HashMap;

use clientc_plan::document::{Resolved, Source, resolved_schedule};
use clientc_plan::{ByField, ClientId, Limits, RunTime, Schedule};

use crate::project::LinkedProject;
use crate::resolve::Places;
use crate::span::Span;

/// Where the limits of a project are written, those that never win included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LimitPlaces {
    /// The keys of `[defaults.http]`.
    pub defaults: ByField<Source>,
    /// The clients by their names.
    pub clients: HashMap<Box<str>, ClientPlaces>,
}

/// Where a client and its limits are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientPlaces {
    /// Where the client is declared or first mentioned.
    pub source: Source,
    /// The keys of its limits.
    pub limits: ByField<Source>,
}

/// Gives these clients of a document their schedules.
pub fn add_schedules(document: &mut Resolved, project: &LinkedProject, ids: &[ClientId]) {
    for &id in ids {
        if let Some(client) = document.clients.get_mut(project.client_name(id)) {
            let plan = project.written_plan();
            client.schedule = Some(resolved_schedule(plan, &Schedule::of(plan, id)));
            if let Some(runtimes) = &mut client.runtimes {
                let baml = match project.plan.run_time() {
                    RunTime::Baml => None,
                    RunTime::Clientc => Some(plan.under(RunTime::Baml)),
                };
                let plan = baml.as_ref().unwrap_or(&project.plan);
                runtimes.baml.schedule = Some(resolved_schedule(plan, &Schedule::of(plan, id)));
            }
        }
    }
}

/// Finds where these clients and the defaults set their limits.
#[must_use]
pub fn limit_places(project: &LinkedProject, ids: &[ClientId], places: &dyn Places) -> LimitPlaces {
    let keys = |limits: &Limits<Span>| limits.map(|_, limit| places.place(&limit.origin));
    let clients = ids.iter().filter_map(|&id| {
        let client = project.written_plan().client(id)?;
        let source = places.place(&project.client_place(id)?);
        Some((client.name.clone(), ClientPlaces { source, limits: keys(&client.limits) }))
    });
    LimitPlaces { defaults: keys(project.written_plan().defaults()), clients: clients.collect() }
}
