//! Requests of chat completions.

use clientc_plan::json::{Map, Value, json};
use http::header::HeaderName;

use super::shared::{LIMITS, asks_for_usage, limit_azure};
use super::verbatim;
use crate::chat::{ChatRequest, Content, Media, MediaKind, MediaSource, Message, Role, Tool, ToolCall};
use crate::provider::endpoint::Endpoint;
use crate::provider::error::BuildError;
use crate::provider::fields::{callers, wrong_field};
use crate::provider::http::{Delivery, HttpRequest};
use crate::provider::media::{MediaRules, audio_format, data_url};
use crate::provider::options::{Options, wrong};
use crate::provider::roles::Roles;

const AZURE_KEY: HeaderName = HeaderName::from_static("api-key");
pub(in crate::provider) fn build(
    mut options: Options<'_>,
    chat: &ChatRequest,
    delivery: Delivery,
) -> Result<HttpRequest, BuildError> {
    let provider = options.provider();
    if options.leaf.is_transcription() {
        let what = "answers of the form openai-transcription".into();
        return Err(BuildError::Inexpressible { provider: provider.into(), what });
    }
    let endpoint = endpoint(&mut options)?;
    if let Some(caller) = chat.verbatim.as_ref().filter(|_| verbatim::is_possible(options.leaf)) {
        return Ok(endpoint.post_bytes(verbatim::body(provider, options.into_body(), caller, delivery)));
    }
    let default_role = if provider == "ollama" { "user" } else { "system" };
    let writer = Writer {
        roles: Roles::take(&mut options, default_role)?,
        media: MediaRules::take(&mut options)?,
        joins_texts: provider == "openai-generic",
    };
    let mut body = options.into_body();
    overlay(provider, chat, &mut body)?;
    if provider == "azure-openai" {
        limit_azure(&mut body);
    }
    let messages = chat.messages.iter().enumerate();
    let messages =
        messages.map(|(index, message)| writer.message(index, message)).collect::<Result<_, _>>()?;
    body.insert("messages".into(), Value::Array(messages));
    stream(provider, chat, delivery, &mut body);
    Ok(endpoint.post(&body))
}

fn endpoint(options: &mut Options<'_>) -> Result<Endpoint, BuildError> {
    const PATH: &str = "chat/completions";
    let is_azure = options.provider() == "azure-openai";
    let version = if is_azure { options.take_text("api_version")? } else { None };
    let mut endpoint = match is_azure && options.get("base_url").is_none() {
        true => {
            let base = azure_base(options)?;
            Endpoint::new(options, &base, PATH)?
        }
        false => Endpoint::take(options, PATH)?,
    };
    match is_azure {
        // A key among the headers goes before the option, as in BAML.
        true if endpoint.has(&AZURE_KEY) => drop(options.take("api_key")),
        true => endpoint.authorize_with(options, AZURE_KEY)?,
        false => endpoint.authorize(options)?,
    }
    let query = options.take_map("query_params")?;
    let has_version = query.iter().any(|(name, _)| name == "api-version");
    if let Some(version) = version.filter(|_| !has_version) {
        endpoint.query("api-version", &version);
    }
    for (name, value) in query {
        endpoint.query(&name, &value);
    }
    Ok(endpoint)
}

fn azure_base(options: &mut Options<'_>) -> Result<String, BuildError> {
    let resource = options.take_required("resource_name")?;
    let is_label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if resource.is_empty() || !resource.bytes().all(is_label) {
        return Err(wrong("resource_name", "a name of letters, digits and hyphens"));
    }
    let deployment = options.take_required("deployment_id")?;
    Ok(format!("https://{resource}.openai.azure.com/openai/deployments/{deployment}"))
}

/// Lays what the caller sends over the client's options.
fn overlay(provider: &str, chat: &ChatRequest, body: &mut Map<String, Value>) -> Result<(), BuildError> {
    let fields = callers(provider, &chat.fields)?;
    if fields.iter().any(|(name, _)| LIMITS.contains(name)) {
        // Both names of the same limit would be refused.
        body.retain(|name, _| !LIMITS.contains(&&**name));
    }
    for (name, value) in fields {
        body.insert(name.into(), value.clone());
    }
    if !chat.tools.is_empty() {
        body.insert("tools".into(), chat.tools.iter().map(Tool::to_json).collect());
    }
    if let Some(choice) = &chat.tool_choice {
        body.insert("tool_choice".into(), choice.to_json());
    }
    if let Some(format) = &chat.response_format {
        body.insert("response_format".into(), format.to_json());
    }
    Ok(())
}

/// Says whether the answer shall be streamed: that is the call's to say, whatever the options say.
fn stream(provider: &str, chat: &ChatRequest, delivery: Delivery, body: &mut Map<String, Value>) {
    if !delivery.is_streamed() {
        body.shift_remove("stream");
        body.shift_remove("stream_options");
        return;
    }
    body.insert("stream".into(), true.into());
    if let Some(wanted) = chat.fields.get("stream_options").filter(|wanted| wanted.is_object()) {
        body.insert("stream_options".into(), wanted.clone());
    }
    if asks_for_usage(provider, delivery, body.contains_key("stream_options")) {
        let wanted = body.entry("stream_options".into()).or_insert(Value::Null);
        match wanted {
            Value::Object(wanted) => drop(wanted.insert("include_usage".into(), true.into())),
            _ => *wanted = json!({"include_usage": true}),
        }
    }
}

struct Writer<'a> {
    roles: Roles,
    media: MediaRules<'a>,
    /// Whether a content of texts alone is one text.
    joins_texts: bool,
}

impl Writer<'_> {
    fn message(&self, index: usize, message: &Message) -> Result<Value, BuildError> {
        let mut map = Map::new();
        let is_tool = message.role == Role::Tool;
        let role = if is_tool { "tool" } else { self.roles.name(&message.role) };
        map.insert("role".into(), role.into());
        if is_tool {
            let id = message.tool_call_id.as_ref().ok_or_else(|| {
                wrong_field(format!("messages[{index}].tool_call_id"), "the id of the call that is answered")
            })?;
            map.insert("tool_call_id".into(), id.clone().into());
        }
        if let Some(name) = &message.name {
            map.insert("name".into(), name.clone().into());
        }
        map.insert("content".into(), self.content(message, is_tool)?);
        if let Some(thoughts) = self.thoughts(message) {
            map.insert(thoughts.0.into(), thoughts.1.into());
        }
        if !message.tool_calls.is_empty() {
            map.insert("tool_calls".into(), message.tool_calls.iter().map(ToolCall::to_json).collect());
        }
        for (name, value) in &message.extra {
            map.entry(name.clone()).or_insert_with(|| value.clone());
        }
        Ok(Value::Object(map))
    }

    fn content(&self, message: &Message, is_tool: bool) -> Result<Value, BuildError> {
        let spoken: Vec<_> = message
            .sent_content()
            .filter(|part| !matches!(part.content, Content::Reasoning { .. }))
            .collect();
        if spoken.is_empty() && !message.tool_calls.is_empty() {
            return Ok(Value::Null);
        }
        let is_plain = message.metadata.is_empty() && spoken.iter().all(|part| part.metadata.is_empty());
        let texts: Vec<_> = spoken.iter().map_while(|part| part.content.as_text()).collect();
        let is_text =
            is_plain && texts.len() == spoken.len() && (self.joins_texts || (is_tool && texts.len() == 1));
        if is_text {
            return Ok(texts.join(" ").into());
        }
        let mut parts = Vec::with_capacity(spoken.len());
        for part in spoken {
            let mut value = self.part(&part.content)?;
            value.extend(self.roles.beside(message, part));
            parts.push(Value::Object(value));
        }
        Ok(Value::Array(parts))
    }

    fn part(&self, content: &Content) -> Result<Map<String, Value>, BuildError> {
        let value = match content {
            Content::Text(text) | Content::Reasoning { text, .. } => json!({"type": "text", "text": text}),
            Content::Refusal(refusal) => json!({"type": "refusal", "refusal": refusal}),
            Content::Media(media) => self.media(media)?,
        };
        Ok(into_map(value))
    }

    fn media(&self, media: &Media) -> Result<Value, BuildError> {
        self.media.check(media)?;
        let name = media.name.as_deref().unwrap_or("document.pdf");
        Ok(match (media.kind, &media.source) {
            (MediaKind::Image, MediaSource::Url { url, .. }) => image(url, media),
            (MediaKind::Image, MediaSource::Data { media_type, data }) => {
                image(&data_url(media_type, data), media)
            }
            (MediaKind::Audio, MediaSource::Data { media_type, data }) => {
                let format = audio_format(media_type);
                json!({"type": "input_audio", "input_audio": {"data": data, "format": format}})
            }
            (MediaKind::Pdf, MediaSource::Url { url, .. }) => {
                json!({"type": "file", "file": {"type": "input_file", "file_url": url, "filename": name}})
            }
            (MediaKind::Pdf, MediaSource::Data { media_type, data }) => {
                json!({"type": "file", "file": {"filename": name, "file_data": data_url(media_type, data)}})
            }
            (MediaKind::Pdf, MediaSource::Id(id)) => json!({"type": "file", "file": {"file_id": id}}),
            _ => return Err(self.media.cannot_send(media)),
        })
    }

    /// The thoughts of an assistant, under the name that the server knows. OpenAI itself takes none back.
    fn thoughts(&self, message: &Message) -> Option<(&'static str, String)> {
        let name = match self.media.provider() {
            "openrouter" => "reasoning",
            "openai-generic" | "ollama" => "reasoning_content",
            _ => return None,
        };
        let thoughts: Vec<_> =
            message.content.iter().filter_map(|part| part.content.as_reasoning()).collect();
        (!thoughts.is_empty()).then(|| (name, thoughts.join("\n\n")))
    }
}

fn image(url: &str, media: &Media) -> Value {
    match &media.detail {
        Some(detail) => json!({"type": "image_url", "image_url": {"url": url, "detail": detail}}),
        None => json!({"type": "image_url", "image_url": {"url": url}}),
    }
}

fn into_map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
