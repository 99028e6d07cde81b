//! Which path leads where.

use crate::gateway::Gateway;
use crate::refusal::{Reason, Refusal};
use crate::{calls, models, status};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use http::Uri;

/// Returns the routes of a gateway.
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
        // Bodies have a limit of our own.
        .layer(DefaultBodyLimit::disable())
        .with_state(gateway)
}

async fn not_found(uri: Uri) -> Refusal {
    let path = uri.path();
    let way = match path {
        "/chat/completions" | "/models" => "; the base URL must end in /v1",
        _ => "",
    };
    let known = "POST /v1/chat/completions, GET /v1/models, /health, /ready and /metrics";
    Refusal::new(Reason::NotFound, format!("there is no {path} here{way}; this gateway serves {known}"))
}

async fn method_not_allowed(uri: Uri) -> Refusal {
    let wanted = if uri.path() == "/v1/chat/completions" { "POST" } else { "GET" };
    Refusal::new(Reason::MethodNotAllowed, format!("{} needs {wanted}", uri.path()))
}
