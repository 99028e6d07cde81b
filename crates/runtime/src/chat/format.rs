//! The form of an answer.

use clientc_plan::json::{Map, Value, json};

/// The form in which a model must answer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ResponseFormat {
    /// Text.
    Text,
    /// Any JSON object.
    JsonObject,
    /// JSON that follows a schema.
    JsonSchema(JsonSchema),
    /// Another form, as it was written. Only OpenAI-compatible servers get it.
    Other(Value),
}

/// The JSON Schema of an answer.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct JsonSchema {
    /// Its name.
    pub name: String,
    /// What the answer is for.
    pub description: Option<String>,
    /// The schema itself.
    pub schema: Option<Value>,
    /// Whether the answer must follow it to the letter.
    pub strict: Option<bool>,
}

impl ResponseFormat {
    /// Writes it as `response_format` of a chat completion.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Text => json!({"type": "text"}),
            Self::JsonObject => json!({"type": "json_object"}),
            Self::JsonSchema(schema) => {
                json!({"type": "json_schema", "json_schema": schema.to_map()})
            }
            Self::Other(value) => value.clone(),
        }
    }
}

impl JsonSchema {
    /// Makes the schema of an answer under a name.
    pub fn new(name: impl Into<String>, schema: impl Into<Value>) -> Self {
        Self { name: name.into(), schema: Some(schema.into()), ..Self::default() }
    }

    pub(crate) fn to_map(&self) -> Map<String, Value> {
        let mut map = Map::new();
        map.insert("name".into(), self.name.clone().into());
        if let Some(description) = &self.description {
            map.insert("description".into(), description.clone().into());
        }
        if let Some(schema) = &self.schema {
            map.insert("schema".into(), schema.clone());
        }
        if let Some(strict) = self.strict {
            map.insert("strict".into(), strict.into());
        }
        map
    }
}
