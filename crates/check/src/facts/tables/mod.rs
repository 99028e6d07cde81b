//! What is known of services and models, as data. Each row says where it comes from.

pub(crate) mod finish_reasons;
pub(crate) mod hosts;
pub(crate) mod limit_names;
pub(crate) mod paths;
pub(crate) mod refusals;
pub(crate) mod speeds;
