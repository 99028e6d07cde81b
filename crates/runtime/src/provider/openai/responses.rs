//! OpenAI's responses API.

pub(in crate::provider) mod answer;
pub(in crate::provider) mod request;
pub(in crate::provider) mod stream;
