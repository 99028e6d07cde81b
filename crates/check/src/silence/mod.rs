//! Comments that silence findings.

pub(crate) mod comments;
