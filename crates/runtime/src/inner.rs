//! What all calls of a runtime share.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use clientc_plan::document::ResolvedPlan;
use clientc_plan::record::{CallRecord, OverrideRecord};
use clientc_plan::{ClientId, Overrides};

use crate::credentials::Chains;
use crate::environment::Environment;
use crate::leaf::Leaf;
use crate::overrides::Ignored;
use crate::tickets::Tickets;
use crate::transport::Transport;

/// Draws a delay: it is given the planned one and returns the one to wait.
pub(crate) type Draw = dyn Fn(Duration) -> Duration + Send + Sync;
/// What is reported about each call when it has ended.
pub(crate) type OnEnd = dyn Fn(&CallRecord) + Send + Sync;

/// The plan with everything that its calls need.
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
    pub(crate) tickets: Tickets,
    pub(crate) services: Services,
}

/// What a runtime uses of the world. Runtimes that come of each other share it.
#[derive(Clone)]
pub(crate) struct Services {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) environment: Arc<dyn Environment>,
    pub(crate) credentials: Chains,
    pub(crate) draw: Arc<Draw>,
    pub(crate) on_end: Option<Arc<OnEnd>>,
    /// Whether calls that want the whole answer are made as streams.
    pub(crate) stream_upstream: StreamUpstream,
    /// How many bytes of a stream are kept for a reader who is slow.
    pub(crate) stream_buffer: usize,
    /// The longest answer that is read, in bytes.
    pub(crate) max_answer: usize,
}

/// Whether a call that wants the whole answer is made as a stream upstream, whose pieces are joined.
///
/// The first-token and the idle limit then bound it too. A stream that stalls half way fails its attempt, and the plan
/// goes on, since nothing was passed on. A model that cannot stream is called as before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum StreamUpstream {
    /// Whole answers are asked for whole.
    #[default]
    Never,
    /// On routes with a first-token or an idle limit.
    WhereLimited,
    /// On every route.
    Always,
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

impl Entry {
    pub(crate) fn new(leaf: Leaf, is_pooled: bool) -> Self {
        let model = ["model", "model_id"].iter().find_map(|key| leaf.options.get(*key)?.as_str());
        Self { is_pooled, streams: leaf.supports_streaming(), model: model.map(Into::into), leaf }
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
