//! Events that servers of OpenAI's form sent, passed on as they are.

use serde::Deserialize;
use serde::de::IgnoredAny;

#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    choices: Vec<IgnoredAny>,
    usage: Option<IgnoredAny>,
}

/// Whether an event has only the usage.
pub(crate) fn is_usage_alone(data: &str) -> bool {
    data.contains("\"usage\"")
        && serde_json::from_str::<Event>(data)
            .is_ok_and(|event| event.choices.is_empty() && event.usage.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_of_the_cost_alone_is_known() {
        assert!(is_usage_alone(r#"{"choices":[],"usage":{"prompt_tokens":1}}"#));
        for other in [r#"{"choices":[],"usage":null}"#, r#"{"choices":[{}],"usage":{}}"#, r#"{"choices":[]}"#]
        {
            assert!(!is_usage_alone(other), "{other}");
        }
    }
}
