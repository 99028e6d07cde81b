//! The providers: how their requests look, and how their answers are read.
//!
//! Requests are those that BAML 0.226.3 builds for the same client and messages. What differs is listed, with its
//! reason, in `tests/requests/differences.toml`.

mod anthropic;
mod chat;
mod decoder;
mod endpoint;
mod error;
mod fields;
mod google;
mod media;
mod options;
mod problem;
mod responses;
mod roles;
mod wire;

pub(crate) use decoder::{Decoder, is_ping};
pub(crate) use error::{BuildError, ProviderError, ReadError};

use crate::chat::{ChatRequest, ChatResponse};
use crate::environment::Environment;
use crate::leaf::Leaf;
use options::Options;
use std::fmt;

/// A request as it goes to the transport.
#[derive(Clone)]
pub(crate) struct HttpRequest {
    /// The method; always POST.
    pub(crate) method: http::Method,
    /// Where it goes.
    pub(crate) url: url::Url,
    /// Its headers, credentials among them.
    pub(crate) headers: http::HeaderMap,
    /// Its body, as JSON.
    pub(crate) body: bytes::Bytes,
    /// Whether what the server sends is kept as it is beside what is read from it.
    pub(crate) keeps_wire: bool,
}

/// The form in which a server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Chat,
    Responses,
    Anthropic,
    Google,
}

/// Builds the request of a client for a conversation.
///
/// # Errors
///
/// A variable of the environment that is not set, an option of a wrong type, and what the provider cannot express
/// are errors. So is a provider that is not served.
pub(crate) fn request(
    leaf: &Leaf,
    chat: &ChatRequest,
    is_streaming: bool,
    environment: &dyn Environment,
) -> Result<HttpRequest, BuildError> {
    let options = Options::read(leaf, environment)?;
    let mut built = match &*leaf.provider {
        "openai" | "openai-generic" | "azure-openai" | "ollama" | "openrouter" => {
            chat::request::build(options, chat, is_streaming)
        }
        "openai-responses" => responses::request::build(options, chat, is_streaming),
        "anthropic" => anthropic::request::build(options, chat, is_streaming),
        "google-ai" => google::request::build(options, chat, is_streaming),
        other => Err(BuildError::NotServed { provider: other.into() }),
    }?;
    built.keeps_wire = chat.verbatim.is_some() && leaf.form() == Form::Chat;
    Ok(built)
}

/// Reads a whole answer with a status of success.
///
/// # Errors
///
/// An answer that cannot be read, one that is an error in spite of its status, and one that ended for a reason which
/// the client does not allow are errors.
pub(crate) fn response(leaf: &Leaf, body: &[u8]) -> Result<ChatResponse, ReadError> {
    let value = serde_json::from_slice(body).map_err(|_| ReadError::malformed("the body is no JSON"))?;
    if let Some(error) = problem::in_answer(&value) {
        return Err(error);
    }
    let (answer, reason) = match leaf.form() {
        Form::Chat => chat::answer::read(&value),
        Form::Responses => responses::answer::read(&value),
        Form::Anthropic => anthropic::answer::read(&value),
        Form::Google => google::answer::read(&value),
    }?;
    leaf.check_finish(reason)?;
    Ok(answer)
}

/// Reads what a provider says in the body of an answer with a status of failure, or returns nothing where it says
/// nothing.
pub(crate) fn error_message(_leaf: &Leaf, _status: u16, body: &[u8]) -> Option<ProviderError> {
    problem::in_failure(body)
}

impl Leaf {
    /// Returns whether the model can stream. Where it cannot, a stream is served from one whole answer.
    pub(crate) fn supports_streaming(&self) -> bool {
        let written = self.options.get("supports_streaming").and_then(clientc_plan::Value::as_bool);
        written.unwrap_or_else(|| !self.is_o1())
    }

    /// Returns whether messages go to the server as the caller wrote them.
    pub(crate) fn takes_verbatim(&self) -> bool {
        chat::verbatim::is_possible(self)
    }

    /// Whether the model is one of OpenAI's o1, which BAML takes to know neither streams nor system messages.
    fn is_o1(&self) -> bool {
        let model = self.options.get("model").and_then(clientc_plan::Value::as_str);
        let is_openai = matches!(
            &*self.provider,
            "openai" | "openai-generic" | "openai-responses" | "azure-openai" | "ollama" | "openrouter"
        );
        is_openai && model.is_some_and(|model| model == "o1" || model.starts_with("o1-"))
    }

    fn form(&self) -> Form {
        let written = match &*self.provider {
            "anthropic" => return Form::Anthropic,
            "google-ai" => return Form::Google,
            _ => self.options.get("client_response_type").and_then(clientc_plan::Value::as_str),
        };
        match (written, &*self.provider) {
            (Some("openai"), _) => Form::Chat,
            (Some("openai-responses"), _) | (None, "openai-responses") => Form::Responses,
            (Some("anthropic"), _) => Form::Anthropic,
            (Some("google" | "vertex"), _) => Form::Google,
            _ => Form::Chat,
        }
    }

    /// Whether the answers are those of a transcription, which are no conversation.
    fn form_is_transcription(&self) -> bool {
        let written = self.options.get("client_response_type").and_then(clientc_plan::Value::as_str);
        written == Some("openai-transcription")
    }

    /// Holds the provider's reason for the end of an answer against the lists of the client. The case of letters
    /// does not matter, and an answer without a reason is allowed, as in BAML.
    fn check_finish(&self, reason: Option<&str>) -> Result<(), ReadError> {
        let Some(reason) = reason else { return Ok(()) };
        let has = |list: &str| match self.options.get(list) {
            Some(clientc_plan::Value::Array(values)) => {
                let mut words = values.iter().filter_map(clientc_plan::Value::as_str);
                Some(words.any(|word| word.eq_ignore_ascii_case(reason)))
            }
            _ => None,
        };
        let is_allowed = has("finish_reason_allow_list").unwrap_or(true);
        let is_denied = has("finish_reason_deny_list").unwrap_or(false);
        if is_allowed && !is_denied {
            return Ok(());
        }
        Err(ReadError::FinishReason { reason: reason.into() })
    }
}

impl HttpRequest {
    /// Replaces what the request keeps secret in a text that comes from elsewhere, such as the message of a server
    /// that repeats the key which it does not like.
    pub(crate) fn redact(&self, text: &str) -> String {
        let headers = self.headers.values().filter(|value| value.is_sensitive());
        let headers = headers.filter_map(|value| value.to_str().ok());
        let headers = headers.map(|value| value.strip_prefix("Bearer ").unwrap_or(value).to_owned());
        let query = self.url.query_pairs().map(|(_, value)| value.into_owned());
        let secrets = headers.chain(query).chain(self.url.password().map(String::from));
        // What is shorter is no secret, and would be found in every other word.
        let secrets = secrets.filter(|secret| secret.len() >= 8);
        secrets.fold(text.to_owned(), |text, secret| text.replace(&secret, "***"))
    }
}

/// Neither headers nor the body nor the query: they hold keys and prompts.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = &self.url;
        let host = url.host_str().unwrap_or_default();
        write!(formatter, "{} {}://{host}{}", self.method, url.scheme(), url.path())
    }
}

#[cfg(test)]
mod tests;
