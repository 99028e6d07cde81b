//! What an answer has beside what is read of it. A caller whose messages go on as they are can ask for it, and gets what the
//! server sends: further choices, sounds, pictures, and calls of functions in the form that came before tools.

use clientc_plan::json::Value;

use super::answer::{content, thought};
use crate::provider::wire::{text, values};

/// The fields of a message, or of a piece of one, that are content and are not read.
const FIELDS: [&str; 3] = ["audio", "function_call", "images"];

/// Whether a whole answer has something of this.
pub(in crate::provider) fn is_in(answer: &Value) -> bool {
    // What else the first choice says is read, so it is no matter whether that is found here as well.
    values(answer, "/choices").filter_map(|choice| choice.get("message")).any(is_of_other)
}

/// Whether a message of the first choice, or a piece of one, has something of this.
pub(super) fn is_of_first(message: &Value) -> bool {
    FIELDS.iter().any(|field| match message.get(field) {
        None | Some(Value::Null) => false,
        Some(Value::Array(values)) => !values.is_empty(),
        Some(_) => true,
    })
}

/// Whether a message of another choice, or a piece of one, says anything.
pub(super) fn is_of_other(message: &Value) -> bool {
    let (words, thoughts) = content(message);
    let texts = [words.as_deref(), thoughts.as_deref(), thought(message), text(message, "/refusal")];
    let has_text = texts.into_iter().flatten().any(|text| !text.is_empty());
    has_text || values(message, "/tool_calls").next().is_some() || is_of_first(message)
}
