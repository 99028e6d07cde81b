//! The caller's further fields: which ones count, and what they are called elsewhere.

use clientc_plan::json::{Map, Value};

use super::error::BuildError;
use super::options::CLIENTS_OWN;
use crate::chat::{FunctionTool, Tool};

/// What becomes of one of OpenAI's fields at a provider with other names.
pub(super) enum Rule {
    /// It has this path in the body.
    To(&'static [&'static str]),
    /// The same, and one text stands for an array of it.
    Texts(&'static [&'static str]),
    /// It changes nothing there.
    Drop,
    /// There is no way to say it. The text names an alternative, or is empty.
    Refuse(&'static str),
}

/// Fields that say where to call, or that the runtime writes itself.
const WITHOUT_EFFECT: [&str; 8] = [
    "model",
    "messages",
    "stream",
    "stream_options",
    "timeout",
    "resource_name",
    "deployment_id",
    "api_version",
];

/// Goes through the caller's fields that count. A null counts as absent, as in OpenAI's API.
///
/// # Errors
///
/// What no answer of the runtime could carry is refused for every provider.
pub(super) fn callers<'f>(
    provider: &str,
    fields: &'f Map<String, Value>,
) -> Result<Vec<(&'f str, &'f Value)>, BuildError> {
    let mut counted = Vec::with_capacity(fields.len());
    for (name, value) in fields {
        let is_without_effect = WITHOUT_EFFECT.contains(&&**name) || CLIENTS_OWN.contains(&&**name);
        if value.is_null() || is_without_effect {
            continue;
        }
        match &**name {
            "n" if *value != 1 => return Err(cannot(provider, "`n` above 1: a call has one answer")),
            "functions" | "function_call" => {
                return Err(cannot(provider, &format!("`{name}`; send `tools` and `tool_choice`")));
            }
            "audio" => return Err(cannot(provider, "`audio`: answers are text")),
            "modalities" if *value != clientc_plan::json!(["text"]) => {
                return Err(cannot(provider, "`modalities` other than text"));
            }
            _ => counted.push((&**name, value)),
        }
    }
    Ok(counted)
}

/// Lays the caller's fields over a body, under other names where a provider has them. Fields without a rule keep
/// their name.
pub(super) fn translate(
    provider: &str,
    fields: &Map<String, Value>,
    rules: &[(&str, Rule)],
    body: &mut Map<String, Value>,
) -> Result<(), BuildError> {
    for (name, value) in callers(provider, fields)? {
        let rule = rules.iter().find(|(known, _)| *known == name).map(|(_, rule)| rule);
        match rule {
            None => drop(body.insert(name.into(), value.clone())),
            Some(Rule::To(path)) => set(body, path, value.clone()),
            Some(Rule::Texts(path)) => {
                let texts = if value.is_string() { vec![value.clone()].into() } else { value.clone() };
                set(body, path, texts);
            }
            Some(Rule::Drop) => {}
            Some(Rule::Refuse(_)) if says_nothing(name, value) => {}
            Some(Rule::Refuse("")) => return Err(cannot(provider, &format!("`{name}`"))),
            Some(Rule::Refuse(way)) => return Err(cannot(provider, &format!("`{name}`; {way}"))),
        }
    }
    Ok(())
}

/// Whether a value is the one that OpenAI takes where the field is not there.
fn says_nothing(name: &str, value: &Value) -> bool {
    match (name, value) {
        ("parallel_tool_calls", value) => *value == true,
        ("service_tier", value) => *value == "auto" || *value == "default",
        ("verbosity" | "reasoning_effort", _) => false,
        (_, Value::Bool(flag)) => !flag,
        (_, Value::Number(number)) => number.as_f64() == Some(0.0),
        (_, Value::Array(values)) => values.is_empty(),
        (_, Value::Object(map)) => map.is_empty(),
        _ => false,
    }
}

/// Sets a value at a path; what is on the way and no object is replaced.
pub(super) fn set(body: &mut Map<String, Value>, path: &[&str], value: Value) {
    let Some((last, way)) = path.split_last() else { return };
    let mut map = body;
    for key in way {
        let next = map.entry((*key).into()).or_insert(Value::Null);
        if !next.is_object() {
            *next = Value::Object(Map::new());
        }
        let Value::Object(inner) = next else { return };
        map = inner;
    }
    map.insert((*last).into(), value);
}

/// Says that a provider cannot express something.
pub(super) fn cannot(provider: &str, what: &str) -> BuildError {
    BuildError::Inexpressible { provider: provider.into(), what: what.into() }
}

/// The function that a tool is, for providers that have no other tools in a request.
pub(super) fn function_of<'t>(provider: &str, tool: &'t Tool) -> Result<&'t FunctionTool, BuildError> {
    match tool {
        Tool::Function(function) => Ok(function),
        _ => Err(cannot(provider, "a tool that is not a function; write it into the client's options")),
    }
}

/// Says that a value of the request cannot be what it is.
pub(super) fn wrong_field(field: String, expected: &str) -> BuildError {
    BuildError::WrongField { field: field.into(), expected: expected.into() }
}

/// Reads the arguments of a call. No text at all is an empty object; nothing is returned where they are not an object.
pub(super) fn arguments(text: &str) -> Option<Value> {
    if text.trim().is_empty() {
        return Some(Value::Object(Map::new()));
    }
    Value::parse(text).ok().filter(Value::is_object)
}
