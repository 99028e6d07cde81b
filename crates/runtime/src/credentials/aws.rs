//! The AWS credential chain: variables, profiles, web identities, containers, and the metadata of the machine.

use std::time::SystemTime;

use aws_config::Region;
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;

use super::cache::{Cache, Expires};
use super::source::{AwsKeys, AwsWanted, CredentialError};

/// The keys of the chain, by profile and region.
#[derive(Debug, Default)]
pub(super) struct AwsChain {
    keys: Cache<(Option<Box<str>>, Box<str>), AwsKeys>,
}

impl Expires for AwsKeys {
    fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }
}

impl AwsChain {
    pub(super) async fn keys(&self, wanted: &AwsWanted) -> Result<AwsKeys, CredentialError> {
        let key = (wanted.profile.clone(), wanted.region.clone());
        self.keys.get(&key, || fetch(wanted)).await
    }
}

async fn fetch(wanted: &AwsWanted) -> Result<AwsKeys, CredentialError> {
    let mut chain = DefaultCredentialsChain::builder().region(Region::new(wanted.region.to_string()));
    if let Some(profile) = &wanted.profile {
        chain = chain.profile_name(profile);
    }
    let found = chain.build().await.provide_credentials().await.map_err(|error| error_of(&error))?;
    let keys = AwsKeys::new(found.access_key_id(), found.secret_access_key());
    Ok(match found.session_token() {
        Some(token) => keys.with_session(token, found.expiry()),
        None => AwsKeys { expires_at: found.expiry(), ..keys },
    })
}

/// Says what is wrong, without what a server or a file said: it may hold a key.
fn error_of(error: &CredentialsError) -> CredentialError {
    match error {
        CredentialsError::CredentialsNotLoaded(_) => CredentialError::missing(
            "there are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, or run \
             where a role is provided",
        ),
        CredentialsError::InvalidConfiguration(_) => {
            CredentialError::missing("cannot read the AWS configuration")
        }
        _ => CredentialError::unreachable("cannot fetch the AWS credentials"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_nowhere_are_missing_and_those_that_cannot_be_fetched_are_unreachable() {
        for (error, expected, is_unreachable) in [
            (CredentialsError::not_loaded("none"), "there are no AWS credentials", false),
            (CredentialsError::invalid_configuration("bad"), "cannot read the AWS configuration", false),
            (CredentialsError::provider_error("down"), "cannot fetch the AWS credentials", true),
            (CredentialsError::unhandled("else"), "cannot fetch the AWS credentials", true),
        ] {
            let said = error_of(&error);
            assert!(said.message.starts_with(expected), "{}", said.message);
            assert_eq!(said.is_retried, is_unreachable, "{expected}");
        }
    }

    #[tokio::test]
    async fn keys_that_have_expired_are_fetched_again() {
        for (expires_at, are_kept) in [(Some(SystemTime::UNIX_EPOCH), false), (None, true)] {
            let cache = Cache::default();
            let keys = AwsKeys::new("id", "secret").with_session("token", expires_at);
            assert!(cache.get(&(), || async { Ok(keys) }).await.is_ok());
            let again = cache.get(&(), || async { Err(CredentialError::missing("gone")) }).await;
            assert_eq!(again.is_ok(), are_kept, "{expires_at:?}");
        }
    }
}
