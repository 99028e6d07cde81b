//! Requests of the Converse API.

use clientc_plan::json::{Map, Value, json};
use http::header::ACCEPT;

use super::media;
use crate::chat::{ChatRequest, Content, Message, ResponseFormat, Tool, ToolCall, ToolChoice};
use crate::credentials::{AwsKeys, AwsWanted};
use crate::provider::conversation::{self, Form, ToolResult};
use crate::provider::endpoint::Endpoint;
use crate::provider::error::BuildError;
use crate::provider::fields::{Rule, cannot, function_of, set, translate};
use crate::provider::http::{Auth, Delivery, HttpRequest};
use crate::provider::media::MediaRules;
use crate::provider::options::{Options, wrong};
use crate::provider::roles::Roles;

const CONFIG: &str = "inferenceConfig";
const MORE: &str = "additionalModelRequestFields";
const THINKING: &str = "write it into `additional_model_request_fields` as the model wants it";

const RULES: &[(&str, Rule)] = &[
    ("temperature", Rule::To(&[CONFIG, "temperature"])),
    ("top_p", Rule::To(&[CONFIG, "topP"])),
    ("max_tokens", Rule::To(&[CONFIG, "maxTokens"])),
    ("max_completion_tokens", Rule::To(&[CONFIG, "maxTokens"])),
    ("stop", Rule::Texts(&[CONFIG, "stopSequences"])),
    ("metadata", Rule::To(&["requestMetadata"])),
    ("n", Rule::Drop),
    ("prompt_cache_key", Rule::Drop),
    ("prompt_cache_retention", Rule::Drop),
    ("parallel_tool_calls", Rule::Refuse("")),
    ("seed", Rule::Refuse("")),
    ("frequency_penalty", Rule::Refuse("")),
    ("presence_penalty", Rule::Refuse("")),
    ("logit_bias", Rule::Refuse("")),
    ("logprobs", Rule::Refuse("")),
    ("top_logprobs", Rule::Refuse("")),
    ("user", Rule::Refuse("")),
    ("safety_identifier", Rule::Refuse("")),
    ("store", Rule::Refuse("")),
    ("service_tier", Rule::Refuse("")),
    ("prediction", Rule::Refuse("")),
    ("reasoning_effort", Rule::Refuse(THINKING)),
    ("verbosity", Rule::Refuse(THINKING)),
    ("web_search_options", Rule::Refuse("")),
];

/// The fields of the body. What else a caller sends is for the model.
const FIELDS: [&str; 5] = [CONFIG, MORE, "requestMetadata", "toolConfig", "guardrailConfig"];

/// The options of `inference_configuration` under the names of the API.
const INFERENCE: [(&str, &str); 4] = [
    ("max_tokens", "maxTokens"),
    ("temperature", "temperature"),
    ("top_p", "topP"),
    ("stop_sequences", "stopSequences"),
];

pub(in crate::provider) fn build(
    mut options: Options<'_>,
    chat: &ChatRequest,
    delivery: Delivery,
) -> Result<HttpRequest, BuildError> {
    let provider = options.provider();
    let model = match options.take_text("model")? {
        Some(model) => model,
        None => options.take_required("model_id")?,
    };
    let (auth, region) = auth(&mut options)?;
    let base = match options
        .take_text("endpoint_url")?
        .or_else(|| options.variable("AWS_ENDPOINT_URL_BEDROCK_RUNTIME"))
    {
        Some(base) => base,
        None => base_of(&region)?,
    };
    let method = if delivery.is_streamed() { "converse-stream" } else { "converse" };
    let mut endpoint = Endpoint::new(&mut options, &base, &format!("model/{}/{method}", encoded(&model)))?;
    let accepted =
        if delivery.is_streamed() { "application/vnd.amazon.eventstream" } else { "application/json" };
    endpoint.default_header(ACCEPT, accepted);
    // Points of the cache are all that comes of metadata here, so they need no leave.
    let needs_no_leave = options.get("allowed_role_metadata").is_none_or(Value::is_null);
    let mut roles = Roles::take(&mut options, "user")?;
    if needs_no_leave {
        roles.allow_all_metadata();
    }
    let writer = Writer { roles, media: MediaRules::take(&mut options)? };
    let mut body = Map::new();
    if let Some(config) = inference(&mut options)? {
        body.insert(CONFIG.into(), config);
    }
    if let Some(more) = options.take("additional_model_request_fields").filter(|more| !more.is_null()) {
        body.insert(MORE.into(), more);
    }
    overlay(provider, chat, &mut body)?;
    let conversation = conversation::write(&writer, &chat.messages)?;
    if let Some(system) = conversation.system {
        if system.iter().any(|part| part.get("text").is_none() && part.get("cachePoint").is_none()) {
            return Err(cannot(provider, "anything but text from the system"));
        }
        body.insert("system".into(), Value::Array(system));
    }
    body.insert("messages".into(), conversation.messages);
    Ok(endpoint.post(&body).with_auth(auth))
}

/// Takes what says who calls, and in which region.
fn auth(options: &mut Options<'_>) -> Result<(Auth, String), BuildError> {
    let region = match options.take_text("region")? {
        Some(region) => region,
        None => {
            ["AWS_REGION", "AWS_DEFAULT_REGION"].iter().find_map(|name| options.variable(name)).ok_or_else(
                || BuildError::MissingVariable { variable: "AWS_REGION".into(), option: "region".into() },
            )?
        }
    };
    let (id, secret) = (options.take_text("access_key_id")?, options.take_text("secret_access_key")?);
    let token = options.take_text("session_token")?;
    let profile = options.take_text("profile")?;
    let keys = |id, secret, token: Option<String>| {
        let keys = AwsKeys::new(id, secret);
        match token {
            Some(token) => keys.with_session(token, None),
            None => keys,
        }
    };
    let keys = match (id, secret) {
        (Some(id), Some(secret)) => Some(keys(id, secret, token)),
        (None, None) if profile.is_none() => {
            let id = options.variable("AWS_ACCESS_KEY_ID");
            id.zip(options.variable("AWS_SECRET_ACCESS_KEY"))
                .map(|(id, secret)| keys(id, secret, options.variable("AWS_SESSION_TOKEN")))
        }
        (None, None) => None,
        (Some(_), None) => return Err(missing("secret_access_key")),
        (None, Some(_)) => return Err(missing("access_key_id")),
    };
    let profile = profile.or_else(|| options.variable("AWS_PROFILE")).map(Into::into);
    let wanted = AwsWanted { client: options.leaf.name.clone(), region: region.as_str().into(), profile };
    Ok((Auth::Aws { keys, wanted }, region))
}

fn missing(option: &str) -> BuildError {
    BuildError::MissingOption { option: option.into(), provider: "aws-bedrock".into() }
}

fn base_of(region: &str) -> Result<String, BuildError> {
    let is_label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if region.is_empty() || !region.bytes().all(is_label) {
        return Err(wrong("region", "a name of letters, digits and hyphens"));
    }
    let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    Ok(format!("https://bedrock-runtime.{region}.{domain}"))
}

/// Writes the name of a model as one part of a path: ARNs have colons and slashes.
fn encoded(model: &str) -> String {
    let mut path = String::with_capacity(model.len());
    for byte in model.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => path.push(byte.into()),
            _ => path.push_str(&format!("%{byte:02X}")),
        }
    }
    path
}

fn inference(options: &mut Options<'_>) -> Result<Option<Value>, BuildError> {
    let written = match options.take("inference_configuration") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(written)) => written,
        Some(_) => return Err(wrong("inference_configuration", "a map")),
    };
    let mut config = Map::new();
    for (key, value) in written {
        let name = INFERENCE.iter().find(|(known, _)| *known == &*key).map(|(_, name)| *name);
        let expected = "one of max_tokens, temperature, top_p and stop_sequences";
        let name = name.ok_or_else(|| wrong(&format!("inference_configuration.{key}"), expected))?;
        config.insert(name.into(), value);
    }
    Ok(Some(Value::Object(config)))
}

fn overlay(provider: &str, chat: &ChatRequest, body: &mut Map<String, Value>) -> Result<(), BuildError> {
    translate(provider, &chat.fields, RULES, body)?;
    let (known, more): (Map<_, _>, Map<_, _>) =
        std::mem::take(body).into_iter().partition(|(name, _)| FIELDS.contains(&&**name));
    *body = known;
    for (name, value) in more {
        set(body, &[MORE, &name], value);
    }
    if !chat.tools.is_empty() {
        let tools = chat.tools.iter().map(|each| tool(provider, each)).collect::<Result<Vec<_>, _>>()?;
        set(body, &["toolConfig", "tools"], Value::Array(tools));
    }
    let choice = match &chat.tool_choice {
        None => None,
        Some(ToolChoice::Auto) => Some(json!({"auto": {}})),
        Some(ToolChoice::Required) => Some(json!({"any": {}})),
        Some(ToolChoice::Function(name)) => Some(json!({"tool": {"name": name}})),
        Some(ToolChoice::None) => return Err(cannot(provider, "a `tool_choice` of none; send no tools")),
        Some(ToolChoice::Other(_)) => return Err(cannot(provider, "a `tool_choice` of this type")),
    };
    if let Some(choice) = choice {
        set(body, &["toolConfig", "toolChoice"], choice);
    }
    match &chat.response_format {
        None | Some(ResponseFormat::Text) => Ok(()),
        Some(_) => Err(cannot(provider, "a `response_format`; send a tool and require its call")),
    }
}

fn tool(provider: &str, tool: &Tool) -> Result<Value, BuildError> {
    let function = function_of(provider, tool)?;
    let empty = || json!({"type": "object", "properties": {}});
    let schema = function.parameters.clone().unwrap_or_else(empty);
    let mut spec = Map::new();
    spec.insert("name".into(), function.name.clone().into());
    if let Some(description) = &function.description {
        spec.insert("description".into(), description.clone().into());
    }
    spec.insert("inputSchema".into(), json!({"json": schema}));
    Ok(json!({"toolSpec": Value::Object(spec)}))
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
        json!({"toolUse": {"toolUseId": call.id, "name": call.name, "input": arguments}})
    }

    fn result(&self, result: &ToolResult<'_>, results: &mut Vec<Value>) -> Result<(), BuildError> {
        let (id, mut parts) = (result.id()?, Vec::new());
        self.parts(result.message, &mut parts)?;
        results.push(json!({"toolResult": {"toolUseId": id, "content": parts}}));
        Ok(())
    }

    fn parts(&self, message: &Message, parts: &mut Vec<Value>) -> Result<(), BuildError> {
        for part in message.sent_content() {
            parts.push(match &part.content {
                Content::Text(text) | Content::Refusal(text) => json!({"text": text}),
                Content::Reasoning { text, signature: Some(signature) } => {
                    json!({"reasoningContent": {"reasoningText": {"text": text, "signature": signature}}})
                }
                // Without its proof it would be refused.
                Content::Reasoning { signature: None, .. } => continue,
                Content::Media(media) => media::block(media, &self.media)?,
            });
            // A point of the cache is a part of its own here.
            let beside = self.roles.beside(message, part);
            if beside.contains_key("cache_control") {
                parts.push(json!({"cachePoint": {"type": "default"}}));
            }
        }
        Ok(())
    }
}
