//! OpenAI's two APIs, and everything that speaks like them.

pub(super) mod chat;
pub(super) mod responses;
