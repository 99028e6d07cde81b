//! Counts and logs calls when they end.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clientc_runtime::Usage;
use clientc_runtime::record::{AttemptOutcome, AttemptRecord, CallEnd, CallRecord};
use http::StatusCode;
use opentelemetry::metrics::Meter;

use crate::current;
use crate::journal::{self, Journal, Line};
use crate::metrics::{self, Ended, Metrics};

/// The status that is logged for a caller who left; no answer has it.
const LEFT: u16 = 499;
/// The outcome of a call that was cut off because the gateway stopped.
const CUT_OFF: &str = "cut_off";

/// The providers of leaves, by the names of the leaves.
pub(crate) type Providers = HashMap<Box<str>, Box<str>>;

/// Counts and logs calls.
#[derive(Debug)]
pub struct Observer {
    pub(crate) metrics: Metrics,
    journal: Journal,
    /// Whether calls that end from now on without an end of their own are cut off, and not left by their callers.
    is_cut_off: AtomicBool,
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
        Self { metrics: Metrics::new(meter), journal, is_cut_off: AtomicBool::new(false) }
    }

    /// Waits until the log is written, but no longer than this.
    pub fn flush(&self, limit: Duration) {
        self.journal.flush(limit);
    }

    /// Counts a reload, and whether its plan was taken.
    pub fn reloaded(&self, is_taken: bool) {
        self.metrics.reloaded(is_taken);
    }

    pub(crate) fn cut_off(&self) {
        self.is_cut_off.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_cut_off(&self) -> bool {
        self.is_cut_off.load(Ordering::SeqCst)
    }

    /// Notes a call whose caller has left, or that is cut off. The others are noted where they are answered.
    pub(crate) fn left(&self, providers: &Providers, record: &CallRecord) {
        if record.end == CallEnd::Cancelled {
            let status = match self.is_cut_off() {
                true => current::answered().unwrap_or(StatusCode::SERVICE_UNAVAILABLE).as_u16(),
                false => LEFT,
            };
            let request_id = current::request_id();
            let request_id = request_id.as_ref().and_then(|id| id.to_str().ok()).unwrap_or_default();
            self.note(providers, record.clone(), Noted { status, request_id, ..Noted::default() });
        }
    }

    /// Notes a call that ended.
    pub(crate) fn note(&self, providers: &Providers, record: CallRecord, noted: Noted<'_>) {
        let last = record.attempts.last();
        let leaf = last.and_then(|attempt| attempt.path.last()).cloned();
        let provider =
            leaf.as_ref().and_then(|leaf| providers.get(leaf)).map_or("clientc", |provider| provider);
        let is_cut_off = record.end == CallEnd::Cancelled && noted.status != LEFT;
        let outcome = if is_cut_off { CUT_OFF } else { metrics::end(record.end) };
        let error_type = match record.end {
            CallEnd::Succeeded => None,
            CallEnd::Cancelled => Some(outcome.to_owned()),
            CallEnd::Failed | CallEnd::HandedOn => last.map(error_type),
        };
        let (error_type, usage) = (error_type.as_deref(), noted.usage);
        self.metrics.ended(&Ended { record: &record, outcome, provider, error_type, usage });
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
            outcome,
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
