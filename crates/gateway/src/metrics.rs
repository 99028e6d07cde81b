//! The metrics of a gateway. Their names are in the table on the page "Metrics".

use clientc_runtime::record::{AttemptOutcome, CallEnd, CallRecord};
use clientc_runtime::{Usage, semconv};
use opentelemetry::metrics::Meter;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::instruments::{Counts, Maker, Sizes};

/// The bounds of the buckets that OpenTelemetry's conventions name for durations, in seconds.
const DURATIONS: [f64; 14] =
    [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
/// The same for numbers of tokens.
const TOKENS: [f64; 14] = [
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1024.0,
    4096.0,
    16384.0,
    65536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];

/// The metrics of a gateway.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    pub(crate) under_way: Gauge,
    pub(crate) draining: Gauge,
    calls: Counts,
    attempts: Counts,
    limits: Counts,
    refused: Counts,
    reloads: Counts,
    pub(crate) lost_lines: Counter,
    pub(crate) slow_readers: Counter,
    duration: Sizes,
    first_chunk: Sizes,
    tokens: Sizes,
}

/// What is counted of a call that ended.
#[derive(Debug)]
pub(crate) struct Ended<'c> {
    pub(crate) record: &'c CallRecord,
    /// The word for its end.
    pub(crate) outcome: &'static str,
    /// The provider of the leaf that was called last.
    pub(crate) provider: &'c str,
    /// What failed, in OpenTelemetry's words.
    pub(crate) error_type: Option<&'c str>,
    pub(crate) usage: Option<Usage>,
}

impl Metrics {
    /// Metrics that are all 0. With a meter, they are also sent to its collector.
    pub(crate) fn new(meter: Option<&Meter>) -> Self {
        use semconv::{ERROR_TYPE, METRICS, OPERATION_NAME, PROVIDER_NAME, REQUEST_MODEL, TOKEN_TYPE};
        let mut registry = Registry::default();
        let mut make = Maker { registry: &mut registry, meter };
        let [duration, first_chunk, tokens] = METRICS;
        let of_call = &["client", "mode", "outcome"];
        let of_answer = &[OPERATION_NAME, PROVIDER_NAME, REQUEST_MODEL];
        let with_error = &[OPERATION_NAME, PROVIDER_NAME, REQUEST_MODEL, ERROR_TYPE];
        let with_type = &[OPERATION_NAME, PROVIDER_NAME, REQUEST_MODEL, TOKEN_TYPE];
        let limits = "Limits that ended an attempt or a call";
        let first = "Time to the first content of streamed calls";
        Self {
            calls: make.counts("clientc.gateway.calls", "Calls that ended", of_call),
            attempts: make.counts(
                "clientc.gateway.attempts",
                "Requests to providers",
                &["client", "outcome"],
            ),
            limits: make.counts("clientc.gateway.limits_passed", limits, &["client", "limit"]),
            refused: make.counts(
                "clientc.gateway.refused",
                "Requests that did not become calls",
                &["reason"],
            ),
            reloads: make.counts("clientc.gateway.reloads", "Attempts to load a new plan", &["result"]),
            lost_lines: make.number("clientc.gateway.log_lines_lost", "Log lines that were dropped"),
            slow_readers: make.number(
                "clientc.gateway.slow_readers",
                "Connections closed because the caller read nothing for too long",
            ),
            under_way: make.number("clientc.gateway.calls_under_way", "Calls in progress"),
            draining: make.number("clientc.gateway.draining", "1 once the gateway was told to stop"),
            duration: make.sizes(duration, "Duration of calls", with_error, &DURATIONS),
            first_chunk: make.sizes(first_chunk, first, of_answer, &DURATIONS),
            tokens: make.sizes(tokens, "Tokens of calls", with_type, &TOKENS),
            registry,
        }
    }

    /// The metrics as text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // A write into memory does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    pub(crate) fn refused(&self, reason: &'static str) {
        self.refused.add([reason]);
    }

    pub(crate) fn reloaded(&self, is_taken: bool) {
        self.reloads.add([if is_taken { "taken" } else { "refused" }]);
    }

    /// Counts a call that ended.
    pub(crate) fn ended(&self, ended: &Ended<'_>) {
        let record = ended.record;
        let mode = if record.is_streaming { "stream" } else { "whole" };
        self.calls.add([&record.client, mode, ended.outcome]);
        for attempt in &record.attempts {
            let leaf = attempt.path.last().map_or("", |leaf| leaf);
            self.attempts.add([leaf, outcome_of(attempt.outcome)]);
            if let Some(timeout) = &attempt.timeout {
                self.limits.add([&timeout.client, timeout.timeout_type.0.key()]);
            }
        }
        self.times(ended);
    }

    fn times(&self, ended: &Ended<'_>) {
        let record = ended.record;
        let (operation, provider, client) = ("chat", ended.provider, &*record.client);
        if let Some(usage) = ended.usage {
            for (kind, tokens) in [("input", usage.prompt_tokens), ("output", usage.completion_tokens)] {
                self.tokens.note(tokens as f64, [operation, provider, client, kind]);
            }
        }
        if let Some(ms) = record.first_token_ms.filter(|_| record.is_streaming) {
            self.first_chunk.note(ms as f64 / 1000.0, [operation, provider, client]);
        }
        let error_type = ended.error_type.unwrap_or_default();
        self.duration.note(record.end_ms as f64 / 1000.0, [operation, provider, client, error_type]);
    }
}

/// The word for the end of a call.
pub(crate) const fn end(end: CallEnd) -> &'static str {
    match end {
        CallEnd::Succeeded => "succeeded",
        CallEnd::Failed => "failed",
        CallEnd::HandedOn => "handed_on",
        CallEnd::Cancelled => "cancelled",
    }
}

const fn outcome_of(outcome: AttemptOutcome) -> &'static str {
    match outcome {
        AttemptOutcome::Succeeded => "succeeded",
        AttemptOutcome::Timeout => "timeout",
        AttemptOutcome::Http => "http",
        AttemptOutcome::Connection => "connection",
        AttemptOutcome::Rejected => "rejected",
        AttemptOutcome::Unbuildable => "unbuildable",
        AttemptOutcome::Cancelled => "cancelled",
    }
}
