//! What is known of a project while its files are linked.

use std::sync::Arc;

use clientc_plan::{ClientId, PolicyId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::FileFacts;
use crate::fault::{Fault, Owner};
use crate::near::{MOST_LETTERS, Names};
use crate::project::{ClientSource, Mention};
use crate::span::Span;

pub(super) struct Linker<'f> {
    pub(super) files: &'f [Arc<FileFacts>],
    pub(super) names: FxHashMap<&'f str, Defined>,
    /// Clients in the form of BAML v1: they exist, and nothing is known of them.
    pub(super) values: FxHashSet<&'f str>,
    pub(super) implicit: FxHashMap<&'f str, Option<ClientId>>,
    pub(super) clients: Vec<ClientSource>,
    pub(super) mentions: Vec<Mention>,
    pub(super) policies: Vec<(usize, usize)>,
    pub(super) policy_is_used: Vec<bool>,
    pub(super) faults: Vec<Fault>,
    known_clients: Option<Names<'f>>,
    known_policies: Option<Names<'f>>,
    letters_left: usize,
}

impl<'f> Linker<'f> {
    pub(super) fn new(files: &'f [Arc<FileFacts>]) -> Self {
        Self {
            files,
            names: FxHashMap::default(),
            values: files.iter().flat_map(|file| &file.values).map(|name| &*name.text).collect(),
            implicit: FxHashMap::default(),
            clients: Vec::new(),
            mentions: Vec::new(),
            policies: Vec::new(),
            policy_is_used: Vec::new(),
            faults: Vec::new(),
            known_clients: None,
            known_policies: None,
            letters_left: MOST_LETTERS,
        }
    }

    /// The place of the name of what a name stands for.
    pub(super) fn place(&self, defined: Defined) -> Option<Span> {
        match defined {
            Defined::Client(id) => match self.clients.get(id.index())? {
                ClientSource::Declared { file, index } => {
                    let facts = self.files.get(*file)?;
                    Some(Span::new(facts.file, facts.clients.get(*index)?.name.range))
                }
                ClientSource::Implicit { place, .. } => Some(*place),
            },
            Defined::Policy(id) => {
                let (file, index) = self.policies.get(id.0 as usize)?;
                let facts = self.files.get(*file)?;
                Some(Span::new(facts.file, facts.policies.get(*index)?.name.range))
            }
        }
    }

    /// The clients, or the policies, whose names are near to a text.
    pub(super) fn near(&mut self, text: &str, owner: Owner) -> Vec<Box<str>> {
        let names = &self.names;
        let ready = || {
            let is_wanted = |defined: &Defined| defined.owner() == owner;
            let mut known: Vec<&str> =
                names.iter().filter(|(_, defined)| is_wanted(defined)).map(|(name, _)| *name).collect();
            known.sort_unstable();
            Names::new(known.into_iter())
        };
        let known = match owner {
            Owner::Client => &mut self.known_clients,
            Owner::Policy => &mut self.known_policies,
        };
        known.get_or_insert_with(ready).near(text, &mut self.letters_left)
    }
}

/// A length as the plan counts.
pub(super) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// What a name stands for. There are as many as blocks, so it holds no more than it must.
#[derive(Debug, Clone, Copy)]
pub(super) enum Defined {
    Client(ClientId),
    Policy(PolicyId),
}

impl Defined {
    pub(super) const fn owner(self) -> Owner {
        match self {
            Self::Client(_) => Owner::Client,
            Self::Policy(_) => Owner::Policy,
        }
    }
}
