//! The body of a chat completion as the caller wrote it, for servers that take it as it is.

use std::fmt;

use clientc_plan::json::{Map, Value};
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::form_error::FormError;

/// The fields of the body of a chat completion, each as its caller wrote it.
///
/// The order of keys, the spelling of numbers and fields that nobody here knows stay as they are.
#[derive(Clone, Default)]
pub struct Verbatim {
    fields: IndexMap<Box<str>, Box<RawValue>>,
}

impl Verbatim {
    /// Reads a body. Of a name that comes twice the last value counts. A byte order mark before it is skipped.
    ///
    /// # Errors
    ///
    /// A body that is not a JSON object is rejected, and the message says where it stops being one.
    pub fn parse(body: &[u8]) -> Result<Self, FormError> {
        let refused = |message: String| FormError { path: "body".into(), message };
        let text = std::str::from_utf8(body).map_err(|_| refused("must be UTF-8".into()))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        match serde_json::from_str::<Object>(text) {
            Ok(Object(fields)) => Ok(Self { fields }),
            Err(_) if serde_json::from_str::<&RawValue>(text).is_ok() => {
                Err(refused("must be a JSON object".into()))
            }
            Err(error) => {
                let (line, column) = (error.line(), error.column());
                Err(refused(format!("is not JSON: it fails at line {line}, column {column}")))
            }
        }
    }

    /// The text of a field.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(|value| value.get())
    }

    /// Goes through the fields in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.fields.iter().map(|(name, value)| (&**name, &**value))
    }

    /// Takes a field out.
    pub fn remove(&mut self, name: &str) {
        self.fields.shift_remove(name);
    }

    /// Sets a field to a value.
    pub fn insert(&mut self, name: &str, value: &Value) {
        // A value in memory is always written.
        if let Ok(raw) = serde_json::value::to_raw_value(value) {
            self.fields.insert(name.into(), raw);
        }
    }

    /// Reads the whole body, as [`super::ChatRequest::from_json`] wants it.
    ///
    /// # Errors
    ///
    /// A value that is nested too deeply is refused.
    pub fn to_value(&self) -> Result<Value, FormError> {
        let mut map = Map::new();
        for (name, value) in &self.fields {
            let value = Value::parse(value.get()).map_err(|_| FormError {
                path: name.to_string(),
                message: "is nested too deeply, or has an escape that stands for no character".into(),
            })?;
            map.insert(name.to_string(), value);
        }
        Ok(Value::Object(map))
    }
}

#[derive(Deserialize)]
struct Object(IndexMap<Box<str>, Box<RawValue>>);

impl PartialEq for Verbatim {
    fn eq(&self, other: &Self) -> bool {
        let texts = |verbatim: &Self| -> Vec<(Box<str>, Box<str>)> {
            verbatim.iter().map(|(name, value)| (name.into(), value.get().into())).collect()
        };
        texts(self) == texts(other)
    }
}

/// The names alone: what is said belongs in no log.
impl fmt::Debug for Verbatim {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.fields.keys()).finish()
    }
}
