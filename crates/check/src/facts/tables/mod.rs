//! Facts about services and models, as data. Each row names its source.

pub(crate) mod finish_reasons;
pub(crate) mod hosts;
pub(crate) mod limit_names;
pub(crate) mod paths;
pub(crate) mod refusals;
pub(crate) mod speeds;
