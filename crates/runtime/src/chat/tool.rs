//! Tools, calls of tools, and whether a tool must be called.

use clientc_plan::json::{Map, Value, json};
use serde::{Deserialize, Serialize};

/// A tool that a model may call.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Tool {
    /// A function of the caller.
    Function(FunctionTool),
    /// Another tool, as it was written. Only OpenAI-compatible servers get it.
    Other(Value),
}

/// A function of the caller.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct FunctionTool {
    /// Its name.
    pub name: String,
    /// What it does, for the model.
    pub description: Option<String>,
    /// The JSON Schema of its arguments. Nothing means that it takes none.
    pub parameters: Option<Value>,
    /// Whether the arguments must follow the schema to the letter.
    pub strict: Option<bool>,
}

/// Whether a model must call a tool.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ToolChoice {
    /// The model decides.
    Auto,
    /// It must not.
    None,
    /// It must call at least one.
    Required,
    /// It must call this function.
    Function(String),
    /// Another choice, as it was written. Only OpenAI-compatible servers get it.
    Other(Value),
}

/// A call of a tool that a model asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ToolCall {
    /// What the result must name.
    pub id: String,
    /// The function.
    pub name: String,
    /// The arguments: the text of a JSON object, as the model wrote it.
    pub arguments: String,
    /// What the provider wants to see again when the call is part of the conversation. Only Gemini has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

impl Tool {
    /// Writes it as an entry of `tools` of a chat completion.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Function(function) => json!({"type": "function", "function": function.to_map()}),
            Self::Other(value) => value.clone(),
        }
    }
}

impl FunctionTool {
    /// Makes a function with the JSON Schema of its arguments.
    pub fn new(name: impl Into<String>, parameters: impl Into<Value>) -> Self {
        Self { name: name.into(), parameters: Some(parameters.into()), ..Self::default() }
    }

    pub(crate) fn to_map(&self) -> Map<String, Value> {
        let mut map = Map::new();
        map.insert("name".into(), self.name.clone().into());
        if let Some(description) = &self.description {
            map.insert("description".into(), description.clone().into());
        }
        if let Some(parameters) = &self.parameters {
            map.insert("parameters".into(), parameters.clone());
        }
        if let Some(strict) = self.strict {
            map.insert("strict".into(), strict.into());
        }
        map
    }
}

impl ToolChoice {
    /// Writes it as `tool_choice` of a chat completion.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Auto => "auto".into(),
            Self::None => "none".into(),
            Self::Required => "required".into(),
            Self::Function(name) => json!({"type": "function", "function": {"name": name}}),
            Self::Other(value) => value.clone(),
        }
    }
}

impl ToolCall {
    /// Makes a call with the text of its arguments.
    pub fn new(id: impl Into<String>, name: impl Into<String>, arguments: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), arguments: arguments.into(), signature: None }
    }

    /// Writes it as an entry of `tool_calls` of a message. A signature has the place that Gemini's own
    /// OpenAI-compatible API gives it.
    pub fn to_json(&self) -> Value {
        let mut call = json!({
            "id": self.id,
            "type": "function",
            "function": {"name": self.name, "arguments": self.arguments},
        });
        if let Some(signature) = &self.signature {
            call["extra_content"] = json!({"google": {"thought_signature": signature}});
        }
        call
    }
}
