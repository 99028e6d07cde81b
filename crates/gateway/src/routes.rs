//! The routes of the server.

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::{HeaderMap, Uri};

use crate::gateway::Gateway;
use crate::refusal::{Reason, Refusal};
use crate::request_id::{self, request_id};
use crate::{calls, models, status};

/// The routes of a gateway.
pub fn routes(gateway: Gateway) -> Router {
    Router::new()
        .route("/v1/chat/completions", post(calls::completions))
        .route("/v1/models", get(models::list))
        .route("/v1/models/{*model}", get(models::one))
        .route("/health", get(status::health))
        .route("/ready", get(status::ready))
        .route("/metrics", get(status::metrics))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        // We limit bodies ourselves.
        .layer(DefaultBodyLimit::disable())
        .with_state(gateway)
}

async fn not_found(State(gateway): State<Gateway>, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    let way = meant(path).map(|meant| format!("; did you mean {meant}? The base URL must end in /v1"));
    let known = "POST /v1/chat/completions, GET /v1/models, /health, /ready and /metrics";
    let message = format!("there is no {path} here{}; this gateway serves {known}", way.unwrap_or_default());
    request_id::answer(&gateway, request_id(&headers), Err(Refusal::new(Reason::NotFound, message)))
}

/// The path that a caller meant whose base URL lacks `/v1`, has it twice, or has a slash too many.
fn meant(path: &str) -> Option<&'static str> {
    let mut parts: Vec<_> = path.split('/').filter(|part| !part.is_empty()).collect();
    parts.retain(|part| *part != "v1");
    match *parts {
        ["chat", "completions"] => Some("/v1/chat/completions"),
        ["models"] => Some("/v1/models"),
        _ => None,
    }
}

async fn method_not_allowed(State(gateway): State<Gateway>, uri: Uri, headers: HeaderMap) -> Response {
    let wanted = if uri.path() == "/v1/chat/completions" { "POST" } else { "GET" };
    let refusal = Refusal::new(Reason::MethodNotAllowed, format!("{} needs {wanted}", uri.path()));
    request_id::answer(&gateway, request_id(&headers), Err(refusal))
}
