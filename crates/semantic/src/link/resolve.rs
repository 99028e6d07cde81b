//! The references of a project: what functions, strategies and clients name, and the clients as a plan has them.

use clientc_plan::providers::ProviderKind;
use clientc_plan::{ByField, Client, ClientId, ClientKind, Field, Limits, PolicyId};
use rustc_hash::FxHashMap;

use super::linker::{Defined, Linker, count};
use crate::facts::{ClientFacts, FunctionFacts};
use crate::fault::{Fault, FaultKind, Owner, UnknownClient};
use crate::project::{ClientSource, FunctionRef};
use crate::span::{FileId, Span};

pub(super) struct Graph {
    pub(super) clients: Vec<Client<Span>>,
    pub(super) member_places: FxHashMap<ClientId, Vec<Span>>,
    pub(super) sound: Vec<bool>,
}

impl<'f> Linker<'f> {
    /// The client that a text names. `None` has been reported.
    fn client(&mut self, text: &str, place: Span, owner: &str) -> Option<ClientId> {
        if text.contains('/') {
            return self.implicit.get(text).copied().flatten();
        }
        let why = match self.names.get(text).copied() {
            Some(Defined::Client(id)) => return Some(id),
            Some(policy @ Defined::Policy(_)) => UnknownClient::IsPolicy(self.place(policy).unwrap_or(place)),
            None if self.values.contains(text) => return None,
            None if text.contains([' ', '\t']) => UnknownClient::SeveralNames,
            None => UnknownClient::NotDefined,
        };
        let near = self.near(text, Owner::Client);
        let kind = FaultKind::UnknownClient { name: text.into(), why, near };
        self.faults.push(Fault { kind, span: place, subject: format!("{owner}/{text}") });
        None
    }

    pub(super) fn functions(&mut self) -> Vec<FunctionRef> {
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
    pub(super) fn clients(&mut self) -> Graph {
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
        let is_client = match self.names.get(&*name.text).copied() {
            Some(Defined::Policy(id)) => {
                self.policy_is_used[id.0 as usize] = true;
                return Some(id);
            }
            Some(client) => self.place(client),
            None => None,
        };
        let near = self.near(&name.text, Owner::Policy);
        let kind = FaultKind::UnknownPolicy { name: name.text.as_str().into(), is_client, near };
        let subject = format!("{}/retry_policy", client.name.text);
        self.faults.push(Fault { kind, span: Span::new(file, name.range), subject });
        None
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
        Some(ProviderKind::Fallback) if !members.is_empty() => {
            ClientKind::Fallback { members: members.into() }
        }
        Some(ProviderKind::RoundRobin) if !members.is_empty() => {
            ClientKind::RoundRobin { members: members.into(), start: client.start }
        }
        _ => ClientKind::Leaf,
    };
    let mut limits: Limits<Span> = ByField::NONE;
    if let Some(http) = &client.http {
        limits = http
            .limits
            .map(|_, limit| clientc_plan::Limit { ms: limit.ms(), origin: Span::new(file, limit.key) });
    }
    if kind.is_leaf() {
        *limits.slot(Field::Total) = None;
    }
    Client { name: client.name.text.as_str().into(), kind, limits, retry }
}
