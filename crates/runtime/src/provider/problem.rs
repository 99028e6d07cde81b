//! Finds what a provider says about a failure, in the forms that are about.

use clientc_plan::json::Value;

use super::error::{ProviderError, ReadError};
use super::wire::{text, without_mark};

const MAX_CHARACTERS: usize = 1000;

/// Reads the body of an answer with a status of failure.
pub(super) fn in_failure(body: &[u8]) -> Option<ProviderError> {
    match Value::from_slice(without_mark(body)) {
        Ok(value) => provider_error(&value),
        Err(_) => plain(body),
    }
}

/// Finds an error in an answer with a status of success.
pub(super) fn in_answer(value: &Value) -> Option<ReadError> {
    let error = value.get("error").filter(|error| !error.is_null())?;
    let has_answer =
        value.get("choices").and_then(Value::as_array).is_some_and(|choices| !choices.is_empty());
    (!has_answer).then(|| failure(value, error))
}

/// Finds an error in an event of a stream.
pub(super) fn in_event(name: &str, value: &Value) -> Option<ReadError> {
    let is_error = name == "error" || text(value, "/type") == Some("error");
    let error = ["/error", "/response/error"]
        .iter()
        .find_map(|path| value.pointer(path).filter(|error| !error.is_null()));
    match error {
        Some(error) => Some(failure(value, error)),
        None if is_error => Some(failure(value, value)),
        None => None,
    }
}

fn failure(whole: &Value, error: &Value) -> ReadError {
    let found = provider_error(error).or_else(|| provider_error(whole)).unwrap_or_default();
    let number = ["/code", "/status"].iter().find_map(|path| error.pointer(path)?.as_u64());
    let named = ["/type", "/code"].iter().find_map(|path| status_of(text(error, path)?));
    let status = number.and_then(|number| u16::try_from(number).ok()).or(named);
    ReadError::Provider { status: status.filter(|status| (400..600).contains(status)), error: found }
}

/// The status that OpenAI's, Anthropic's and Amazon's words for errors mean.
fn status_of(word: &str) -> Option<u16> {
    Some(match word {
        "invalid_request_error" | "validationException" => 400,
        "authentication_error" => 401,
        "permission_error" | "accessDeniedException" => 403,
        "not_found_error" | "resourceNotFoundException" => 404,
        "modelTimeoutException" => 408,
        "request_too_large" => 413,
        "rate_limit_error" | "rate_limit_exceeded" | "insufficient_quota" | "throttlingException" => 429,
        "api_error" | "server_error" | "internal_error" | "internalServerException" => 500,
        "serviceUnavailableException" => 503,
        "timeout_error" => 504,
        "overloaded_error" => 529,
        _ => return None,
    })
}

fn provider_error(value: &Value) -> Option<ProviderError> {
    match value {
        Value::String(message) => Some(ProviderError { code: None, message: short(message) }),
        // Google puts the errors of streams into an array.
        Value::Array(values) => provider_error(values.first()?),
        Value::Object(map) => {
            if let Some(inner) = map.get("error").filter(|inner| !inner.is_null()) {
                return provider_error(inner);
            }
            let message = text(value, "/message").map(short).or_else(|| detail(map.get("detail")?))?;
            let words = ["/code", "/status", "/type"];
            let code = words.iter().find_map(|path| text(value, path)).map(Box::from);
            Some(ProviderError { code, message })
        }
        _ => None,
    }
}

/// Reads FastAPI's `detail`: a text, or a list of places and messages. The values there are what was sent, so they
/// are left out.
fn detail(value: &Value) -> Option<Box<str>> {
    if let Some(message) = value.as_str() {
        return Some(short(message));
    }
    let messages: Vec<_> = value.as_array()?.iter().filter_map(|entry| text(entry, "/msg")).collect();
    (!messages.is_empty()).then(|| short(&messages.join("; ")))
}

/// Reads a body that is not JSON. A page of HTML says nothing to a reader of errors.
fn plain(body: &[u8]) -> Option<ProviderError> {
    let message = std::str::from_utf8(body).ok()?.trim();
    let is_message = !message.is_empty() && !message.starts_with(['<', '{', '[']);
    is_message.then(|| ProviderError { code: None, message: short(message) })
}

/// One line of bounded length.
fn short(message: &str) -> Box<str> {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => format!("{}…", &line[..end]).into(),
        None => line.into(),
    }
}
