//! OpenAI's chat completions, and everything that speaks like them.

pub(super) mod answer;
pub(super) mod request;
pub(super) mod stream;
pub(super) mod verbatim;
