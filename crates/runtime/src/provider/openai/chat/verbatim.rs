//! The body of a chat completion whose fields stay as the caller wrote them.

use clientc_plan::json::{Map, Value, json};
use serde_json::value::RawValue;

use super::shared::{LIMITS, asks_for_usage, limit_azure};
use crate::chat::Verbatim;
use crate::leaf::Leaf;
use crate::provider::http::Delivery;
use crate::provider::options::CLIENTS_OWN;

/// What says where to call, or what the runtime writes itself. Such a field of the caller has no effect.
const WITHOUT_EFFECT: [&str; 7] =
    ["model", "stream", "stream_options", "timeout", "resource_name", "deployment_id", "api_version"];
/// Options that change messages. Where a client has one, its messages are rewritten.
const RESHAPING: [&str; 5] =
    ["allowed_roles", "default_role", "remap_roles", "allowed_role_metadata", "media_url_handler"];

/// Whether a client sends messages as they are.
pub(in crate::provider) fn is_possible(leaf: &Leaf) -> bool {
    let is_like_openai =
        matches!(&*leaf.provider, "openai" | "openai-generic" | "azure-openai" | "ollama" | "openrouter");
    let reshapes = || RESHAPING.iter().any(|option| leaf.options.get(*option).is_some());
    is_like_openai && !leaf.is_transcription() && !leaf.is_o1() && !reshapes()
}

/// Writes a body: the options of the client where the caller sets nothing, and the caller's fields. A null counts
/// as absent, as in OpenAI's API.
pub(super) fn body(
    provider: &str,
    mut options: Map<String, Value>,
    caller: &Verbatim,
    delivery: Delivery,
) -> Vec<u8> {
    let counts = |name: &str, value: &RawValue| {
        value.get() != "null" && !WITHOUT_EFFECT.contains(&name) && !CLIENTS_OWN.contains(&name)
    };
    let fields = || caller.iter().filter(|(name, value)| counts(name, value));
    if fields().any(|(name, _)| LIMITS.contains(&name)) {
        // Both names of the same limit would be refused.
        options.retain(|name, _| !LIMITS.contains(&&**name));
    } else if provider == "azure-openai" {
        limit_azure(&mut options);
    }
    for (name, _) in fields() {
        options.shift_remove(name);
    }
    stream(provider, caller, delivery, &mut options);
    // Values in memory are always written.
    let mut body = serde_json::to_vec(&options).unwrap_or_else(|_| b"{}".to_vec());
    body.pop();
    for (name, value) in fields() {
        if body.len() > 1 {
            body.push(b',');
        }
        let _ = serde_json::to_writer(&mut body, name);
        body.push(b':');
        body.extend_from_slice(value.get().as_bytes());
    }
    body.push(b'}');
    body
}

/// Says whether the answer shall be streamed: that is the call's to say, whatever the options say.
fn stream(provider: &str, caller: &Verbatim, delivery: Delivery, body: &mut Map<String, Value>) {
    body.shift_remove("stream");
    let own = body.shift_remove("stream_options");
    if !delivery.is_streamed() {
        return;
    }
    body.insert("stream".into(), true.into());
    let wanted = caller.get("stream_options").and_then(|text| Value::parse(text).ok());
    let mut wanted = wanted.filter(Value::is_object).or(own);
    if asks_for_usage(provider, delivery, wanted.is_some()) {
        match &mut wanted {
            Some(Value::Object(wanted)) => drop(wanted.insert("include_usage".into(), true.into())),
            other => *other = Some(json!({"include_usage": true})),
        }
    }
    if let Some(wanted) = wanted {
        body.insert("stream_options".into(), wanted);
    }
}
