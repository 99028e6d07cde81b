//! The numbers of a gateway, in the format of Prometheus. Their names are in the table on the page "Metrics".

use clientc_runtime::Usage;
use clientc_runtime::record::{AttemptOutcome, CallEnd, CallRecord};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

type Labels = Vec<(&'static str, Box<str>)>;
type Histograms = Family<Labels, Histogram, fn() -> Histogram>;

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

/// The numbers of a gateway.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    pub(crate) under_way: Gauge,
    pub(crate) draining: Gauge,
    calls: Family<Labels, Counter>,
    attempts: Family<Labels, Counter>,
    limits: Family<Labels, Counter>,
    refused: Family<Labels, Counter>,
    reloads: Family<Labels, Counter>,
    pub(crate) lost_lines: Counter,
    duration: Histograms,
    first_chunk: Histograms,
    tokens: Histograms,
}

/// What is to be counted of a call that ended.
#[derive(Debug)]
pub(crate) struct Ended<'c> {
    pub(crate) record: &'c CallRecord,
    /// The provider of the leaf that was called last.
    pub(crate) provider: &'c str,
    /// What failed, in OpenTelemetry's words.
    pub(crate) error_type: Option<&'c str>,
    pub(crate) usage: Option<Usage>,
}

impl Metrics {
    pub(crate) fn new() -> Metrics {
        let durations: fn() -> Histogram = || Histogram::new(DURATIONS);
        let tokens: fn() -> Histogram = || Histogram::new(TOKENS);
        let mut metrics = Metrics {
            registry: Registry::default(),
            under_way: Gauge::default(),
            draining: Gauge::default(),
            calls: Family::default(),
            attempts: Family::default(),
            limits: Family::default(),
            refused: Family::default(),
            reloads: Family::default(),
            lost_lines: Counter::default(),
            duration: Family::new_with_constructor(durations),
            first_chunk: Family::new_with_constructor(durations),
            tokens: Family::new_with_constructor(tokens),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("clientc_gateway_calls", "Calls that ended", self.calls.clone());
        registry.register("clientc_gateway_attempts", "Requests to providers", self.attempts.clone());
        registry.register(
            "clientc_gateway_limits_passed",
            "Limits that ended an attempt or a call",
            self.limits.clone(),
        );
        registry.register(
            "clientc_gateway_refused",
            "Requests of which no call was made",
            self.refused.clone(),
        );
        registry.register("clientc_gateway_reloads", "Attempts to take a new plan", self.reloads.clone());
        registry.register(
            "clientc_gateway_log_lines_lost",
            "Lines that the log could not take",
            self.lost_lines.clone(),
        );
        registry.register("clientc_gateway_calls_under_way", "Calls under way", self.under_way.clone());
        registry.register(
            "clientc_gateway_draining",
            "1 once the gateway wants no more calls",
            self.draining.clone(),
        );
        let (seconds, operation) = (Unit::Seconds, "gen_ai_client_operation");
        registry.register_with_unit(
            format!("{operation}_duration"),
            "Duration of calls",
            seconds,
            self.duration.clone(),
        );
        registry.register_with_unit(
            format!("{operation}_time_to_first_chunk"),
            "Time to the first content of streamed calls",
            Unit::Seconds,
            self.first_chunk.clone(),
        );
        registry.register("gen_ai_client_token_usage", "Tokens of calls", self.tokens.clone());
    }

    /// Returns the numbers as text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // A write into memory does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    pub(crate) fn refused(&self, reason: &'static str) {
        self.refused.get_or_create(&vec![("reason", reason.into())]).inc();
    }

    pub(crate) fn reloaded(&self, is_taken: bool) {
        let result = if is_taken { "taken" } else { "refused" };
        self.reloads.get_or_create(&vec![("result", result.into())]).inc();
    }

    /// Counts a call that ended.
    pub(crate) fn ended(&self, ended: &Ended<'_>) {
        let record = ended.record;
        let mode = if record.is_streaming { "stream" } else { "whole" };
        let outcome = end(record.end);
        let labels =
            vec![("client", record.client.clone()), ("mode", mode.into()), ("outcome", outcome.into())];
        self.calls.get_or_create(&labels).inc();
        for attempt in &record.attempts {
            let leaf = attempt.path.last().cloned().unwrap_or_default();
            let labels = vec![("client", leaf), ("outcome", outcome_of(attempt.outcome).into())];
            self.attempts.get_or_create(&labels).inc();
            if let Some(timeout) = &attempt.timeout {
                let kind = timeout.timeout_type.0.key();
                let labels = vec![("client", timeout.client.clone()), ("limit", kind.into())];
                self.limits.get_or_create(&labels).inc();
            }
        }
        self.times(ended);
    }

    fn times(&self, ended: &Ended<'_>) {
        let record = ended.record;
        let mut labels: Labels = vec![
            ("gen_ai_operation_name", "chat".into()),
            ("gen_ai_provider_name", ended.provider.into()),
            ("gen_ai_request_model", record.client.clone()),
        ];
        if let Some(usage) = ended.usage {
            for (kind, tokens) in [("input", usage.prompt_tokens), ("output", usage.completion_tokens)] {
                let mut labels = labels.clone();
                labels.push(("gen_ai_token_type", kind.into()));
                self.tokens.get_or_create(&labels).observe(tokens as f64);
            }
        }
        if let Some(ms) = record.first_token_ms.filter(|_| record.is_streaming) {
            self.first_chunk.get_or_create(&labels).observe(ms as f64 / 1000.0);
        }
        labels.extend(ended.error_type.map(|kind| ("error_type", kind.into())));
        self.duration.get_or_create(&labels).observe(record.end_ms as f64 / 1000.0);
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
