//! Plain data that everything else is about: what the rules look at, and what they find.

pub(crate) mod config_fault;
pub(crate) mod diagnostic;
pub(crate) mod finding;
pub(crate) mod input;
pub(crate) mod layout;
pub(crate) mod rule;
pub(crate) mod settings;
