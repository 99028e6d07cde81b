//! Spans with the names of OpenTelemetry's conventions for generative AI, as of version 0.66 of its published names. Times
//! under its names are in seconds. They hold no key, no header and no text
//! of a message.

use crate::chat::{ChatResponse, Chunk, FinishReason, Usage};
use crate::error::Failure;
use crate::inner::Inner;
use clientc_plan::ClientId;
use clientc_plan::record::CallRecord;
use tracing::field::Empty;
use tracing::{Span, debug, info_span, warn};

/// The span of a call.
pub(crate) fn call(inner: &Inner, client: ClientId, is_streaming: bool) -> Span {
    info_span!(
        "chat",
        "otel.kind" = "internal",
        "gen_ai.operation.name" = "chat",
        "clientc.client" = inner.name(client),
        "gen_ai.request.stream" = is_streaming,
        "clientc.outcome" = Empty,
        "clientc.requests" = Empty,
        "clientc.duration_ms" = Empty,
        "gen_ai.response.time_to_first_chunk" = Empty,
        "gen_ai.response.id" = Empty,
        "gen_ai.response.model" = Empty,
        "gen_ai.response.finish_reasons" = Empty,
        "gen_ai.usage.input_tokens" = Empty,
        "gen_ai.usage.output_tokens" = Empty,
        "gen_ai.usage.cache_read.input_tokens" = Empty,
        "gen_ai.usage.reasoning.output_tokens" = Empty,
        "error.type" = Empty,
    )
}

/// The span of an attempt.
pub(crate) fn attempt(inner: &Inner, leaf: ClientId, number: u64, is_streaming: bool) -> Span {
    let entry = inner.entry(leaf);
    info_span!(
        "attempt",
        "otel.kind" = "client",
        "gen_ai.operation.name" = "chat",
        "gen_ai.provider.name" = entry.map(|entry| provider_name(&entry.leaf.provider)),
        "gen_ai.request.model" = entry.and_then(|entry| entry.model.as_deref()),
        "clientc.client" = inner.name(leaf),
        "clientc.request" = number,
        "gen_ai.request.stream" = is_streaming,
        "server.address" = Empty,
        "server.port" = Empty,
        "error.type" = Empty,
    )
}

/// OpenTelemetry's name of a provider, or ours where it knows none.
fn provider_name(provider: &str) -> &str {
    match provider {
        "azure-openai" => "azure.ai.openai",
        "google-ai" => "gcp.gemini",
        "vertex-ai" => "gcp.vertex_ai",
        "aws-bedrock" => "aws.bedrock",
        "openai-responses" => "openai",
        other => other,
    }
}

/// Notes on the span of the attempt that is made which server it calls.
pub(crate) fn calls(url: &url::Url) {
    let span = Span::current();
    span.record("server.address", url.host_str());
    span.record("server.port", url.port_or_known_default());
}

/// Notes on its span how an attempt failed.
pub(crate) fn failed(span: &Span, failure: &Failure) {
    span.record("error.type", error_type(failure).as_str());
    let _entered = span.enter();
    warn!("{failure}");
}

/// Notes the answer of a call on its span.
pub(crate) fn answered(span: &Span, response: &ChatResponse) {
    span.record("gen_ai.response.id", response.id.as_deref());
    span.record("gen_ai.response.model", response.model.as_deref());
    span.record("gen_ai.response.finish_reasons", response.finish_reason.as_ref().map(FinishReason::as_str));
    if let Some(usage) = &response.usage {
        used(span, usage);
    }
}

/// Notes what a chunk says of its answer on the span of the call.
pub(crate) fn chunk(span: &Span, chunk: &Chunk) {
    match chunk {
        Chunk::Start { id, model } => {
            span.record("gen_ai.response.id", id.as_deref());
            span.record("gen_ai.response.model", model.as_deref());
        }
        Chunk::Finish(reason) => drop(span.record("gen_ai.response.finish_reasons", reason.as_str())),
        Chunk::Usage(usage) => used(span, usage),
        _ => {}
    }
}

fn used(span: &Span, usage: &Usage) {
    span.record("gen_ai.usage.input_tokens", usage.prompt_tokens);
    span.record("gen_ai.usage.output_tokens", usage.completion_tokens);
    span.record("gen_ai.usage.cache_read.input_tokens", usage.cached_tokens);
    span.record("gen_ai.usage.reasoning.output_tokens", usage.reasoning_tokens);
}

/// Notes on the span of a call how it went.
pub(crate) fn ended(span: &Span, record: &CallRecord) {
    span.record("clientc.outcome", record.end.as_str());
    span.record("clientc.requests", record.requests);
    span.record("clientc.duration_ms", record.end_ms);
    span.record("gen_ai.response.time_to_first_chunk", record.first_token_ms.map(|ms| ms as f64 / 1000.0));
    let _entered = span.enter();
    debug!(
        requests = record.requests,
        duration_ms = record.end_ms,
        outcome = record.end.as_str(),
        "the call ended"
    );
}

/// Notes on its span that a call failed.
pub(crate) fn call_failed(span: &Span, failure: &Failure) {
    span.record("error.type", error_type(failure).as_str());
}

/// Notes on its span that the caller left.
pub(crate) fn cancelled(span: &Span) {
    span.record("error.type", "cancelled");
}

fn error_type(failure: &Failure) -> String {
    match failure {
        Failure::Timeout(timeout) => timeout.timeout_type.to_string(),
        Failure::Http(error) => error.status.to_string(),
        _ => failure.kind().to_owned(),
    }
}
