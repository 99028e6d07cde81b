//! The answer to a call that failed, in the form of OpenAI's errors.

use clientc_runtime::record::{AttemptRecord, CallRecord, TimeoutError};
use clientc_runtime::{Error, Failure};
use http::StatusCode;
use serde::Serialize;

/// The most attempts that an error lists: the first ones, and the last one.
const MOST: usize = 50;

/// How a failed call is answered.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) status: StatusCode,
    /// The whole body.
    pub(crate) body: String,
    /// The seconds that the provider asked to wait.
    pub(crate) retry_after: Option<u64>,
}

#[derive(Serialize)]
struct Body<'e> {
    error: ErrorObject<'e>,
}

#[derive(Serialize)]
struct ErrorObject<'e> {
    message: String,
    #[serde(rename = "type")]
    kind: &'static str,
    param: Option<&'static str>,
    code: &'e str,
    #[serde(flatten)]
    timeout: Option<Timeout<'e>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upstream_status: Option<u16>,
    attempts_made: u64,
    attempts: Vec<Attempt<'e>>,
}

/// The fields of a timeout without its message.
#[derive(Serialize)]
struct Timeout<'e> {
    client: &'e str,
    timeout_type: &'static str,
    configured_value_ms: u64,
    elapsed_ms: u64,
    route: &'e [Box<str>],
    attempt: u64,
    set_by: clientc_runtime::record::SetBy,
    origin: Option<&'e clientc_plan::document::ResolvedOrigin>,
}

#[derive(Serialize)]
struct Attempt<'e> {
    client: &'e str,
    route: &'e [Box<str>],
    start_ms: u64,
    end_ms: u64,
    outcome: clientc_runtime::record::AttemptOutcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    configured_value_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'e str>,
}

impl Failed {
    /// Makes the answer to a call that failed.
    pub(crate) fn new(error: &Error) -> Self {
        let Some((failure, record)) = error.failure().zip(error.record()) else {
            let body = clientc_plan::json!({"error": {"message": error.to_string(), "type": "server_error"}});
            return Self {
                status: StatusCode::INTERNAL_SERVER_ERROR,
                body: body.to_string(),
                retry_after: None,
            };
        };
        let status = status(failure);
        let error = ErrorObject {
            message: failure.to_string(),
            kind: kind(failure, status),
            param: None,
            code: code(failure),
            timeout: timeout(failure).map(Timeout::new),
            upstream_status: match failure {
                Failure::Http(error) => Some(error.status),
                _ => None,
            },
            attempts_made: record.attempts_made(),
            attempts: attempts(record),
        };
        Self {
            status,
            // Every key of this body is a string, so this does not fail.
            body: serde_json::to_string(&Body { error }).unwrap_or_default(),
            retry_after: retry_after(failure, status),
        }
    }
}

/// The status of the last attempt, as far as it means to the caller what it meant to the gateway.
fn status(failure: &Failure) -> StatusCode {
    match failure {
        Failure::Timeout(_) => StatusCode::GATEWAY_TIMEOUT,
        Failure::Http(error) => match error.status {
            // The key that was refused is the gateway's, not the caller's.
            401 | 403 => StatusCode::BAD_GATEWAY,
            status @ 400..=599 => StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY),
            _ => StatusCode::BAD_GATEWAY,
        },
        Failure::Unbuildable(error) if error.is_of_request => StatusCode::BAD_REQUEST,
        Failure::Unbuildable(_) => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_GATEWAY,
    }
}

fn kind(failure: &Failure, status: StatusCode) -> &'static str {
    match (failure, status.as_u16()) {
        (Failure::Timeout(_), _) => "timeout_error",
        (_, 429) => "rate_limit_error",
        (_, 400..=499) => "invalid_request_error",
        (_, 500) => "server_error",
        _ => "upstream_error",
    }
}

/// The provider's word for the failure, or ours.
fn code(failure: &Failure) -> &str {
    match failure {
        Failure::Timeout(_) => "timeout",
        Failure::Http(error) => match (&error.code, error.status) {
            (_, 401 | 403) => "upstream_refused_key",
            (Some(code), _) => code,
            (None, _) => "upstream_error",
        },
        Failure::Connection(_) => "connection_failed",
        Failure::Rejected(_) => "finish_reason_rejected",
        Failure::Unbuildable(error) if error.is_of_request => "not_expressible",
        _ => "client_not_configured",
    }
}

fn timeout(failure: &Failure) -> Option<&TimeoutError> {
    match failure {
        Failure::Timeout(timeout) => Some(timeout),
        _ => None,
    }
}

/// The wait that the provider asked for, in seconds rounded up, where its status goes on to the caller.
fn retry_after(failure: &Failure, status: StatusCode) -> Option<u64> {
    match failure {
        Failure::Http(error) if matches!(status.as_u16(), 429 | 503) => {
            error.retry_after.map(|wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
        }
        _ => None,
    }
}

fn attempts(record: &CallRecord) -> Vec<Attempt<'_>> {
    let all = &record.attempts;
    let left_out = all.len().saturating_sub(MOST);
    let kept = all.iter().enumerate();
    kept.filter(|(at, _)| left_out == 0 || *at < MOST - 1 || *at + 1 == all.len())
        .map(|(_, attempt)| Attempt::new(attempt))
        .collect()
}

impl<'e> Timeout<'e> {
    fn new(timeout: &'e TimeoutError) -> Self {
        Timeout {
            client: &timeout.client,
            timeout_type: timeout.timeout_type.0.key(),
            configured_value_ms: timeout.configured_value_ms,
            elapsed_ms: timeout.elapsed_ms,
            route: &timeout.route,
            attempt: timeout.attempt,
            set_by: timeout.set_by,
            origin: timeout.origin.as_ref(),
        }
    }
}

impl<'e> Attempt<'e> {
    fn new(attempt: &'e AttemptRecord) -> Self {
        let timeout = attempt.timeout.as_ref();
        Attempt {
            client: attempt.path.last().map_or("", |name| name),
            route: &attempt.path,
            start_ms: attempt.start_ms,
            end_ms: attempt.end_ms,
            outcome: attempt.outcome,
            status: attempt.status,
            timeout_type: timeout.map(|timeout| timeout.timeout_type.0.key()),
            configured_value_ms: timeout.map(|timeout| timeout.configured_value_ms),
            message: attempt.message.as_deref(),
        }
    }
}
