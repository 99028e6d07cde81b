//! Answers of providers with other forms, written as chat completions.

use std::time::{SystemTime, UNIX_EPOCH};

use clientc_plan::json::{Map, Value, json};
use clientc_runtime::{ChatResponse, Chunk, Reasoning, Usage};

/// The fields that every object of one answer has.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    id: String,
    model: String,
    created: u64,
}

impl Head {
    /// The fields of an answer. Where the provider sends no id or no model, the id is ours and the model is the one
    /// that was asked for.
    pub(crate) fn new(id: Option<String>, model: Option<String>, asked: &str) -> Self {
        let created = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        Self {
            id: id.unwrap_or_else(|| format!("chatcmpl-{:016x}", fastrand::u64(..))),
            model: model.unwrap_or_else(|| asked.to_owned()),
            created,
        }
    }
}

/// Writes a whole answer.
pub(crate) fn whole(response: ChatResponse, asked: &str) -> Value {
    let finish = finish(&response).to_owned();
    let mut message = json!({"role": "assistant", "content": response.text, "refusal": response.refusal});
    if let Value::Object(message) = &mut message {
        reasoning(&response.reasoning, message);
        if !response.tool_calls.is_empty() {
            let calls = response.tool_calls.iter().map(clientc_runtime::ToolCall::to_json);
            message.insert("tool_calls".into(), calls.collect());
        }
    }
    let head = Head::new(response.id, response.model, asked);
    let choice =
        json!({"index": 0, "message": message, "logprobs": response.logprobs, "finish_reason": finish});
    let mut answer = json!({
        "id": head.id,
        "object": "chat.completion",
        "created": head.created,
        "model": head.model,
        "choices": [choice],
    });
    if let Some(used) = &response.usage {
        answer["usage"] = usage(used);
    }
    answer
}

/// OpenAI's answers always have a reason.
fn finish(response: &ChatResponse) -> &str {
    match &response.finish_reason {
        Some(reason) => reason.as_str(),
        None if response.tool_calls.is_empty() => "stop",
        None => "tool_calls",
    }
}

/// OpenAI's API has no field for thoughts; these are the names that servers and libraries use.
fn reasoning(thoughts: &[Reasoning], message: &mut Map<String, Value>) {
    if thoughts.is_empty() {
        return;
    }
    let texts: Vec<_> = thoughts.iter().map(|thought| &*thought.text).collect();
    message.insert("reasoning_content".into(), texts.join("\n\n").into());
    if thoughts.iter().any(|thought| thought.signature.is_some()) {
        let block = |thought: &Reasoning| json!({"type": "thinking", "thinking": thought.text, "signature": thought.signature});
        message.insert("thinking_blocks".into(), thoughts.iter().map(block).collect());
    }
}

fn usage(usage: &Usage) -> Value {
    let mut written = json!({
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.total_tokens,
    });
    if let Some(tokens) = usage.cached_tokens {
        written["prompt_tokens_details"] = json!({"cached_tokens": tokens});
    }
    if let Some(tokens) = usage.reasoning_tokens {
        written["completion_tokens_details"] = json!({"reasoning_tokens": tokens});
    }
    written
}

/// Writes the chunks of a stream.
#[derive(Debug)]
pub(crate) struct Writer {
    asked: Box<str>,
    head: Option<Head>,
    has_begun: bool,
    /// Whether the caller asks for the usage.
    wants_usage: bool,
    usage: Option<Usage>,
    has_finished: bool,
    has_calls: bool,
}

impl Writer {
    pub(crate) fn new(asked: &str, wants_usage: bool) -> Self {
        Self {
            asked: asked.into(),
            head: None,
            has_begun: false,
            wants_usage,
            usage: None,
            has_finished: false,
            has_calls: false,
        }
    }

    /// Writes what a chunk says, if that is anything.
    pub(crate) fn chunk(&mut self, chunk: Chunk) -> Option<Value> {
        let delta = match chunk {
            Chunk::Start { id, model } => {
                self.head = Some(Head::new(id, model, &self.asked));
                return None;
            }
            Chunk::Usage(usage) => {
                self.usage = Some(usage);
                return None;
            }
            Chunk::Finish(reason) => {
                self.has_finished = true;
                return Some(self.object(json!({}), Value::Null, reason.as_str().into()));
            }
            Chunk::Logprobs(logprobs) => return Some(self.object(json!({}), logprobs, Value::Null)),
            Chunk::Text(text) => json!({"content": text}),
            Chunk::Reasoning(text) => json!({"reasoning_content": text}),
            Chunk::Refusal(text) => json!({"refusal": text}),
            Chunk::ReasoningSignature(signature) => {
                json!({"thinking_blocks": [{"type": "thinking", "thinking": "", "signature": signature}]})
            }
            Chunk::ToolCall { index, id, name, arguments, signature } => {
                self.has_calls = true;
                tool_call(index, id, name, arguments, signature)
            }
            _ => return None,
        };
        Some(self.object(delta, Value::Null, Value::Null))
    }

    /// Writes what is still missing at the end: a reason, and the usage.
    pub(crate) fn end(&mut self) -> Vec<Value> {
        let mut last = Vec::new();
        if !self.has_finished {
            let reason = if self.has_calls { "tool_calls" } else { "stop" };
            last.push(self.object(json!({}), Value::Null, reason.into()));
        }
        if let Some(used) = self.usage.filter(|_| self.wants_usage) {
            let mut object = self.object(json!({}), Value::Null, Value::Null);
            object["choices"] = json!([]);
            object["usage"] = usage(&used);
            last.push(object);
        }
        last
    }

    fn object(&mut self, mut delta: Value, logprobs: Value, reason: Value) -> Value {
        if !std::mem::replace(&mut self.has_begun, true) {
            delta["role"] = "assistant".into();
        }
        let asked = &self.asked;
        let head = self.head.get_or_insert_with(|| Head::new(None, None, asked));
        json!({
            "id": head.id,
            "object": "chat.completion.chunk",
            "created": head.created,
            "model": head.model,
            "choices": [{"index": 0, "delta": delta, "logprobs": logprobs, "finish_reason": reason}],
        })
    }
}

fn tool_call(
    index: usize,
    id: Option<String>,
    name: Option<String>,
    arguments: String,
    signature: Option<String>,
) -> Value {
    let mut function = json!({"arguments": arguments});
    let mut call = json!({"index": index});
    if let Some(name) = name {
        function["name"] = name.into();
        call["type"] = "function".into();
    }
    if let Some(id) = id {
        call["id"] = id.into();
    }
    if let Some(signature) = signature {
        call["extra_content"] = json!({"google": {"thought_signature": signature}});
    }
    call["function"] = function;
    json!({"tool_calls": [call]})
}
