//! Requests of the messages API.

use clientc_plan::json::{Map, Value, json};
use http::header::HeaderName;

use crate::chat::{
    ChatRequest, Content, Media, MediaKind, MediaSource, Message, ResponseFormat, Tool, ToolCall, ToolChoice,
};
use crate::provider::conversation::{self, Form, ToolResult};
use crate::provider::endpoint::Endpoint;
use crate::provider::error::BuildError;
use crate::provider::fields::{Rule, cannot, function_of, set, translate};
use crate::provider::http::{Delivery, HttpRequest};
use crate::provider::media::MediaRules;
use crate::provider::options::Options;
use crate::provider::roles::Roles;

const KEY: HeaderName = HeaderName::from_static("x-api-key");
const VERSION: HeaderName = HeaderName::from_static("anthropic-version");
/// BAML's limit where a client sets none (peer/baml-facts.md 2.2). The API demands one.
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
    let conversation = conversation::write(&writer, &chat.messages)?;
    if let Some(system) = conversation.system {
        body.insert("system".into(), Value::Array(system));
    }
    body.insert("messages".into(), conversation.messages);
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

impl Form for Writer<'_> {
    const PARTS: &'static str = "content";

    fn roles(&self) -> &Roles {
        &self.roles
    }

    fn call(&self, call: &ToolCall, arguments: Value) -> Value {
        json!({"type": "tool_use", "id": call.id, "name": call.name, "input": arguments})
    }

    fn result(&self, result: &ToolResult<'_>, results: &mut Vec<Value>) -> Result<(), BuildError> {
        let (id, mut parts) = (result.id()?, Vec::new());
        self.parts(result.message, &mut parts)?;
        results.push(json!({"type": "tool_result", "tool_use_id": id, "content": parts}));
        Ok(())
    }

    fn parts(&self, message: &Message, parts: &mut Vec<Value>) -> Result<(), BuildError> {
        for part in message.sent_content() {
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
}

impl Writer<'_> {
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
