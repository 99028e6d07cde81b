//! Google's credentials: service accounts, application default credentials, and the metadata server.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use gcp_auth::{CustomServiceAccount, Error, TokenProvider};

use super::cache::{Cache, Expires};
use super::source::{CredentialError, GoogleToken, GoogleWanted};

const SCOPES: &[&str] = &["https://www.googleapis.com/auth/cloud-platform"];

/// The tokens of the chain, by the credentials that they come from.
#[derive(Debug, Default)]
pub(super) struct GoogleChain {
    providers: Cache<Option<Box<str>>, Provider>,
    tokens: Cache<Option<Box<str>>, GoogleToken>,
}

/// The source of tokens. It is kept, since looking for it takes requests too.
#[derive(Clone)]
struct Provider(Arc<dyn TokenProvider>);

impl Expires for Provider {
    fn expires_at(&self) -> Option<SystemTime> {
        None
    }
}

impl Expires for GoogleToken {
    fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }
}

impl GoogleChain {
    pub(super) async fn token(&self, wanted: &GoogleWanted) -> Result<GoogleToken, CredentialError> {
        let key = &wanted.credentials;
        self.tokens
            .get(key, || async {
                let Provider(provider) = self.providers.get(key, || find(key.as_deref())).await?;
                let token = provider.token(SCOPES).await.map_err(|error| error_of(&error))?;
                let seconds = u64::try_from(token.expires_at().timestamp()).unwrap_or(0);
                let expires_at = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
                let found = GoogleToken::new(token.as_str(), expires_at);
                Ok(match provider.project_id().await {
                    Ok(project) => found.with_project(&*project),
                    Err(_) => found,
                })
            })
            .await
    }
}

/// Finds the source of tokens: the JSON of a service account, the path of its file, or the application default credentials.
async fn find(credentials: Option<&str>) -> Result<Provider, CredentialError> {
    let unreadable = |_| CredentialError::missing("`credentials` are not a readable service account");
    Ok(Provider(match credentials {
        Some(json) if json.trim_start().starts_with('{') => {
            Arc::new(CustomServiceAccount::from_json(json).map_err(unreadable)?)
        }
        Some(path) => Arc::new(CustomServiceAccount::from_file(path).map_err(unreadable)?),
        None => gcp_auth::provider().await.map_err(|error| error_of(&error))?,
    }))
}

/// Says what is wrong, without what a server or a file said: it may hold a key.
fn error_of(error: &Error) -> CredentialError {
    if is_of_a_server(error) {
        return CredentialError::unreachable("cannot fetch the Google credentials");
    }
    CredentialError::missing(
        "there are no Google credentials: set GOOGLE_APPLICATION_CREDENTIALS or `credentials`, or run where a service \
         account is provided",
    )
}

/// Whether there is a server for credentials that cannot be reached or does not serve them now. The library reports the
/// latter only in the text of its error.
fn is_of_a_server(error: &Error) -> bool {
    match error {
        Error::Http(_, _) | Error::Other("HTTP request failed", _) | Error::Str("token request failed") => {
            true
        }
        // Where no machine of Google's is, its metadata server cannot be reached either.
        Error::NoAuthMethod(_, machine, user) => {
            is_of_a_server(user)
                || matches!(**machine, Error::Http(_, _) | Error::Str("token request failed"))
        }
        _ => false,
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Provider")
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn credentials_that_are_nowhere_are_missing_and_those_that_cannot_be_fetched_are_unreachable() {
        let nothing = || Error::Io("no such file", io::ErrorKind::NotFound.into());
        let alone = || Error::Other("HTTP request failed", Box::new(io::Error::other("no such host")));
        let refused = || Error::Str("token request failed");
        for (machine, user, is_unreachable) in [
            (nothing(), nothing(), false),
            // Only a machine of Google's has a server for its credentials.
            (alone(), nothing(), false),
            (refused(), nothing(), true),
            (alone(), refused(), true),
            (alone(), alone(), true),
        ] {
            let error = Error::NoAuthMethod(Box::new(nothing()), Box::new(machine), Box::new(user));
            assert_eq!(error_of(&error).is_retried, is_unreachable, "{error:?}");
        }
    }

    #[tokio::test]
    async fn tokens_that_have_expired_are_fetched_again() {
        for (expires_at, are_kept) in [(Some(SystemTime::UNIX_EPOCH), false), (None, true)] {
            let cache = Cache::default();
            let token = GoogleToken::new("token", expires_at);
            assert!(cache.get(&(), || async { Ok(token) }).await.is_ok());
            let again = cache.get(&(), || async { Err(CredentialError::missing("gone")) }).await;
            assert_eq!(again.is_ok(), are_kept, "{expires_at:?}");
        }
    }
}
