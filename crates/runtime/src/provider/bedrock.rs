//! Amazon Bedrock's Converse API.

pub(super) mod answer;
mod media;
pub(super) mod request;
pub(super) mod stream;
