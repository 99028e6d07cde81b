//! Sessions of real editors, recorded by `scripts/lsp_record.py`, message by message: each request has the kind of answer
//! that it had, and the session ends in order.
//!
//! An editor does not wait for an answer before it goes on. The replay does, since only then the answer is certain, except
//! for a request that is answered when there is something new.

use std::collections::BTreeMap;
use std::path::Path;

use clientc_tests::editor::offset;
use clientc_tests::{Editor, Folder, shared};
use serde_json::{Value, json};

/// The recordings, each with the project of a real user that the editor had open.
const RECORDINGS: &[(&str, &str)] = &[
    (include_str!("recorded/neovim.jsonl"), "brandburner__fabula__0"),
    (include_str!("recorded/vscode.jsonl"), "brandburner__fabula__0"),
];

/// The request whose answer waits for news, so that its kind is chance.
const WAITS: &str = "workspace/diagnostic";

/// The code of a request that was taken back: whether that came in time is chance.
const CANCELLED: i64 = -32800;

/// What the recording has in place of the folder.
const ROOT: &str = "$ROOT";

#[test]
fn every_message_of_a_recorded_session_is_answered_as_it_was() {
    let Some(projects) = shared::folder().map(|shared| shared.join("corpus/projects")) else { return };
    for (recording, project) in RECORDINGS {
        let folder = Folder::with(&[]);
        copy(&projects.join(project), &folder, "");
        let messages: Vec<Value> =
            recording.lines().map(|line| serde_json::from_str(line).expect("a line is a message")).collect();
        assert!(messages.len() > 50, "a session has many messages");
        replay(&folder, messages);
    }
}

fn replay(folder: &Folder, messages: Vec<Value>) {
    let mut editor = Editor::start(folder.path());
    let root = folder.path().canonicalize().unwrap().to_string_lossy().into_owned();
    let mut texts = Texts::default();
    let mut answers = Answers::default();
    let mut waiting = Vec::new();
    for message in messages {
        let mut message: Value = serde_json::from_str(&message.to_string().replace(ROOT, &root)).unwrap();
        let answer = message.as_object_mut().unwrap().remove("answer");
        let method = message["method"].as_str().unwrap_or("").to_owned();
        // The harness answers the server itself.
        if method.is_empty() {
            continue;
        }
        texts.follow(folder, &editor, &method, &mut message);
        message["jsonrpc"] = json!("2.0");
        editor.send_body(&message.to_string());
        if method == WAITS {
            waiting.push(message["id"].clone());
        } else if let Some(expected) = answer {
            let got = answers.wait(&mut editor, &message["id"]);
            if method == "initialize" {
                texts.are_counted_in_bytes = got["result"]["capabilities"]["positionEncoding"] == "utf-8";
            }
            let chance = [&expected, &got["error"]["code"]].into_iter().any(|code| *code == CANCELLED);
            assert!(chance || kind(&got) == expected, "{message}: {expected} in the recording, now {got}");
        }
    }
    for id in waiting {
        let got = answers.wait(&mut editor, &id);
        let is_right = got["error"]["code"] == CANCELLED || got["result"]["items"].is_array();
        assert!(is_right, "{WAITS}: {got}");
    }
    assert_eq!(editor.exit_code(), 0);
}

/// The answers that came, by the id of their request.
#[derive(Default)]
struct Answers(BTreeMap<String, Value>);

impl Answers {
    /// Waits for one, and keeps the others that come meanwhile.
    fn wait(&mut self, editor: &mut Editor, id: &Value) -> Value {
        loop {
            if let Some(answer) = self.0.remove(&id.to_string()) {
                return answer;
            }
            let message = editor.receive().unwrap_or_else(|| panic!("{id} is answered"));
            if message.get("method").is_none() {
                self.0.insert(message["id"].to_string(), message);
            }
        }
    }
}

/// The texts of the documents that are open, as the editor has them.
#[derive(Default)]
struct Texts {
    open: BTreeMap<String, String>,
    are_counted_in_bytes: bool,
}

impl Texts {
    /// Does with the texts and the files what the editor did.
    fn follow(&mut self, folder: &Folder, editor: &Editor, method: &str, message: &mut Value) {
        let Some(uri) = message["params"]["textDocument"]["uri"].as_str() else { return };
        let path = editor.path(uri);
        match method {
            "textDocument/didOpen" => {
                let text = &mut message["params"]["textDocument"]["text"];
                if text.is_null() {
                    *text = std::fs::read_to_string(folder.path().join(&path)).unwrap().into();
                }
                self.open.insert(path, text.as_str().unwrap().to_owned());
            }
            "textDocument/didChange" => {
                for change in message["params"]["contentChanges"].as_array().unwrap() {
                    self.change(&path, change);
                }
            }
            "textDocument/didSave" => {
                folder.write(&path, &self.open[&path]);
            }
            _ => {}
        }
    }

    fn change(&mut self, path: &str, change: &Value) {
        let is_in_bytes = self.are_counted_in_bytes;
        let text = self.open.get_mut(path).expect("the document is open");
        let new = change["text"].as_str().unwrap();
        let Some(range) = change.get("range") else {
            new.clone_into(text);
            return;
        };
        let at = |end: &str| {
            let place = &range[end];
            let (line, character) = (place["line"].as_u64().unwrap(), place["character"].as_u64().unwrap());
            match is_in_bytes {
                true => offset(text, line, 0) + character as usize,
                false => offset(text, line, character),
            }
        };
        let range = at("start")..at("end");
        text.replace_range(range, new);
    }
}

fn kind(answer: &Value) -> Value {
    let has_something = |result: &Value| match result {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        other => *other != json!(false),
    };
    match answer.get("error") {
        Some(error) => error["code"].clone(),
        None => json!(if has_something(&answer["result"]) { "something" } else { "nothing" }),
    }
}

fn copy(from: &Path, folder: &Folder, below: &str) {
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let below = if below.is_empty() { name } else { format!("{below}/{name}") };
        if path.is_dir() {
            copy(&path, folder, &below);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            folder.write(&below, &text);
        }
    }
}
