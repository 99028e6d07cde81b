//! OpenAI's chat completions, and compatible servers.

pub(in crate::provider) mod answer;
pub(in crate::provider) mod passed_on;
pub(in crate::provider) mod request;
mod shared;
pub(in crate::provider) mod stream;
pub(in crate::provider) mod verbatim;
