//! OpenAI's chat completions, and everything that speaks like them.

pub(in crate::provider) mod answer;
pub(in crate::provider) mod request;
mod shared;
pub(in crate::provider) mod stream;
pub(in crate::provider) mod verbatim;
