//! The providers: how their requests look, and how their answers are read.
//!
//! Requests are those that BAML 0.226.3 builds for the same client and messages. What differs is listed, with its
//! reason, in `tests/requests/differences.toml`.

mod anthropic;
#[cfg(feature = "bedrock")]
mod bedrock;
mod block_calls;
mod conversation;
mod decoder;
mod endpoint;
mod error;
mod facade;
mod fields;
mod finish;
mod google;
mod http;
mod media;
mod openai;
mod options;
mod problem;
mod roles;
#[cfg(feature = "bedrock")]
mod sigv4;
mod table;
mod vertex;
mod wire;

pub(crate) use self::decoder::{Decoder, is_ping};
pub(crate) use self::error::{BuildError, ProviderError, ReadError};
pub(crate) use self::facade::{
    error_message, is_framed_as_text, is_served, request, response, takes_verbatim,
};
pub(crate) use self::http::{Auth, Delivery, HttpRequest, PROJECT};
#[cfg(feature = "bedrock")]
pub(crate) use self::sigv4::sign;
pub(crate) use self::wire::without_mark;

#[cfg(test)]
mod tests;
