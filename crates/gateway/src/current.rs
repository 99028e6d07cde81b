//! The call in progress, for code that is only reached through the runtime: the transport, and the hook at the end of a
//! call.

use std::future::Future;

use http::{HeaderValue, StatusCode};
use tokio::time::Instant;

tokio::task_local! {
    static CURRENT: Current;
}

/// What is known about a call besides its request.
#[derive(Debug, Clone)]
pub(crate) struct Current {
    /// The caller's name for its request, or ours.
    pub(crate) request_id: HeaderValue,
    /// When it must be over, where servers are to know it.
    pub(crate) deadline: Option<Instant>,
    /// The status of its answer, once its head is sent.
    pub(crate) answered: Option<StatusCode>,
}

impl Current {
    /// Carries out a call, which is the current one until it is over or dropped.
    pub(crate) async fn during<F: Future>(self, call: F) -> F::Output {
        CURRENT.scope(self, call).await
    }

    /// Runs what ends a call by dropping it, while it is still the current one.
    pub(crate) fn ending(self, end: impl FnOnce()) {
        CURRENT.sync_scope(self, end);
    }
}

/// When the call that is in progress must be over.
pub(crate) fn deadline() -> Option<Instant> {
    CURRENT.try_with(|current| current.deadline).ok().flatten()
}

/// The status that the caller of the call in progress has seen, if any.
pub(crate) fn answered() -> Option<StatusCode> {
    CURRENT.try_with(|current| current.answered).ok().flatten()
}

/// The name of the request that is in progress.
pub(crate) fn request_id() -> Option<HeaderValue> {
    CURRENT.try_with(|current| current.request_id.clone()).ok()
}
