//! A linked project, and what it tells about its clients, policies and functions.

use std::sync::Arc;

use clientc_plan::providers::Provider;
use clientc_plan::{ClientId, Limits, Plan, PolicyId, RunTime};
use rustc_hash::FxHashMap;

use crate::facts::{ClientFacts, FileFacts, FunctionFacts, PolicyFacts};
use crate::fault::Fault;
use crate::span::{FileId, Span};

/// The limits of `[defaults.http]`, each with the place of its key in `clientc.toml`.
pub type Defaults = Limits<Span>;

/// The linked files of one project.
#[derive(Debug)]
pub struct LinkedProject {
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
    /// The clients as a graph, as the runtime that makes the calls carries them out. What is wrong in itself takes part
    /// as a leaf without limits.
    pub plan: Plan<Span>,
    /// The same as the files say it, where the runtime obeys less than that.
    pub(crate) written: Option<Plan<Span>>,
    /// The place that says that this is a project of BAML v1: its `baml.toml`.
    pub v1: Option<Span>,
    /// The version of BAML that the settings or a generator block name.
    pub baml_version: Option<Box<str>>,
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
        /// The index into [`LinkedProject::files`].
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
    /// Whether it is in a strategy, else in a function.
    pub in_strategy: bool,
}

/// A function and its client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionRef {
    /// The index into [`LinkedProject::files`].
    pub file: usize,
    /// The index into [`FileFacts::functions`].
    pub index: usize,
    /// The client, where it exists.
    pub client: Option<ClientId>,
}

impl LinkedProject {
    /// Judges the plan as this runtime carries it out.
    pub fn judge(&mut self, run_time: RunTime) {
        if run_time != self.plan.run_time() {
            let written = self.written.take().unwrap_or_else(|| std::mem::take(&mut self.plan));
            self.plan = written.under(run_time);
            self.written = Some(written);
        }
    }

    /// The plan as the files say it, with limits composed: what the resolved JSON holds.
    #[must_use]
    pub fn written_plan(&self) -> &Plan<Span> {
        self.written.as_ref().unwrap_or(&self.plan)
    }

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
