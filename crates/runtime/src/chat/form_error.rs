//! What can be wrong with the body of a chat completion.

/// A value of a body that OpenAI's API does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` {message}")]
#[non_exhaustive]
pub struct FormError {
    /// Where the value is, such as `messages[0].role`.
    pub path: String,
    /// What is wrong with it. The value itself is never part of it.
    pub message: String,
}
