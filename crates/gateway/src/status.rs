//! The health, the readiness and the metrics of the gateway.

use axum::extract::State;
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

use crate::gateway::Gateway;
use crate::refusal::as_json;

/// `GET /health`: the process answers.
pub(crate) async fn health() -> Response {
    as_json(StatusCode::OK, r#"{"status":"ok"}"#)
}

/// `GET /ready`: calls may be sent here.
pub(crate) async fn ready(State(gateway): State<Gateway>) -> Response {
    match gateway.is_draining() {
        false => as_json(StatusCode::OK, r#"{"status":"ready"}"#),
        true => as_json(StatusCode::SERVICE_UNAVAILABLE, r#"{"status":"draining"}"#),
    }
}

/// `GET /metrics`: the metrics, for Prometheus.
pub(crate) async fn metrics(State(gateway): State<Gateway>) -> Response {
    let mut response = Response::new(gateway.observer().metrics.text().into());
    let kind = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
