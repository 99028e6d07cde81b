//! Comments that silence findings.

pub(crate) mod add_ignores;
pub(crate) mod comments;
