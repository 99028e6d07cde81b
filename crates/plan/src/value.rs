//! Option values as they were written: numbers keep their spelling and objects their order.

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::borrow::Cow;
use std::str::FromStr;

/// The keys of a map with their values, in the order of writing.
pub type Object = IndexMap<Box<str>, Value>;

/// The only key of the object that stands for an environment variable.
pub const ENV_KEY: &str = "$env";

/// The value of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number with its spelling.
    Number(Number),
    /// A text.
    String(Box<str>),
    /// The name of an environment variable, written as `{"$env": "NAME"}`. Its value is never here.
    Env(Box<str>),
    /// Values in order.
    Array(Vec<Value>),
    /// Keys with values, in order.
    Object(Object),
}

/// A JSON number that keeps its spelling, so that `1.50` stays `1.50`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Number(serde_json::Number);

impl Number {
    /// Reads a number, or returns nothing where the text is no JSON number.
    pub fn parse(text: &str) -> Option<Number> {
        serde_json::Number::from_str(text).ok().map(Number)
    }

    /// Returns the number as it is written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the number as a whole number, or nothing where it is none or does not fit.
    pub fn as_u64(&self) -> Option<u64> {
        self.0.as_u64()
    }

    /// Returns the number nearest to it that a double can hold, or nothing where it is too large.
    pub fn as_f64(&self) -> Option<f64> {
        self.0.as_f64()
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        Number(number.into())
    }
}

impl Value {
    /// Returns the text of a string, or nothing for every other value.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the truth value, or nothing for every other value.
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Returns the object, or nothing for every other value.
    pub const fn as_object(&self) -> Option<&Object> {
        match self {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Returns a word for the kind of the value, for messages.
    pub const fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Env(_) => "an environment variable",
            Value::Array(_) => "an array",
            Value::Object(_) => "a map",
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Number(number) => number.0.serialize(serializer),
            Value::String(text) => serializer.serialize_str(text),
            Value::Env(name) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(ENV_KEY, name)?;
                map.end()
            }
            Value::Array(values) => serializer.collect_seq(values),
            Value::Object(object) => serializer.collect_map(object),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_json::Value::deserialize(deserializer).map(Value::from)
    }
}

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(value) => Value::Bool(value),
            serde_json::Value::Number(number) => Value::Number(Number(number)),
            serde_json::Value::String(text) => Value::String(text.into()),
            serde_json::Value::Array(values) => Value::Array(values.into_iter().map(Value::from).collect()),
            serde_json::Value::Object(map) => match single_env(&map) {
                Some(name) => Value::Env(name.into()),
                None => Value::Object(
                    map.into_iter().map(|(key, value)| (key.into(), Value::from(value))).collect(),
                ),
            },
        }
    }
}

fn single_env(map: &serde_json::Map<String, serde_json::Value>) -> Option<&str> {
    map.get(ENV_KEY).filter(|_| map.len() == 1)?.as_str()
}

impl JsonSchema for Value {
    fn schema_name() -> Cow<'static, str> {
        "Value".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The value of an option as it was written. An object whose only key is `$env` \
                            stands for the environment variable of that name.",
            "type": ["null", "boolean", "number", "string", "array", "object"]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = Value> {
        let number = prop_oneof!["-?(0|[1-9][0-9]{0,30})", "-?(0|[1-9][0-9]{0,9})\\.[0-9]{1,9}"];
        let simple = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            number.prop_map(|text| Value::Number(Number::parse(&text).unwrap())),
            "\\PC*".prop_map(|text| Value::String(text.into())),
            "[A-Z]{1,5}".prop_map(|text| Value::Env(text.into())),
        ];
        simple.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
                proptest::collection::vec(("[a-z$]{1,4}", inner), 0..6).prop_map(|entries| {
                    Value::Object(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(value in value()) {
            let written = serde_json::to_string(&value).unwrap();
            let read: Value = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(&read, &value);
            prop_assert_eq!(serde_json::to_string(&read).unwrap(), written);
        }
    }

    #[test]
    fn numbers_keep_their_spelling() {
        for text in ["1.50", "-0", "0.10", "123456789012345678901234567890", "1e+5"] {
            assert_eq!(Number::parse(text).unwrap().as_str(), text);
        }
        for text in ["007", ".5", "5.", "+1", "NaN", "", "1 ", "1,2"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_object_with_other_keys_is_no_variable() {
        let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(read("{\"$env\": \"X\"}"), Value::Env("X".into()));
        assert!(matches!(read("{\"$env\": 5}"), Value::Object(_)));
        assert!(matches!(read("{\"$env\": \"X\", \"a\": 1}"), Value::Object(_)));
    }
}
