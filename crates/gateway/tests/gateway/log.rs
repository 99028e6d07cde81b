//! The log of calls: what servers say of their errors is not in it, since some repeat the prompt.

use std::io::Write;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use clientc_gateway::{CallSettings, Journal, JournalLevel, Keys};
use clientc_runtime::transport::memory::Script;
use serde_json::{Value, json};

use crate::stage::{Stage, leaf};

/// What a gateway logs.
pub(crate) struct Log(Receiver<Vec<u8>>);

/// The end of it that is written to.
struct Lines(Sender<Vec<u8>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.send(bytes.to_vec()).map_err(std::io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    pub(crate) fn new() -> (Self, Journal) {
        let (sender, lines) = channel();
        (Self(lines), Journal::to(Lines(sender), JournalLevel::Calls).unwrap())
    }

    /// The next line.
    pub(crate) fn next(&self) -> Value {
        serde_json::from_slice(&self.0.recv_timeout(Duration::from_secs(10)).unwrap()).unwrap()
    }
}

fn sources() -> String {
    leaf("First", "x", "request_timeout_ms 5000")
        + &leaf("Second", "x", "request_timeout_ms 5000")
        + "client<llm> Chat {\n  provider fallback\n  options {\n    strategy [First, Second]\n  }\n}\n"
}

/// A gateway before servers that all answer so, and its log.
fn logged(script: Script) -> (Log, Stage) {
    let (log, journal) = Log::new();
    let (calls, keys) = (CallSettings::default(), Keys::default());
    (log, Stage::logged(&sources(), move |_| script.clone(), calls, keys, journal))
}

/// A body as Python's `json.dumps` writes it: in ASCII, and escaped once more where it is part of a text.
fn in_ascii(prompt: &str) -> String {
    let text = json!({"messages": [{"role": "user", "content": prompt}]}).to_string();
    text.chars()
        .map(|letter| match letter.is_ascii() {
            true => letter.to_string(),
            false => format!("\\u{:04x}", letter as u32),
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn has_nothing_that_a_server_says_of_its_error() {
    let prompts =
        ["Größe und Gewicht der Königin, bitte mündlich", "one\ntwo \"three\"\nfour\nfive", "a short one"];
    for prompt in prompts {
        let said = format!("invalid body: {}", in_ascii(prompt));
        let errors = [
            Script {
                status: 400,
                ..Script::ok(json!({"error": {"message": said, "code": "bad_body"}}).to_string())
            },
            // What is no identifier is a text, wherever it stands.
            Script {
                status: 400,
                ..Script::ok(json!({"error": {"message": "no", "code": said}}).to_string())
            },
            // An error in an answer of success, with a status and without one.
            Script::ok(json!({"error": {"message": said, "code": 429}}).to_string()),
            Script::ok(json!({"error": {"message": said}}).to_string()),
        ];
        for error in errors {
            let (log, stage) = logged(error);
            let body = json!({"model": "Chat", "messages": [{"role": "user", "content": prompt}]});
            let answered = stage.post(body.to_string()).await;
            assert_ne!(answered.status, 200);
            // The caller has asked it, and is told.
            let message = answered.json()["error"]["message"].as_str().unwrap().to_owned();
            assert!(message.contains("invalid body") || message.contains("no"), "{message}");
            let line = log.next();
            let text = line.to_string();
            assert_eq!(line["record"]["attempts"].as_array().unwrap().len(), 2);
            for word in ["invalid body", "messages", "short", "Gewicht", "three"] {
                assert!(!text.contains(word), "{word} is in {text}");
            }
            let said = line["error"].as_str().unwrap();
            assert!(said.starts_with("client Second: "), "{said}");
            let has_code = answered.json()["error"]["code"] == "bad_body";
            assert_eq!(said == "client Second: the server answered 400 Bad Request: bad_body", has_code);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn names_the_limit_that_passed_and_the_connection_that_failed() {
    for (script, part) in [
        (Script::hang(), "request_timeout_ms of Second"),
        (Script::broken(Duration::from_millis(10)), "client Second: "),
    ] {
        let (log, stage) = logged(script);
        let body = json!({"model": "Chat", "messages": [{"role": "user", "content": "Hi"}]});
        let answered = stage.post(body.to_string()).await;
        let line = log.next();
        assert_eq!(line["error"], answered.json()["error"]["message"]);
        assert!(line["error"].as_str().unwrap().contains(part), "{line}");
        assert!(line["record"]["attempts"][0]["message"].is_string());
    }
}
