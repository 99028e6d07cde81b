//! From a document to a runtime.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use clientc_plan::document::{DocumentError, MismatchError, Resolved, ResolvedClient, ResolvedKind};
use clientc_plan::record::CallRecord;
use clientc_plan::{ClientId, Overrides, WorstCases};

use crate::credentials::{Chains, CredentialSource};
use crate::environment::{Environment, ProcessEnvironment};
use crate::inner::{Draw, Entry, Inner, OnEnd, Services, StreamUpstream};
use crate::leaf::Leaf;
use crate::runtime::Runtime;
use crate::tickets::Tickets;
use crate::transport::{Network, NetworkError, Transport};

/// How many bytes of a stream are kept for a slow reader by default.
const STREAM_BUFFER: usize = 256 * 1024;
/// The longest answer that is read by default, in bytes.
const MAX_ANSWER: usize = 256 * 1024 * 1024;

/// Builds a runtime: what it uses besides its plan.
#[derive(Default)]
pub struct Builder {
    transport: Option<Arc<dyn Transport>>,
    environment: Option<Arc<dyn Environment>>,
    credentials: Option<Arc<dyn CredentialSource>>,
    draw: Option<Arc<Draw>>,
    on_end: Option<Arc<OnEnd>>,
    stream_upstream: StreamUpstream,
    stream_buffer: Option<usize>,
    max_answer: Option<usize>,
    before: Option<Arc<Inner>>,
}

/// Why a runtime cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The text is not a resolved plan.
    #[error("cannot read the resolved plan: {0}")]
    Document(#[from] DocumentError),
    /// The plan does not follow from its own clients and defaults.
    #[error("the resolved plan is rejected: {0}; write it again with `clientc resolve --format json`")]
    Mismatch(#[from] MismatchError),
    /// The HTTP library could not be set up.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

impl Runtime {
    /// Reads a resolved plan, as `clientc resolve --format json` writes it, and checks that it follows from its own
    /// clients and defaults. Requests go over the network, and variables come from the environment of the process.
    ///
    /// # Errors
    ///
    /// A document that is edited, cyclic, dangling or of another version is rejected, with the JSON path of what is
    /// wrong.
    pub fn from_json(text: &str) -> Result<Self, StartError> {
        Self::builder().from_json(text)
    }

    /// A builder, for a runtime with another transport or environment.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Builder {
    /// Sends requests over this transport instead of the network.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Reads variables from here instead of the environment of the process.
    #[must_use]
    pub fn environment(mut self, environment: impl Environment + 'static) -> Self {
        self.environment = Some(Arc::new(environment));
        self
    }

    /// Asks this source for keys and tokens, before the options of a client, its variables, and the credential chains of
    /// AWS and Google.
    #[must_use]
    pub fn credentials(mut self, source: impl CredentialSource) -> Self {
        self.credentials = Some(Arc::new(source));
        self
    }

    /// Draws delays with jitter by this function instead of uniformly. It is given the planned delay; a larger result
    /// counts as the planned delay.
    #[must_use]
    pub fn draw(mut self, draw: impl Fn(Duration) -> Duration + Send + Sync + 'static) -> Self {
        self.draw = Some(Arc::new(draw));
        self
    }

    /// Calls a function with the record of each call that has ended: because it succeeded, because it failed, or
    /// because its future or its stream was dropped. It is called once per call, on the thread that ended it, so it
    /// should be quick.
    #[must_use]
    pub fn on_end(mut self, on_end: impl Fn(&CallRecord) + Send + Sync + 'static) -> Self {
        self.on_end = Some(Arc::new(on_end));
        self
    }

    /// Sets whether calls for a whole answer are made as streams upstream, whose pieces are joined. By default they are
    /// not. [`Client::with_stream_upstream`](crate::Client::with_stream_upstream) sets it for one client.
    #[must_use]
    pub fn stream_upstream(mut self, mode: StreamUpstream) -> Self {
        self.stream_upstream = mode;
        self
    }

    /// Keeps up to about this many bytes of a stream for a slow reader; 256 KiB by default. What arrives while there is
    /// room is in time. Beyond that nothing is read from the server until the reader has taken something.
    #[must_use]
    pub fn stream_buffer(mut self, bytes: usize) -> Self {
        self.stream_buffer = Some(bytes);
        self
    }

    /// Reads answers of up to this many bytes, whole or as streams; 256 MiB by default. A longer one is a broken
    /// connection.
    #[must_use]
    pub fn max_answer(mut self, bytes: usize) -> Self {
        self.max_answer = Some(bytes);
        self
    }

    /// Continues from another runtime, such as one with an earlier state of the same plan: what is not set here,
    /// including the connections, is shared with it, and round-robins that did not change keep their tickets.
    #[must_use]
    pub fn continue_from(mut self, before: &Runtime) -> Self {
        self.before = Some(Arc::clone(&before.inner));
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
        let tickets = match &self.before {
            Some(before) => before.tickets.continued(&before.plan, &plan),
            None => Tickets::new(&plan),
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
            tickets,
            services: self.services()?,
            plan,
        };
        Ok(Runtime { inner: Arc::new(inner) })
    }

    fn services(self) -> Result<Services, NetworkError> {
        let before = self.before.as_ref().map(|before| before.services.clone());
        let mut services = match before {
            Some(mut before) => {
                before.transport = self.transport.unwrap_or(before.transport);
                before
            }
            None => Services {
                transport: self.transport.map_or_else(network, Ok)?,
                environment: Arc::new(ProcessEnvironment),
                credentials: Chains::default(),
                draw: Arc::new(evenly),
                on_end: None,
                stream_upstream: StreamUpstream::default(),
                stream_buffer: STREAM_BUFFER,
                max_answer: MAX_ANSWER,
            },
        };
        services.environment = self.environment.unwrap_or(services.environment);
        if let Some(source) = self.credentials {
            services.credentials = services.credentials.with_source(source);
        }
        services.draw = self.draw.unwrap_or(services.draw);
        services.on_end = self.on_end.or(services.on_end);
        services.stream_buffer = self.stream_buffer.unwrap_or(services.stream_buffer);
        services.max_answer = self.max_answer.unwrap_or(services.max_answer);
        services.stream_upstream = self.stream_upstream;
        Ok(services)
    }
}

fn network() -> Result<Arc<dyn Transport>, NetworkError> {
    Ok(Arc::new(Network::new()?))
}

/// Draws evenly from nothing to the planned delay, in whole milliseconds.
fn evenly(planned: Duration) -> Duration {
    let planned_ms = u64::try_from(planned.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(fastrand::u64(0..=planned_ms))
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

impl fmt::Debug for Builder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Builder").finish_non_exhaustive()
    }
}
