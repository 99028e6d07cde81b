//! Requests of the messages API.

use crate::chat::{
    ChatRequest, Content, Media, MediaKind, MediaSource, Message, ResponseFormat, Role, Tool, ToolCall,
    ToolChoice,
};
use crate::provider::endpoint::Endpoint;
use crate::provider::error::BuildError;
use crate::provider::fields::{Rule, cannot, function_of, set, translate, wrong_field};
use crate::provider::http::{Delivery, HttpRequest};
use crate::provider::media::MediaRules;
use crate::provider::options::Options;
use crate::provider::roles::{Roles, split_system};
use clientc_plan::json::{Map, Value, json};
use http::header::HeaderName;

const KEY: HeaderName = HeaderName::from_static("x-api-key");
const VERSION: HeaderName = HeaderName::from_static("anthropic-version");
/// BAML's limit where a client sets none. The API demands one.
const MAX_TOKENS: u64 = 4096;

const RULES: &[(&str, Rule)] = &[
    ("max_tokens", Rule::To(&["max_tokens"])),
    ("max_completion_tokens", Rule::To(&["max_tokens"])),
    ("stop", Rule::Texts(&["stop_sequences"])),
    ("user", Rule::To(&["metadata", "user_id"])),
    ("n", Rule::Drop),
    ("parallel_tool_calls", Rule::Drop),
    ("prompt_cache_key", Rule::Drop),
    ("prompt_cache_retention", Rule::Drop),
    ("seed", Rule::Refuse("")),
    ("frequency_penalty", Rule::Refuse("")),
    ("presence_penalty", Rule::Refuse("")),
    ("logit_bias", Rule::Refuse("")),
    ("logprobs", Rule::Refuse("")),
    ("top_logprobs", Rule::Refuse("")),
    ("store", Rule::Refuse("")),
    ("prediction", Rule::Refuse("")),
    ("safety_identifier", Rule::Refuse("send `user`")),
    ("reasoning_effort", Rule::Refuse("send `thinking` or `output_config`")),
    ("verbosity", Rule::Refuse("")),
    ("web_search_options", Rule::Refuse("write the tool web_search into the client's options")),
];

pub(in crate::provider) fn build(
    mut options: Options<'_>,
    chat: &ChatRequest,
    delivery: Delivery,
) -> Result<HttpRequest, BuildError> {
    let mut endpoint = Endpoint::take(&mut options, "v1/messages")?;
    endpoint.authorize_with(&mut options, KEY)?;
    endpoint.default_header(VERSION, "2023-06-01");
    Ok(endpoint.post(&body(options, chat, delivery)?))
}

/// Writes the body of a request out of what is left of the options.
pub(in crate::provider) fn body(
    mut options: Options<'_>,
    chat: &ChatRequest,
    delivery: Delivery,
) -> Result<Map<String, Value>, BuildError> {
    let provider = options.provider();
    let writer = Writer { roles: Roles::take(&mut options, "user")?, media: MediaRules::take(&mut options)? };
    let mut body = options.into_body();
    overlay(provider, chat, &mut body)?;
    body.entry("max_tokens".into()).or_insert_with(|| MAX_TOKENS.into());
    let (system, messages) = split_system(&writer.roles, &chat.messages);
    if !system.is_empty() {
        let mut parts = Vec::new();
        for message in system {
            writer.parts(message, &mut parts)?;
        }
        body.insert("system".into(), Value::Array(parts));
    }
    body.insert("messages".into(), writer.messages(messages, system.len())?);
    match delivery.is_streamed() {
        true => drop(body.insert("stream".into(), true.into())),
        false => drop(body.shift_remove("stream")),
    }
    Ok(body)
}

fn overlay(provider: &str, chat: &ChatRequest, body: &mut Map<String, Value>) -> Result<(), BuildError> {
    translate(provider, &chat.fields, RULES, body)?;
    if !chat.tools.is_empty() {
        let tools = chat.tools.iter().map(|each| tool(provider, each)).collect::<Result<_, _>>()?;
        body.insert("tools".into(), Value::Array(tools));
    }
    let is_single = chat.fields.get("parallel_tool_calls").is_some_and(|value| *value == false);
    let choice = match &chat.tool_choice {
        None if is_single && !chat.tools.is_empty() => Some(json!({"type": "auto"})),
        None => None,
        Some(ToolChoice::Auto) => Some(json!({"type": "auto"})),
        Some(ToolChoice::None) => Some(json!({"type": "none"})),
        Some(ToolChoice::Required) => Some(json!({"type": "any"})),
        Some(ToolChoice::Function(name)) => Some(json!({"type": "tool", "name": name})),
        Some(ToolChoice::Other(_)) => return Err(cannot(provider, "a `tool_choice` of this type")),
    };
    if let Some(mut choice) = choice {
        if is_single && choice["type"] != "none" {
            choice["disable_parallel_tool_use"] = true.into();
        }
        body.insert("tool_choice".into(), choice);
    }
    match &chat.response_format {
        None | Some(ResponseFormat::Text) => Ok(()),
        Some(ResponseFormat::JsonSchema(schema)) => {
            let schema = schema.schema.clone().unwrap_or_else(|| json!({"type": "object"}));
            set(body, &["output_config", "format"], json!({"type": "json_schema", "schema": schema}));
            Ok(())
        }
        Some(ResponseFormat::JsonObject) => {
            Err(cannot(provider, "a `response_format` of json_object; send a json_schema"))
        }
        Some(ResponseFormat::Other(_)) => Err(cannot(provider, "a `response_format` of this type")),
    }
}

fn tool(provider: &str, tool: &Tool) -> Result<Value, BuildError> {
    let mut map = function_of(provider, tool)?.to_map();
    let schema =
        map.shift_remove("parameters").unwrap_or_else(|| json!({"type": "object", "properties": {}}));
    map.insert("input_schema".into(), schema);
    Ok(Value::Object(map))
}

struct Writer<'a> {
    roles: Roles,
    media: MediaRules<'a>,
}

impl Writer<'_> {
    /// Writes a conversation. Results of calls that follow each other answer one message, so they are one message.
    fn messages(&self, messages: &[Message], before: usize) -> Result<Value, BuildError> {
        let mut written: Vec<Value> = Vec::with_capacity(messages.len());
        let mut results: Vec<Value> = Vec::new();
        for (index, message) in messages.iter().enumerate() {
            if message.role == Role::Tool {
                results.push(self.result(message, before + index)?);
                continue;
            }
            flush(&mut results, &mut written);
            let role = match self.roles.name(&message.role) {
                "system" => "user",
                role => role,
            };
            let mut parts = Vec::new();
            self.parts(message, &mut parts)?;
            for (number, call) in message.tool_calls.iter().enumerate() {
                let field =
                    || format!("messages[{}].tool_calls[{number}].function.arguments", before + index);
                parts.push(tool_use(call).ok_or_else(|| wrong_field(field(), "the text of a JSON object"))?);
            }
            written.push(json!({"role": role, "content": parts}));
        }
        flush(&mut results, &mut written);
        Ok(Value::Array(written))
    }

    fn result(&self, message: &Message, index: usize) -> Result<Value, BuildError> {
        let id = message.tool_call_id.as_ref().ok_or_else(|| {
            wrong_field(format!("messages[{index}].tool_call_id"), "the id of the call that is answered")
        })?;
        let mut parts = Vec::new();
        self.parts(message, &mut parts)?;
        Ok(json!({"type": "tool_result", "tool_use_id": id, "content": parts}))
    }

    fn parts(&self, message: &Message, parts: &mut Vec<Value>) -> Result<(), BuildError> {
        for part in message.said() {
            let mut value = match &part.content {
                Content::Text(text) | Content::Refusal(text) => json!({"type": "text", "text": text}),
                Content::Reasoning { text, signature: Some(signature) } => {
                    parts.push(json!({"type": "thinking", "thinking": text, "signature": signature}));
                    continue;
                }
                // Without its proof it would be refused.
                Content::Reasoning { signature: None, .. } => continue,
                Content::Media(media) => self.media(media)?,
            };
            if let Value::Object(map) = &mut value {
                map.extend(self.roles.beside(message, part));
            }
            parts.push(value);
        }
        Ok(())
    }

    fn media(&self, media: &Media) -> Result<Value, BuildError> {
        self.media.check(media)?;
        let kind = match media.kind {
            MediaKind::Image => "image",
            MediaKind::Pdf => "document",
            MediaKind::Audio | MediaKind::Video => return Err(self.media.cannot_send(media)),
        };
        Ok(match &media.source {
            MediaSource::Url { url, .. } => json!({"type": kind, "source": {"type": "url", "url": url}}),
            MediaSource::Data { media_type, data } => {
                json!({"type": kind, "source": {"type": "base64", "media_type": media_type, "data": data}})
            }
            MediaSource::Id(_) => return Err(self.media.cannot_send(media)),
        })
    }
}

fn flush(results: &mut Vec<Value>, written: &mut Vec<Value>) {
    if !results.is_empty() {
        written.push(json!({"role": "user", "content": std::mem::take(results)}));
    }
}

/// Writes a call. No arguments are an empty object; arguments that are none cannot be written.
fn tool_use(call: &ToolCall) -> Option<Value> {
    let input = crate::provider::fields::arguments(&call.arguments)?;
    Some(json!({"type": "tool_use", "id": call.id, "name": call.name, "input": input}))
}
