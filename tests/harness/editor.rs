//! A scripted editor: it starts the language server that was built and speaks the protocol with it.

use std::collections::BTreeMap;
use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::program::command_in;

/// No answer takes as long as this; a test that waits so long has found that none comes.
const PATIENCE: Duration = Duration::from_secs(60);

/// An editor with a folder open.
pub struct Editor {
    child: Child,
    input: Option<ChildStdin>,
    inbox: Receiver<Value>,
    root: PathBuf,
    next_id: i64,
    versions: BTreeMap<String, i64>,
    /// The diagnostics that were pushed last, by the path from the folder.
    pub diagnostics: BTreeMap<String, Vec<Value>>,
    /// The versions that came with them.
    pub pushed_versions: BTreeMap<String, Option<i64>>,
    /// Everything that the server sent by itself, in order.
    pub told: Vec<Value>,
    /// What the server says of itself.
    pub server: Value,
}

impl Editor {
    /// Opens a folder with the capabilities of a usual editor.
    #[must_use]
    pub fn open(root: &Path) -> Self {
        Self::with(root, json!({}))
    }

    /// The same with further parameters of `initialize`, which win over the usual ones.
    #[must_use]
    pub fn with(root: &Path, more: Value) -> Self {
        let mut editor = Self::start(root);
        let mut params = json!({
            "processId": null,
            "rootUri": editor.uri(""),
            "workspaceFolders": [{ "uri": editor.uri(""), "name": "root" }],
            "capabilities": usual_capabilities(),
        });
        merge(&mut params, more);
        editor.server = editor.request("initialize", params);
        editor.notify("initialized", json!({}));
        editor
    }

    /// Starts the server without a word.
    #[must_use]
    pub fn start(root: &Path) -> Self {
        let root = root.canonicalize().expect("the folder is there");
        let mut command = command_in(&root, &["lsp"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().expect("the program starts");
        let output = child.stdout.take().expect("standard output is a pipe");
        let (sender, inbox) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        Self {
            input: child.stdin.take(),
            child,
            inbox,
            root,
            next_id: 0,
            versions: BTreeMap::new(),
            diagnostics: BTreeMap::new(),
            pushed_versions: BTreeMap::new(),
            told: Vec::new(),
            server: Value::Null,
        }
    }

    /// The address of a path from the folder.
    #[must_use]
    pub fn uri(&self, path: &str) -> String {
        let path = if path.is_empty() { self.root.clone() } else { self.root.join(path) };
        format!("file://{}", path.to_string_lossy().replace('%', "%25").replace(' ', "%20"))
    }

    /// The path from the folder of an address.
    #[must_use]
    pub fn path(&self, uri: &str) -> String {
        let uri = uri.replace("%20", " ");
        let root = format!("file://{}/", self.root.to_string_lossy());
        uri.strip_prefix(&root).unwrap_or(&uri).to_owned()
    }

    /// Sends bytes as they are.
    pub fn send_bytes(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the session is open");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server reads");
    }

    /// Sends one body in its frame.
    pub fn send_body(&mut self, body: &str) {
        self.send_bytes(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    /// Sends a notification.
    pub fn notify(&mut self, method: &str, params: Value) {
        self.send_body(&json!({ "jsonrpc": "2.0", "method": method, "params": params }).to_string());
    }

    /// Sends a request and gives its number.
    pub fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.send_body(
            &json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string(),
        );
        id
    }

    /// Sends a request and gives its result.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        let mut answer = self.answer(&json!(id));
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].take()
    }

    /// Sends a request and gives the error it is answered with.
    pub fn refusal(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        let mut answer = self.answer(&json!(id));
        assert!(answer.get("error").is_some(), "{method}: {answer}");
        answer["error"].take()
    }

    /// Waits for the answer with this id.
    pub fn answer(&mut self, id: &Value) -> Value {
        loop {
            let message = self.receive().expect("the server answers");
            if message.get("method").is_none() && message.get("id") == Some(id) {
                return message;
            }
        }
    }

    /// Waits for the next message, and takes in what the server says by itself. Nothing where the session has ended.
    pub fn receive(&mut self) -> Option<Value> {
        let message = self.inbox.recv_timeout(PATIENCE).ok()?;
        self.take(&message);
        Some(message)
    }

    fn take(&mut self, message: &Value) {
        let Some(method) = message.get("method").and_then(Value::as_str) else { return };
        self.told.push(message.clone());
        if method == "textDocument/publishDiagnostics" {
            let params = &message["params"];
            let path = self.path(params["uri"].as_str().expect("an address"));
            let found = params["diagnostics"].as_array().expect("an array").clone();
            self.pushed_versions.insert(path.clone(), params.get("version").and_then(Value::as_i64));
            self.diagnostics.insert(path, found);
        } else if let Some(id) = message.get("id") {
            let result = if method == "workspace/configuration" { json!([null]) } else { Value::Null };
            self.send_body(&json!({ "jsonrpc": "2.0", "id": id, "result": result }).to_string());
        }
    }

    /// Opens a document with the text that lies in its file.
    pub fn open_file(&mut self, path: &str) -> String {
        let text = std::fs::read_to_string(self.root.join(path)).expect("the file can be read");
        self.open_text(path, &text);
        text
    }

    /// Opens a document with a text.
    pub fn open_text(&mut self, path: &str, text: &str) {
        let uri = self.uri(path);
        self.versions.insert(path.to_owned(), 1);
        let document = json!({ "uri": uri, "languageId": "baml", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Changes a document as it lies in the protocol. Gives its new version.
    pub fn change(&mut self, path: &str, changes: Value) -> i64 {
        let uri = self.uri(path);
        let version = self.versions.entry(path.to_owned()).or_insert(1);
        *version += 1;
        let version = *version;
        let document = json!({ "uri": uri, "version": version });
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
        version
    }

    /// Gives a document another text as a whole.
    pub fn change_all(&mut self, path: &str, text: &str) -> i64 {
        self.change(path, json!([{ "text": text }]))
    }

    /// Closes a document.
    pub fn close_file(&mut self, path: &str) {
        let uri = self.uri(path);
        self.versions.remove(path);
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    }

    /// Waits until the diagnostics of a document have come for its present version.
    pub fn wait_for(&mut self, path: &str) -> &[Value] {
        let version = self.versions.get(path).copied();
        while self.pushed_versions.get(path).copied().flatten() != version || version.is_none() {
            self.receive().unwrap_or_else(|| panic!("there are diagnostics of {path}"));
        }
        // What the same edit means for other files comes before the next answer.
        let id = self.ask("clientc/nothing", Value::Null);
        self.answer(&json!(id));
        &self.diagnostics[path]
    }

    /// The rules that were found in a file, in order.
    #[must_use]
    pub fn rules(&self, path: &str) -> Vec<&str> {
        let found = self.diagnostics.get(path).map_or(&[][..], Vec::as_slice);
        found.iter().map(|found| found["code"].as_str().expect("a code")).collect()
    }

    /// The parameters of a request about a position.
    #[must_use]
    pub fn at(&self, path: &str, line: u32, character: u32) -> Value {
        json!({
            "textDocument": { "uri": self.uri(path) },
            "position": { "line": line, "character": character },
        })
    }

    /// The same for the first place of a word in a text, moved on by some columns.
    #[must_use]
    pub fn on(&self, path: &str, text: &str, word: &str, further: u32) -> Value {
        let at = text.find(word).unwrap_or_else(|| panic!("{word} is in the text"));
        let (line, character) = position(text, at);
        self.at(path, line, character + further)
    }

    /// The parameters of a request about a document.
    #[must_use]
    pub fn of(&self, path: &str) -> Value {
        json!({ "textDocument": { "uri": self.uri(path) } })
    }

    /// Ends the session as the protocol wants, and gives the exit code.
    pub fn shut_down(mut self) -> i32 {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.exit_code()
    }

    /// Ends the session without a word.
    pub fn hang_up(mut self) -> i32 {
        self.input.take();
        self.exit_code()
    }

    /// The number of the server's process.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the server has ended, and gives its exit code.
    pub fn exit_code(&mut self) -> i32 {
        self.child.wait().expect("the server ends").code().expect("it ends by itself")
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.input.take();
        if std::thread::panicking() {
            drop(self.child.kill());
        }
        drop(self.child.wait());
    }
}

/// A text after edits of the protocol, in UTF-16 columns.
#[must_use]
pub fn edited(text: &str, edits: &Value) -> String {
    let mut edits: Vec<(usize, usize, String)> = edits
        .as_array()
        .expect("edits are an array")
        .iter()
        .map(|edit| {
            let at = |end: &str| {
                let place = &edit["range"][end];
                offset(
                    text,
                    place["line"].as_u64().expect("a line"),
                    place["character"].as_u64().expect("a column"),
                )
            };
            (at("start"), at("end"), edit["newText"].as_str().expect("a text").to_owned())
        })
        .collect();
    edits.sort_by_key(|edit| (edit.0, edit.1));
    let mut out = String::new();
    let mut done = 0;
    for (start, end, new) in edits {
        out.push_str(&text[done..start]);
        out.push_str(&new);
        done = end;
    }
    out.push_str(&text[done..]);
    out
}

/// The edits of a workspace edit for one document.
#[must_use]
pub fn edits_of(edit: &Value, uri: &str) -> Value {
    if let Some(changes) = edit.get("documentChanges").and_then(Value::as_array) {
        let change = changes.iter().find(|change| change["textDocument"]["uri"] == uri);
        return change.map_or(json!([]), |change| change["edits"].clone());
    }
    edit["changes"].get(uri).cloned().unwrap_or(json!([]))
}

/// The offset of a position with UTF-16 columns.
#[must_use]
pub fn offset(text: &str, line: u64, character: u64) -> usize {
    let mut start = 0;
    for _ in 0..line {
        start += text[start..].find('\n').map_or(text.len() - start, |at| at + 1);
    }
    let mut columns = 0;
    for (at, c) in text[start..].char_indices() {
        if columns >= character || c == '\n' {
            return start + at;
        }
        columns += c.len_utf16() as u64;
    }
    text.len()
}

/// The position of an offset with UTF-16 columns.
#[must_use]
pub fn position(text: &str, offset: usize) -> (u32, u32) {
    let before = &text[..offset];
    let line = before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (line as u32, before[start..].encode_utf16().count() as u32)
}

/// What a usual editor can do.
fn usual_capabilities() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-16"] },
        "workspace": {
            "workspaceEdit": { "documentChanges": true },
            "workspaceFolders": true,
        },
        "textDocument": {
            "publishDiagnostics": { "relatedInformation": true, "versionSupport": true },
            "completion": { "completionItem": { "snippetSupport": true } },
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
            "codeAction": {
                "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix", "refactor", "source"] } },
            },
        },
    })
}

fn merge(into: &mut Value, more: Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            for (key, value) in more {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, more) => *into = more,
    }
}

fn read(output: &mut impl std::io::BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length: ") {
            length = value.parse().expect("a length");
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("the server writes JSON"))
}
