//! The events of a stream, joined to the answer that the server would have given whole.

use bytes::Bytes;
use clientc_plan::json::{Map, Value, json};

/// The texts that come in pieces: the field that holds them or the list that they are in, and their own. Every other text
/// comes whole, and some servers repeat it.
const PIECES: [(&str, &str); 14] = [
    ("message", "content"),
    ("message", "refusal"),
    ("message", "reasoning_content"),
    ("message", "reasoning"),
    ("function_call", "arguments"),
    ("function", "arguments"),
    ("custom", "input"),
    // OpenRouter.
    ("reasoning_details", "text"),
    ("reasoning_details", "summary"),
    ("reasoning_details", "data"),
    // LiteLLM, and our own streams from Anthropic.
    ("thinking_blocks", "thinking"),
    // Mistral's contents of several parts.
    ("content", "text"),
    ("thinking", "text"),
    ("content", "thinking"),
];

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
                    add_all("message", message, delta);
                }
            }
            ("logprobs", Value::Object(more)) => {
                if let Value::Object(known) =
                    choices[at].entry("logprobs".into()).or_insert_with(|| json!({}))
                {
                    add_all("logprobs", known, more);
                }
            }
            (_, value) => drop(choices[at].insert(key, value)),
        }
    }
}

/// Adds the fields of a piece to what is known. `place` is the field or the list that both are in.
fn add_all(place: &str, known: &mut Map<String, Value>, more: Map<String, Value>) {
    for (key, value) in more {
        if !value.is_null() {
            add(place, known, key, value);
        }
    }
}

fn add(place: &str, known: &mut Map<String, Value>, key: String, value: Value) {
    match (known.get_mut(&key), value) {
        (Some(Value::String(text)), Value::String(more)) if PIECES.contains(&(place, &key)) => {
            text.push_str(&more);
        }
        // Servers repeat what they have said, such as the name of a function, or send it empty.
        (Some(Value::String(_)), Value::String(more)) if more.is_empty() => {}
        (Some(Value::Object(map)), Value::Object(more)) => add_all(&key, map, more),
        (Some(Value::Array(list)), Value::Array(more)) => add_each(&key, list, more),
        // After thoughts Mistral sends its answer as a text, and has both in parts where it is whole.
        (Some(Value::Array(list)), Value::String(more)) if key == "content" => {
            add_each(&key, list, vec![part(&more)]);
        }
        (Some(Value::String(text)), Value::Array(more)) if key == "content" => {
            let mut list: Vec<_> = (!text.is_empty()).then(|| part(text)).into_iter().collect();
            add_each(&key, &mut list, more);
            known.insert(key, list.into());
        }
        (_, Value::Array(more)) => {
            let mut list = Vec::new();
            add_each(&key, &mut list, more);
            known.insert(key, list.into());
        }
        (_, value) => drop(known.insert(key, value)),
    }
}

fn part(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

/// Adds pieces to the list of this name, each to the entry that it continues, if there is one.
fn add_each(name: &str, list: &mut Vec<Value>, more: Vec<Value>) {
    for value in more {
        let Value::Object(piece) = value else {
            list.push(value);
            continue;
        };
        let known = list.iter_mut().rev().filter_map(Value::as_object_mut);
        let continued = match name {
            // These have no numbers: a piece belongs to the last entry or begins a new one.
            "content" | "thinking" | "thinking_blocks" => {
                known.take(1).find(|known| is_unnumbered_piece(known, &piece))
            }
            _ => known.into_iter().find(|known| is_numbered_piece(name, known, &piece)),
        };
        match continued {
            Some(known) => add_all(name, known, piece),
            None => list.push(Value::Object(piece)),
        }
    }
}

/// Whether a piece continues an entry in a list without numbers: where it is of its type, and the entry is not signed yet.
fn is_unnumbered_piece(known: &Map<String, Value>, piece: &Map<String, Value>) -> bool {
    has(piece, "type") && known.get("type") == piece.get("type") && !has(known, "signature")
}

/// Whether a piece continues an entry: where it has its number. Some servers send the same number for all entries.
fn is_numbered_piece(list: &str, known: &Map<String, Value>, piece: &Map<String, Value>) -> bool {
    let index = piece.get("index");
    let is_other = match list {
        "reasoning_details" => differs(known, piece, "type") || differs(known, piece, "id"),
        "tool_calls" => {
            let function = piece.get("function").and_then(Value::as_object);
            function.is_some_and(|function| has(function, "name")) && differs(known, piece, "id")
        }
        _ => false,
    };
    index.is_some() && known.get("index") == index && !is_other
}

/// Whether both have a text of this name, and not the same one.
fn differs(known: &Map<String, Value>, piece: &Map<String, Value>, name: &str) -> bool {
    has(known, name) && has(piece, name) && known.get(name) != piece.get(name)
}

fn has(map: &Map<String, Value>, name: &str) -> bool {
    map.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty())
}

/// A choice in the form of a whole answer.
fn finished(mut choice: Map<String, Value>) -> Value {
    choice.entry("logprobs".into()).or_insert(Value::Null);
    choice.entry("finish_reason".into()).or_insert(Value::Null);
    if let Some(Value::Object(message)) = choice.get_mut("message") {
        message.entry("role".into()).or_insert_with(|| "assistant".into());
        message.entry("content".into()).or_insert(Value::Null);
        message.entry("refusal".into()).or_insert(Value::Null);
        for call in entries(message, "tool_calls") {
            call.shift_remove("index");
        }
        // In its streams OpenRouter numbers the entries of each type by themselves, or all alike.
        for (at, entry) in entries(message, "reasoning_details").enumerate() {
            if let Some(index) = entry.get_mut("index") {
                *index = at.into();
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

/// The entries of a list of a message.
fn entries<'m>(
    message: &'m mut Map<String, Value>,
    list: &str,
) -> impl Iterator<Item = &'m mut Map<String, Value>> {
    let list = match message.get_mut(list) {
        Some(Value::Array(list)) => list.as_mut_slice(),
        _ => &mut [],
    };
    list.iter_mut().filter_map(Value::as_object_mut)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(events: &[&str]) -> Value {
        join(&events.iter().map(|event| Bytes::copy_from_slice(event.as_bytes())).collect::<Vec<_>>())
    }

    /// The message of a stream of these deltas.
    fn message(deltas: &[Value]) -> Value {
        let events: Vec<_> = deltas
            .iter()
            .map(|delta| json!({"choices": [{"index": 0, "delta": delta}]}).to_string())
            .collect();
        let events: Vec<_> = events.iter().map(|event| &**event).collect();
        let mut message = joined(&events)["choices"][0]["message"].clone();
        let fields = message.as_object_mut().unwrap();
        for field in ["role", "refusal"] {
            fields.shift_remove(field);
        }
        message
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
    fn calls_that_all_have_the_same_number_stay_apart() {
        let call = |id: &str, arguments: &str| json!({"tool_calls": [{"index": 0, "id": id, "type": "function", "function": {"name": "f", "arguments": arguments}}]});
        let more = json!({"tool_calls": [{"index": 0, "id": "other", "function": {"arguments": "}"}}]});
        let message = message(&[call("a", "{}"), call("b", "{"), more]);
        let arguments = |at: usize| &message["tool_calls"][at]["function"]["arguments"];
        assert_eq!(
            (arguments(0), arguments(1), &message["tool_calls"][2]),
            (&json!("{}"), &json!("{}"), &Value::Null)
        );
    }

    #[test]
    fn the_input_of_a_custom_tool_comes_in_pieces() {
        let piece = |call: Value| json!({"tool_calls": [call]});
        let message = message(&[
            piece(json!({"index": 0, "id": "c", "type": "custom", "custom": {"name": "code", "input": ""}})),
            piece(json!({"index": 0, "custom": {"input": "print"}})),
            piece(json!({"index": 0, "custom": {"input": "(1)"}})),
        ]);
        let called = json!({"id": "c", "type": "custom", "custom": {"name": "code", "input": "print(1)"}});
        assert_eq!(message, json!({"tool_calls": [called], "content": null}));
    }

    /// OpenRouter's streams number the entries of each type by themselves, or all with 0.
    #[test]
    fn details_of_reasoning_come_in_pieces() {
        let piece = |kind: &str, more: Value| {
            let mut entry = json!({"type": format!("reasoning.{kind}"), "format": "x", "index": 0});
            entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({"reasoning_details": [entry]})
        };
        let message = message(&[
            piece("summary", json!({"summary": "**Fir"})),
            piece("summary", json!({"summary": "st**"})),
            piece("text", json!({"text": "Let ", "signature": null})),
            piece("text", json!({"text": "me think."})),
            piece("text", json!({"signature": "sig"})),
            piece("encrypted", json!({"data": "AB", "id": "one"})),
            piece("encrypted", json!({"data": "CD", "id": "one"})),
            piece("encrypted", json!({"data": "EF", "id": "two"})),
        ]);
        assert_eq!(
            message["reasoning_details"],
            json!([
                {"type": "reasoning.summary", "format": "x", "index": 0, "summary": "**First**"},
                {"type": "reasoning.text", "format": "x", "index": 1, "text": "Let me think.", "signature": "sig"},
                {"type": "reasoning.encrypted", "format": "x", "index": 2, "data": "ABCD", "id": "one"},
                {"type": "reasoning.encrypted", "format": "x", "index": 3, "data": "EF", "id": "two"},
            ])
        );
    }

    #[test]
    fn signed_thoughts_come_in_pieces() {
        let piece = |thinking: &str, signature: &str| json!({"thinking_blocks": [{"type": "thinking", "thinking": thinking, "signature": signature}]});
        let blocks = message(&[piece("Let ", ""), piece("me", ""), piece("", "one"), piece("So.", "two")]);
        let block =
            |thinking, signature| json!({"type": "thinking", "thinking": thinking, "signature": signature});
        assert_eq!(blocks["thinking_blocks"], json!([block("Let me", "one"), block("So.", "two")]));
    }

    /// Mistral's models that think: thoughts in parts, and then the answer as a text.
    #[test]
    fn a_content_in_parts_comes_in_pieces() {
        let thought = |text: &str| json!({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": text}]}]});
        let message = message(&[
            json!({"role": "assistant", "content": ""}),
            thought("Let "),
            thought("me"),
            json!({"content": "He"}),
            json!({"content": "y"}),
        ]);
        assert_eq!(
            message["content"],
            json!([
                {"type": "thinking", "thinking": [{"type": "text", "text": "Let me"}]},
                {"type": "text", "text": "Hey"},
            ])
        );
    }

    #[test]
    fn what_a_server_repeats_is_not_a_piece() {
        let annotation =
            |at: u64| json!({"annotations": [{"type": "url_citation", "at": at}], "extra": "again"});
        let message = message(&[annotation(1), annotation(2)]);
        assert_eq!(message["extra"], "again");
        assert_eq!(message["annotations"].as_array().unwrap().len(), 2);
    }
}
