//! How long calls in progress may continue once the gateway stops, and the answer to those that are then cut off.

use std::time::Duration;

use axum::response::Response;
use clientc_plan::MAX_MS;
use clientc_plan::document::Resolved;
use clientc_plan::json::{Value, json};
use http::{HeaderValue, StatusCode};

use crate::refusal::{SHOULD_RETRY, as_json};

/// How much longer than the longest call is waited, so that its answer is sent too.
const MARGIN: Duration = Duration::from_secs(5);
/// How long is waited at least: calls of clients that no limit bounds want some time as well.
const LEAST: Duration = Duration::from_secs(30);

/// The client whose calls may take the longest of those that are bounded, and how long, in milliseconds.
#[must_use]
pub fn longest_call(document: &Resolved) -> Option<(&str, u64)> {
    let bounded = document.clients.iter().filter_map(|(name, client)| {
        let ms = client.worst_case.duration_ms.filter(|ms| *ms < MAX_MS)?;
        Some((&**name, ms))
    });
    bounded.max_by_key(|(_, ms)| *ms)
}

/// How long is waited for calls of which the longest takes so many milliseconds.
pub(crate) fn timeout(longest_ms: u64) -> Duration {
    Duration::from_millis(longest_ms).saturating_add(MARGIN).max(LEAST)
}

/// The body of the error.
pub(crate) fn error() -> Value {
    let message = "this gateway was told to stop, and the call was not over in time";
    json!({"error": {"message": message, "type": "server_error", "param": null, "code": "cut_off"}})
}

/// The answer to a call that is cut off before anything of it was sent to its caller. An SDK must not repeat it: a part of
/// the plan may have been carried out.
pub(crate) fn answer() -> Response {
    let mut response = as_json(StatusCode::SERVICE_UNAVAILABLE, error().to_string());
    response.headers_mut().insert(SHOULD_RETRY, HeaderValue::from_static("false"));
    response
}
