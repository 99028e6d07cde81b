//! Amazon Bedrock's Converse API.

pub(super) mod answer;
pub(super) mod request;
pub(super) mod stream;
