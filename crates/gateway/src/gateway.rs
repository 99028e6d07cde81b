//! What all callers of a gateway share.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use clientc_plan::document::{Resolved, ResolvedKind};
use clientc_runtime::{Builder, Runtime, StartError, semconv};
use indexmap::IndexMap;

use crate::auth::Keys;
use crate::call_settings::CallSettings;
use crate::model::Model;
use crate::observer::{Observer, Providers};

/// A gateway. It is cheap to clone; all clones are one gateway.
#[derive(Debug, Clone)]
pub struct Gateway {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    snapshot: RwLock<Arc<Snapshot>>,
    observer: Arc<Observer>,
    calls: AtomicUsize,
    is_draining: AtomicBool,
    is_closed: AtomicBool,
}

/// A plan with its settings. A call keeps to the one that it began with.
#[derive(Debug)]
pub struct Snapshot {
    pub(crate) runtime: Runtime,
    pub(crate) models: IndexMap<Box<str>, Model>,
    pub(crate) settings: CallSettings,
    pub(crate) keys: Keys,
    pub(crate) providers: Arc<Providers>,
}

/// The permission for one call, of as many as there may be at the same time.
#[derive(Debug)]
pub(crate) struct Permit(Gateway);

impl Snapshot {
    /// Makes a snapshot of a plan. `builder` has the transport and the environment that the runtime uses.
    ///
    /// # Errors
    ///
    /// A plan that does not follow from its own clients and defaults is rejected.
    pub fn new(
        document: &Resolved,
        builder: Builder,
        settings: CallSettings,
        keys: Keys,
        observer: &Arc<Observer>,
    ) -> Result<Self, StartError> {
        let providers = Arc::new(providers(document));
        let (seen_by, known) = (Arc::clone(observer), Arc::clone(&providers));
        let runtime = builder.on_end(move |record| seen_by.left(&known, record)).from_document(document)?;
        let models = document.clients.iter();
        let models = models
            .filter_map(|(name, client)| {
                let called = runtime.client(name).ok()?;
                Some((name.clone(), Model::new(name, client, document, &called, &settings)))
            })
            .collect();
        Ok(Self { runtime, models, settings, keys, providers })
    }

    /// Whether another snapshot has the same settings and keys.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        self.settings == other.settings && self.keys == other.keys
    }

    /// The runtime, for the next one, which continues its round-robins.
    #[must_use]
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }
}

fn providers(document: &Resolved) -> Providers {
    let leaves = document.clients.iter().filter_map(|(name, client)| match &client.kind {
        ResolvedKind::Leaf { provider, .. } => Some((name.clone(), semconv::provider_name(provider).into())),
        _ => None,
    });
    leaves.collect()
}

impl Gateway {
    /// Makes a gateway that serves a snapshot.
    #[must_use]
    pub fn new(snapshot: Snapshot, observer: Arc<Observer>) -> Self {
        Self {
            inner: Arc::new(Inner {
                snapshot: RwLock::new(Arc::new(snapshot)),
                observer,
                calls: AtomicUsize::new(0),
                is_draining: AtomicBool::new(false),
                is_closed: AtomicBool::new(false),
            }),
        }
    }

    /// What is served now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.inner.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces what is served. Calls in progress keep what they began with.
    pub fn replace(&self, snapshot: Snapshot) {
        *self.inner.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
    }

    /// The number of calls in progress.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.inner.calls.load(Ordering::SeqCst)
    }

    /// Reports from now on that no more calls should be sent here. Those that arrive all the same are served.
    pub fn drain(&self) {
        self.inner.is_draining.store(true, Ordering::SeqCst);
        self.inner.observer.metrics.draining.set(1);
    }

    /// Accepts no more calls from now on: they get a 503.
    pub fn close(&self) {
        self.inner.is_closed.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.inner.is_closed.load(Ordering::SeqCst)
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.inner.is_draining.load(Ordering::SeqCst)
    }

    pub(crate) fn observer(&self) -> &Observer {
        &self.inner.observer
    }

    /// The permission for one more call, or `None` where there are as many as there may be.
    pub(crate) fn permit(&self, most: usize) -> Option<Permit> {
        let before = self.inner.calls.fetch_add(1, Ordering::SeqCst);
        let permit = Permit(self.clone());
        self.inner.observer.metrics.under_way.inc();
        (before < most).then_some(permit)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.inner.calls.fetch_sub(1, Ordering::SeqCst);
        self.0.inner.observer.metrics.under_way.dec();
    }
}
