//! Requests of the responses API.

use clientc_plan::json::{Map, Value, json};

use crate::chat::{
    ChatRequest, Content, Media, MediaKind, MediaSource, Message, ResponseFormat, Role, Tool, ToolChoice,
};
use crate::provider::endpoint::Endpoint;
use crate::provider::error::BuildError;
use crate::provider::fields::{Rule, translate, wrong_field};
use crate::provider::http::{Delivery, HttpRequest};
use crate::provider::media::{MediaRules, audio_format, data_url};
use crate::provider::options::Options;
use crate::provider::roles::Roles;

const RULES: &[(&str, Rule)] = &[
    ("max_tokens", Rule::To(&["max_output_tokens"])),
    ("max_completion_tokens", Rule::To(&["max_output_tokens"])),
    ("reasoning_effort", Rule::To(&["reasoning", "effort"])),
    ("verbosity", Rule::To(&["text", "verbosity"])),
    ("n", Rule::Drop),
    ("stop", Rule::Refuse("")),
    ("seed", Rule::Refuse("")),
    ("frequency_penalty", Rule::Refuse("")),
    ("presence_penalty", Rule::Refuse("")),
    ("logit_bias", Rule::Refuse("")),
    ("logprobs", Rule::Refuse("")),
    ("top_logprobs", Rule::Refuse("")),
    ("prediction", Rule::Refuse("")),
    ("web_search_options", Rule::Refuse("write the tool web_search into the client's options")),
];

pub(in crate::provider) fn build(
    mut options: Options<'_>,
    chat: &ChatRequest,
    delivery: Delivery,
) -> Result<HttpRequest, BuildError> {
    let provider = options.provider();
    let mut endpoint = Endpoint::take(&mut options, "responses")?;
    endpoint.authorize(&mut options)?;
    endpoint.take_query(&mut options)?;
    let writer =
        Writer { roles: Roles::take(&mut options, "system")?, media: MediaRules::take(&mut options)? };
    let mut body = options.into_body();
    overlay(provider, chat, &mut body)?;
    let mut input = Vec::with_capacity(chat.messages.len());
    for (index, message) in chat.messages.iter().enumerate() {
        writer.message(index, message, &mut input)?;
    }
    body.insert("input".into(), Value::Array(input));
    match delivery.is_streamed() {
        true => drop(body.insert("stream".into(), true.into())),
        false => {
            body.shift_remove("stream");
            body.shift_remove("stream_options");
        }
    }
    Ok(endpoint.post(&body))
}

fn overlay(provider: &str, chat: &ChatRequest, body: &mut Map<String, Value>) -> Result<(), BuildError> {
    translate(provider, &chat.fields, RULES, body)?;
    if !chat.tools.is_empty() {
        body.insert("tools".into(), chat.tools.iter().map(tool).collect());
    }
    match &chat.tool_choice {
        None => {}
        Some(ToolChoice::Function(name)) => {
            body.insert("tool_choice".into(), json!({"type": "function", "name": name}));
        }
        Some(choice) => drop(body.insert("tool_choice".into(), choice.to_json())),
    }
    if let Some(format) = &chat.response_format {
        let mut written = format.to_json();
        if let ResponseFormat::JsonSchema(schema) = format {
            let mut flat = schema.to_map();
            flat.insert("type".into(), "json_schema".into());
            written = Value::Object(flat);
        }
        crate::provider::fields::set(body, &["text", "format"], written);
    }
    Ok(())
}

fn tool(tool: &Tool) -> Value {
    let Tool::Function(function) = tool else { return tool.to_json() };
    let mut map = function.to_map();
    map.insert("type".into(), "function".into());
    // Here a schema is strict unless it says otherwise, in chat completions it is the other way round.
    map.insert("strict".into(), function.strict.unwrap_or(false).into());
    map.entry("parameters".into()).or_insert(Value::Null);
    Value::Object(map)
}

struct Writer<'a> {
    roles: Roles,
    media: MediaRules<'a>,
}

impl Writer<'_> {
    fn message(&self, index: usize, message: &Message, input: &mut Vec<Value>) -> Result<(), BuildError> {
        if message.role == Role::Tool {
            let id = message.tool_call_id.as_ref().ok_or_else(|| {
                wrong_field(format!("messages[{index}].tool_call_id"), "the id of the call that is answered")
            })?;
            let output = self.output(message)?;
            input.push(json!({"type": "function_call_output", "call_id": id, "output": output}));
            return Ok(());
        }
        let role = self.roles.name(&message.role);
        let parts = self.parts(message, role == "assistant")?;
        if !parts.is_empty() || message.tool_calls.is_empty() {
            input.push(json!({"role": role, "content": parts}));
        }
        for call in &message.tool_calls {
            input.push(json!({
                "type": "function_call",
                "call_id": call.id,
                "name": call.name,
                "arguments": call.arguments,
            }));
        }
        Ok(())
    }

    /// The result of a call: one text is a text, everything else parts.
    fn output(&self, message: &Message) -> Result<Value, BuildError> {
        match &*message.content {
            [part] if part.content.as_text().is_some() => Ok(part.content.as_text().into()),
            _ => self.parts(message, false).map(Value::Array),
        }
    }

    fn parts(&self, message: &Message, is_assistant: bool) -> Result<Vec<Value>, BuildError> {
        let text_type = if is_assistant { "output_text" } else { "input_text" };
        let mut parts = Vec::with_capacity(message.content.len());
        for part in message.sent_content() {
            let mut value = match &part.content {
                Content::Text(text) => json!({"type": text_type, "text": text}),
                Content::Refusal(refusal) => json!({"type": "refusal", "refusal": refusal}),
                // They would need the ids of the answer that they are from.
                Content::Reasoning { .. } => continue,
                Content::Media(media) => self.media(media)?,
            };
            if let Value::Object(map) = &mut value {
                map.extend(self.roles.beside(message, part));
            }
            parts.push(value);
        }
        Ok(parts)
    }

    fn media(&self, media: &Media) -> Result<Value, BuildError> {
        self.media.check(media)?;
        let detail = media.detail.as_deref().unwrap_or("auto");
        let name = media.name.as_deref().unwrap_or("document.pdf");
        Ok(match (media.kind, &media.source) {
            (MediaKind::Image, MediaSource::Url { url, .. }) => {
                json!({"type": "input_image", "detail": detail, "image_url": url})
            }
            (MediaKind::Image, MediaSource::Data { media_type, data }) => {
                json!({"type": "input_image", "detail": detail, "image_url": data_url(media_type, data)})
            }
            (MediaKind::Image, MediaSource::Id(id)) => {
                json!({"type": "input_image", "detail": detail, "file_id": id})
            }
            (MediaKind::Audio, MediaSource::Data { media_type, data }) => {
                let format = audio_format(media_type);
                json!({"type": "input_audio", "input_audio": {"data": data, "format": format}})
            }
            (MediaKind::Pdf, MediaSource::Url { url, .. }) => {
                json!({"type": "input_file", "file_url": url, "filename": name})
            }
            (MediaKind::Pdf, MediaSource::Data { media_type, data }) => {
                json!({"type": "input_file", "file_data": data_url(media_type, data), "filename": name})
            }
            (MediaKind::Pdf, MediaSource::Id(id)) => json!({"type": "input_file", "file_id": id}),
            _ => return Err(self.media.cannot_send(media)),
        })
    }
}
