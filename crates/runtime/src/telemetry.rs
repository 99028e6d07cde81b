//! Spans with the names of OpenTelemetry's conventions for generative AI. They contain no key, no header and no text of
//! a message.

use clientc_plan::ClientId;
use clientc_plan::record::CallRecord;
use tracing::field::Empty;
use tracing::{Span, debug, info_span, warn};

use crate::chat::{ChatResponse, Chunk, FinishReason, Usage};
use crate::error::Failure;
use crate::inner::Inner;
use crate::semconv;

/// The span of a call.
pub(crate) fn call(inner: &Inner, client: ClientId, is_streaming: bool) -> Span {
    info_span!(
        "chat",
        "otel.name" = %format_args!("chat {}", inner.name(client)),
        "otel.kind" = "internal",
        "otel.status_code" = Empty,
        { semconv::OPERATION_NAME } = "chat",
        "clientc.client" = inner.name(client),
        { semconv::REQUEST_STREAM } = is_streaming,
        "clientc.outcome" = Empty,
        "clientc.requests" = Empty,
        "clientc.duration_ms" = Empty,
        { semconv::RESPONSE_TIME_TO_FIRST_CHUNK } = Empty,
        { semconv::RESPONSE_ID } = Empty,
        { semconv::RESPONSE_MODEL } = Empty,
        { semconv::RESPONSE_FINISH_REASONS } = Empty,
        { semconv::USAGE_INPUT_TOKENS } = Empty,
        { semconv::USAGE_OUTPUT_TOKENS } = Empty,
        { semconv::USAGE_CACHE_READ_INPUT_TOKENS } = Empty,
        { semconv::USAGE_REASONING_OUTPUT_TOKENS } = Empty,
        { semconv::ERROR_TYPE } = Empty,
    )
}

/// The span of an attempt.
pub(crate) fn attempt(inner: &Inner, leaf: ClientId, number: u64, is_streaming: bool) -> Span {
    let entry = inner.entry(leaf);
    info_span!(
        "attempt",
        "otel.name" = entry.and_then(|entry| entry.model.as_deref()).map(|model| format!("chat {model}")),
        "otel.kind" = "client",
        "otel.status_code" = Empty,
        { semconv::OPERATION_NAME } = "chat",
        { semconv::PROVIDER_NAME } = entry.map(|entry| semconv::provider_name(&entry.leaf.provider)),
        { semconv::REQUEST_MODEL } = entry.and_then(|entry| entry.model.as_deref()),
        "clientc.client" = inner.name(leaf),
        "clientc.request" = number,
        { semconv::REQUEST_STREAM } = is_streaming,
        { semconv::SERVER_ADDRESS } = Empty,
        { semconv::SERVER_PORT } = Empty,
        { semconv::ERROR_TYPE } = Empty,
    )
}

/// Records on the span of the current attempt which server it calls.
pub(crate) fn calls(url: &url::Url) {
    let span = Span::current();
    span.record(semconv::SERVER_ADDRESS, url.host_str());
    span.record(semconv::SERVER_PORT, url.port_or_known_default());
}

/// Records on its span how an attempt failed.
pub(crate) fn failed(span: &Span, failure: &Failure) {
    call_failed(span, failure);
    let _entered = span.enter();
    // Whoever reads a log is not to read prompts, which some servers repeat.
    warn!("{}", failure.in_own_words());
}

/// Records the answer of a call on its span.
pub(crate) fn answered(span: &Span, response: &ChatResponse) {
    span.record(semconv::RESPONSE_ID, response.id.as_deref());
    span.record(semconv::RESPONSE_MODEL, response.model.as_deref());
    span.record(semconv::RESPONSE_FINISH_REASONS, response.finish_reason.as_ref().map(FinishReason::as_str));
    if let Some(usage) = &response.usage {
        used(span, usage);
    }
}

/// Records what a chunk contains about its answer on the span of the call.
pub(crate) fn chunk(span: &Span, chunk: &Chunk) {
    match chunk {
        Chunk::Start { id, model } => {
            span.record(semconv::RESPONSE_ID, id.as_deref());
            span.record(semconv::RESPONSE_MODEL, model.as_deref());
        }
        Chunk::Finish(reason) => drop(span.record(semconv::RESPONSE_FINISH_REASONS, reason.as_str())),
        Chunk::Usage(usage) => used(span, usage),
        _ => {}
    }
}

fn used(span: &Span, usage: &Usage) {
    span.record(semconv::USAGE_INPUT_TOKENS, usage.prompt_tokens);
    span.record(semconv::USAGE_OUTPUT_TOKENS, usage.completion_tokens);
    span.record(semconv::USAGE_CACHE_READ_INPUT_TOKENS, usage.cached_tokens);
    span.record(semconv::USAGE_REASONING_OUTPUT_TOKENS, usage.reasoning_tokens);
}

/// Records on the span of a call how it went.
pub(crate) fn ended(span: &Span, record: &CallRecord) {
    span.record("clientc.outcome", record.end.as_str());
    span.record("clientc.requests", record.requests);
    span.record("clientc.duration_ms", record.end_ms);
    span.record(semconv::RESPONSE_TIME_TO_FIRST_CHUNK, record.first_token_ms.map(|ms| ms as f64 / 1000.0));
    let _entered = span.enter();
    debug!(
        requests = record.requests,
        duration_ms = record.end_ms,
        outcome = record.end.as_str(),
        "the call ended"
    );
}

/// Records on its span that a call failed.
pub(crate) fn call_failed(span: &Span, failure: &Failure) {
    span.record("otel.status_code", "ERROR");
    span.record(semconv::ERROR_TYPE, error_type(failure).as_str());
}

/// Records on its span that the caller left.
pub(crate) fn cancelled(span: &Span) {
    span.record(semconv::ERROR_TYPE, "cancelled");
}

fn error_type(failure: &Failure) -> String {
    match failure {
        Failure::Timeout(timeout) => timeout.timeout_type.to_string(),
        Failure::Http(error) => error.status.to_string(),
        _ => failure.kind().to_owned(),
    }
}
