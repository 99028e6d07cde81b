//! What can go wrong with a call.

use std::fmt;
use std::time::Duration;

use clientc_plan::record::AttemptOutcome;
pub use clientc_plan::record::TimeoutError;
use clientc_plan::record::{CallRecord, SetBy};
use clientc_plan::{Field, Outcome, is_retried_status};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// Why there is no answer.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The runtime knows no client with this name.
    #[error(transparent)]
    UnknownClient(#[from] UnknownClient),
    /// Every attempt failed, or an attempt failed after content had been passed on.
    #[error(transparent)]
    Client(Box<ClientError>),
}

/// A name that no client has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no client \"{name}\"{}", suggested(.suggestion.as_deref()))]
#[non_exhaustive]
pub struct UnknownClient {
    /// The name.
    pub name: String,
    /// A client with a similar name.
    pub suggestion: Option<String>,
}

/// The failure of a call: the last failure, and everything before it.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ClientError {
    /// The failure that ended the call.
    pub failure: Failure,
    /// The whole call.
    pub record: CallRecord,
}

/// The failure of an attempt.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// A limit passed.
    #[error(transparent)]
    Timeout(Box<TimeoutError>),
    /// The server answered with an error.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The connection failed or broke, or the answer could not be read.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// The answer ended for a reason that the client does not allow.
    #[error(transparent)]
    Rejected(#[from] RejectedError),
    /// The request could not be built, and none was made.
    #[error(transparent)]
    Unbuildable(#[from] UnbuildableError),
}

/// An error that a server answered with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("client {client}: {} {status}{}{}", .reported_in, phrase(*.status), words(.code.as_deref(), .message.as_deref()))]
#[non_exhaustive]
pub struct HttpError {
    /// The leaf that was called.
    pub client: Box<str>,
    /// The status.
    pub status: u16,
    /// Where the error was found.
    pub reported_in: ReportedIn,
    /// The provider's code for the kind of failure, such as `rate_limit_exceeded`.
    pub code: Option<Box<str>>,
    /// The provider's message, where its answer could be read.
    pub message: Option<String>,
    /// The wait that the server asked for; in JSON `retry_after_ms`, in milliseconds.
    #[serde(rename = "retry_after_ms", serialize_with = "whole_ms")]
    pub retry_after: Option<Duration>,
    /// The provider's name for the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<Box<str>>,
}

/// Where an error of a provider was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReportedIn {
    /// In the status of the answer.
    Status,
    /// In the body of an answer with a status of success. The status is the one that it names or that its error type
    /// implies.
    Body,
    /// In an event of a stream. The status is as in a body.
    Event,
}

/// A connection that failed or broke, or an answer that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("client {client}: {message}")]
#[non_exhaustive]
pub struct ConnectionError {
    /// The leaf that was called.
    pub client: Box<str>,
    /// What happened.
    pub message: String,
    /// Whether the message has words of the server, which may repeat the prompt.
    #[serde(skip)]
    pub quotes_server: bool,
}

/// An answer that ended for a reason that the client does not allow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("client {client}: {message}")]
#[non_exhaustive]
pub struct RejectedError {
    /// The leaf that was called.
    pub client: Box<str>,
    /// What happened.
    pub message: String,
    /// Whether the message has words of the server besides an identifier.
    #[serde(skip)]
    pub quotes_server: bool,
}

/// A request that could not be built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("client {client}: {message}")]
#[non_exhaustive]
pub struct UnbuildableError {
    /// The leaf that was to be called.
    pub client: Box<str>,
    /// What is missing or cannot be expressed.
    pub message: String,
    /// Whether the request is the cause: an invalid value, or something that the provider cannot express.
    #[serde(skip)]
    pub is_of_request: bool,
}

/// A header that a call cannot set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the header {name} cannot be added: the plan alone sets who calls, whom, and with which body")]
#[non_exhaustive]
pub struct HeaderError {
    /// The header.
    pub name: http::HeaderName,
}

impl Error {
    /// The limit that passed, where one ended the call.
    pub fn timeout(&self) -> Option<&TimeoutError> {
        match self.failure()? {
            Failure::Timeout(timeout) => Some(timeout),
            _ => None,
        }
    }

    /// The failure that ended the call.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Client(error) => Some(&error.failure),
            Self::UnknownClient(_) => None,
        }
    }

    /// The whole call with all its attempts.
    pub fn record(&self) -> Option<&CallRecord> {
        match self {
            Self::Client(error) => Some(&error.record),
            Self::UnknownClient(_) => None,
        }
    }
}

impl ConnectionError {
    pub(crate) fn new(client: Box<str>, message: String) -> Self {
        Self { client, message, quotes_server: false }
    }
}

impl HttpError {
    /// The error with no words of the server but a code that is an identifier.
    fn without_words(&self) -> Self {
        let code = self.code.clone().filter(|code| is_identifier(code));
        Self { code, message: None, ..self.clone() }
    }
}

impl UnbuildableError {
    pub(crate) fn new(client: Box<str>, message: String) -> Self {
        Self { client, message, is_of_request: false }
    }
}

impl fmt::Display for ReportedIn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Status => "the server answered",
            Self::Body => "an error in an answer with a status of success, taken as",
            Self::Event => "an error event, taken as",
        })
    }
}

/// The message of the error: a `main` that returns it shows this form, and people read it.
impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The message of the error, as in [`Error`].
impl fmt::Debug for ClientError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::error::Error for ClientError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.failure)
    }
}

/// The failure that ended the call, and a line for each attempt where there were several.
impl fmt::Display for ClientError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let record = &self.record;
        write!(formatter, "{}", self.failure)?;
        let is_in_words =
            matches!(&self.failure, Failure::Timeout(timeout) if timeout.timeout_type.0 == Field::Total);
        if let Some(stop) = record.stopped_by.as_ref().filter(|_| !is_in_words) {
            let client = stop.client.as_deref().unwrap_or(&record.client);
            let of = |what: &str| format!("{what} of {client}, {} ms,", stop.configured_value_ms);
            let what = match stop.set_by {
                SetBy::Caller => of("the deadline of the caller"),
                SetBy::WorstCase => {
                    format!("the worst case of {}, reached since timers were late,", record.client)
                }
                SetBy::Client | SetBy::Defaults | SetBy::Override => of("total_timeout_ms"),
            };
            write!(formatter, "\nThe call ended after {} ms: {what} left no time to go on.", record.end_ms)?;
        }
        if record.attempts.len() > 1 {
            write!(
                formatter,
                "\nAll {} attempts of the call through {}:",
                record.attempts_made(),
                record.client
            )?;
            let mut before = 0;
            for (number, attempt) in record.numbered() {
                if number > before + 1 {
                    write!(formatter, "\n  … {} attempts that were not recorded", record.left_out)?;
                }
                before = number;
                let path = attempt.path.join(" > ");
                let words = attempt.message.as_deref().unwrap_or("it succeeded");
                let (start, end) = (attempt.start_ms, attempt.end_ms);
                write!(formatter, "\n  {number}. {path}, from {start} to {end} ms: {words}")?;
            }
        }
        Ok(())
    }
}

impl From<TimeoutError> for Failure {
    fn from(timeout: TimeoutError) -> Self {
        Self::Timeout(Box::new(timeout))
    }
}

impl Failure {
    /// Whether the failure is one that is retried: a timeout, a failed connection, 408, 409, 429 or 5xx.
    pub fn is_retried(&self) -> bool {
        match self {
            Self::Timeout(_) | Self::Connection(_) => true,
            Self::Http(error) => is_retried_status(error.status),
            Self::Rejected(_) | Self::Unbuildable(_) => false,
        }
    }

    /// A word for the kind of the failure.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Timeout(_) => "timeout",
            Self::Http(_) => "http",
            Self::Connection(_) => "connection",
            Self::Rejected(_) => "rejected",
            Self::Unbuildable(_) => "unbuildable",
        }
    }

    /// What happened, without any text of the server: its status, and its code where that is a short identifier. Logs have
    /// this form, because some servers repeat the prompt in their errors.
    pub fn in_own_words(&self) -> String {
        match self {
            Self::Http(error) => error.without_words().to_string(),
            Self::Connection(ConnectionError { client, quotes_server: true, .. }) => {
                format!("client {client}: the answer is an error")
            }
            Self::Rejected(RejectedError { client, quotes_server: true, .. }) => {
                format!("client {client}: the answer ended for a reason that the client does not allow")
            }
            Self::Timeout(_) | Self::Connection(_) | Self::Rejected(_) | Self::Unbuildable(_) => {
                self.to_string()
            }
        }
    }

    /// Whether the message has words of the server.
    pub(crate) fn quotes_server(&self) -> bool {
        match self {
            Self::Http(error) => *error != error.without_words(),
            Self::Connection(error) => error.quotes_server,
            Self::Rejected(error) => error.quotes_server,
            Self::Timeout(_) | Self::Unbuildable(_) => false,
        }
    }

    pub(crate) const fn attempt_outcome(&self) -> AttemptOutcome {
        match self {
            Self::Timeout(_) => AttemptOutcome::Timeout,
            Self::Http(_) => AttemptOutcome::Http,
            Self::Connection(_) => AttemptOutcome::Connection,
            Self::Rejected(_) => AttemptOutcome::Rejected,
            Self::Unbuildable(_) => AttemptOutcome::Unbuildable,
        }
    }

    pub(crate) fn outcome(&self) -> Outcome {
        let retry_after_ms = match self {
            Self::Http(error) => {
                error.retry_after.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))
            }
            Self::Unbuildable(_) => return Outcome::Unbuildable,
            Self::Timeout(_) | Self::Connection(_) | Self::Rejected(_) => None,
        };
        Outcome::Failed { retryable: self.is_retried(), retry_after_ms }
    }
}

/// `kind`, the fields of the failure, its message, and the record of the call.
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::UnknownClient(error) => {
                map.serialize_entry("kind", "unknown_client")?;
                map.serialize_entry("message", &error.to_string())?;
            }
            Self::Client(error) => {
                map.serialize_entry("kind", error.failure.kind())?;
                map.serialize_entry("message", &error.failure.to_string())?;
                match &error.failure {
                    Failure::Timeout(failure) => map.serialize_entry("timeout", failure)?,
                    Failure::Http(failure) => map.serialize_entry("http", failure)?,
                    Failure::Connection(failure) => map.serialize_entry("connection", failure)?,
                    Failure::Rejected(failure) => map.serialize_entry("rejected", failure)?,
                    Failure::Unbuildable(failure) => map.serialize_entry("unbuildable", failure)?,
                }
                map.serialize_entry("record", &error.record)?;
            }
        }
        map.end()
    }
}

/// Whether a word of a server is one that programs compare, such as `rate_limit_exceeded`, and not a text.
pub(crate) fn is_identifier(word: &str) -> bool {
    const MOST: usize = 64;
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    !word.is_empty() && word.len() <= MOST && word.bytes().all(is_part)
}

fn suggested(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"))
}

fn words(code: Option<&str>, message: Option<&str>) -> String {
    [code, message].into_iter().flatten().map(|text| format!(": {text}")).collect()
}

/// Writes a time in whole milliseconds.
fn whole_ms<S: Serializer>(time: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(|time| time.as_millis() as u64).serialize(serializer)
}

fn phrase(status: u16) -> String {
    let status = http::StatusCode::from_u16(status).ok();
    status
        .and_then(|status| status.canonical_reason())
        .map_or_else(String::new, |reason| format!(" {reason}"))
}
