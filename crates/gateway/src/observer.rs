//! Counts and logs calls when they end.

use std::collections::HashMap;
use std::time::Duration;

use clientc_runtime::Usage;
use clientc_runtime::record::{AttemptOutcome, AttemptRecord, CallEnd, CallRecord};
use opentelemetry::metrics::Meter;

use crate::current;
use crate::journal::{self, Journal, Line};
use crate::metrics::{self, Ended, Metrics};

/// The status that is logged for a caller who left; no answer has it.
const LEFT: u16 = 499;

/// The providers of leaves, by the names of the leaves.
pub(crate) type Providers = HashMap<Box<str>, Box<str>>;

/// Counts and logs calls.
#[derive(Debug)]
pub struct Observer {
    pub(crate) metrics: Metrics,
    journal: Journal,
}

/// What is known about a call besides its record.
#[derive(Debug, Default)]
pub(crate) struct Noted<'n> {
    pub(crate) status: u16,
    pub(crate) request_id: &'n str,
    pub(crate) usage: Option<Usage>,
    /// What failed, in our own words.
    pub(crate) error: Option<String>,
}

impl Observer {
    /// An observer that has seen nothing yet. With a meter, its metrics are also sent to the collector.
    #[must_use]
    pub fn new(journal: Journal, meter: Option<&Meter>) -> Self {
        Self { metrics: Metrics::new(meter), journal }
    }

    /// Waits until the log is written, but no longer than this.
    pub fn flush(&self, limit: Duration) {
        self.journal.flush(limit);
    }

    /// Counts a reload, and whether its plan was taken.
    pub fn reloaded(&self, is_taken: bool) {
        self.metrics.reloaded(is_taken);
    }

    /// Notes a call whose caller has left. The others are noted where they are answered.
    pub(crate) fn left(&self, providers: &Providers, record: &CallRecord) {
        if record.end == CallEnd::Cancelled {
            let request_id = current::request_id();
            let request_id = request_id.as_ref().and_then(|id| id.to_str().ok()).unwrap_or_default();
            self.note(providers, record.clone(), Noted { status: LEFT, request_id, ..Noted::default() });
        }
    }

    /// Notes a call that ended.
    pub(crate) fn note(&self, providers: &Providers, record: CallRecord, noted: Noted<'_>) {
        let last = record.attempts.last();
        let leaf = last.and_then(|attempt| attempt.path.last()).cloned();
        let provider =
            leaf.as_ref().and_then(|leaf| providers.get(leaf)).map_or("clientc", |provider| provider);
        let error_type = match record.end {
            CallEnd::Succeeded => None,
            CallEnd::Cancelled => Some("cancelled".to_owned()),
            CallEnd::Failed | CallEnd::HandedOn => last.map(error_type),
        };
        let (error_type, usage) = (error_type.as_deref(), noted.usage);
        self.metrics.ended(&Ended { record: &record, provider, error_type, usage });
        if !self.journal.takes(record.end) {
            return;
        }
        let is_written = self.journal.note(Box::new(Line {
            time: journal::now(),
            event: "call",
            request_id: noted.request_id.into(),
            client: record.client.clone(),
            leaf,
            attempts: record.attempts_made(),
            outcome: metrics::end(record.end),
            status: noted.status,
            duration_ms: record.end_ms,
            first_token_ms: record.first_token_ms,
            input_tokens: usage.map(|usage| usage.prompt_tokens),
            output_tokens: usage.map(|usage| usage.completion_tokens),
            error: noted.error,
            record: record.without_words_of_servers(),
        }));
        if !is_written {
            self.metrics.lost_lines.inc();
        }
    }
}

/// What failed, in the words of OpenTelemetry's `error.type`: a limit, a status, or a kind.
fn error_type(attempt: &AttemptRecord) -> String {
    match (&attempt.timeout, attempt.status, attempt.outcome) {
        (Some(timeout), ..) => timeout.timeout_type.0.key().to_owned(),
        (None, Some(status), _) => status.to_string(),
        (None, None, AttemptOutcome::Rejected) => "rejected".to_owned(),
        (None, None, AttemptOutcome::Unbuildable) => "unbuildable".to_owned(),
        (None, None, _) => "connection".to_owned(),
    }
}
