//! Texts, without any knowledge of projects and rules.

pub(crate) mod path;
pub(crate) mod quotes;
pub mod secret;
pub(crate) mod units;
pub(crate) mod urls;
pub(crate) mod words;
