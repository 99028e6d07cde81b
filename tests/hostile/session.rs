//! Requests to the language server that are about a whole long text: twice as much text makes at most twice the work.

use std::io::Cursor;

use clientc_lsp::{Ended, serve};
use clientc_syntax::work;
use clientc_tests::Written;
use serde_json::{Value, json};

/// A session in which one text is opened and one request is made about all of it: the steps, and what was written. The
/// server works on the thread that calls it, so its steps are those of this thread.
fn session(text: &str, method: &str, more: &Value) -> (u64, String) {
    const URI: &str = "untitled:long.baml";
    let lines = text.matches('\n').count();
    let mut params = json!({
        "textDocument": { "uri": URI },
        "range": { "start": { "line": 0, "character": 0 }, "end": { "line": lines, "character": 0 } },
    });
    params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let literals = json!({ "codeActionKind": { "valueSet": ["quickfix"] } });
    let capabilities = json!({ "textDocument": { "codeAction": { "codeActionLiteralSupport": literals } } });
    let document = json!({ "uri": URI, "languageId": "baml", "version": 1, "text": text });
    let messages = [
        json!({ "id": 1, "method": "initialize", "params": { "capabilities": capabilities } }),
        json!({ "method": "initialized", "params": {} }),
        json!({ "method": "textDocument/didOpen", "params": { "textDocument": document } }),
        json!({ "id": 2, "method": method, "params": params }),
        json!({ "id": 3, "method": "shutdown" }),
        json!({ "method": "exit" }),
    ];
    let mut input = String::new();
    for mut message in messages {
        message["jsonrpc"] = json!("2.0");
        let body = message.to_string();
        input.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    }
    let output = Written::default();
    let before = work::steps();
    let ended = serve(Cursor::new(input.into_bytes()), output.clone());
    assert_eq!(ended, Ended::InOrder);
    (work::steps() - before, output.text())
}

/// The diagnostics of a rule, at the place of each mark in a text.
fn given(text: &str, rule: &str, mark: &str) -> Value {
    let starts: Vec<usize> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let one = |(at, _): (usize, &str)| {
        let line = starts.partition_point(|start| *start <= at) - 1;
        let column = at - starts[line];
        let end = column + mark.len();
        json!({
            "code": rule,
            "message": "",
            "range": { "start": { "line": line, "character": column }, "end": { "line": line, "character": end } },
        })
    };
    text.match_indices(mark).map(one).collect()
}

#[test]
fn actions_on_twice_the_text_are_at_most_twice_the_work() {
    const CLIENTS: usize = 100;
    let limited = |n| {
        format!(
            "client<llm> C{n} {{\n  provider openai\n  retry_policy Missing\n  options {{\n    temprature 1\n  }}\n}}\n"
        )
    };
    for (title, rule, mark) in [
        ("Ignore `", "misspelt-key", "temprature"),
        ("Write the retry policy `", "unknown-retry-policy", "Missing"),
    ] {
        let of = |clients: usize| {
            let text: String = (0..clients).map(limited).collect();
            let context = json!({ "context": { "diagnostics": given(&text, rule, mark) } });
            let (steps, written) = session(&text, "textDocument/codeAction", &context);
            assert!(written.matches(title).count() >= clients, "{title}: {written}");
            steps
        };
        let (once, twice) = (of(CLIENTS), of(2 * CLIENTS));
        assert!(once > CLIENTS as u64, "{title}: {once} steps");
        assert!(twice <= 2 * once + once / 10, "{title}: {once} and {twice} steps");
    }
}
