//! Sources of credentials, and the credentials themselves.

use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::time::SystemTime;

/// Credentials that are being fetched.
pub type Fetching<'a, T> = Pin<Box<dyn Future<Output = Result<T, CredentialError>> + Send + 'a>>;

/// Gives credentials that have to be fetched.
///
/// It is asked within the time of an attempt, whose limits bound it; a fetch that takes too long is dropped. It is asked
/// for each attempt, so a source keeps what it has fetched.
pub trait CredentialSource: Send + Sync + 'static {
    /// Gives the API key of a client. Nothing means that the option of the client, or its variable, has it.
    fn api_key<'a>(&'a self, client: &'a str, provider: &'a str) -> Fetching<'a, Option<String>> {
        let _ = (client, provider);
        Box::pin(ready(Ok(None)))
    }

    /// Gives the keys that sign a request to AWS. Nothing means that those of the AWS credential chain are taken.
    fn aws<'a>(&'a self, wanted: &'a AwsWanted) -> Fetching<'a, Option<AwsKeys>> {
        let _ = wanted;
        Box::pin(ready(Ok(None)))
    }

    /// Gives a token for Google Cloud. Nothing means that the credentials of the client, or else the application
    /// default credentials, are taken.
    fn google<'a>(&'a self, wanted: &'a GoogleWanted) -> Fetching<'a, Option<GoogleToken>> {
        let _ = wanted;
        Box::pin(ready(Ok(None)))
    }
}

/// What a client of `aws-bedrock` says of its credentials.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct AwsWanted {
    /// The client.
    pub client: Box<str>,
    /// The region that is called.
    pub region: Box<str>,
    /// The profile of the AWS configuration files.
    pub profile: Option<Box<str>>,
}

/// What a client of `vertex-ai` says of its credentials.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct GoogleWanted {
    /// The client.
    pub client: Box<str>,
    /// The credentials that the client or a variable names: the JSON of a service account, or the path of its file.
    pub credentials: Option<Box<str>>,
}

/// Keys that sign requests to AWS.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AwsKeys {
    /// The id of the access key.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: String,
    /// The session token of keys for a while.
    pub session_token: Option<String>,
    /// When they expire.
    pub expires_at: Option<SystemTime>,
}

/// A token for Google Cloud.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GoogleToken {
    /// The access token.
    pub token: String,
    /// The project that the credentials belong to, where a client names none.
    pub project: Option<String>,
    /// When it expires.
    pub expires_at: Option<SystemTime>,
}

/// Why there are no credentials. It holds none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
#[non_exhaustive]
pub struct CredentialError {
    /// What is missing or went wrong.
    pub message: String,
    /// Whether another attempt may find them: the server that has them could not be reached, or was busy.
    pub is_retried: bool,
}

impl AwsKeys {
    /// Makes keys that do not expire.
    pub fn new(access_key_id: impl Into<String>, secret_access_key: impl Into<String>) -> Self {
        Self {
            access_key_id: access_key_id.into(),
            secret_access_key: secret_access_key.into(),
            session_token: None,
            expires_at: None,
        }
    }

    /// Adds a session token.
    #[must_use]
    pub fn with_session(mut self, token: impl Into<String>, expires_at: Option<SystemTime>) -> Self {
        (self.session_token, self.expires_at) = (Some(token.into()), expires_at);
        self
    }
}

impl GoogleToken {
    /// Makes a token.
    pub fn new(token: impl Into<String>, expires_at: Option<SystemTime>) -> Self {
        Self { token: token.into(), project: None, expires_at }
    }

    /// Adds the project of the credentials.
    #[must_use]
    pub fn with_project(mut self, project: impl Into<String>) -> Self {
        self.project = Some(project.into());
        self
    }
}

impl CredentialError {
    /// Says what is missing. Another attempt does not help.
    pub fn missing(message: impl Into<String>) -> Self {
        Self { message: message.into(), is_retried: false }
    }

    /// Says what went wrong on the way. Another attempt may help.
    pub fn unreachable(message: impl Into<String>) -> Self {
        Self { message: message.into(), is_retried: true }
    }
}

/// The path or the content may be secret.
impl fmt::Debug for GoogleWanted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("GoogleWanted").field("client", &self.client).finish_non_exhaustive()
    }
}

/// No key is shown.
impl fmt::Debug for AwsKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("AwsKeys").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// No token is shown.
impl fmt::Debug for GoogleToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("GoogleToken").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}
