//! Answers that servers of OpenAI's form sent, passed on as they are, and the events of a stream joined to one.

use bytes::Bytes;
use clientc_plan::json::{Map, Value, json};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The texts of a delta that come in pieces.
const PIECES: [&str; 5] = ["content", "refusal", "reasoning_content", "reasoning", "arguments"];

/// Joins the events of a stream to the answer that the server would have given whole.
pub(crate) fn join(events: &[Bytes]) -> Value {
    let mut answer = Map::new();
    let mut choices: Vec<Map<String, Value>> = Vec::new();
    for event in events {
        let Ok(Value::Object(event)) = Value::from_slice(event) else { continue };
        for (key, value) in event {
            match (&*key, value) {
                ("object", _) | (_, Value::Null) => {}
                ("choices", Value::Array(more)) => more.into_iter().for_each(|one| choice(&mut choices, one)),
                (_, value) => drop(answer.insert(key, value)),
            }
        }
    }
    answer.insert("object".into(), "chat.completion".into());
    choices.sort_by_key(|choice| choice.get("index").and_then(Value::as_u64));
    answer.insert("choices".into(), choices.into_iter().map(finished).collect());
    Value::Object(answer)
}

fn choice(choices: &mut Vec<Map<String, Value>>, value: Value) {
    let Value::Object(value) = value else { return };
    let index = value.get("index").cloned().unwrap_or_else(|| 0.into());
    let known = choices.iter().position(|known| known.get("index") == Some(&index));
    let at = known.unwrap_or_else(|| {
        let mut new = Map::new();
        new.insert("index".into(), index);
        new.insert("message".into(), json!({}));
        choices.push(new);
        choices.len() - 1
    });
    for (key, value) in value {
        match (&*key, value) {
            ("index", _) | (_, Value::Null) => {}
            ("delta", Value::Object(delta)) => {
                if let Some(Value::Object(message)) = choices[at].get_mut("message") {
                    add_all(message, delta);
                }
            }
            ("logprobs", Value::Object(more)) => {
                if let Value::Object(known) =
                    choices[at].entry("logprobs".into()).or_insert_with(|| json!({}))
                {
                    add_all(known, more);
                }
            }
            (_, value) => drop(choices[at].insert(key, value)),
        }
    }
}

/// Adds the fields of a piece to what is known.
fn add_all(known: &mut Map<String, Value>, more: Map<String, Value>) {
    for (key, value) in more {
        if !value.is_null() {
            add(known, key, value);
        }
    }
}

fn add(known: &mut Map<String, Value>, key: String, value: Value) {
    match (known.get_mut(&key), value) {
        (Some(Value::String(text)), Value::String(more)) if PIECES.contains(&&*key) => text.push_str(&more),
        // Servers repeat what they have said, such as the name of a function, or send it empty.
        (Some(Value::String(_)), Value::String(more)) if more.is_empty() => {}
        (Some(Value::Object(map)), Value::Object(more)) => add_all(map, more),
        (Some(Value::Array(list)), Value::Array(more)) => more.into_iter().for_each(|one| add_to(list, one)),
        (_, Value::Array(more)) => {
            let mut list = Vec::new();
            more.into_iter().for_each(|one| add_to(&mut list, one));
            known.insert(key, list.into());
        }
        (_, value) => drop(known.insert(key, value)),
    }
}

/// Adds a piece to a list. What has a number is a piece of the entry of that number.
fn add_to(list: &mut Vec<Value>, value: Value) {
    let Value::Object(more) = value else { return list.push(value) };
    let Some(index) = more.get("index").cloned() else {
        return list.push(Value::Object(more));
    };
    let known = list.iter_mut().rfind(|known| known.get("index") == Some(&index));
    match known {
        Some(Value::Object(known)) => add_all(known, more),
        _ => list.push(Value::Object(more)),
    }
}

/// A choice in the form of a whole answer.
fn finished(mut choice: Map<String, Value>) -> Value {
    choice.entry("logprobs".into()).or_insert(Value::Null);
    choice.entry("finish_reason".into()).or_insert(Value::Null);
    if let Some(Value::Object(message)) = choice.get_mut("message") {
        message.entry("role".into()).or_insert_with(|| "assistant".into());
        message.entry("content".into()).or_insert(Value::Null);
        message.entry("refusal".into()).or_insert(Value::Null);
        if let Some(Value::Array(calls)) = message.get_mut("tool_calls") {
            for call in calls.iter_mut().filter_map(Value::as_object_mut) {
                call.shift_remove("index");
            }
        }
        // A text that never came is null: an answer with calls of tools has no content.
        let has_calls = message.contains_key("tool_calls");
        if has_calls && message.get("content").is_some_and(|content| content == "") {
            message.insert("content".into(), Value::Null);
        }
    }
    Value::Object(choice)
}

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

    fn joined(events: &[&str]) -> Value {
        join(&events.iter().map(|event| Bytes::copy_from_slice(event.as_bytes())).collect::<Vec<_>>())
    }

    #[test]
    fn a_stream_becomes_the_whole_answer() {
        let answer = joined(&[
            r#"{"id":"c","object":"chat.completion.chunk","created":7,"model":"m","system_fingerprint":"f","usage":null,"choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}]}"#,
            r#"{"id":"c","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":0,"delta":{"content":"He"},"logprobs":{"content":[{"token":"He"}],"refusal":null}}]}"#,
            r#"{"id":"c","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":0,"delta":{"content":"y"},"logprobs":{"content":[{"token":"y"}]}}]}"#,
            r#"{"id":"c","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
            r#"{"id":"c","object":"chat.completion.chunk","created":7,"model":"m","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}"#,
        ]);
        assert_eq!(
            answer,
            json!({
                "id": "c", "object": "chat.completion", "created": 7, "model": "m", "system_fingerprint": "f",
                "choices": [{
                    "index": 0,
                    "message": {"role": "assistant", "content": "Hey", "refusal": null},
                    "logprobs": {"content": [{"token": "He"}, {"token": "y"}]},
                    "finish_reason": "stop",
                }],
                "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
            })
        );
    }

    #[test]
    fn calls_of_tools_are_put_together_by_their_numbers() {
        let answer = joined(&[
            r#"{"choices":[{"index":1,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}}]}"#,
            r#"{"choices":[{"index":1,"delta":{"tool_calls":[{"index":0,"id":"","function":{"name":"","arguments":"{\"x\""}},{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]}}]}"#,
            r#"{"choices":[{"index":1,"delta":{"content":"","tool_calls":[{"index":0,"function":{"arguments":":1}"}}]},"finish_reason":"tool_calls"},{"index":0,"delta":{"refusal":"No"},"finish_reason":"stop"}]}"#,
        ]);
        let refused = json!({"role": "assistant", "content": null, "refusal": "No"});
        assert_eq!(answer["choices"][0]["message"], refused);
        let called = &answer["choices"][1];
        assert_eq!(called["finish_reason"], "tool_calls");
        assert_eq!(called["message"]["content"], Value::Null);
        let call = |id, name, arguments| json!({"id": id, "type": "function", "function": {"name": name, "arguments": arguments}});
        assert_eq!(
            called["message"]["tool_calls"],
            json!([call("a", "f", "{\"x\":1}"), call("b", "g", "{}")])
        );
    }

    #[test]
    fn an_event_of_the_cost_alone_is_known() {
        assert!(is_usage_alone(r#"{"choices":[],"usage":{"prompt_tokens":1}}"#));
        for other in [r#"{"choices":[],"usage":null}"#, r#"{"choices":[{}],"usage":{}}"#, r#"{"choices":[]}"#]
        {
            assert!(!is_usage_alone(other), "{other}");
        }
    }
}
