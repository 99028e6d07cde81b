//! The options of a client with the values of its environment variables.

use clientc_plan::json::{Map, Value};
use clientc_plan::{Value as Written, providers};

use super::error::BuildError;
use crate::environment::Environment;
use crate::leaf::Leaf;

/// The options of a client while a request is built. What is taken out is used; what stays goes into the body.
pub(super) struct Options<'a> {
    pub(super) leaf: &'a Leaf,
    environment: &'a dyn Environment,
    /// The key of a source of the program.
    key: Option<String>,
    values: Map<String, Value>,
}

/// The options that say how to call and what to do with answers, and never go into a body. They are the client's
/// alone: a caller's field of such a name has no effect.
pub(super) const CLIENTS_OWN: [&str; 14] = [
    "base_url",
    "api_key",
    "headers",
    "query_params",
    "http",
    "supports_streaming",
    "allowed_roles",
    "default_role",
    "remap_roles",
    "allowed_role_metadata",
    "finish_reason_allow_list",
    "finish_reason_deny_list",
    "client_response_type",
    "media_url_handler",
];

impl<'a> Options<'a> {
    /// Reads the values of all environment variables that the options name.
    pub(super) fn read(
        leaf: &'a Leaf,
        environment: &'a dyn Environment,
        key: Option<String>,
    ) -> Result<Self, BuildError> {
        let mut values = Map::new();
        for (name, value) in &leaf.options {
            if key.is_some() && &**name == "api_key" {
                continue;
            }
            values.insert(name.to_string(), resolve(value, name, environment)?);
        }
        Ok(Options { leaf, environment, key, values })
    }

    /// The canonical name of the provider.
    pub(super) fn provider(&self) -> &'a str {
        &self.leaf.provider
    }

    /// Takes an option of any type.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.values.shift_remove(name)
    }

    /// Takes a text.
    pub(super) fn take_text(&mut self, name: &str) -> Result<Option<String>, BuildError> {
        match self.take(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong(name, "a string")),
        }
    }

    /// Takes a text that must be there.
    pub(super) fn take_required(&mut self, name: &str) -> Result<String, BuildError> {
        let missing = || BuildError::MissingOption { option: name.into(), provider: self.provider().into() };
        match self.values.get(name) {
            None | Some(Value::Null) => Err(missing()),
            Some(_) => self.take_text(name)?.ok_or_else(|| wrong(name, "a string")),
        }
    }

    /// Takes texts, or `None` where the option is not there.
    pub(super) fn take_texts(&mut self, name: &str) -> Result<Option<Vec<String>>, BuildError> {
        let values = match self.take(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Array(values)) => values,
            Some(_) => return Err(wrong(name, "an array of strings")),
        };
        let text = |value| match value {
            Value::String(text) => Ok(text),
            _ => Err(wrong(name, "an array of strings")),
        };
        values.into_iter().map(text).collect::<Result<_, _>>().map(Some)
    }

    /// Takes a map of texts; an option that is not there is an empty one.
    pub(super) fn take_map(&mut self, name: &str) -> Result<Vec<(String, String)>, BuildError> {
        let map = match self.take(name) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Object(map)) => map,
            Some(_) => return Err(wrong(name, "a map of strings")),
        };
        let entry = |(key, value)| match value {
            Value::String(text) => Ok((key, text)),
            _ => Err(wrong(&format!("{name}.{key}"), "a string")),
        };
        map.into_iter().map(entry).collect()
    }

    /// Takes the key: the option, else the variable that the provider's own tools read; `None` where the provider
    /// needs none.
    ///
    /// # Errors
    ///
    /// A variable that is not set is an error, unless `has_other` credentials.
    pub(super) fn take_key(&mut self, has_other: bool) -> Result<Option<String>, BuildError> {
        if let Some(key) = self.key.take() {
            return Ok(Some(key));
        }
        if let Some(key) = self.take_text("api_key")? {
            return Ok(Some(key));
        }
        let variable = providers::provider(self.provider()).and_then(|provider| provider.key_variable);
        let Some(variable) = variable else { return Ok(None) };
        match self.environment.get(variable) {
            Some(key) => Ok(Some(key)),
            None if has_other => Ok(None),
            None => Err(BuildError::MissingVariable { variable: variable.into(), option: "api_key".into() }),
        }
    }

    /// The value of a variable that the tools of the provider read too. One that is empty is none.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        self.environment.get(name).filter(|value| !value.is_empty())
    }

    /// Puts a text behind the options that stay in the body.
    pub(super) fn put(&mut self, name: &str, text: String) {
        self.values.insert(name.into(), Value::String(text));
    }

    /// An option that stays in the body.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// Gives what is left for the body. `client_response_type` and `query_params` belong there for providers that do
    /// not know them, as in BAML.
    pub(super) fn into_body(mut self) -> Map<String, Value> {
        let provider = providers::provider(self.provider());
        for name in CLIENTS_OWN {
            // Most clients have none of them, and the table of options is long.
            let is_there = self.values.contains_key(name);
            if is_there && provider.is_none_or(|provider| provider.option(name).is_some()) {
                self.values.shift_remove(name);
            }
        }
        self.values
    }
}

fn resolve(value: &Written, path: &str, environment: &dyn Environment) -> Result<Value, BuildError> {
    Ok(match value {
        Written::Env(variable) => match environment.get(variable) {
            Some(text) => from_environment(text, path),
            None => {
                return Err(BuildError::MissingVariable { variable: variable.clone(), option: path.into() });
            }
        },
        Written::Null => Value::Null,
        Written::Bool(value) => Value::Bool(*value),
        Written::String(text) => Value::String(text.to_string()),
        Written::Number(number) => number.as_str().parse().map_or(Value::Null, Value::Number),
        Written::Array(values) => {
            let each = |(index, value)| resolve(value, &format!("{path}[{index}]"), environment);
            Value::Array(values.iter().enumerate().map(each).collect::<Result<_, _>>()?)
        }
        Written::Object(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                map.insert(key.to_string(), resolve(value, &format!("{path}.{key}"), environment)?);
            }
            Value::Object(map)
        }
    })
}

/// The value of a variable: a number where the option is one in the request and the text is one, else the text.
fn from_environment(text: String, path: &str) -> Value {
    let (blocks, name) = path.rsplit_once('.').unwrap_or(("", path));
    let mut blocks = blocks.split('.').filter(|block| !block.is_empty());
    let is_number = providers::is_number(name) && blocks.all(providers::may_hold_numbers);
    let number = is_number.then(|| text.trim().parse().ok()).flatten();
    number.map_or(Value::String(text), Value::Number)
}

/// Says that an option has a value that it cannot have.
pub(super) fn wrong(option: &str, expected: &str) -> BuildError {
    BuildError::WrongOption { option: option.into(), expected: expected.into() }
}
