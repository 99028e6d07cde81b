//! The span of a request, below the one that its caller names in `traceparent`.
//!
//! It is seen where spans are exported, and costs nothing elsewhere.

use http::{HeaderMap, HeaderValue, StatusCode};
use opentelemetry_http::HeaderExtractor;
use tracing::field::Empty;
use tracing::{Span, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Begins the span of a request for a chat completion.
pub(crate) fn request(headers: &HeaderMap, request_id: &HeaderValue) -> Span {
    let span = info_span!(
        "request",
        "otel.name" = "POST /v1/chat/completions",
        "otel.kind" = "server",
        "otel.status_code" = Empty,
        "http.request.method" = "POST",
        "http.route" = "/v1/chat/completions",
        "http.response.status_code" = Empty,
        "clientc.request_id" = request_id.to_str().unwrap_or_default(),
    );
    if !span.is_disabled() {
        let extractor = HeaderExtractor(headers);
        let caller = opentelemetry::global::get_text_map_propagator(|known| known.extract(&extractor));
        // A span that nobody exports has no parent either.
        let _ = span.set_parent(caller);
    }
    span
}

/// Notes the status of the answer on its span.
pub(crate) fn answered(span: &Span, status: StatusCode) {
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
}
