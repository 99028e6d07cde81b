//! Requests to a model and its answers, in one form for all providers.
//!
//! The form is that of OpenAI's chat completions, because nearly every caller knows it. A JSON body of that API is
//! read by [`ChatRequest::from_json`].

mod events;
mod form_error;
mod format;
mod message;
mod read;
mod request;
mod response;
mod tool;
#[cfg(feature = "typed")]
mod typed;
mod verbatim;

pub use self::form_error::FormError;
pub use self::format::{JsonSchema, ResponseFormat};
pub use self::message::{Content, Media, MediaKind, MediaSource, Message, Part, Role};
pub use self::request::ChatRequest;
pub use self::response::{ChatResponse, Chunk, FinishReason, Reasoning, Usage};
pub use self::tool::{FunctionTool, Tool, ToolCall, ToolChoice};
#[cfg(feature = "typed")]
pub use self::typed::TypedError;
pub use self::verbatim::Verbatim;

#[cfg(test)]
mod tests;
