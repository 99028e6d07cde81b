//! Credentials that have to be fetched: those of the clouds, and keys that are kept elsewhere.

#[cfg(feature = "bedrock")]
mod aws;
#[cfg(any(feature = "bedrock", feature = "vertex"))]
mod cache;
mod chains;
#[cfg(feature = "vertex")]
mod google;
mod source;

pub(crate) use self::chains::Chains;
pub use self::source::{
    AwsKeys, AwsWanted, CredentialError, CredentialSource, Fetching, GoogleToken, GoogleWanted,
};
