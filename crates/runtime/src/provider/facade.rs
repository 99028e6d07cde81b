//! What the engine asks of a provider.

use clientc_plan::json::Value;

use super::error::{BuildError, ProviderError, ReadError};
use super::finish::check_finish;
use super::http::{Delivery, HttpRequest};
use super::openai::chat::{passed_on, verbatim};
use super::options::Options;
use super::wire::without_mark;
use super::{problem, table};
use crate::chat::{ChatRequest, ChatResponse};
use crate::environment::Environment;
use crate::leaf::Leaf;

/// Whether clients of a provider can be called.
pub(crate) fn is_served(provider: &str) -> bool {
    table::row(provider).is_some()
}

/// Whether messages go to the server as the caller wrote them.
pub(crate) fn takes_verbatim(leaf: &Leaf) -> bool {
    verbatim::is_possible(leaf)
}

/// Whether the streams of a client are text, so that an answer in JSON can be told from one.
pub(crate) fn is_framed_as_text(leaf: &Leaf) -> bool {
    &*leaf.provider != "aws-bedrock"
}

/// Builds the request of a client for a conversation. `key` goes before the client's own.
///
/// # Errors
///
/// A variable of the environment that is not set, an option of a wrong type, and what the provider cannot express
/// are errors. So is a provider that is not served.
pub(crate) fn request(
    leaf: &Leaf,
    chat: &ChatRequest,
    delivery: Delivery,
    environment: &dyn Environment,
    key: Option<String>,
) -> Result<HttpRequest, BuildError> {
    let options = Options::read(leaf, environment, key)?;
    let row =
        table::requests_of(leaf).ok_or_else(|| BuildError::NotServed { provider: leaf.provider.clone() })?;
    let mut built = (row.request)(options, chat, delivery)?;
    built.keeps_wire = chat.verbatim.is_some() && leaf.answers_like_chat();
    Ok(built)
}

/// Reads a whole answer with a status of success. One that is passed on to its caller as it is may have content that is
/// not read.
///
/// # Errors
///
/// An answer that cannot be read, one that is an error in spite of its status, one without any content, and one that
/// ended for a reason which the client does not allow are errors.
pub(crate) fn response(leaf: &Leaf, body: &[u8], is_passed_on: bool) -> Result<ChatResponse, ReadError> {
    let value = Value::from_slice(without_mark(body));
    let value = value.map_err(|_| ReadError::malformed("the body is not JSON"))?;
    if let Some(error) = problem::in_answer(&value) {
        return Err(error);
    }
    let (mut answer, reason) = (table::answers_of(leaf).answer)(&value)?;
    check_finish(leaf, reason)?;
    // A server that sends an empty text says as much as one that sends none.
    answer.text = answer.text.filter(|text| !text.is_empty());
    match answer.has_content() || is_passed_on && passed_on::is_in(&value) {
        true => Ok(answer),
        false => Err(ReadError::Empty),
    }
}

/// Reads what a provider says in the body of an answer with a status of failure, or returns `None` where it says
/// nothing.
pub(crate) fn error_message(_leaf: &Leaf, _status: u16, body: &[u8]) -> Option<ProviderError> {
    problem::in_failure(body)
}
