//! The runtime: a checked plan, a transport, an environment, and the tickets of the round-robins.

mod build;

pub use build::{Builder, StartError};

use crate::client::Client;
use crate::engine::Draw;
use crate::environment::Environment;
use crate::error::UnknownClient;
use crate::leaf::Leaf;
use crate::overrides::Ignored;
use crate::transport::Transport;
use clientc_plan::document::ResolvedPlan;
use clientc_plan::record::OverrideRecord;
use clientc_plan::{ClientId, Overrides};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// Carries out the calls of one resolved plan.
///
/// It is cheap to clone. All clones share the connections and the tickets of the round-robins.
#[derive(Debug, Clone)]
pub struct Runtime {
    pub(crate) inner: Arc<Inner>,
}

/// What all calls of a runtime share.
pub(crate) struct Inner {
    pub(crate) project: Box<str>,
    pub(crate) plan: ResolvedPlan,
    pub(crate) worst_cases_ms: Vec<Option<u64>>,
    pub(crate) entries: Vec<Option<Arc<Entry>>>,
    pub(crate) names: HashMap<Box<str>, ClientId>,
    pub(crate) functions: HashMap<Box<str>, ClientId>,
    pub(crate) primary: Option<ClientId>,
    pub(crate) overrides: Overrides,
    pub(crate) asked: Vec<OverrideRecord>,
    pub(crate) ignored: Vec<Ignored>,
    pub(crate) tickets: Vec<Arc<AtomicU64>>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) environment: Arc<dyn Environment>,
    pub(crate) draw: Arc<Draw>,
}

/// A leaf with what the engine needs to know of it.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) leaf: Leaf,
    pub(crate) is_pooled: bool,
    /// Whether the model can stream. Where it cannot, a stream is served from one whole answer.
    pub(crate) streams: bool,
    /// The name of the model, where it is written, for spans.
    pub(crate) model: Option<Box<str>>,
}

impl Runtime {
    /// Reads a resolved plan, as `clientc resolve --format json` writes it, and checks that it follows from its own
    /// clients and defaults. Requests go over the network, and variables come from the environment of the process.
    ///
    /// # Errors
    ///
    /// A document that is edited, cyclic, dangling or of another version is refused with the JSON path of what is
    /// wrong.
    pub fn from_json(text: &str) -> Result<Runtime, StartError> {
        Runtime::builder().from_json(text)
    }

    /// Begins a runtime with another transport or environment.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Returns the client with this name.
    ///
    /// # Errors
    ///
    /// Where no client has this name, the error suggests one.
    pub fn client(&self, name: &str) -> Result<Client, UnknownClient> {
        match self.inner.names.get(name) {
            Some(&id) => Ok(Client::new(&self.inner, id)),
            None => Err(self.unknown(name)),
        }
    }

    /// Returns the client that a function names, or the primary one of the registry where there is one.
    ///
    /// # Errors
    ///
    /// Where no function has this name, it is an error.
    pub fn function(&self, name: &str) -> Result<Client, UnknownClient> {
        let named = self.inner.functions.get(name).copied();
        match named.map(|id| self.inner.primary.unwrap_or(id)) {
            Some(id) => Ok(Client::new(&self.inner, id)),
            None => Err(self.unknown(name)),
        }
    }

    /// Goes through the names of all clients in the order of the document.
    pub fn client_names(&self) -> impl Iterator<Item = &str> {
        self.inner.plan.clients().iter().map(|client| &*client.name)
    }

    fn unknown(&self, name: &str) -> UnknownClient {
        let near = |other: &&str| is_near(other, name);
        UnknownClient { name: name.into(), suggestion: self.client_names().find(near).map(str::to_owned) }
    }
}

impl Inner {
    pub(crate) fn name(&self, client: ClientId) -> &str {
        self.plan.client(client).map_or("", |client| &client.name)
    }

    pub(crate) fn entry(&self, client: ClientId) -> Option<&Entry> {
        self.entries.get(client.index())?.as_deref()
    }

    pub(crate) fn worst_case_ms(&self, client: ClientId) -> Option<u64> {
        self.worst_cases_ms.get(client.index()).copied().flatten()
    }
}

/// Neither options nor variables: they may hold keys.
impl fmt::Debug for Inner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Runtime")
            .field("project", &self.project)
            .field("clients", &self.plan.clients().len())
            .finish_non_exhaustive()
    }
}

/// Whether two names differ in case, in `-`, `_` and blanks, or in one letter.
fn is_near(first: &str, second: &str) -> bool {
    let plain = |name: &str| -> Vec<char> {
        name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let (first, second) = (plain(first), plain(second));
    let (short, long) = if first.len() <= second.len() { (&first, &second) } else { (&second, &first) };
    let same = short.iter().zip(long.iter()).take_while(|(first, second)| first == second).count();
    let (short_rest, long_rest) = (&short[same..], &long[same..]);
    match long.len() - short.len() {
        0 => short_rest.is_empty() || short_rest[1..] == long_rest[1..],
        1 => short_rest == &long_rest[1..],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_near;

    #[test]
    fn names_that_differ_in_a_letter_are_near() {
        for (first, second) in [
            ("Fast", "fast"),
            ("MyFallback", "My_Fallback"),
            ("Fast", "Fost"),
            ("Fast", "Fas"),
            ("Fast", "Feast"),
        ] {
            assert!(is_near(first, second) && is_near(second, first), "{first} {second}");
        }
        for (first, second) in [("Fast", "Slow"), ("Fast", "Fastest"), ("", "Fast")] {
            assert!(!is_near(first, second) && !is_near(second, first), "{first} {second}");
        }
    }
}
