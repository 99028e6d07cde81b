//! Option values as they were written: numbers keep their spelling and objects their order.

use indexmap::IndexMap;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::json;
pub use crate::json::Number;

/// The keys of a map with their values, in the order of writing.
pub type Object = IndexMap<Box<str>, Value>;

/// The only key of the object that means an environment variable.
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
    Array(Vec<Self>),
    /// Keys with values, in order.
    Object(Object),
}

impl Value {
    /// The text of a string, or `None` for every other value.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, or `None` for every other value.
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The object, or `None` for every other value.
    pub const fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Env(name) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(ENV_KEY, name)?;
                map.end()
            }
            Self::Array(values) => serializer.collect_seq(values),
            Self::Object(object) => serializer.collect_map(object),
        }
    }
}

impl From<json::Value> for Value {
    fn from(value: json::Value) -> Self {
        match value {
            json::Value::Null => Self::Null,
            json::Value::Bool(value) => Self::Bool(value),
            json::Value::Number(number) => Self::Number(number),
            json::Value::String(text) => Self::String(text.into()),
            json::Value::Array(values) => Self::Array(values.into_iter().map(Self::from).collect()),
            json::Value::Object(map) => match single_env(&map) {
                Some(name) => Self::Env(name.into()),
                None => Self::Object(object(map)),
            },
        }
    }
}

/// Takes the keys and values of a JSON object for those of options.
pub fn object(map: json::Map<String, json::Value>) -> Object {
    map.into_iter().map(|(key, value)| (key.into(), Value::from(value))).collect()
}

fn single_env(map: &json::Map<String, json::Value>) -> Option<&str> {
    map.get(ENV_KEY).filter(|_| map.len() == 1)?.as_str()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
            let read: Value = json::Value::parse(&written).unwrap().into();
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
        let read = |text: &str| Value::from(json::Value::parse(text).unwrap());
        assert_eq!(read("{\"$env\": \"X\"}"), Value::Env("X".into()));
        assert!(matches!(read("{\"$env\": 5}"), Value::Object(_)));
        assert!(matches!(read("{\"$env\": \"X\", \"a\": 1}"), Value::Object(_)));
    }
}
