//! The failures of answers that cannot be taken.

use std::time::Duration;

use super::prompt::without_prompt;
use crate::error::{ConnectionError, Failure, HttpError, RejectedError, ReportedIn, is_identifier};
use crate::provider::{HttpRequest, ProviderError, ReadError};

/// An answer whose status says that it is none.
pub(super) struct Refusal {
    pub(super) client: Box<str>,
    pub(super) status: u16,
    /// What the provider says, where it could be read.
    pub(super) error: Option<ProviderError>,
    pub(super) reported_in: ReportedIn,
    pub(super) retry_after: Option<Duration>,
    pub(super) request_id: Option<Box<str>>,
}

impl Refusal {
    /// Makes the failure.
    pub(super) fn failure(self, built: &HttpRequest) -> Failure {
        let (code, message) = match self.error {
            Some(ProviderError { code, message }) => (code, Some(masked(built, &message))),
            None => (None, None),
        };
        let Self { client, status, reported_in, retry_after, request_id, .. } = self;
        HttpError { client, status, reported_in, code, message, retry_after, request_id }.into()
    }
}

/// Makes the failure of an answer that cannot be read, or that is an error in spite of its status.
pub(super) fn unreadable(
    client: Box<str>,
    built: &HttpRequest,
    error: ReadError,
    reported_in: ReportedIn,
) -> Failure {
    match error {
        ReadError::Provider { status: Some(status), error } => {
            let (error, retry_after, request_id) = (Some(error), None, None);
            Refusal { client, status, error, reported_in, retry_after, request_id }.failure(built)
        }
        ReadError::FinishReason { ref reason } => {
            let quotes_server = !is_identifier(reason);
            RejectedError { client, message: error.to_string(), quotes_server }.into()
        }
        _ => {
            let quotes_server = matches!(error, ReadError::Provider { .. });
            ConnectionError { client, message: masked(built, &error.to_string()), quotes_server }.into()
        }
    }
}

/// Takes keys and the prompt out of what a server says.
fn masked(built: &HttpRequest, text: &str) -> String {
    without_prompt(&built.redact(text), &built.body)
}
