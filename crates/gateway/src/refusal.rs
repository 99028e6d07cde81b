//! Answers to requests for which no call was made, in the form of OpenAI's errors.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use clientc_plan::json::json;
use http::header::{CONNECTION, CONTENT_TYPE, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};

/// Why no call was made. Nothing was sent to any provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) reason: Reason,
    pub(crate) message: String,
    /// The field of the request that is to blame.
    pub(crate) param: Option<Box<str>>,
}

/// The kinds of refusals, as metrics count them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Reason {
    BadRequest,
    Unauthorized,
    FromWebPage,
    UnknownModel,
    NotFound,
    MethodNotAllowed,
    SlowBody,
    BodyTooLarge,
    UnsupportedEncoding,
    Busy,
    Stopping,
}

impl Reason {
    /// The word for it in metrics and, for those that have one, OpenAI's code.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::Unauthorized => "invalid_api_key",
            Self::FromWebPage => "from_web_page",
            Self::UnknownModel => "model_not_found",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::SlowBody => "slow_body",
            Self::BodyTooLarge => "body_too_large",
            Self::UnsupportedEncoding => "unsupported_encoding",
            Self::Busy => "too_many_calls",
            Self::Stopping => "stopping",
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::FromWebPage => StatusCode::FORBIDDEN,
            Self::UnknownModel | Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::SlowBody => StatusCode::REQUEST_TIMEOUT,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedEncoding => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Busy | Self::Stopping => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl Refusal {
    pub(crate) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into(), param: None }
    }

    /// The refusal of a value in the request.
    pub(crate) fn field(param: &str, message: impl Into<String>) -> Self {
        Self { reason: Reason::BadRequest, message: message.into(), param: Some(param.into()) }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let is_ours = matches!(self.reason, Reason::Busy | Reason::Stopping);
        let kind = if is_ours { "server_error" } else { "invalid_request_error" };
        let error = json!({
            "error": {
                "message": self.message,
                "type": kind,
                "param": self.param,
                "code": self.reason.as_str(),
            },
        });
        let mut response = as_json(self.reason.status(), error.to_string());
        let headers = response.headers_mut();
        match self.reason {
            Reason::Busy | Reason::Stopping => {
                drop(headers.insert(RETRY_AFTER, HeaderValue::from_static("1")))
            }
            Reason::Unauthorized => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            // What is left of the body is not read.
            Reason::BodyTooLarge | Reason::SlowBody => {
                headers.insert(CONNECTION, HeaderValue::from_static("close"));
                // The caller would send the same again.
                headers.insert(SHOULD_RETRY, HeaderValue::from_static("false"));
            }
            _ => {}
        }
        response
    }
}

/// Tells OpenAI's SDKs whether to repeat a request.
pub(crate) const SHOULD_RETRY: HeaderName = HeaderName::from_static("x-should-retry");

/// An answer of JSON.
pub(crate) fn as_json(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
