//! What hints and code lenses depend on beside the text of their own file.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use clientc_plan::Limits;
use clientc_semantic::{LinkedProject, Span};

/// A number that stays the same while no edit changes what hints and code lenses show in other files: the graph of the
/// clients, their limits and policies, and how often each is used. Where something is written does not matter.
#[must_use]
pub(crate) fn shape(project: &LinkedProject) -> u64 {
    let mut hasher = DefaultHasher::new();
    let plan = &project.plan;
    for (id, client) in plan.ids().zip(plan.clients()) {
        client.name.hash(&mut hasher);
        std::mem::discriminant(&client.kind).hash(&mut hasher);
        plan.members(id).hash(&mut hasher);
        plan.policy(client).hash(&mut hasher);
        times(&client.limits, &mut hasher);
        project.member_places.get(&id).map(Vec::len).hash(&mut hasher);
    }
    times(plan.defaults(), &mut hasher);
    plan.run_time().hash(&mut hasher);
    project.baml_version.hash(&mut hasher);
    for function in &project.functions {
        function.client.hash(&mut hasher);
    }
    hasher.finish()
}

fn times(limits: &Limits<Span>, hasher: &mut DefaultHasher) {
    for (field, limit) in limits.iter() {
        (field, limit.ms).hash(hasher);
    }
}
