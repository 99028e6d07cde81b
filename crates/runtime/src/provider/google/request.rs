//! Requests of the Gemini API.

use clientc_plan::json::{Map, Value, json};
use http::header::HeaderName;

use crate::chat::{
    ChatRequest, Content, Media, MediaSource, Message, Part, ResponseFormat, Tool, ToolCall, ToolChoice,
};
use crate::provider::conversation::{self, Form, ToolResult};
use crate::provider::endpoint::Endpoint;
use crate::provider::error::BuildError;
use crate::provider::fields::{Rule, cannot, function_of, set, translate};
use crate::provider::http::{Delivery, HttpRequest};
use crate::provider::media::{MediaRules, type_of_name};
use crate::provider::options::Options;
use crate::provider::roles::Roles;

const KEY: HeaderName = HeaderName::from_static("x-goog-api-key");
const CONFIG: &str = "generationConfig";
const THINKING: &str = "write `thinkingConfig` into `generationConfig` of the client's options";

const RULES: &[(&str, Rule)] = &[
    ("temperature", Rule::To(&[CONFIG, "temperature"])),
    ("top_p", Rule::To(&[CONFIG, "topP"])),
    ("top_k", Rule::To(&[CONFIG, "topK"])),
    ("max_tokens", Rule::To(&[CONFIG, "maxOutputTokens"])),
    ("max_completion_tokens", Rule::To(&[CONFIG, "maxOutputTokens"])),
    ("stop", Rule::Texts(&[CONFIG, "stopSequences"])),
    ("seed", Rule::To(&[CONFIG, "seed"])),
    ("frequency_penalty", Rule::To(&[CONFIG, "frequencyPenalty"])),
    ("presence_penalty", Rule::To(&[CONFIG, "presencePenalty"])),
    ("n", Rule::Drop),
    ("prompt_cache_key", Rule::Drop),
    ("prompt_cache_retention", Rule::Drop),
    ("parallel_tool_calls", Rule::Refuse("")),
    ("logit_bias", Rule::Refuse("")),
    ("logprobs", Rule::Refuse("")),
    ("top_logprobs", Rule::Refuse("")),
    ("metadata", Rule::Refuse("")),
    ("user", Rule::Refuse("")),
    ("safety_identifier", Rule::Refuse("")),
    ("store", Rule::Refuse("")),
    ("service_tier", Rule::Refuse("")),
    ("prediction", Rule::Refuse("")),
    ("reasoning_effort", Rule::Refuse(THINKING)),
    ("verbosity", Rule::Refuse("")),
    ("web_search_options", Rule::Refuse("write the tool googleSearch into the client's options")),
];

pub(in crate::provider) fn build(
    mut options: Options<'_>,
    chat: &ChatRequest,
    delivery: Delivery,
) -> Result<HttpRequest, BuildError> {
    let model = options.take_required("model")?;
    let method = if delivery.is_streamed() { "streamGenerateContent" } else { "generateContent" };
    let mut endpoint = Endpoint::take(&mut options, &format!("models/{model}:{method}"))?;
    endpoint.authorize_with(&mut options, KEY)?;
    if delivery.is_streamed() {
        endpoint.query("alt", "sse");
    }
    Ok(endpoint.post(&body(options, chat)?))
}

/// Writes the body of a request out of what is left of the options.
pub(in crate::provider) fn body(
    mut options: Options<'_>,
    chat: &ChatRequest,
) -> Result<Map<String, Value>, BuildError> {
    let provider = options.provider();
    let writer = Writer { roles: Roles::take(&mut options, "user")?, media: MediaRules::take(&mut options)? };
    let mut body = options.into_body();
    body.shift_remove("stream");
    overlay(provider, chat, &mut body)?;
    let conversation = conversation::write(&writer, &chat.messages)?;
    if let Some(parts) = conversation.system {
        body.insert("system_instruction".into(), json!({"parts": parts}));
    }
    body.insert("contents".into(), conversation.messages);
    Ok(body)
}

fn overlay(provider: &str, chat: &ChatRequest, body: &mut Map<String, Value>) -> Result<(), BuildError> {
    translate(provider, &chat.fields, RULES, body)?;
    if !chat.tools.is_empty() {
        let tools = chat.tools.iter().map(|each| tool(provider, each)).collect::<Result<Vec<_>, _>>()?;
        body.insert("tools".into(), json!([{"functionDeclarations": tools}]));
    }
    if let Some(choice) = &chat.tool_choice {
        let calling = match choice {
            ToolChoice::Auto => json!({"mode": "AUTO"}),
            ToolChoice::None => json!({"mode": "NONE"}),
            ToolChoice::Required => json!({"mode": "ANY"}),
            ToolChoice::Function(name) => json!({"mode": "ANY", "allowedFunctionNames": [name]}),
            ToolChoice::Other(_) => return Err(cannot(provider, "a `tool_choice` of this type")),
        };
        set(body, &["toolConfig", "functionCallingConfig"], calling);
    }
    format(provider, chat.response_format.as_ref(), body)?;
    join_configs(body);
    Ok(())
}

fn format(
    provider: &str,
    format: Option<&ResponseFormat>,
    body: &mut Map<String, Value>,
) -> Result<(), BuildError> {
    match format {
        None | Some(ResponseFormat::Text) => return Ok(()),
        Some(ResponseFormat::JsonObject) => {}
        Some(ResponseFormat::JsonSchema(schema)) => {
            if let Some(schema) = &schema.schema {
                set(body, &[CONFIG, "responseJsonSchema"], schema.clone());
            }
        }
        Some(ResponseFormat::Other(_)) => return Err(cannot(provider, "a `response_format` of this type")),
    }
    set(body, &[CONFIG, "responseMimeType"], "application/json".into());
    Ok(())
}

/// The API knows two spellings of the configuration. Where a client has written the other one, all goes there.
fn join_configs(body: &mut Map<String, Value>) {
    if !body.get("generation_config").is_some_and(Value::is_object) {
        return;
    }
    let callers = body.shift_remove(CONFIG);
    if let (Some(Value::Object(callers)), Some(Value::Object(written))) =
        (callers, body.get_mut("generation_config"))
    {
        written.extend(callers);
    }
}

fn tool(provider: &str, tool: &Tool) -> Result<Value, BuildError> {
    let mut map = function_of(provider, tool)?.to_map();
    map.shift_remove("strict");
    if let Some(schema) = map.shift_remove("parameters") {
        map.insert("parametersJsonSchema".into(), schema);
    }
    Ok(Value::Object(map))
}

struct Writer<'a> {
    roles: Roles,
    media: MediaRules<'a>,
}

impl Form for Writer<'_> {
    const PARTS: &'static str = "parts";
    const ASSISTANT: &'static str = "model";

    fn roles(&self) -> &Roles {
        &self.roles
    }

    fn call(&self, call: &ToolCall, arguments: Value) -> Value {
        let mut part = json!({"functionCall": {"id": call.id, "name": call.name, "args": arguments}});
        if let Some(signature) = &call.signature {
            part["thoughtSignature"] = signature.clone().into();
        }
        part
    }

    /// The API wants the name of the function, which the call has that is answered.
    fn result(&self, result: &ToolResult<'_>, results: &mut Vec<Value>) -> Result<(), BuildError> {
        let (call, content) = (result.call()?, &result.message.content);
        let (texts, media): (Vec<_>, Vec<_>) =
            content.iter().partition(|part: &&Part| part.content.as_text().is_some());
        let text: String = texts.iter().filter_map(|part| part.content.as_text()).collect();
        let output = Value::parse(&text).ok().filter(Value::is_object);
        let output = output.unwrap_or_else(|| json!({"output": text}));
        results.push(json!({"functionResponse": {"id": call.id, "name": call.name, "response": output}}));
        for part in media {
            if let Content::Media(media) = &part.content {
                results.push(self.media(media)?);
            }
        }
        Ok(())
    }

    fn parts(&self, message: &Message, parts: &mut Vec<Value>) -> Result<(), BuildError> {
        for part in message.sent_content() {
            let mut value = match &part.content {
                Content::Text(text) | Content::Refusal(text) => json!({"text": text}),
                Content::Reasoning { text, signature: Some(signature) } => {
                    json!({"text": text, "thought": true, "thoughtSignature": signature})
                }
                // Without its proof it would be read as a part of the answer.
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
        let is_pdf = media.kind == crate::chat::MediaKind::Pdf;
        let is_vertex = self.media.provider() == "vertex-ai";
        // Vertex AI has a spelling of its own.
        let [inline_data, file_data, mime_type, file_uri] = match is_vertex {
            true => ["inlineData", "fileData", "mimeType", "fileUri"],
            false => ["inline_data", "file_data", "mime_type", "file_uri"],
        };
        Ok(match &media.source {
            MediaSource::Data { media_type, data } => {
                json!({inline_data: {mime_type: media_type, "data": data}})
            }
            MediaSource::Url { url, media_type } => {
                let media_type = media_type.as_deref().or(is_pdf.then_some("application/pdf"));
                match media_type.or_else(|| type_of_name(url).filter(|_| is_vertex)) {
                    Some(media_type) => json!({file_data: {file_uri: url, mime_type: media_type}}),
                    None if is_vertex => return Err(self.media.cannot_tell_type(media)),
                    None => json!({file_data: {file_uri: url}}),
                }
            }
            MediaSource::Id(_) => return Err(self.media.cannot_send(media)),
        })
    }
}
