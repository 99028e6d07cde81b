//! Answers of a type: its JSON Schema goes with the request, and the answer is read into it.

use clientc_plan::json::Value;
use serde::de::DeserializeOwned;

use super::format::{JsonSchema, ResponseFormat};
use super::request::ChatRequest;
use super::response::ChatResponse;

/// The longest name of a schema that OpenAI takes, in letters.
const MAX_NAME: usize = 64;

/// Why an answer is none of the type that was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TypedError {
    /// The model refused.
    #[error("the model refused: {0}")]
    Refused(String),
    /// There is no text.
    #[error("the answer has no text")]
    NoText,
    /// The text is not JSON of the type. The message says where, and shows nothing of the text.
    #[error("the answer does not match the type: it fails at line {line}, column {column}")]
    OtherType {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
}

impl ChatRequest {
    /// Asks for an answer of a type. Providers without schemas of answers refuse it before any request.
    ///
    /// The order of the properties is that of `schemars`: alphabetical, unless the program switches its feature
    /// `preserve_order` on.
    #[must_use]
    pub fn with_answer_of<T: schemars::JsonSchema>(mut self) -> Self {
        let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
        let name = T::schema_name();
        let name: String = name.chars().map(|letter| if is_allowed(letter) { letter } else { '_' }).collect();
        let name: String = name.chars().take(MAX_NAME).collect();
        let schema = Value::from(schemars::schema_for!(T).to_value());
        self.response_format = Some(ResponseFormat::JsonSchema(JsonSchema::new(name, schema)));
        self
    }
}

impl ChatResponse {
    /// Reads the text of the answer into a type.
    ///
    /// # Errors
    ///
    /// A refusal, an answer without text, and a text that does not match the type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, TypedError> {
        match (&self.text, &self.refusal) {
            (Some(text), _) => serde_json::from_str(text)
                .map_err(|error| TypedError::OtherType { line: error.line(), column: error.column() }),
            (None, Some(refusal)) => Err(TypedError::Refused(refusal.clone())),
            (None, None) => Err(TypedError::NoText),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize, schemars::JsonSchema)]
    struct Weather {
        city: String,
        degrees: f64,
    }

    #[test]
    fn a_type_goes_out_as_its_schema_and_comes_back_as_its_value() {
        let request = ChatRequest::from_text("How is it?").with_answer_of::<Weather>();
        let format = request.response_format.unwrap().to_json();
        assert_eq!(format.pointer("/json_schema/name").and_then(Value::as_str), Some("Weather"));
        let schema = format.pointer("/json_schema/schema/properties/city/type");
        assert_eq!(schema.and_then(Value::as_str), Some("string"));
        let mut answer =
            ChatResponse { text: Some(r#"{"city":"Bonn","degrees":7.5}"#.into()), ..ChatResponse::default() };
        assert_eq!(answer.read::<Weather>().unwrap(), Weather { city: "Bonn".into(), degrees: 7.5 });
        answer.text = Some("{\"city\":\n5}".into());
        let error = answer.read::<Weather>().unwrap_err().to_string();
        assert_eq!(error, "the answer does not match the type: it fails at line 2, column 1");
        (answer.text, answer.refusal) = (None, Some("No.".into()));
        assert_eq!(answer.read::<Weather>().unwrap_err().to_string(), "the model refused: No.");
    }
}
