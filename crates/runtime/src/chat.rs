//! Requests to a model and its answers, in one form for all providers.
//!
//! The form is that of OpenAI's chat completions, because nearly every caller knows it. A JSON body of that API is
//! read by [`ChatRequest::from_json`].

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

pub use form_error::FormError;
pub use format::{JsonSchema, ResponseFormat};
pub use message::{Content, Media, MediaKind, MediaSource, Message, Part, Role};
pub use request::ChatRequest;
pub use response::{ChatResponse, Chunk, FinishReason, Reasoning, Usage};
pub use tool::{FunctionTool, Tool, ToolCall, ToolChoice};
#[cfg(feature = "typed")]
pub use typed::TypedError;
pub use verbatim::Verbatim;

#[cfg(test)]
mod tests;
