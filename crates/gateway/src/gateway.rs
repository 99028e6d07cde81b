//! What all callers of a gateway share.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use clientc_plan::document::{Resolved, ResolvedKind};
use clientc_runtime::{Builder, Runtime, StartError, semconv};
use indexmap::IndexMap;
use tokio::sync::watch;

use crate::auth::Keys;
use crate::call_settings::CallSettings;
use crate::drain;
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
    /// Whether the calls in progress are cut off.
    cut: watch::Sender<bool>,
    /// How long a call of anything that was served may take, in milliseconds.
    longest_ms: AtomicU64,
}

/// A plan with its settings. A call keeps to the one that it began with.
#[derive(Debug)]
pub struct Snapshot {
    pub(crate) runtime: Runtime,
    pub(crate) models: IndexMap<Box<str>, Model>,
    pub(crate) settings: CallSettings,
    pub(crate) keys: Keys,
    pub(crate) providers: Arc<Providers>,
    /// How long a call may take, in milliseconds; 0 where nothing bounds any.
    longest_ms: u64,
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
        let longest_ms = drain::longest_call(document).map_or(0, |(_, ms)| ms);
        Ok(Self { runtime, models, settings, keys, providers, longest_ms })
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
                longest_ms: AtomicU64::new(snapshot.longest_ms),
                snapshot: RwLock::new(Arc::new(snapshot)),
                observer,
                calls: AtomicUsize::new(0),
                is_draining: AtomicBool::new(false),
                is_closed: AtomicBool::new(false),
                cut: watch::Sender::new(false),
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
        self.inner.longest_ms.fetch_max(snapshot.longest_ms, Ordering::SeqCst);
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

    /// Ends all calls in progress: their callers get an error.
    pub fn cut_off(&self) {
        self.close();
        self.inner.observer.cut_off();
        self.inner.cut.send_replace(true);
    }

    /// Carries out a call, unless it is cut off before it is over. It is dropped then.
    pub(crate) async fn unless_cut_off<F: Future>(&self, call: F) -> Option<F::Output> {
        tokio::select! {
            biased;
            done = call => Some(done),
            () = self.cutting() => None,
        }
    }

    /// Waits until calls are cut off.
    pub(crate) fn cutting(&self) -> impl Future<Output = ()> + use<> {
        let gateway = self.clone();
        async move {
            // The sender is there as long as the gateway is.
            let _ = gateway.inner.cut.subscribe().wait_for(|cut| *cut).await;
        }
    }

    /// How long calls in progress may continue where nothing else is set.
    pub(crate) fn drain_timeout(&self) -> Duration {
        drain::timeout(self.inner.longest_ms.load(Ordering::SeqCst))
    }

    pub(crate) fn is_cut_off(&self) -> bool {
        self.inner.observer.is_cut_off()
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
