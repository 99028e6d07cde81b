//! OpenAI's two APIs, and compatible servers.

pub(super) mod chat;
pub(super) mod responses;
