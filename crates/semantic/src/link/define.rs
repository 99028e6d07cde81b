//! The names of a project: every block, and every `provider/model` as a client of its own.

use clientc_plan::providers::{self, ProviderKind};
use clientc_plan::{ClientId, PolicyId};

use super::linker::{Defined, Linker, count};
use crate::fault::{Fault, FaultKind, Owner, UnknownClient};
use crate::project::{ClientSource, Mention};
use crate::span::Span;

impl<'f> Linker<'f> {
    /// Takes every block in source order; the first of a name counts.
    pub(super) fn define(&mut self) {
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
                let span = Span::new(facts.file, name.range);
                if let Some(defined) = self.names.get(&*name.text).copied() {
                    let (first, first_owner) = (self.place(defined).unwrap_or(span), defined.owner());
                    let name: Box<str> = name.text.as_str().into();
                    let subject = name.to_string();
                    let kind = FaultKind::DuplicateName { name, owner, first, first_owner };
                    self.faults.push(Fault { kind, span, subject });
                    continue;
                }
                let defined = self.new_definition(owner, file, index);
                self.names.insert(&name.text, defined);
            }
        }
    }

    fn new_definition(&mut self, owner: Owner, file: usize, index: usize) -> Defined {
        match owner {
            Owner::Client => {
                let id = ClientId(count(self.clients.len()));
                self.clients.push(ClientSource::Declared { file, index });
                Defined::Client(id)
            }
            Owner::Policy => {
                let id = PolicyId(count(self.policies.len()));
                self.policies.push((file, index));
                self.policy_is_used.push(false);
                Defined::Policy(id)
            }
        }
    }

    /// Takes every `provider/model` in source order and makes a client of each new text.
    pub(super) fn mention(&mut self) {
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
}
