//! A request to a model.

use std::fmt;

use clientc_plan::json::{Map, Value};

use super::format::ResponseFormat;
use super::message::Message;
use super::tool::{Tool, ToolChoice};
use super::verbatim::Verbatim;

/// One request to a model. Which model, where it is and which key it needs are the client's, never the request's.
#[derive(Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct ChatRequest {
    /// The conversation so far.
    pub messages: Vec<Message>,
    /// The tools that the model may call.
    pub tools: Vec<Tool>,
    /// Whether the model must call a tool. Nothing leaves it to the provider.
    pub tool_choice: Option<ToolChoice>,
    /// The form of the answer. Nothing means text.
    pub response_format: Option<ResponseFormat>,
    /// Further fields of the body under OpenAI's names, such as `temperature` and `max_tokens`. They win over the
    /// client's options. `model`, `stream`, and what says where and with which key to call have no effect here.
    /// Providers with other names get them translated; what they cannot express is an error. Fields that OpenAI does
    /// not know are passed on as they are.
    pub fields: Map<String, Value>,
    /// The body as its caller wrote it. OpenAI-compatible servers get its fields as they are, instead of all of the
    /// above, and answers carry what these servers sent: see [`ChatResponse::wire`] and [`Chunk::Wire`].
    pub verbatim: Option<Verbatim>,
}

impl ChatRequest {
    /// Makes a request of these messages alone.
    pub fn new(messages: impl IntoIterator<Item = Message>) -> Self {
        Self { messages: messages.into_iter().collect(), ..Self::default() }
    }

    /// Makes a request of one message of the user.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self::new([Message::user(text)])
    }

    /// Adds the body as its caller wrote it, for servers that take it so: see [`ChatRequest::verbatim`].
    #[must_use]
    pub fn with_verbatim(mut self, body: Verbatim) -> Self {
        self.verbatim = Some(body);
        self
    }

    /// Sets a further field of the body, such as `temperature`.
    #[must_use]
    pub fn with_field(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.fields.insert(name.into(), value.into());
        self
    }

    /// Makes a request of a body that goes on as it is. It can only be sent by clients that
    /// [take it so](crate::Client::takes_verbatim).
    pub fn from_verbatim(body: Verbatim) -> Self {
        Self { verbatim: Some(body), ..Self::default() }
    }
}

/// The names and sizes alone: what is said belongs in no log.
impl fmt::Debug for ChatRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ChatRequest")
            .field("messages", &self.messages)
            .field("tools", &self.tools.len())
            .field("fields", &self.fields.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
