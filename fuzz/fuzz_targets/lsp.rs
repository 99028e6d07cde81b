//! A session of an editor out of any bytes: every request is answered once, and the session ends in order.

#![no_main]

use std::io::{BufReader, Cursor, Write};
use std::sync::{Arc, Mutex};

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

use self::methods::{METHODS, is_told};

#[path = "../../tests/lsp/methods.rs"]
mod methods;

/// The document of the session; it has no file, so nothing is read from the disk.
const URI: &str = "untitled:fuzz.baml";

fuzz_target!(|data: &[u8]| {
    let mut parts = data.split(|byte| *byte == 0);
    let text = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let mut messages = vec![
        json!({ "id": 1, "method": "initialize", "params": { "capabilities": {
            "textDocument": { "codeAction": { "codeActionLiteralSupport": {} } },
        } } })
        .to_string(),
        json!({ "method": "textDocument/didOpen", "params": { "textDocument": { "uri": URI, "version": 1, "text": text } } })
            .to_string(),
    ];
    let mut asked = 1;
    for part in parts {
        let Some((first, rest)) = part.split_first() else { continue };
        let Some(method) = METHODS.get(usize::from(*first) % 32) else {
            // Something that may be no message at all.
            messages.push(String::from_utf8_lossy(rest).into_owned());
            continue;
        };
        let params = params(rest);
        if is_told(method) {
            messages.push(json!({ "method": method, "params": params }).to_string());
        } else {
            asked += 1;
            messages.push(json!({ "id": asked, "method": method, "params": params }).to_string());
        }
    }
    messages.push(json!({ "id": 0, "method": "shutdown" }).to_string());
    messages.push(json!({ "method": "exit" }).to_string());
    let mut input = Vec::new();
    for message in messages {
        input.extend(format!("Content-Length: {}\r\n\r\n{message}", message.len()).into_bytes());
    }
    let output = Output::default();
    clientc_lsp::serve(BufReader::new(Cursor::new(input)), output.clone());
    let written = output.0.lock().expect("nobody panics").clone();
    let written = String::from_utf8(written).expect("the server writes UTF-8");
    for id in 1..=asked {
        let answers = written.matches(&format!("\"id\":{id},")).count();
        assert!(answers >= 1, "request {id} has no answer");
    }
});

fn params(bytes: &[u8]) -> Value {
    let number = |at: usize| u32::from(bytes.get(at).copied().unwrap_or(0));
    let place = |at: usize| json!({ "line": number(at), "character": number(at + 1) });
    let text = String::from_utf8_lossy(bytes.get(4..).unwrap_or_default());
    json!({
        "textDocument": { "uri": URI, "version": 2, "text": text },
        "position": place(0),
        "positions": [place(0), place(2)],
        "range": { "start": place(0), "end": place(2) },
        "contentChanges": [{ "range": { "start": place(0), "end": place(2) }, "text": text }],
        "context": { "diagnostics": [] },
        "newName": text,
        "query": text,
        "data": { "fixAll": URI },
        "item": { "uri": URI, "name": text },
        "command": "clientc.showPlan",
        "arguments": [URI, text],
    })
}

#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panics").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
