//! Credentials by the rules of their clouds, where no other source has them.

use std::fmt;
use std::sync::Arc;

#[cfg(feature = "bedrock")]
use super::aws::AwsChain;
#[cfg(feature = "vertex")]
use super::google::GoogleChain;
#[cfg(feature = "bedrock")]
use super::source::{AwsKeys, AwsWanted};
use super::source::{CredentialError, CredentialSource, GoogleToken, GoogleWanted};

/// The source of a program, and after it the chains of the clouds.
#[derive(Clone, Default)]
pub(crate) struct Chains {
    own: Option<Arc<dyn CredentialSource>>,
    #[cfg(feature = "bedrock")]
    aws: Arc<AwsChain>,
    #[cfg(feature = "vertex")]
    google: Arc<GoogleChain>,
}

impl Chains {
    /// Asks this source before the chains.
    pub(crate) fn with_source(mut self, source: Arc<dyn CredentialSource>) -> Self {
        self.own = Some(source);
        self
    }

    /// The key of a client, where a source of the program has it.
    pub(crate) async fn api_key(
        &self,
        client: &str,
        provider: &str,
    ) -> Result<Option<String>, CredentialError> {
        match &self.own {
            Some(own) => own.api_key(client, provider).await,
            None => Ok(None),
        }
    }

    /// The keys that sign a request to AWS.
    #[cfg(feature = "bedrock")]
    pub(crate) async fn aws(&self, wanted: &AwsWanted) -> Result<AwsKeys, CredentialError> {
        if let Some(own) = &self.own
            && let Some(keys) = own.aws(wanted).await?
        {
            return Ok(keys);
        }
        self.aws.keys(wanted).await
    }

    /// A token for Google Cloud.
    pub(crate) async fn google(&self, wanted: &GoogleWanted) -> Result<GoogleToken, CredentialError> {
        if let Some(own) = &self.own
            && let Some(token) = own.google(wanted).await?
        {
            return Ok(token);
        }
        #[cfg(feature = "vertex")]
        return self.google.token(wanted).await;
        #[cfg(not(feature = "vertex"))]
        Err(CredentialError::missing("the feature `vertex` of clientc-runtime is off"))
    }
}

impl fmt::Debug for Chains {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Chains").field("has_own", &self.own.is_some()).finish_non_exhaustive()
    }
}
