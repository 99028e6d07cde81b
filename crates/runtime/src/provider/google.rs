//! Google's Gemini API.

pub(super) mod answer;
pub(super) mod request;
pub(super) mod stream;
mod words;
