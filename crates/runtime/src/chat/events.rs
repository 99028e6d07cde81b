//! A whole answer as the events of a stream that says the same, for a caller who gets what servers send and asked for a
//! stream, where the server knows none.

use clientc_plan::json::{Map, Value, json};

/// The data of the events. What is no answer of OpenAI's form has none.
pub(super) fn of_whole(answer: &[u8]) -> Vec<String> {
    let Ok(Value::Object(mut answer)) = Value::from_slice(answer) else { return Vec::new() };
    let usage = answer.shift_remove("usage").filter(|usage| !usage.is_null());
    answer.insert("object".into(), "chat.completion.chunk".into());
    if let Some(Value::Array(choices)) = answer.get_mut("choices") {
        choices.iter_mut().filter_map(Value::as_object_mut).for_each(turn);
    }
    let mut events = vec![Value::Object(answer.clone()).to_string()];
    if let Some(usage) = usage {
        answer.insert("choices".into(), json!([]));
        answer.insert("usage".into(), usage);
        events.push(Value::Object(answer).to_string());
    }
    events
}

/// Turns a choice of a whole answer into one of an event: its message is the only piece, and calls of tools have numbers.
fn turn(choice: &mut Map<String, Value>) {
    let Some(mut message) = choice.shift_remove("message") else { return };
    let calls = message.as_object_mut().and_then(|message| message.get_mut("tool_calls"));
    if let Some(Value::Array(calls)) = calls {
        for (number, call) in calls.iter_mut().filter_map(Value::as_object_mut).enumerate() {
            call.insert("index".into(), number.into());
        }
    }
    choice.insert("delta".into(), message);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_answer_is_two_events() {
        let call = |name: &str| json!({"id": name, "type": "function", "function": {"name": name, "arguments": "{}"}});
        let answer = json!({
            "id": "c", "object": "chat.completion", "model": "m", "service_tier": "x", "usage": {"total_tokens": 3},
            "choices": [
                {"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"},
                {"index": 1, "message": {"content": null, "tool_calls": [call("a"), call("b")]}, "finish_reason": "tool_calls"},
            ],
        });
        let events = of_whole(answer.to_string().as_bytes());
        let events: Vec<Value> = events.iter().map(|event| Value::parse(event).unwrap()).collect();
        let mut calls = [call("a"), call("b")];
        for (number, call) in calls.iter_mut().enumerate() {
            call["index"] = number.into();
        }
        assert_eq!(
            events,
            [
                json!({
                    "id": "c", "object": "chat.completion.chunk", "model": "m", "service_tier": "x",
                    "choices": [
                        {"index": 0, "delta": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"},
                        {"index": 1, "delta": {"content": null, "tool_calls": calls}, "finish_reason": "tool_calls"},
                    ],
                }),
                json!({
                    "id": "c", "object": "chat.completion.chunk", "model": "m", "service_tier": "x",
                    "choices": [], "usage": {"total_tokens": 3},
                }),
            ]
        );
        assert_eq!(of_whole(b"[]"), Vec::<String>::new());
        assert_eq!(of_whole(b"data: x"), Vec::<String>::new());
    }
}
