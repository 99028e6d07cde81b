//! Links the files of a project: one flat namespace, references, shorthands, and the plan they make.

use std::sync::Arc;

use clientc_plan::providers::{self, Provider, ProviderKind};
use clientc_plan::{ByField, Client, ClientId, Field, Kind, Limits, Plan, PolicyId};
use rustc_hash::FxHashMap;

use crate::cycle;
use crate::facts::{ClientFacts, FileFacts, FunctionFacts, PolicyFacts};
use crate::fault::{Fault, FaultKind, Owner, UnknownClient};
use crate::nearest::Nearest;
use crate::{FileId, Span};

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

/// What a name stands for.
#[derive(Debug, Clone, Copy)]
enum Defined {
    Client { id: ClientId, place: Span },
    Policy { id: PolicyId, place: Span },
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

struct Graph {
    clients: Vec<Client<Span>>,
    member_places: FxHashMap<ClientId, Vec<Span>>,
    sound: Vec<bool>,
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

    /// Takes every block in source order; the first of a name counts.
    fn define(&mut self) {
        let files = self.files;
        let blocks = files.iter().map(|file| file.clients.len() + file.policies.len()).sum();
        self.names.reserve(blocks);
        self.clients.reserve(blocks);
        for (file, facts) in files.iter().enumerate() {
            let clients =
                facts.clients.iter().enumerate().map(|(index, client)| (index, Owner::Client, &client.name));
            let policies =
                facts.policies.iter().enumerate().map(|(index, policy)| (index, Owner::Policy, &policy.name));
            let mut blocks: Vec<_> = clients.chain(policies).collect();
            blocks.sort_by_key(|(_, _, name)| name.range.start);
            for (index, owner, name) in blocks {
                let place = Span::new(facts.file, name.range);
                if let Some(first) = self.names.get(&*name.text) {
                    let (first, first_owner) = first.definition();
                    let name: Box<str> = name.text.as_str().into();
                    let subject = name.to_string();
                    let kind = FaultKind::DuplicateName { name, owner, first, first_owner };
                    self.faults.push(Fault { kind, span: place, subject });
                    continue;
                }
                let defined = self.new_definition(owner, file, index, place);
                self.names.insert(&name.text, defined);
            }
        }
    }

    fn new_definition(&mut self, owner: Owner, file: usize, index: usize, place: Span) -> Defined {
        match owner {
            Owner::Client => {
                let id = ClientId(count(self.clients.len()));
                self.clients.push(ClientSource::Declared { file, index });
                Defined::Client { id, place }
            }
            Owner::Policy => {
                let id = PolicyId(count(self.policies.len()));
                self.policies.push((file, index));
                self.policy_is_used.push(false);
                Defined::Policy { id, place }
            }
        }
    }

    /// Takes every `provider/model` in source order and makes a client of each new text.
    fn mention(&mut self) {
        let files = self.files;
        for facts in files {
            let members = facts.clients.iter().flat_map(|client| {
                client
                    .members
                    .iter()
                    .map(move |member| (&*member.text, member.range, &*client.name.text, true))
            });
            let functions = facts.functions.iter().filter_map(|function| {
                let client = function.client.as_ref()?;
                Some((&**client.text.as_ref().ok()?, client.range, &*function.name.text, false))
            });
            let mut all: Vec<_> = members.chain(functions).filter(|(text, ..)| text.contains('/')).collect();
            all.sort_by_key(|(_, range, ..)| range.start);
            for (text, range, owner, in_strategy) in all {
                let place = Span::new(facts.file, range);
                if let Some(client) = self.shorthand(text, place, owner) {
                    self.mentions.push(Mention { client, place, in_strategy });
                }
            }
        }
    }

    /// The client of a `provider/model`; a fault at each mention of one that means nothing.
    fn shorthand(&mut self, text: &'f str, place: Span, owner: &str) -> Option<ClientId> {
        if let Some(Some(known)) = self.implicit.get(text) {
            return Some(*known);
        }
        let (provider_name, model) = text.split_once('/')?;
        let subject = format!("{owner}/{text}");
        let Some(provider) = providers::provider(provider_name) else {
            let kind = FaultKind::UnknownProvider { provider: provider_name.into(), shorthand: true };
            self.faults.push(Fault { kind, span: place, subject });
            self.implicit.insert(text, None);
            return None;
        };
        if provider.kind != ProviderKind::Leaf {
            let why = UnknownClient::CompositeShorthand;
            let kind = FaultKind::UnknownClient { name: text.into(), why, near: Vec::new() };
            self.faults.push(Fault { kind, span: place, subject });
            self.implicit.insert(text, None);
            return None;
        }
        let id = ClientId(count(self.clients.len()));
        self.clients.push(ClientSource::Implicit { provider, model: model.into(), place });
        self.implicit.insert(text, Some(id));
        Some(id)
    }

    /// The client that a text names. `None` has been reported.
    fn client(&mut self, text: &str, place: Span, owner: &str) -> Option<ClientId> {
        if text.contains('/') {
            return self.implicit.get(text).copied().flatten();
        }
        let why = match self.names.get(text) {
            Some(Defined::Client { id, .. }) => return Some(*id),
            Some(Defined::Policy { place, .. }) => UnknownClient::IsPolicy(*place),
            None if text.contains([' ', '\t']) => UnknownClient::SeveralNames,
            None => UnknownClient::NotDefined,
        };
        let clients = self.names.iter().filter(|(_, defined)| matches!(defined, Defined::Client { .. }));
        let near = self.nearest.find(text, clients.map(|(name, _)| *name));
        let kind = FaultKind::UnknownClient { name: text.into(), why, near };
        self.faults.push(Fault { kind, span: place, subject: format!("{owner}/{text}") });
        None
    }

    fn functions(&mut self) -> Vec<FunctionRef> {
        let files = self.files;
        let mut functions = Vec::new();
        for (file, facts) in files.iter().enumerate() {
            for (index, function) in facts.functions.iter().enumerate() {
                let client = self.function_client(facts.file, function);
                functions.push(FunctionRef { file, index, client });
            }
        }
        functions
    }

    fn function_client(&mut self, file: FileId, function: &'f FunctionFacts) -> Option<ClientId> {
        let client = function.client.as_ref()?;
        let place = Span::new(file, client.range);
        match &client.text {
            Ok(text) => self.client(text, place, &function.name.text),
            Err(noun) => {
                let why = UnknownClient::NotText(noun);
                let kind = FaultKind::UnknownClient { name: Box::default(), why, near: Vec::new() };
                self.faults.push(Fault { kind, span: place, subject: function.name.text.to_string() });
                None
            }
        }
    }

    /// Resolves what every client block names, also those of a name that was taken.
    fn clients(&mut self) -> Graph {
        let files = self.files;
        let mut graph = Graph {
            clients: Vec::with_capacity(self.clients.len()),
            member_places: FxHashMap::default(),
            sound: Vec::new(),
        };
        for (file, facts) in files.iter().enumerate() {
            for (index, client) in facts.clients.iter().enumerate() {
                let source = ClientSource::Declared { file, index };
                let (mut members, mut places) = (Vec::new(), Vec::new());
                for member in &client.members {
                    let place = Span::new(facts.file, member.range);
                    if let Some(id) = self.client(&member.text, place, &client.name.text) {
                        members.push(id);
                        places.push(place);
                    }
                }
                let policy = self.policy(facts.file, client);
                if self.clients.get(graph.clients.len()) != Some(&source) {
                    continue;
                }
                let id = ClientId(count(graph.clients.len()));
                let sound = is_sound(client) && members.len() == client.members.len();
                graph.sound.push(sound && policy.is_some() == client.retry_policy.is_some());
                graph.clients.push(plan_client(facts.file, client, members, policy));
                if !places.is_empty() {
                    graph.member_places.insert(id, places);
                }
            }
        }
        let mut implicit: Vec<_> =
            self.implicit.iter().filter_map(|(text, id)| Some(((*id)?, *text))).collect();
        implicit.sort_unstable_by_key(|(id, _)| *id);
        graph.sound.resize(graph.clients.len() + implicit.len(), true);
        graph.clients.extend(implicit.into_iter().map(|(_, text)| Client::leaf(text)));
        graph
    }

    fn policy(&mut self, file: FileId, client: &ClientFacts) -> Option<PolicyId> {
        let name = client.retry_policy.as_ref()?;
        let is_client = match self.names.get(&*name.text) {
            Some(Defined::Policy { id, .. }) => {
                self.policy_is_used[id.0 as usize] = true;
                return Some(*id);
            }
            Some(Defined::Client { place, .. }) => Some(*place),
            None => None,
        };
        let policies = self.names.iter().filter(|(_, defined)| matches!(defined, Defined::Policy { .. }));
        let near = self.nearest.find(&name.text, policies.map(|(name, _)| *name));
        let kind = FaultKind::UnknownPolicy { name: name.text.as_str().into(), is_client, near };
        let subject = format!("{}/retry_policy", client.name.text);
        self.faults.push(Fault { kind, span: Span::new(file, name.range), subject });
        None
    }
}

impl Defined {
    fn definition(&self) -> (Span, Owner) {
        match self {
            Self::Client { place, .. } => (*place, Owner::Client),
            Self::Policy { place, .. } => (*place, Owner::Policy),
        }
    }
}

fn is_sound(client: &ClientFacts) -> bool {
    client.is_whole && client.options_are_whole && client.provider.is_some()
}

/// A client block as the plan has it. A composite that has lost all its members takes part as a leaf.
fn plan_client(
    file: FileId,
    client: &ClientFacts,
    members: Vec<ClientId>,
    retry: Option<PolicyId>,
) -> Client<Span> {
    let kind = match client.provider.map(|provider| provider.kind) {
        Some(ProviderKind::Fallback) if !members.is_empty() => Kind::Fallback { members: members.into() },
        Some(ProviderKind::RoundRobin) if !members.is_empty() => {
            Kind::RoundRobin { members: members.into(), start: client.start }
        }
        _ => Kind::Leaf,
    };
    let mut limits: Limits<Span> = ByField::NONE;
    if let Some(http) = &client.http {
        limits = http
            .limits
            .map(|_, limit| clientc_plan::Limit { ms: limit.ms, origin: Span::new(file, limit.key) });
    }
    if kind.is_leaf() {
        *limits.slot(Field::Total) = None;
    }
    Client { name: client.name.text.as_str().into(), kind, limits, retry }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl Project {
    /// The facts of a declared client.
    #[must_use]
    pub fn client_facts(&self, id: ClientId) -> Option<(FileId, &ClientFacts)> {
        match self.clients.get(id.index())? {
            ClientSource::Declared { file, index } => {
                let facts = self.files.get(*file)?;
                Some((facts.file, facts.clients.get(*index)?))
            }
            ClientSource::Implicit { .. } => None,
        }
    }

    /// The facts of a policy of the plan.
    #[must_use]
    pub fn policy_facts(&self, id: PolicyId) -> Option<(FileId, &PolicyFacts)> {
        let (file, index) = self.policies.get(id.0 as usize)?;
        let facts = self.files.get(*file)?;
        Some((facts.file, facts.policies.get(*index)?))
    }

    /// The name of a client, or the text of an implicit one.
    #[must_use]
    pub fn client_name(&self, id: ClientId) -> &str {
        self.plan.client(id).map_or("", |client| &client.name)
    }

    /// The place of a client's name, or of the first mention of an implicit one.
    #[must_use]
    pub fn client_place(&self, id: ClientId) -> Option<Span> {
        match self.clients.get(id.index())? {
            ClientSource::Declared { .. } => {
                self.client_facts(id).map(|(file, client)| Span::new(file, client.name.range))
            }
            ClientSource::Implicit { place, .. } => Some(*place),
        }
    }

    /// The provider of a client, where it is one that exists.
    #[must_use]
    pub fn provider(&self, id: ClientId) -> Option<&'static Provider> {
        match self.clients.get(id.index())? {
            ClientSource::Declared { .. } => self.client_facts(id)?.1.provider,
            ClientSource::Implicit { provider, .. } => Some(provider),
        }
    }

    /// The file and the facts of a function.
    #[must_use]
    pub fn function_facts(&self, function: &FunctionRef) -> Option<(FileId, &FunctionFacts)> {
        let facts = self.files.get(function.file)?;
        Some((facts.file, facts.functions.get(function.index)?))
    }
}
