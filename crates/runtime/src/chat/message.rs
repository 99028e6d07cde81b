//! The messages of a conversation.

use std::fmt;

use clientc_plan::json::{Map, Value};

use super::tool::ToolCall;

/// A message of a conversation.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said. It may be empty where there are tool calls.
    pub content: Vec<Part>,
    /// The name of the speaker, for providers that know names.
    pub name: Option<String>,
    /// The calls that an assistant asked for.
    pub tool_calls: Vec<ToolCall>,
    /// The call that a tool answers.
    pub tool_call_id: Option<String>,
    /// Fields that are sent with every part, if the client's `allowed_role_metadata` allows them.
    pub metadata: Map<String, Value>,
    /// Further fields of the message. Only OpenAI-compatible servers get them.
    pub extra: Map<String, Value>,
}

/// Who speaks in a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Who sets the frame.
    System,
    /// The same under OpenAI's newer name.
    Developer,
    /// Who asks.
    User,
    /// The model.
    Assistant,
    /// A tool, with the result of a call.
    Tool,
    /// A role that only some servers know.
    Other(Box<str>),
}

/// A part of a message.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Part {
    /// What it says.
    pub content: Content,
    /// Fields that are sent beside it, such as `cache_control`.
    pub metadata: Map<String, Value>,
}

/// What a part says.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// Text.
    Text(String),
    /// That the model would not answer, and why.
    Refusal(String),
    /// What the model thought before it spoke. Providers that want it back get it, the others never see it.
    Reasoning {
        /// The thoughts.
        text: String,
        /// The provider's proof that they are the model's.
        signature: Option<String>,
    },
    /// An image, a sound, a document or a film.
    Media(Media),
}

/// An image, a sound, a document or a film.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Media {
    /// What it is.
    pub kind: MediaKind,
    /// Where its bytes are.
    pub source: MediaSource,
    /// How closely the model should look: `low`, `high` or `auto`.
    pub detail: Option<String>,
    /// The name of the file.
    pub name: Option<String>,
}

impl Media {
    /// Makes media of a kind.
    pub fn new(kind: MediaKind, source: MediaSource) -> Self {
        Self { kind, source, detail: None, name: None }
    }
}

/// A kind of media.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MediaKind {
    /// An image.
    Image,
    /// A sound.
    Audio,
    /// A PDF document.
    Pdf,
    /// A film.
    Video,
}

/// Where the bytes of media are.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MediaSource {
    /// Behind a URL that the provider can fetch.
    Url {
        /// The URL.
        url: String,
        /// The media type, such as `image/png`, where it is known.
        media_type: Option<String>,
    },
    /// Here.
    Data {
        /// The media type, such as `image/png`.
        media_type: String,
        /// The bytes in Base64.
        data: String,
    },
    /// In a file that the provider already has.
    Id(String),
}

impl Message {
    /// Makes a message of one text.
    pub fn text(role: Role, text: impl Into<String>) -> Self {
        Self::new(role, [Part::text(text)])
    }

    /// Makes a message of these parts.
    pub fn new(role: Role, content: impl IntoIterator<Item = Part>) -> Self {
        Self {
            role,
            content: content.into_iter().collect(),
            name: None,
            tool_calls: Vec::new(),
            tool_call_id: None,
            metadata: Map::new(),
            extra: Map::new(),
        }
    }

    /// Makes a message that sets the frame.
    pub fn system(text: impl Into<String>) -> Self {
        Self::text(Role::System, text)
    }

    /// Makes a message of the user.
    pub fn user(text: impl Into<String>) -> Self {
        Self::text(Role::User, text)
    }

    /// Makes a message of the model.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self::text(Role::Assistant, text)
    }

    /// Goes through what is said: the content without the empty texts that some callers send beside tool calls, and
    /// that some providers refuse.
    pub(crate) fn sent_content(&self) -> impl Iterator<Item = &Part> {
        let skips_empty = !self.tool_calls.is_empty();
        self.content.iter().filter(move |part| !(skips_empty && part.content.as_text() == Some("")))
    }

    /// Makes the result of a tool call.
    pub fn tool(call: impl Into<String>, result: impl Into<String>) -> Self {
        Self { tool_call_id: Some(call.into()), ..Self::text(Role::Tool, result) }
    }
}

impl Role {
    /// Its name in OpenAI's API.
    pub fn as_str(&self) -> &str {
        match self {
            Self::System => "system",
            Self::Developer => "developer",
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Tool => "tool",
            Self::Other(name) => name,
        }
    }
}

impl From<&str> for Role {
    fn from(name: &str) -> Self {
        match name {
            "system" => Self::System,
            "developer" => Self::Developer,
            "user" => Self::User,
            "assistant" => Self::Assistant,
            "tool" => Self::Tool,
            other => Self::Other(other.into()),
        }
    }
}

impl Part {
    /// Makes a part of text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::from(Content::Text(text.into()))
    }

    /// Makes an image behind a URL. A `data:` URL becomes an image with its bytes.
    pub fn image_url(url: impl Into<String>) -> Self {
        Self::media(MediaKind::Image, MediaSource::from_url(url.into()))
    }

    /// Makes an image of bytes in Base64.
    pub fn image_data(media_type: impl Into<String>, data: impl Into<String>) -> Self {
        let source = MediaSource::Data { media_type: media_type.into(), data: data.into() };
        Self::media(MediaKind::Image, source)
    }

    /// Makes a part of media.
    pub fn media(kind: MediaKind, source: MediaSource) -> Self {
        Self::from(Content::Media(Media { kind, source, detail: None, name: None }))
    }
}

impl Content {
    /// The text of a text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of thoughts.
    pub fn as_reasoning(&self) -> Option<&str> {
        match self {
            Self::Reasoning { text, .. } => Some(text),
            _ => None,
        }
    }
}

impl From<Content> for Part {
    fn from(content: Content) -> Self {
        Self { content, metadata: Map::new() }
    }
}

impl MediaKind {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Pdf => "pdf",
            Self::Video => "video",
        }
    }
}

impl MediaSource {
    /// Takes a URL. A `data:` URL in Base64 without parameters gives its bytes.
    pub fn from_url(url: String) -> Self {
        let data = url.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
        match data {
            Some((media_type, data)) if !media_type.is_empty() && !media_type.contains(';') => {
                Self::Data { media_type: media_type.into(), data: data.into() }
            }
            _ => Self::Url { url, media_type: None },
        }
    }
}

/// The role and the sizes alone: what is said belongs in no log.
impl fmt::Debug for Message {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Message")
            .field("role", &self.role)
            .field("content", &self.content)
            .field("tool_calls", &self.tool_calls.len())
            .finish_non_exhaustive()
    }
}

/// The kind alone: what is said belongs in no log.
impl fmt::Debug for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.content {
            Content::Text(text) => write!(formatter, "text of {} bytes", text.len()),
            Content::Refusal(text) => write!(formatter, "refusal of {} bytes", text.len()),
            Content::Reasoning { text, .. } => write!(formatter, "reasoning of {} bytes", text.len()),
            Content::Media(media) => write!(formatter, "{}", media.kind.as_str()),
        }
    }
}
