//! Code lenses above a client: its routes, its worst case and its users.

use clientc_plan::{RouteCounts, WorstCases};
use clientc_report::plural;
use clientc_semantic::FileId;
use clientc_syntax::TextRange;

use super::arithmetic;
use super::names;
use crate::scene::Scene;

/// A code lens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lens {
    /// The name of the client.
    pub(crate) range: TextRange,
    /// Its text.
    pub(crate) title: String,
    /// What it opens.
    pub(crate) leads_to: Target,
}

/// What a code lens opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// The plan of this client.
    Plan(String),
    /// The places that name this client.
    Uses(String),
}

/// A file with more clients than this gets no code lenses: nobody could read them.
const MOST_CLIENTS: usize = 2_000;

/// The code lenses of a file, in the order of the text.
#[must_use]
pub(crate) fn lenses(scene: &Scene, file: FileId) -> Vec<Lens> {
    let plan = &scene.project.plan;
    let clients: Vec<_> = scene.clients_of(file).collect();
    if clients.len() > MOST_CLIENTS {
        return Vec::new();
    }
    let counts = RouteCounts::new(plan);
    let mut worst_cases = WorstCases::new(plan);
    let mut uses = std::collections::HashMap::<&str, u64>::new();
    for facts in &scene.project.files {
        let mentions = names::of_file(scene.text(facts.file), facts);
        for mention in mentions.filter(|mention| !mention.role.is_definition()) {
            *uses.entry(mention.name).or_default() += 1;
        }
    }
    let mut lenses = Vec::new();
    for id in clients {
        let Some((_, facts)) = scene.project.client_facts(id) else { continue };
        let name = facts.name.text.to_string();
        let range = facts.name.range;
        let routes = plural(counts.of(id).routes, "route");
        let worst = arithmetic::in_short(worst_cases.of(id));
        let title = format!("{routes} · worst case {worst} · show plan");
        lenses.push(Lens { range, title, leads_to: Target::Plan(name.clone()) });
        let used = uses.get(name.as_str()).copied().unwrap_or(0);
        lenses.push(Lens { range, title: plural(used, "use"), leads_to: Target::Uses(name) });
    }
    lenses
}
