//! One file a command.

pub(crate) mod check;
pub(crate) mod explain;
pub(crate) mod fmt;
pub(crate) mod resolve;
pub(crate) mod schema;
