//! What can be wrong with a registry.

use crate::overrides::OverrideError;

/// Why a registry does not fit a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// A name is none of a client.
    #[error("there is no client \"{0}\"")]
    UnknownClient(String),
    /// The name of an added client is taken.
    #[error(
        "there already is a client \"{0}\"; a client of the plan cannot be replaced, only its limits lowered"
    )]
    NameTaken(String),
    /// The provider of an added client is unknown.
    #[error("client {client}: there is no provider \"{provider}\"")]
    UnknownProvider {
        /// The client.
        client: String,
        /// The provider.
        provider: String,
    },
    /// No client of the plan has a policy of this name.
    #[error("client {client}: there is no retry policy \"{policy}\" that a client of the plan has")]
    UnknownPolicy {
        /// The client.
        client: String,
        /// The policy.
        policy: String,
    },
    /// An option of an added client has a value that it cannot have.
    #[error("client {client}: `{option}` {message}")]
    Option {
        /// The client.
        client: String,
        /// The option.
        option: String,
        /// What is wrong with it.
        message: String,
    },
    /// An override cannot be.
    #[error(transparent)]
    Override(#[from] OverrideError),
}
