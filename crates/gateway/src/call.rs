//! A call that is in progress, and what is noted when it ends.

use std::sync::Arc;

use clientc_runtime::record::CallRecord;
use clientc_runtime::{Error, Usage};
use http::{HeaderValue, StatusCode};
use tracing::Span;

use crate::ask::Ask;
use crate::current::Current;
use crate::gateway::{Gateway, Permit, Snapshot};
use crate::observer::Noted;

/// A call that is in progress.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) gateway: Gateway,
    pub(crate) snapshot: Arc<Snapshot>,
    /// The caller's name for its request, or ours.
    pub(crate) request_id: HeaderValue,
    /// Held until the call is over.
    pub(crate) _permit: Permit,
    /// The span of the request, which ends with the call.
    pub(crate) _span: Span,
}

impl Call {
    /// What is known of it while it is carried out.
    pub(crate) fn current(&self, ask: &Ask) -> Current {
        Current { request_id: self.request_id.clone(), deadline: ask.deadline, answered: None }
    }

    /// The same at the end of its stream, when nothing more is sent.
    pub(crate) fn at_its_end(&self) -> Current {
        let answered = Some(StatusCode::OK);
        Current { request_id: self.request_id.clone(), deadline: None, answered }
    }

    /// Notes a call that ended in an error.
    pub(crate) fn ended_in(self, error: Error, status: StatusCode) {
        let what = error.failure().map(clientc_runtime::Failure::in_own_words);
        if let Error::Client(error) = error {
            self.ended(error.record, status, None, what);
        }
    }

    /// Notes a call that ended.
    pub(crate) fn ended(
        self,
        record: CallRecord,
        status: StatusCode,
        usage: Option<Usage>,
        error: Option<String>,
    ) {
        let request_id = self.request_id.to_str().unwrap_or_default();
        let noted = Noted { status: status.as_u16(), request_id, usage, error };
        self.gateway.observer().note(&self.snapshot.providers, record, noted);
    }
}
