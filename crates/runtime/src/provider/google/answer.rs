//! Whole answers of the Gemini API.

use clientc_plan::json::Value;

use super::stream::State;
use super::words::raw_reason;
use crate::chat::ChatResponse;
use crate::provider::error::ReadError;
use crate::provider::wire::Out;

/// Reads an answer: it looks like the one event of a stream.
pub(in crate::provider) fn read(value: &Value) -> Result<(ChatResponse, Option<&str>), ReadError> {
    let mut out = Out::default();
    State::default().read(value, &mut out)?;
    let mut answer = ChatResponse::default();
    out.chunks.into_iter().for_each(|chunk| answer.add(chunk));
    Ok((answer, raw_reason(value)))
}
