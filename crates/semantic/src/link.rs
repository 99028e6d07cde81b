//! Links the files of a project: one flat namespace, references, shorthands, and the plan they make.

mod define;
mod linker;
mod resolve;

use std::sync::Arc;

use clientc_plan::Plan;

use self::linker::Linker;
use crate::cycle;
use crate::facts::FileFacts;
use crate::project::{Defaults, LinkedProject};

/// Links the files of one project, which come in the order of their paths.
#[must_use]
pub fn link(files: Vec<Arc<FileFacts>>, defaults: &Defaults) -> LinkedProject {
    let mut linker = Linker::new(&files);
    linker.define();
    linker.mention();
    let functions = linker.functions();
    let graph = linker.clients();
    let Linker { clients, mentions, policies, policy_is_used, faults, names, .. } = linker;
    drop(names);
    let mut project = LinkedProject {
        plan: Plan::default(),
        written: None,
        v1: None,
        baml_version: None,
        is_whole: Vec::new(),
        is_sound: Vec::new(),
        member_places: graph.member_places,
        clients,
        mentions,
        functions,
        policies,
        policy_is_used,
        faults,
        files: Vec::new(),
    };
    let (clients, mut sound) = (graph.clients, graph.sound);
    let clients = cycle::cut(clients, &project.member_places, &mut sound, &mut project.faults);
    let bodies =
        project.policies.iter().map(|(file, index)| files[*file].policies[*index].policy.clone()).collect();
    // Whatever could not go into a plan has been cut before, so this holds; if it ever does not, the plan stays
    // empty and the faults above remain.
    project.plan = Plan::new(clients, bodies, *defaults).unwrap_or_default();
    project.is_whole.clone_from(&sound);
    for id in project.plan.order() {
        let members = project.plan.members(*id);
        sound[id.index()] &= members.iter().all(|member| sound[member.index()]);
    }
    project.is_sound = sound;
    project.files = files;
    project
}
