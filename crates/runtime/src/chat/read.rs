//! Reads the JSON body of a chat completion.

use clientc_plan::json::{Map, Value};
use serde::{Deserialize, Deserializer};

use super::form_error::FormError;
use super::format::{JsonSchema, ResponseFormat};
use super::message::{Content, Media, MediaKind, MediaSource, Message, Part, Role};
use super::request::ChatRequest;
use super::tool::{FunctionTool, Tool, ToolCall, ToolChoice};

type Reading<T> = Result<T, FormError>;

impl ChatRequest {
    /// Reads the JSON body of a chat completion. What is not messages, tools or the form of the answer goes to
    /// [`ChatRequest::fields`] as it is.
    ///
    /// # Errors
    ///
    /// A value that OpenAI's API does not allow is an error with its path.
    pub fn from_json(body: impl Into<Value>) -> Result<Self, FormError> {
        request(body.into())
    }
}

impl<'de> Deserialize<'de> for ChatRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = Value::deserialize(deserializer)?;
        Self::from_json(body).map_err(serde::de::Error::custom)
    }
}

fn request(body: Value) -> Reading<ChatRequest> {
    let mut body = object(body, "body")?;
    let messages = match body.shift_remove("messages") {
        None => return Err(error("messages", "is missing")),
        Some(messages) => array(messages, "messages")?,
    };
    let tools = body.shift_remove("tools").filter(|tools| !tools.is_null());
    Ok(ChatRequest {
        messages: each(messages, "messages", message)?,
        tools: match tools {
            Some(tools) => each(array(tools, "tools")?, "tools", tool)?,
            None => Vec::new(),
        },
        tool_choice: optional(&mut body, "tool_choice", tool_choice)?,
        response_format: optional(&mut body, "response_format", response_format)?,
        fields: body,
        verbatim: None,
    })
}

fn message(value: Value, path: &str) -> Reading<Message> {
    let mut map = object(value, path)?;
    let role = Role::from(&*required_text(&mut map, path, "role")?);
    let mut parts = thoughts(&mut map, path)?;
    parts.extend(match map.shift_remove("content") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) => vec![Part::text(text)],
        Some(Value::Array(values)) => each(values, &format!("{path}.content"), part)?,
        Some(_) => return Err(error(&format!("{path}.content"), "must be a string or an array of parts")),
    });
    if let Some(refusal) = text(&mut map, path, "refusal")? {
        parts.push(Content::Refusal(refusal).into());
    }
    let calls = map.shift_remove("tool_calls").filter(|calls| !calls.is_null());
    let at_calls = format!("{path}.tool_calls");
    Ok(Message {
        role,
        content: parts,
        name: text(&mut map, path, "name")?,
        tool_calls: match calls {
            Some(calls) => each(array(calls, &at_calls)?, &at_calls, tool_call)?,
            None => Vec::new(),
        },
        tool_call_id: text(&mut map, path, "tool_call_id")?,
        metadata: Map::new(),
        extra: extra(map),
    })
}

/// What else a message has. Clients send whole answers back, with fields that say nothing.
fn extra(map: Map<String, Value>) -> Map<String, Value> {
    let says_nothing = |value: &Value| match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        _ => false,
    };
    map.into_iter().filter(|(_, value)| !says_nothing(value)).collect()
}

/// Reads the thoughts of an assistant, where a caller sends them back: OpenAI's API has no field for them, and
/// these are the names that servers and libraries use.
fn thoughts(map: &mut Map<String, Value>, path: &str) -> Reading<Vec<Part>> {
    let blocks = map.shift_remove("thinking_blocks").filter(|blocks| !blocks.is_null());
    let plain = [text(map, path, "reasoning_content")?, text(map, path, "reasoning")?];
    let Some(blocks) = blocks else {
        let plain = plain.into_iter().flatten().next();
        return Ok(plain
            .map(|text| Content::Reasoning { text, signature: None }.into())
            .into_iter()
            .collect());
    };
    let at = format!("{path}.thinking_blocks");
    each(array(blocks, &at)?, &at, |value, path| {
        let mut map = object(value, path)?;
        let signature = text(&mut map, path, "signature")?;
        Ok(Content::Reasoning { text: required_text(&mut map, path, "thinking")?, signature }.into())
    })
}

fn part(value: Value, path: &str) -> Reading<Part> {
    let mut map = object(value, path)?;
    let kind = required_text(&mut map, path, "type")?;
    let content = match &*kind {
        "text" => Content::Text(required_text(&mut map, path, "text")?),
        "refusal" => Content::Refusal(required_text(&mut map, path, "refusal")?),
        "image_url" => {
            let mut image = inner(&mut map, path, "image_url")?;
            let url = required_text(&mut image, &format!("{path}.image_url"), "url")?;
            let detail = text(&mut image, &format!("{path}.image_url"), "detail")?;
            let source = MediaSource::from_url(url);
            Content::Media(Media { kind: MediaKind::Image, source, detail, name: None })
        }
        "input_audio" => {
            let (mut audio, at) = (inner(&mut map, path, "input_audio")?, format!("{path}.input_audio"));
            let format = required_text(&mut audio, &at, "format")?;
            let data = required_text(&mut audio, &at, "data")?;
            let source = MediaSource::Data { media_type: format!("audio/{format}"), data };
            Content::Media(Media { kind: MediaKind::Audio, source, detail: None, name: None })
        }
        "file" => file(inner(&mut map, path, "file")?, &format!("{path}.file"))?,
        other => {
            let message = format!("is `{other}`; known are text, image_url, input_audio, file and refusal");
            return Err(error(&format!("{path}.type"), &message));
        }
    };
    Ok(Part { content, metadata: map })
}

fn file(mut map: Map<String, Value>, path: &str) -> Reading<Content> {
    let name = text(&mut map, path, "filename")?;
    let source = match (text(&mut map, path, "file_id")?, text(&mut map, path, "file_data")?) {
        (Some(id), _) => MediaSource::Id(id),
        (None, Some(data)) => match MediaSource::from_url(data) {
            // Bytes without a media type are what OpenAI takes for a PDF.
            MediaSource::Url { url, .. } if !url.contains(':') => {
                MediaSource::Data { media_type: "application/pdf".into(), data: url }
            }
            source => source,
        },
        (None, None) => return Err(error(path, "must have `file_id` or `file_data`")),
    };
    Ok(Content::Media(Media { kind: MediaKind::Pdf, source, detail: None, name }))
}

fn tool(value: Value, path: &str) -> Reading<Tool> {
    let kind = value.get("type").and_then(Value::as_str);
    if kind.is_some_and(|kind| kind != "function") {
        return Ok(Tool::Other(value));
    }
    let mut map = object(value, path)?;
    let (mut function, at) = (inner(&mut map, path, "function")?, format!("{path}.function"));
    Ok(Tool::Function(FunctionTool {
        name: required_text(&mut function, &at, "name")?,
        description: text(&mut function, &at, "description")?,
        parameters: function.shift_remove("parameters").filter(|parameters| !parameters.is_null()),
        strict: flag(&mut function, &at, "strict")?,
    }))
}

fn tool_call(value: Value, path: &str) -> Reading<ToolCall> {
    let mut map = object(value, path)?;
    let signature = map.get("extra_content").and_then(|extra| extra.pointer("/google/thought_signature"));
    let signature = signature.and_then(Value::as_str).map(String::from);
    let (mut function, at) = (inner(&mut map, path, "function")?, format!("{path}.function"));
    Ok(ToolCall {
        id: required_text(&mut map, path, "id")?,
        name: required_text(&mut function, &at, "name")?,
        arguments: text(&mut function, &at, "arguments")?.unwrap_or_default(),
        signature,
    })
}

fn tool_choice(value: Value, path: &str) -> Reading<ToolChoice> {
    if let Some(name) = value.pointer("/function/name").and_then(Value::as_str) {
        return Ok(ToolChoice::Function(name.into()));
    }
    match value.as_str() {
        Some("auto") => Ok(ToolChoice::Auto),
        Some("none") => Ok(ToolChoice::None),
        Some("required") => Ok(ToolChoice::Required),
        None if value.is_object() => Ok(ToolChoice::Other(value)),
        _ => Err(error(path, "must be auto, none, required or an object that names a function")),
    }
}

fn response_format(value: Value, path: &str) -> Reading<ResponseFormat> {
    let mut map = object(value.clone(), path)?;
    match &*required_text(&mut map, path, "type")? {
        "text" => Ok(ResponseFormat::Text),
        "json_object" => Ok(ResponseFormat::JsonObject),
        "json_schema" => {
            let (mut schema, at) = (inner(&mut map, path, "json_schema")?, format!("{path}.json_schema"));
            Ok(ResponseFormat::JsonSchema(JsonSchema {
                name: required_text(&mut schema, &at, "name")?,
                description: text(&mut schema, &at, "description")?,
                schema: schema.shift_remove("schema").filter(|schema| !schema.is_null()),
                strict: flag(&mut schema, &at, "strict")?,
            }))
        }
        _ => Ok(ResponseFormat::Other(value)),
    }
}

fn each<T>(values: Vec<Value>, path: &str, read: impl Fn(Value, &str) -> Reading<T>) -> Reading<Vec<T>> {
    values.into_iter().enumerate().map(|(index, value)| read(value, &format!("{path}[{index}]"))).collect()
}

fn optional<T>(
    map: &mut Map<String, Value>,
    key: &str,
    read: impl Fn(Value, &str) -> Reading<T>,
) -> Reading<Option<T>> {
    map.shift_remove(key).filter(|value| !value.is_null()).map(|value| read(value, key)).transpose()
}

fn inner(map: &mut Map<String, Value>, path: &str, key: &str) -> Reading<Map<String, Value>> {
    let at = format!("{path}.{key}");
    object(map.shift_remove(key).ok_or_else(|| error(&at, "is missing"))?, &at)
}

fn object(value: Value, path: &str) -> Reading<Map<String, Value>> {
    match value {
        Value::Object(map) => Ok(map),
        _ => Err(error(path, "must be an object")),
    }
}

fn array(value: Value, path: &str) -> Reading<Vec<Value>> {
    match value {
        Value::Array(values) => Ok(values),
        _ => Err(error(path, "must be an array")),
    }
}

fn required_text(map: &mut Map<String, Value>, path: &str, key: &str) -> Reading<String> {
    text(map, path, key)?.ok_or_else(|| error(&format!("{path}.{key}"), "is missing"))
}

fn text(map: &mut Map<String, Value>, path: &str, key: &str) -> Reading<Option<String>> {
    match map.shift_remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(error(&format!("{path}.{key}"), "must be a string")),
    }
}

fn flag(map: &mut Map<String, Value>, path: &str, key: &str) -> Reading<Option<bool>> {
    match map.shift_remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(flag)),
        Some(_) => Err(error(&format!("{path}.{key}"), "must be true or false")),
    }
}

fn error(path: &str, message: &str) -> FormError {
    FormError { path: path.into(), message: message.into() }
}
