//! From a document to a runtime.

use super::{Entry, Inner, Runtime};
use crate::environment::{Environment, ProcessEnvironment};
use crate::leaf::Leaf;
use crate::transport::{Network, NetworkError, Transport};
use clientc_plan::document::{DocumentError, MismatchError, Resolved, ResolvedClient, ResolvedKind};
use clientc_plan::{ClientId, Overrides, WorstCases};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// What a runtime is made of besides its plan.
#[derive(Default)]
pub struct Builder {
    transport: Option<Arc<dyn Transport>>,
    environment: Option<Arc<dyn Environment>>,
    draw: Option<Arc<crate::engine::Draw>>,
}

/// Why a runtime cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The text is no resolved plan.
    #[error("the resolved plan cannot be read: {0}")]
    Document(#[from] DocumentError),
    /// The plan does not follow from its own clients and defaults.
    #[error("the resolved plan is refused: {0}; write it anew with `clientc resolve --format json`")]
    Mismatch(#[from] MismatchError),
    /// The HTTP library could not be set up.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

impl Builder {
    /// Sends requests over this transport in place of the network.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport) -> Builder {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Takes variables from here in place of the environment of the process.
    #[must_use]
    pub fn environment(mut self, environment: impl Environment + 'static) -> Builder {
        self.environment = Some(Arc::new(environment));
        self
    }

    /// Draws delays with jitter by this function in place of evenly. It is given the planned delay in
    /// milliseconds; what it returns above that counts as that.
    #[must_use]
    pub fn draw(mut self, draw: impl Fn(u64) -> u64 + Send + Sync + 'static) -> Builder {
        self.draw = Some(Arc::new(draw));
        self
    }

    /// Reads and checks a resolved plan.
    ///
    /// # Errors
    ///
    /// As [`Runtime::from_json`].
    pub fn from_json(self, text: &str) -> Result<Runtime, StartError> {
        self.from_document(&Resolved::read(text)?)
    }

    /// Checks a resolved plan that is already read.
    ///
    /// # Errors
    ///
    /// As [`Runtime::from_json`].
    pub fn from_document(self, document: &Resolved) -> Result<Runtime, StartError> {
        let plan = document.plan()?;
        let mut worst_cases = WorstCases::new(&plan);
        let worst_cases_ms = plan.ids().map(|id| worst_cases.of(id).duration_ms).collect();
        let names = plan.clients().iter().map(|client| client.name.clone()).zip(plan.ids()).collect();
        let id = |name: &str| document.clients.get_index_of(name).map(|index| ClientId(index as u32));
        let functions = document.functions.iter();
        let functions = functions.filter_map(|(name, function)| Some((name.clone(), id(&function.client)?)));
        let transport: Arc<dyn Transport> = match self.transport {
            Some(transport) => transport,
            None => Arc::new(Network::new()?),
        };
        let inner = Inner {
            project: document.project.clone(),
            worst_cases_ms,
            entries: document.clients.iter().map(|(name, client)| entry(name, client)).collect(),
            names,
            functions: functions.collect(),
            primary: None,
            overrides: Overrides::new(),
            asked: Vec::new(),
            ignored: Vec::new(),
            tickets: plan.ids().map(|_| Arc::new(AtomicU64::new(0))).collect(),
            transport,
            environment: self.environment.unwrap_or_else(|| Arc::new(ProcessEnvironment)),
            draw: self.draw.unwrap_or_else(|| Arc::new(|planned_ms| fastrand::u64(0..=planned_ms))),
            plan,
        };
        Ok(Runtime { inner: Arc::new(inner) })
    }
}

fn entry(name: &str, client: &ResolvedClient) -> Option<Arc<Entry>> {
    match &client.kind {
        ResolvedKind::Leaf { provider, options, connection_pooling } => {
            let leaf = Leaf { name: name.into(), provider: provider.clone(), options: options.clone() };
            Some(Arc::new(Entry::new(leaf, *connection_pooling)))
        }
        _ => None,
    }
}

impl Entry {
    pub(crate) fn new(leaf: Leaf, is_pooled: bool) -> Entry {
        let model = leaf.options.get("model").and_then(clientc_plan::Value::as_str).map(Into::into);
        Entry { is_pooled, streams: leaf.supports_streaming(), model, leaf }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Builder").finish_non_exhaustive()
    }
}
