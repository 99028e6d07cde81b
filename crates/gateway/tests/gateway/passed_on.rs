//! Answers whose content is nothing that is read of answers: a caller who asked for it gets it as it was sent.

use bytes::Bytes;
use clientc_runtime::transport::memory::Script;
use http::Request;
use serde_json::{Value, json};

use crate::stage::{Answered, Stage, event, leaf};

/// A form of content.
struct Form {
    /// What asks for it.
    fields: Value,
    /// The message of a whole answer.
    message: Value,
    /// The pieces of a stream.
    deltas: Vec<Value>,
    reason: &'static str,
}

/// The calls of functions that came before tools.
fn function() -> Form {
    let piece = |arguments: &str| json!({"function_call": {"arguments": arguments}});
    let call = |arguments: &str| json!({"role": "assistant", "content": null, "function_call": {"name": "f", "arguments": arguments}});
    let mut message = call("{\"x\":1}");
    message["refusal"] = Value::Null;
    let deltas = vec![call(""), piece("{\"x\":"), piece("1}")];
    Form { fields: json!({"functions": [{"name": "f"}]}), message, deltas, reason: "function_call" }
}

fn pictures() -> Form {
    let picture = json!([{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]);
    let message = json!({"role": "assistant", "content": "", "images": picture, "refusal": null});
    let deltas = vec![json!({"role": "assistant", "content": ""}), json!({"images": picture})];
    Form { fields: json!({"modalities": ["text", "image"]}), message, deltas, reason: "stop" }
}

fn sound() -> Form {
    let sound = |data: &str, text: &str| json!({"id": "a", "data": data, "transcript": text});
    let message =
        json!({"role": "assistant", "content": null, "refusal": null, "audio": sound("AAAABBBB", "Hello!")});
    let deltas = vec![
        json!({"role": "assistant", "content": null, "audio": sound("AAAA", "Hel")}),
        json!({"audio": {"data": "BBBB", "transcript": "lo!"}}),
    ];
    let fields = json!({"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "wav"}});
    Form { fields, message, deltas, reason: "stop" }
}

fn whole(form: &Form) -> Value {
    let choice = json!({"index": 0, "message": form.message, "logprobs": null, "finish_reason": form.reason});
    json!({"id": "chatcmpl-1", "object": "chat.completion", "created": 7, "model": "m-1", "system_fingerprint": "f", "choices": [choice]})
}

fn streamed(form: &Form) -> String {
    let pieces: String = form.deltas.iter().map(|delta| event(delta, None)).collect();
    pieces + &event(&json!({}), Some(form.reason)) + "data: [DONE]\n\n"
}

fn stage(form: &Form) -> Stage {
    let (whole, streamed) = (whole(form).to_string(), streamed(form));
    let upstream = move |request: &Request<Bytes>| {
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        Script::ok(if body["stream"] == true { streamed.clone() } else { whole.clone() })
    };
    let limits = "time_to_first_token_timeout_ms 1000\n request_timeout_ms 5000";
    Stage::new(&(leaf("Plain", "x", "request_timeout_ms 5000") + &leaf("Joined", "x", limits)), upstream)
}

async fn ask(form: &Form, model: &str, is_streaming: bool) -> Answered {
    let mut body =
        json!({"model": model, "stream": is_streaming, "messages": [{"role": "user", "content": "Hi"}]});
    body.as_object_mut().unwrap().extend(form.fields.as_object().unwrap().clone());
    stage(form).post(body.to_string()).await
}

#[tokio::test(start_paused = true)]
async fn is_passed_on_whole_streamed_and_joined() {
    for form in [function(), pictures(), sound()] {
        let answered = ask(&form, "Plain", false).await;
        assert_eq!((answered.status, answered.json()), (200, whole(&form)));
        for model in ["Plain", "Joined"] {
            let answered = ask(&form, model, true).await;
            assert_eq!((answered.status, answered.text()), (200, streamed(&form)), "{model}");
        }
        // The pieces of a sound cannot be joined, so it is asked for whole.
        let answered = ask(&form, "Joined", false).await;
        assert_eq!((answered.status, answered.json()), (200, whole(&form)));
    }
}

#[tokio::test(start_paused = true)]
async fn is_nothing_where_it_is_empty() {
    for message in [
        json!({"role": "assistant", "content": null, "audio": null}),
        json!({"role": "assistant", "content": "", "images": []}),
        json!({"role": "assistant", "content": null, "function_call": null, "tool_calls": []}),
    ] {
        let form = Form { message: message.clone(), deltas: vec![message], ..function() };
        for (model, is_streaming) in [("Plain", false), ("Plain", true), ("Joined", false)] {
            assert_eq!(ask(&form, model, is_streaming).await.status, 502, "{model} {is_streaming}");
        }
    }
}

/// A server that does not stream says all at once, whether it was asked for a stream or its client says that it cannot.
#[tokio::test(start_paused = true)]
async fn is_one_event_where_the_server_does_not_stream() {
    let plain = leaf("Plain", "x", "request_timeout_ms 5000");
    let unasked =
        plain.replace("Plain", "Unasked").replace("model \"m\"", "model \"m\"\n    supports_streaming false");
    for form in [function(), pictures(), sound()] {
        let mut sent = whole(&form);
        let second =
            json!({"index": 1, "message": {"role": "assistant", "content": "No"}, "finish_reason": "length"});
        sent["choices"].as_array_mut().unwrap().push(second);
        sent["usage"] = json!({"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3});
        let sent = sent.to_string();
        let stage = Stage::new(&format!("{plain}{unasked}"), move |_| Script::ok(sent.clone()));
        for model in ["Plain", "Unasked"] {
            let messages = json!([{"role": "user", "content": "Hi"}]);
            let asked = json!({"model": model, "stream": true, "n": 2, "messages": messages});
            let events = stage.post(asked.to_string()).await.events();
            let event: Value = serde_json::from_str(&events[0]).unwrap();
            assert_eq!(
                (events.len(), &*events[1], &event["object"]),
                (2, "[DONE]", &json!("chat.completion.chunk"))
            );
            let [first, second] = &event["choices"].as_array().unwrap()[..] else { panic!("{event}") };
            assert_eq!((&first["delta"], &first["finish_reason"]), (&form.message, &json!(form.reason)));
            assert_eq!(
                (&second["delta"]["content"], &second["finish_reason"]),
                (&json!("No"), &json!("length"))
            );
            let asked = json!({"model": model, "stream": true, "stream_options": {"include_usage": true}, "messages": messages});
            let events = stage.post(asked.to_string()).await.events();
            let usage: Value = serde_json::from_str(&events[1]).unwrap();
            assert_eq!(
                (events.len(), &usage["choices"], &usage["usage"]["total_tokens"]),
                (3, &json!([]), &json!(3))
            );
        }
    }
}
