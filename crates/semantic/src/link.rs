//! Links the files of a project: one flat namespace, references, shorthands, and the plan they make.

mod define;
mod project;
mod resolve;

use std::sync::Arc;

use clientc_plan::providers::Provider;
use clientc_plan::{ClientId, Limits, Plan};
use rustc_hash::FxHashMap;

use crate::Span;
use crate::cycle;
use crate::facts::FileFacts;
use crate::fault::Fault;
use crate::nearest::Nearest;
use define::Defined;

/// The limits of `[defaults.http]`, each with the place of its key in `clientc.toml`.
pub type Defaults = Limits<Span>;

/// The linked files of one project.
#[derive(Debug)]
pub struct Project {
    /// The files, in the order of their paths.
    pub files: Vec<Arc<FileFacts>>,
    /// Where each client comes from; the index is its [`ClientId`]. Declared ones come first, in source order,
    /// then the implicit ones in the order of their first mention.
    pub clients: Vec<ClientSource>,
    /// Every mention of a `provider/model`, in source order.
    pub mentions: Vec<Mention>,
    /// The functions in source order, each with the client it names, where that exists.
    pub functions: Vec<FunctionRef>,
    /// Every member of every declared composite: the client, and the place that names the member.
    pub member_places: FxHashMap<ClientId, Vec<Span>>,
    /// The clients as a graph. What is wrong in itself takes part as a leaf without limits.
    pub plan: Plan<Span>,
    /// Whether a client itself could be read and resolved. By client.
    pub is_whole: Vec<bool>,
    /// Whether a client and everything it leads to could be read and resolved. By client.
    pub is_sound: Vec<bool>,
    /// Where each policy of the plan comes from: the file and its index there.
    pub policies: Vec<(usize, usize)>,
    /// Whether a client uses the policy. By policy.
    pub policy_is_used: Vec<bool>,
    /// What is wrong with names and references.
    pub faults: Vec<Fault>,
}

/// Where a client comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientSource {
    /// A block: the index of its file and its index there.
    Declared {
        /// The index into [`Project::files`].
        file: usize,
        /// The index into [`FileFacts::clients`].
        index: usize,
    },
    /// A `provider/model` in a strategy or a function.
    Implicit {
        /// Its provider.
        provider: &'static Provider,
        /// Its model; may be empty.
        model: Box<str>,
        /// The place of its first mention.
        place: Span,
    },
}

/// A mention of a `provider/model`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// The implicit client.
    pub client: ClientId,
    /// The place.
    pub place: Span,
    /// Whether it stands in a strategy, else in a function.
    pub in_strategy: bool,
}

/// A function and its client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionRef {
    /// The index into [`Project::files`].
    pub file: usize,
    /// The index into [`FileFacts::functions`].
    pub index: usize,
    /// The client, where it exists.
    pub client: Option<ClientId>,
}

/// Links the files of one project, which come in the order of their paths.
#[must_use]
pub fn link(files: Vec<Arc<FileFacts>>, defaults: &Defaults) -> Project {
    let mut linker = Linker::new(&files);
    linker.define();
    linker.mention();
    let functions = linker.functions();
    let graph = linker.clients();
    let Linker { clients, mentions, policies, policy_is_used, faults, names, .. } = linker;
    drop(names);
    let mut project = Project {
        plan: Plan::default(),
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
    // empty and the faults above still stand.
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

struct Linker<'f> {
    files: &'f [Arc<FileFacts>],
    names: FxHashMap<&'f str, Defined>,
    implicit: FxHashMap<&'f str, Option<ClientId>>,
    clients: Vec<ClientSource>,
    mentions: Vec<Mention>,
    policies: Vec<(usize, usize)>,
    policy_is_used: Vec<bool>,
    faults: Vec<Fault>,
    nearest: Nearest,
}

impl<'f> Linker<'f> {
    fn new(files: &'f [Arc<FileFacts>]) -> Self {
        Self {
            files,
            names: FxHashMap::default(),
            implicit: FxHashMap::default(),
            clients: Vec::new(),
            mentions: Vec::new(),
            policies: Vec::new(),
            policy_is_used: Vec::new(),
            faults: Vec::new(),
            nearest: Nearest::default(),
        }
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
