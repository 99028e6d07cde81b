//! Reads what a caller asks: which client, whether as a stream, and for how long.

use clientc_runtime::{ChatRequest, Client, FormError, StreamUpstream, Verbatim};
use http::HeaderMap;
use serde::Deserialize;
use tokio::time::Instant;

use crate::gateway::Snapshot;
use crate::model::Model;
use crate::models;
use crate::refusal::Refusal;
use crate::{deadline, timeout};

/// What a caller asks.
#[derive(Debug)]
pub(crate) struct Ask {
    pub(crate) client: Client,
    pub(crate) chat: ChatRequest,
    pub(crate) is_streaming: bool,
    /// Whether the caller of a stream asks for its usage.
    pub(crate) wants_usage: bool,
    /// When the call must be over, where servers are told.
    pub(crate) deadline: Option<Instant>,
}

#[derive(Deserialize)]
struct StreamOptions {
    include_usage: Option<bool>,
}

impl Ask {
    /// Reads the body of a chat completion.
    pub(crate) fn read(snapshot: &Snapshot, headers: &HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        let mut verbatim = Verbatim::parse(body).map_err(malformed)?;
        let name = model_name(&verbatim)?;
        let (Some(model), Ok(client)) = (snapshot.models.get(&*name), snapshot.runtime.client(&name)) else {
            return Err(models::unknown(snapshot, &name));
        };
        let is_streaming = stream(&verbatim)?;
        let wants_usage = wants_usage(&verbatim, is_streaming)?;
        let asked = verbatim.get("timeout").map(timeout::read).transpose();
        let asked = asked.map_err(|message| Refusal::field("timeout", message))?.flatten();
        let announced = Some(headers).filter(|_| snapshot.settings.deadline_headers).and_then(deadline::read);
        let client = asked.into_iter().chain(announced).fold(client, Client::with_deadline);
        let time = asked.into_iter().chain(announced).min().filter(|_| snapshot.settings.deadline_headers);
        let deadline = time.and_then(|time| Instant::now().checked_add(time));
        verbatim.remove("timeout");
        check_messages(&verbatim)?;
        let client =
            client.with_stream_upstream(stream_upstream(&verbatim, model)).with_raw_body(!is_streaming);
        let chat = chat(verbatim, model)?;
        Ok(Self { client, chat, is_streaming, wants_usage, deadline })
    }
}

fn model_name(body: &Verbatim) -> Result<String, Refusal> {
    let Some(text) = body.get("model").filter(|text| *text != "null") else {
        return Err(Refusal::field("model", "`model` is missing: it names a client of the plan"));
    };
    serde_json::from_str(text)
        .map_err(|_| Refusal::field("model", "`model` must be a string: the name of a client"))
}

fn stream(body: &Verbatim) -> Result<bool, Refusal> {
    match body.get("stream") {
        None | Some("null" | "false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Refusal::field("stream", "`stream` must be true or false")),
    }
}

/// How a whole answer is asked for. Sounds come in another format in a stream, which cannot be joined.
fn stream_upstream(body: &Verbatim, model: &Model) -> StreamUpstream {
    match body.get("audio") {
        None | Some("null") => model.stream_upstream,
        Some(_) => StreamUpstream::Never,
    }
}

fn wants_usage(body: &Verbatim, is_streaming: bool) -> Result<bool, Refusal> {
    let Some(text) = body.get("stream_options").filter(|text| *text != "null") else {
        return Ok(false);
    };
    let refused = |message| Err(Refusal::field("stream_options", message));
    match serde_json::from_str::<StreamOptions>(text) {
        Ok(_) if !is_streaming => refused("`stream_options` needs `stream: true`"),
        Ok(options) => Ok(options.include_usage.unwrap_or(false)),
        Err(_) => refused("`stream_options` must be an object, and its `include_usage` true or false"),
    }
}

/// Only the form of the list is checked. What is wrong with a single message is reported by its reader: the provider,
/// or the translation for one.
fn check_messages(body: &Verbatim) -> Result<(), Refusal> {
    match body.get("messages") {
        Some(text) if text.starts_with('[') && text[1..].trim_ascii_start().starts_with(']') => {
            Err(Refusal::field("messages", "`messages` must contain at least one message"))
        }
        Some(text) if text.starts_with('[') => Ok(()),
        None | Some("null") => Err(Refusal::field("messages", "`messages` is missing")),
        Some(_) => Err(Refusal::field("messages", "`messages` must be an array")),
    }
}

/// The request in the forms that the leaves of the client take.
fn chat(verbatim: Verbatim, model: &Model) -> Result<ChatRequest, Refusal> {
    if model.takes_verbatim {
        return Ok(ChatRequest::from_verbatim(verbatim));
    }
    let chat = verbatim.to_value().and_then(ChatRequest::from_json).map_err(malformed)?;
    Ok(chat.with_verbatim(verbatim))
}

fn malformed(error: FormError) -> Refusal {
    let message = error.to_string();
    Refusal::field(&error.path, message)
}
