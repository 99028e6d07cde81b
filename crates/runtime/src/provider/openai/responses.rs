//! OpenAI's responses API.

pub(super) mod answer;
pub(super) mod request;
pub(super) mod stream;
