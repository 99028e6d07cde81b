//! A request as it goes to the transport.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Method};
use url::Url;

use crate::credentials::GoogleWanted;
#[cfg(feature = "bedrock")]
use crate::credentials::{AwsKeys, AwsWanted};

/// A request as it goes to the transport.
#[derive(Clone)]
pub(crate) struct HttpRequest {
    /// The method; always POST.
    pub(crate) method: Method,
    /// Where it goes.
    pub(crate) url: Url,
    /// Its headers, credentials among them.
    pub(crate) headers: HeaderMap,
    /// Its body, as JSON.
    pub(crate) body: Bytes,
    /// Whether what the server sends is kept as it is beside what is read from it.
    pub(crate) keeps_wire: bool,
    /// What is still to be added to its headers.
    pub(crate) auth: Auth,
}

/// The part of a URL for the project of Google's credentials, until they are there.
pub(crate) const PROJECT: &str = "-project-of-the-credentials-";

/// What says who sends a request, where that has to be fetched or computed.
#[derive(Debug, Clone, Default)]
pub(crate) enum Auth {
    /// The request has it already.
    #[default]
    None,
    /// A signature of AWS, with these keys or those of the chain.
    #[cfg(feature = "bedrock")]
    Aws {
        /// The keys that the client or a variable has.
        keys: Option<AwsKeys>,
        /// What the chain is asked for.
        wanted: AwsWanted,
    },
    /// A token of Google.
    Google {
        /// What the chain is asked for.
        wanted: GoogleWanted,
    },
}

/// How an answer is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// Whole.
    Whole,
    /// As a stream that the caller gets.
    Streamed,
    /// As a stream that is joined to a whole answer. It has to say all that a whole answer says, such as its usage.
    Joined,
}

impl Delivery {
    /// Whether the server is asked for a stream.
    pub(crate) const fn is_streamed(self) -> bool {
        !matches!(self, Self::Whole)
    }
}

impl HttpRequest {
    /// Says what is still to be added to the headers.
    pub(super) fn with_auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// Replaces what the request keeps secret in a text that comes from elsewhere, such as the message of a server
    /// that repeats the key which it does not like.
    pub(crate) fn redact(&self, text: &str) -> String {
        let headers = self.headers.values().filter(|value| value.is_sensitive());
        let headers = headers.filter_map(|value| value.to_str().ok());
        let headers = headers.map(|value| value.strip_prefix("Bearer ").unwrap_or(value).to_owned());
        let query = self.url.query_pairs().map(|(_, value)| value.into_owned());
        let secrets = headers.chain(query).chain(self.url.password().map(String::from));
        // What is shorter is no secret, and would be found in every other word.
        let secrets = secrets.filter(|secret| secret.len() >= 8);
        secrets.fold(text.to_owned(), |text, secret| text.replace(&secret, "***"))
    }
}

/// Neither headers nor the body nor the query: they hold keys and prompts.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = &self.url;
        let host = url.host_str().unwrap_or_default();
        write!(formatter, "{} {}://{host}{}", self.method, url.scheme(), url.path())
    }
}
