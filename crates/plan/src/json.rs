//! JSON values that keep what `serde_json` does not keep by itself: the order of keys and the spelling of numbers.
//!
//! `serde_json` has features for both, but a feature is switched on for the whole program that a library becomes a
//! part of, and these two change how the other parts of it read JSON. So the order is kept by `indexmap`, and
//! numbers are read here and written as raw values.

mod de;
mod macros;
mod number;
mod read;
#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::{Index, IndexMut};

/// The keys of an object with their values, in order.
pub use indexmap::IndexMap as Map;
use serde::ser::{Serialize, Serializer};

pub use self::number::Number;
pub use self::read::{JsonError, MAX_NESTING, path_step};
pub use crate::json;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number with its spelling.
    Number(Number),
    /// A text.
    String(String),
    /// Values in order.
    Array(Vec<Self>),
    /// Keys with values, in order.
    Object(Map<String, Self>),
}

impl Value {
    /// The value of a key, or `None` where this is not an object or has no such key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_object()?.get(key)
    }

    /// The value at a JSON pointer such as `/choices/0/text`. Keys with `/` or `~` cannot be asked for.
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        pointer.split('/').skip(1).try_fold(self, |value, key| match value {
            Self::Object(map) => map.get(key),
            Self::Array(values) => values.get(key.parse::<usize>().ok()?),
            _ => None,
        })
    }

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

    /// The number as a whole one that is not negative, or `None` where it is not one.
    pub fn as_u64(&self) -> Option<u64> {
        self.as_number()?.as_u64()
    }

    /// The double nearest to the number, or `None` where this is none.
    pub fn as_f64(&self) -> Option<f64> {
        self.as_number()?.as_f64()
    }

    /// The number, or `None` for every other value.
    pub const fn as_number(&self) -> Option<&Number> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The values of an array, or `None` for every other value.
    pub const fn as_array(&self) -> Option<&Vec<Self>> {
        match self {
            Self::Array(values) => Some(values),
            _ => None,
        }
    }

    /// The keys of an object with their values, or `None` for every other value.
    pub const fn as_object(&self) -> Option<&Map<String, Self>> {
        match self {
            Self::Object(map) => Some(map),
            _ => None,
        }
    }

    /// The keys of an object to be changed, or `None` for every other value.
    pub const fn as_object_mut(&mut self) -> Option<&mut Map<String, Self>> {
        match self {
            Self::Object(map) => Some(map),
            _ => None,
        }
    }

    /// Takes the value and leaves `null`.
    pub fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    /// Whether this is `null`.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether this is a string.
    pub const fn is_string(&self) -> bool {
        matches!(self, Self::String(_))
    }

    /// Whether this is an array.
    pub const fn is_array(&self) -> bool {
        matches!(self, Self::Array(_))
    }

    /// Whether this is an object.
    pub const fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }
}

impl Index<&str> for Value {
    type Output = Self;

    /// The value of a key, which is `null` where there is none.
    fn index(&self, key: &str) -> &Self {
        self.get(key).unwrap_or(&Self::Null)
    }
}

impl IndexMut<&str> for Value {
    /// The value of a key to be changed. A key that is not there is added as `null`, and what is not an object
    /// becomes one.
    fn index_mut(&mut self, key: &str) -> &mut Self {
        if !self.is_object() {
            *self = Self::Object(Map::new());
        }
        let Self::Object(map) = self else { return self };
        map.entry(key.into()).or_default()
    }
}

impl Index<usize> for Value {
    type Output = Self;

    /// An item of an array, which is `null` where there is none.
    fn index(&self, index: usize) -> &Self {
        self.as_array().and_then(|values| values.get(index)).unwrap_or(&Self::Null)
    }
}

impl IndexMut<usize> for Value {
    /// An item of an array to be changed. One that is not there is added, with `null` in the places before it,
    /// and what is not an array becomes one.
    fn index_mut(&mut self, index: usize) -> &mut Self {
        if !self.is_array() {
            *self = Self::Array(Vec::new());
        }
        let Self::Array(values) = self else { return self };
        if values.len() <= index {
            values.resize(index + 1, Self::Null);
        }
        &mut values[index]
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(values) => serializer.collect_seq(values),
            Self::Object(map) => serializer.collect_map(map),
        }
    }
}

impl fmt::Display for Value {
    /// Writes the value on one line, without blanks.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(value) => Self::Bool(value),
            serde_json::Value::Number(number) => {
                Number::parse(&number.to_string()).map_or(Self::Null, Value::Number)
            }
            serde_json::Value::String(text) => Self::String(text),
            serde_json::Value::Array(values) => values.into(),
            serde_json::Value::Object(map) => {
                Self::Object(map.into_iter().map(|(key, value)| (key, value.into())).collect())
            }
        }
    }
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::Array(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Clone + Into<Self>> From<&[T]> for Value {
    fn from(values: &[T]) -> Self {
        values.iter().cloned().collect()
    }
}

impl<T: Clone + Into<Self>> From<&Vec<T>> for Value {
    fn from(values: &Vec<T>) -> Self {
        values.as_slice().into()
    }
}

impl<T: Clone + Into<Self>, const N: usize> From<[T; N]> for Value {
    fn from(values: [T; N]) -> Self {
        values.into_iter().collect()
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    /// Nothing is `null`.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Self>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self::Array(values.into_iter().map(Into::into).collect())
    }
}

macro_rules! from {
    ($($type:ty: $value:ident => $result:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                $result
            }
        }
    )*};
}

from! {
    bool: value => Value::Bool(value);
    u16: value => Value::Number(u64::from(value).into());
    u32: value => Value::Number(u64::from(value).into());
    u64: value => Value::Number(value.into());
    usize: value => Value::Number((value as u64).into());
    i32: value => Value::Number(i64::from(value).into());
    i64: value => Value::Number(value.into());
    f64: value => Number::from_f64(value).map_or(Value::Null, Value::Number);
    &str: text => Value::String(text.into());
    &String: text => Value::String(text.clone());
    String: text => Value::String(text);
    Box<str>: text => Value::String(text.into());
    &Value: value => value.clone();
    Map<String, Value>: map => Value::Object(map);
}

impl PartialEq<str> for Value {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == Some(other)
    }
}

impl PartialEq<&str> for Value {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == Some(other)
    }
}

impl PartialEq<bool> for Value {
    fn eq(&self, other: &bool) -> bool {
        self.as_bool() == Some(*other)
    }
}

impl PartialEq<i32> for Value {
    fn eq(&self, other: &i32) -> bool {
        self.as_number().and_then(Number::as_i64) == Some(i64::from(*other))
    }
}

impl PartialEq<f64> for Value {
    fn eq(&self, other: &f64) -> bool {
        self.as_f64() == Some(*other)
    }
}

impl PartialEq<u64> for Value {
    fn eq(&self, other: &u64) -> bool {
        self.as_u64() == Some(*other)
    }
}
