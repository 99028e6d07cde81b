//! Answers of several choices: a caller who asks for them gets all that the server sends of each.

use std::time::Duration;

use bytes::Bytes;
use clientc_runtime::transport::memory::{End, Script};
use serde_json::{Value, json};

use crate::stage::{Answered, Stage, leaf};

/// What happens before an event, in milliseconds, and the pieces of its choices: their numbers, texts and reasons.
type Piece = (u64, &'static [(u64, &'static str, Option<&'static str>)]);

fn event(choices: &[(u64, &str, Option<&str>)]) -> String {
    let choice = |(index, text, reason): &(u64, &str, Option<&str>)| {
        let delta = if text.is_empty() { json!({}) } else { json!({"content": text}) };
        json!({"index": index, "delta": delta, "finish_reason": reason})
    };
    let choices: Vec<Value> = choices.iter().map(choice).collect();
    let event =
        json!({"id": "c", "object": "chat.completion.chunk", "created": 7, "model": "m", "choices": choices});
    format!("data: {event}\n\n")
}

fn script(pieces: &[Piece], end: End) -> Script {
    let piece = |(wait, choices): &Piece| (Duration::from_millis(*wait), Bytes::from(event(choices)));
    Script { body: pieces.iter().map(piece).collect(), end, ..Script::ok("") }
}

fn stage(pieces: &'static [Piece], end: End) -> Stage {
    let plain = leaf("Plain", "x", "request_timeout_ms 60000");
    let joined = leaf("Joined", "x", "time_to_first_token_timeout_ms 2000\n request_timeout_ms 60000");
    Stage::new(&(plain + &joined), move |_| script(pieces, end))
}

async fn ask(stage: &Stage, model: &str, is_streaming: bool) -> Answered {
    let messages = json!([{"role": "user", "content": "Hi"}]);
    stage
        .post(json!({"model": model, "n": 2, "stream": is_streaming, "messages": messages}).to_string())
        .await
}

/// The second choice goes on long after the first one has ended.
const LONG: &[Piece] = &[
    (0, &[(0, "Yes", None), (1, "N", None)]),
    (100, &[(0, "", Some("stop"))]),
    (4_000, &[(1, "o", None)]),
    (4_000, &[(1, "!", None)]),
    (4_000, &[(1, "", Some("length"))]),
];

#[tokio::test(start_paused = true)]
async fn goes_on_until_the_last_one_has_ended() {
    let whole = json!([
        {"index": 0, "message": {"role": "assistant", "content": "Yes", "refusal": null}, "logprobs": null, "finish_reason": "stop"},
        {"index": 1, "message": {"role": "assistant", "content": "No!", "refusal": null}, "logprobs": null, "finish_reason": "length"},
    ]);
    for end in [End::Complete, End::Silent] {
        let stage = stage(LONG, end);
        let answered = ask(&stage, "Plain", true).await;
        let sent: Vec<String> = LONG.iter().map(|(_, choices)| event(choices)).collect();
        assert_eq!(answered.text(), sent.concat() + "data: [DONE]\n\n", "{end:?}");
        let answered = ask(&stage, "Joined", false).await;
        assert_eq!(answered.json()["choices"], whole, "{end:?}");
        // After the last reason nothing is needed any more.
        assert_eq!(answered.ms, if end == End::Silent { 17_100 } else { 12_100 });
    }
}

#[tokio::test(start_paused = true)]
async fn that_breaks_off_within_one_is_not_whole() {
    for end in [End::Complete, End::Breaks(Duration::from_millis(10))] {
        let stage = stage(&LONG[..4], end);
        let answered = ask(&stage, "Plain", true).await;
        let events = answered.events();
        let error: Value = serde_json::from_str(&events[events.len() - 2]).unwrap();
        assert_eq!(error["error"]["code"], "connection_failed", "{error}");
        assert_eq!(ask(&stage, "Joined", false).await.status, 502);
    }
}

/// The server says something in the second choice first: that is content, and the first token is there.
#[tokio::test(start_paused = true)]
async fn has_begun_whichever_comes_first() {
    const LATE: &[Piece] = &[
        (0, &[(1, "No", None)]),
        (3_000, &[(0, "Yes", None)]),
        (0, &[(0, "", Some("stop"))]),
        (0, &[(1, "", Some("stop"))]),
    ];
    let answered = ask(&stage(LATE, End::Complete), "Joined", false).await;
    let choices = answered.json()["choices"].clone();
    assert_eq!((answered.status, answered.ms), (200, 3_000));
    assert_eq!(
        (&choices[0]["message"]["content"], &choices[1]["message"]["content"]),
        (&json!("Yes"), &json!("No"))
    );
}
