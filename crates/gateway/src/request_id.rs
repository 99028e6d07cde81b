//! The name of a request, which its answer carries.

use axum::response::{IntoResponse as _, Response};
use http::header::HeaderName;
use http::{HeaderMap, HeaderValue};

use crate::gateway::Gateway;
use crate::refusal::Refusal;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The caller's name for its request, or a new one.
pub(crate) fn request_id(headers: &HeaderMap) -> HeaderValue {
    let given = headers.get(REQUEST_ID).filter(|id| id.len() <= 128 && id.to_str().is_ok());
    given.cloned().unwrap_or_else(|| {
        let new = format!("req_{:016x}", fastrand::u64(..));
        HeaderValue::from_str(&new).unwrap_or(HeaderValue::from_static("req"))
    })
}

/// Makes the answer to the request of this name. A refusal is counted.
pub(crate) fn answer(
    gateway: &Gateway,
    request_id: HeaderValue,
    answered: Result<Response, Refusal>,
) -> Response {
    let mut response = answered.unwrap_or_else(|refusal| {
        gateway.observer().metrics.refused(refusal.reason.as_str());
        refusal.into_response()
    });
    response.headers_mut().insert(REQUEST_ID, request_id);
    response
}
