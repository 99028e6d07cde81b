//! From a document to a runtime.

use crate::credentials::{Chains, CredentialSource};
use crate::environment::{Environment, ProcessEnvironment};
use crate::inner::{Draw, Entry, Inner, OnEnd, Services, StreamUpstream};
use crate::leaf::Leaf;
use crate::runtime::Runtime;
use crate::tickets::Tickets;
use crate::transport::{Network, NetworkError, Transport};
use clientc_plan::document::{DocumentError, MismatchError, Resolved, ResolvedClient, ResolvedKind};
use clientc_plan::record::CallRecord;
use clientc_plan::{ClientId, Overrides, WorstCases};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How many bytes of a stream are kept for a reader who is slow, where the builder does not say it.
const STREAM_BUFFER: usize = 256 * 1024;
/// The longest answer that is read, in bytes, where the builder does not say it.
const MAX_ANSWER: usize = 256 * 1024 * 1024;

/// What a runtime is made of besides its plan.
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

    /// Asks this source for keys and tokens, before the options of a client, its variables, and the credential chains of
    /// AWS and Google.
    #[must_use]
    pub fn credentials(mut self, source: impl CredentialSource) -> Builder {
        self.credentials = Some(Arc::new(source));
        self
    }

    /// Draws delays with jitter by this function in place of evenly. It is given the planned delay; what it returns
    /// above that counts as that.
    #[must_use]
    pub fn draw(mut self, draw: impl Fn(Duration) -> Duration + Send + Sync + 'static) -> Builder {
        self.draw = Some(Arc::new(draw));
        self
    }

    /// Gives the record of each call to a function when the call has ended: when it succeeded, when it failed, and when
    /// its future or its stream was dropped. It is called once for each call, on the thread that ended it, so it
    /// should be quick.
    #[must_use]
    pub fn on_end(mut self, on_end: impl Fn(&CallRecord) + Send + Sync + 'static) -> Builder {
        self.on_end = Some(Arc::new(on_end));
        self
    }

    /// Says whether calls that want the whole answer are made as streams upstream, whose pieces are joined. Without it
    /// they are not. [`Client::with_stream_upstream`](crate::Client::with_stream_upstream) says it for one client.
    #[must_use]
    pub fn stream_upstream(mut self, mode: StreamUpstream) -> Builder {
        self.stream_upstream = mode;
        self
    }

    /// Keeps up to about so many bytes of a stream for a reader who is slow; 256 KiB where it is not said. What
    /// arrives while there is room is in time. Beyond that the server is not read until the reader has taken something.
    #[must_use]
    pub fn stream_buffer(mut self, bytes: usize) -> Builder {
        self.stream_buffer = Some(bytes);
        self
    }

    /// Reads answers of up to so many bytes, whole or as streams; 256 MiB where it is not said. A longer one is a
    /// broken connection.
    #[must_use]
    pub fn max_answer(mut self, bytes: usize) -> Builder {
        self.max_answer = Some(bytes);
        self
    }

    /// Goes on from another runtime, such as one with an earlier state of the same plan: what is not said here, the
    /// connections among it, is shared with it, and round-robins that did not change go on with their tickets.
    #[must_use]
    pub fn continue_from(mut self, before: &Runtime) -> Builder {
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
