//! What a linked project tells about its clients, policies and functions.

use clientc_plan::providers::Provider;
use clientc_plan::{ClientId, PolicyId};

use super::{ClientSource, FunctionRef, Project};
use crate::facts::{ClientFacts, FunctionFacts, PolicyFacts};
use crate::{FileId, Span};

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
