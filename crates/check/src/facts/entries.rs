//! The clients that callers use.

use clientc_plan::ClientId;
use clientc_semantic::LinkedProject;

use crate::core::input::Input;
use crate::core::settings::Entries;

/// The clients that callers use, each once: those of the settings, else those that functions name, in the order of the
/// source, else every client that is not a member. Names in the settings that are not clients of this project are left
/// out; where all are, the settings do not count.
#[must_use]
pub fn entries(input: &Input<'_>) -> Vec<ClientId> {
    let project = input.project;
    match &input.settings.entries {
        Entries::All => project.plan.ids().collect(),
        Entries::Named(names) => {
            let is_named = |id: &ClientId| names.iter().any(|name| name.value == project.client_name(*id));
            let ids: Vec<ClientId> = project.plan.ids().filter(is_named).collect();
            // Several projects may share the settings, and the names are those of another one.
            if ids.is_empty() { found_entries(project) } else { ids }
        }
        Entries::Found => found_entries(project),
    }
}

fn found_entries(project: &LinkedProject) -> Vec<ClientId> {
    let plan = &project.plan;
    let mut is_taken = vec![false; plan.clients().len()];
    let mut take = |id: &ClientId| !std::mem::replace(&mut is_taken[id.index()], true);
    let named: Vec<ClientId> =
        project.functions.iter().filter_map(|function| function.client).filter(|id| take(id)).collect();
    if !named.is_empty() {
        return named;
    }
    for member in plan.ids().flat_map(|id| plan.members(id)) {
        take(member);
    }
    plan.ids().filter(|id| take(id)).collect()
}
