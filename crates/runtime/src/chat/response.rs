//! What a model answers, whole or in chunks.

use std::borrow::Cow;

use bytes::Bytes;
use clientc_plan::json::Value;
use serde::{Deserialize, Serialize};

use super::events;
use super::tool::ToolCall;

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChatResponse {
    /// The provider's name for the answer.
    pub id: Option<String>,
    /// The model that answered, as the provider names it.
    pub model: Option<String>,
    /// The text; `None` where there is none.
    pub text: Option<String>,
    /// What the model thought before it spoke.
    pub reasoning: Vec<Reasoning>,
    /// Why the model would not answer.
    pub refusal: Option<String>,
    /// The calls of tools that the model asks for.
    pub tool_calls: Vec<ToolCall>,
    /// Why the answer ended there.
    pub finish_reason: Option<FinishReason>,
    /// What the answer cost.
    pub usage: Option<Usage>,
    /// The probabilities of tokens as OpenAI writes them, where they were asked for.
    pub logprobs: Option<Value>,
    /// What the server sent, where the request is [verbatim](super::ChatRequest::verbatim) and the server speaks
    /// OpenAI's chat completions: the body of a whole answer, or the data of each event of a stream that was joined.
    #[serde(skip)]
    pub wire: Vec<Bytes>,
}

/// Thoughts of a model.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reasoning {
    /// The thoughts.
    pub text: String,
    /// The provider's proof that they are the model's. It wants to see it when the thoughts are sent back.
    pub signature: Option<String>,
}

/// Why an answer ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FinishReason {
    /// The model was done, or came to a stop sequence.
    Stop,
    /// The limit of tokens was reached.
    Length,
    /// The model waits for the results of its tool calls.
    ToolCalls,
    /// The provider or the model stopped it for what it says.
    ContentFilter,
    /// Another reason, as the provider names it.
    Other(Box<str>),
}

/// The tokens of a request and its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Usage {
    /// The tokens of the request, cached ones included.
    pub prompt_tokens: u64,
    /// The tokens of the answer, those of reasoning included.
    pub completion_tokens: u64,
    /// Both together, as the provider counts.
    pub total_tokens: u64,
    /// The tokens of the request that came from a cache.
    pub cached_tokens: Option<u64>,
    /// The tokens of the answer that were reasoning.
    pub reasoning_tokens: Option<u64>,
}

/// A piece of a streamed answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Chunk {
    /// The answer began. This is no content.
    Start {
        /// The provider's name for the answer.
        id: Option<String>,
        /// The model that answers, as the provider names it.
        model: Option<String>,
    },
    /// More text.
    Text(String),
    /// More thoughts.
    Reasoning(String),
    /// The proof for the thoughts so far. Further thoughts are a block of their own. This is no content.
    ReasoningSignature(String),
    /// More of a refusal.
    Refusal(String),
    /// More of a tool call.
    ToolCall {
        /// The number of the call in the answer, from 0.
        index: usize,
        /// What the result must name. Only the first piece of a call has it.
        id: Option<String>,
        /// The function. Only the first piece of a call has it.
        name: Option<String>,
        /// More of the arguments.
        arguments: String,
        /// What the provider wants to see again when the call is part of the conversation.
        signature: Option<String>,
    },
    /// Why the answer ended. This is no content.
    Finish(FinishReason),
    /// What the answer cost. This is no content.
    Usage(Usage),
    /// Probabilities of tokens as OpenAI writes them. This is no content.
    Logprobs(Value),
    /// The data of an event as the server sent it, where the request is [verbatim](super::ChatRequest::verbatim) and
    /// the server speaks OpenAI's chat completions. The chunks after it say what is in it. This is no content.
    Wire(String),
}

impl Chunk {
    /// Whether it is text, thoughts, a refusal or data of a tool call.
    pub const fn is_content(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Reasoning(_) | Self::Refusal(_) | Self::ToolCall { .. })
    }
}

impl Chunk {
    /// How many bytes of text, thoughts, tool calls and the like it holds.
    pub(crate) fn content_len(&self) -> usize {
        let len = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        match self {
            Self::Text(text) | Self::Reasoning(text) | Self::Refusal(text) | Self::Wire(text) => text.len(),
            Self::ReasoningSignature(text) => text.len(),
            Self::Start { id, model } => len(id) + len(model),
            Self::ToolCall { id, name, arguments, signature, .. } => {
                len(id) + len(name) + arguments.len() + len(signature)
            }
            // A list of a few tokens with their probabilities.
            Self::Logprobs(_) => 1024,
            Self::Finish(_) | Self::Usage(_) => 0,
        }
    }
}

impl FinishReason {
    /// OpenAI's word for it, or the provider's own where there is none.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::ToolCalls => "tool_calls",
            Self::ContentFilter => "content_filter",
            Self::Other(name) => name,
        }
    }
}

impl ChatResponse {
    /// All thoughts as one text, or `None` where there are none.
    pub fn reasoning_text(&self) -> Option<Cow<'_, str>> {
        match &*self.reasoning {
            [] => None,
            [one] => Some(Cow::Borrowed(&one.text)),
            many => {
                let texts: Vec<_> = many.iter().map(|reasoning| &*reasoning.text).collect();
                Some(Cow::Owned(texts.join("\n\n")))
            }
        }
    }

    /// Whether there is text, thoughts, a refusal or a tool call.
    pub fn has_content(&self) -> bool {
        let is_some = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        let has_thoughts = || self.reasoning.iter().any(|reasoning| !reasoning.text.is_empty());
        is_some(&self.text) || is_some(&self.refusal) || !self.tool_calls.is_empty() || has_thoughts()
    }

    /// Adds a chunk, so that all chunks of a stream together give the whole answer.
    pub fn add(&mut self, chunk: Chunk) {
        match chunk {
            Chunk::Start { id, model } => (self.id, self.model) = (id, model),
            Chunk::Text(more) => self.text.get_or_insert_default().push_str(&more),
            Chunk::Refusal(more) => self.refusal.get_or_insert_default().push_str(&more),
            Chunk::Reasoning(more) => self.open_reasoning().text.push_str(&more),
            Chunk::ReasoningSignature(signature) => self.open_reasoning().signature = Some(signature),
            Chunk::ToolCall { index, id, name, arguments, signature } => {
                if let Some(call) = self.tool_call(index) {
                    call.id = id.unwrap_or_else(|| std::mem::take(&mut call.id));
                    call.name = name.unwrap_or_else(|| std::mem::take(&mut call.name));
                    call.arguments.push_str(&arguments);
                    call.signature = signature.or_else(|| call.signature.take());
                }
            }
            Chunk::Finish(reason) => self.finish_reason = Some(reason),
            Chunk::Usage(usage) => self.usage = Some(usage),
            Chunk::Logprobs(more) => add_logprobs(&mut self.logprobs, more),
            Chunk::Wire(data) => self.wire.push(data.into()),
        }
    }

    /// Cuts the answer into the chunks of a stream that says the same.
    pub fn into_chunks(self) -> Vec<Chunk> {
        let events = match &*self.wire {
            [whole] => events::of_whole(whole),
            _ => Vec::new(),
        };
        let mut chunks: Vec<_> = events.into_iter().map(Chunk::Wire).collect();
        chunks.push(Chunk::Start { id: self.id, model: self.model });
        for Reasoning { text, signature } in self.reasoning {
            chunks.extend(some(text).map(Chunk::Reasoning));
            chunks.extend(signature.map(Chunk::ReasoningSignature));
        }
        chunks.extend(self.text.and_then(some).map(Chunk::Text));
        chunks.extend(self.refusal.and_then(some).map(Chunk::Refusal));
        for (index, call) in self.tool_calls.into_iter().enumerate() {
            let ToolCall { id, name, arguments, signature } = call;
            chunks.push(Chunk::ToolCall { index, id: Some(id), name: Some(name), arguments, signature });
        }
        chunks.extend(self.logprobs.map(Chunk::Logprobs));
        chunks.extend(self.finish_reason.map(Chunk::Finish));
        chunks.extend(self.usage.map(Chunk::Usage));
        chunks
    }

    fn open_reasoning(&mut self) -> &mut Reasoning {
        if self.reasoning.last().is_none_or(|last| last.signature.is_some()) {
            self.reasoning.push(Reasoning::default());
        }
        let last = self.reasoning.len() - 1;
        &mut self.reasoning[last]
    }

    /// The call of this number. Numbers follow each other, so one far off is of a broken stream.
    fn tool_call(&mut self, index: usize) -> Option<&mut ToolCall> {
        if index == self.tool_calls.len() {
            self.tool_calls.push(ToolCall::default());
        }
        self.tool_calls.get_mut(index)
    }
}

/// An empty text is no content.
fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// Joins the lists of tokens, as the pieces of a stream carry them.
fn add_logprobs(logprobs: &mut Option<Value>, more: Value) {
    let (Some(Value::Object(known)), Value::Object(new)) = (&mut *logprobs, &more) else {
        *logprobs = Some(more);
        return;
    };
    for (key, value) in new {
        match (known.get_mut(key), value) {
            (Some(Value::Array(list)), Value::Array(further)) => list.extend(further.iter().cloned()),
            (Some(_), Value::Null) => {}
            _ => drop(known.insert(key.clone(), value.clone())),
        }
    }
}
