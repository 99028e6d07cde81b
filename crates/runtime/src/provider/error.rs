//! What can be wrong with a request before it is sent, and with an answer after it has come.

use std::fmt;

/// Why a request cannot be built. Values are never part of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BuildError {
    /// A variable of the environment is not set.
    #[error("the environment variable {variable} is not set; `{option}` needs it")]
    MissingVariable {
        /// The variable.
        variable: Box<str>,
        /// The option that needs it, such as `headers.X-Team`.
        option: Box<str>,
    },
    /// An option must be there.
    #[error("`{option}` is missing; {provider} needs it")]
    MissingOption {
        /// The option.
        option: Box<str>,
        /// The provider.
        provider: Box<str>,
    },
    /// An option has a value that it cannot have.
    #[error("`{option}` must be {expected}")]
    WrongOption {
        /// The option, such as `headers.X-Team`.
        option: Box<str>,
        /// What it must be.
        expected: Box<str>,
    },
    /// A field of the caller has a value that it cannot have.
    #[error("`{field}` must be {expected}")]
    WrongField {
        /// The field of the request, such as `messages[2].tool_call_id`.
        field: Box<str>,
        /// What it must be.
        expected: Box<str>,
    },
    /// The provider has no way to say something.
    #[error("{provider} cannot express {what}")]
    Inexpressible {
        /// The provider.
        provider: Box<str>,
        /// What it cannot express, and where there is one, an alternative.
        what: Box<str>,
    },
    /// The provider is known and not served.
    #[error("the provider {provider} is not served yet")]
    NotServed {
        /// The provider.
        provider: Box<str>,
    },
}

/// What a provider says about a failure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ProviderError {
    /// Its word for the kind of failure, such as `rate_limit_exceeded`.
    pub(crate) code: Option<Box<str>>,
    /// Its message, at most 1,000 characters.
    pub(crate) message: Box<str>,
}

/// Why an answer is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ReadError {
    /// It cannot be read.
    Malformed {
        /// What is wrong. Nothing of the answer is part of it.
        message: Box<str>,
    },
    /// It is an error of the provider in spite of its status.
    Provider {
        /// The status that the error names or implies.
        status: Option<u16>,
        /// What the provider says.
        error: ProviderError,
    },
    /// It ended for a reason that the client does not allow.
    FinishReason {
        /// The provider's word for the reason.
        reason: Box<str>,
    },
    /// It broke off.
    CutOff,
    /// It ended without any content.
    Empty,
}

impl BuildError {
    /// Whether the request of the caller is to blame, and not the client.
    pub(crate) fn is_of_request(&self) -> bool {
        matches!(self, Self::WrongField { .. } | Self::Inexpressible { .. })
    }
}

impl ReadError {
    pub(crate) fn malformed(message: &str) -> Self {
        Self::Malformed { message: message.into() }
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(formatter, "{code}: {}", self.message),
            None => formatter.write_str(&self.message),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { message } => write!(formatter, "cannot read the answer: {message}"),
            Self::Provider { status: Some(status), error } => {
                write!(formatter, "the answer is an error of status {status}: {error}")
            }
            Self::Provider { status: None, error } => {
                write!(formatter, "the answer is an error: {error}")
            }
            Self::FinishReason { reason } => {
                write!(formatter, "the answer ended with `{reason}`, which the client does not allow")
            }
            Self::Empty => formatter.write_str("cannot read the answer: it has no content"),
            Self::CutOff => formatter.write_str("the stream ended before it was complete"),
        }
    }
}

impl std::error::Error for ReadError {}
