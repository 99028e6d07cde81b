//! Diagnostics for an editor that asks for them.

use clientc_tests::{Editor, Folder};
use serde_json::{Value, json};

use crate::project::{self, CLIENTS, PATH};

fn editor(folder: &Folder) -> Editor {
    let more = json!({ "capabilities": {
        "textDocument": { "diagnostic": { "dynamicRegistration": false } },
        "workspace": { "diagnostics": { "refreshSupport": true } },
    } });
    Editor::with(folder.path(), more)
}

fn codes(report: &Value) -> Vec<&str> {
    report["items"].as_array().unwrap().iter().map(|item| item["code"].as_str().unwrap()).collect()
}

#[test]
fn a_document_is_asked_for_and_nothing_is_pushed() {
    let folder = project::folder();
    let mut editor = editor(&folder);
    editor.open_file(PATH);
    assert_eq!(editor.server["capabilities"]["diagnosticProvider"]["interFileDependencies"], true);
    let params = editor.of(PATH);
    let first = editor.request("textDocument/diagnostic", params.clone());
    assert_eq!(first["kind"], "full");
    let mut again = params.clone();
    again["previousResultId"] = first["resultId"].clone();
    let second = editor.request("textDocument/diagnostic", again.clone());
    assert_eq!((&second["kind"], &second["resultId"]), (&json!("unchanged"), &first["resultId"]));
    editor.change_all(PATH, &CLIENTS.replace("provider openai", "provider nobody"));
    let third = editor.request("textDocument/diagnostic", again);
    assert!(codes(&third).contains(&"unknown-provider"), "{third}");
    assert!(editor.told.iter().all(|told| told["method"] != "textDocument/publishDiagnostics"));
    let unknown =
        editor.request("textDocument/diagnostic", json!({ "textDocument": { "uri": "file:///nowhere" } }));
    assert_eq!(codes(&unknown), [""; 0]);
}

#[test]
fn a_change_elsewhere_makes_the_editor_ask_again() {
    let folder = project::folder();
    let mut editor = editor(&folder);
    editor.open_file(PATH);
    editor.open_file("baml_src/functions.baml");
    let functions = editor.of("baml_src/functions.baml");
    let before = editor.request("textDocument/diagnostic", functions.clone());
    assert_eq!(codes(&before), [""; 0]);
    editor.change_all(PATH, &CLIENTS.replace("client<llm> MyFallback", "client<llm> Other"));
    while !editor.told.iter().any(|told| told["method"] == "workspace/diagnostic/refresh") {
        editor.receive().expect("the server says that something is new");
    }
    let after = editor.request("textDocument/diagnostic", functions);
    assert_eq!(codes(&after), ["unknown-client"]);
}

#[test]
fn the_whole_workspace_is_told_once_and_then_when_something_changes() {
    let folder = project::folder();
    folder.write("baml_src/bad.baml", "client<llm> Bad {\n  provider nobody\n}\n");
    let mut editor = editor(&folder);
    editor.open_file(PATH);
    let first = editor.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
    let items = first["items"].as_array().unwrap();
    let bad = items
        .iter()
        .find(|item| item["uri"] == editor.uri("baml_src/bad.baml"))
        .expect("a closed file is told");
    assert!(codes(bad).contains(&"unknown-provider"));
    let known: Vec<Value> =
        items.iter().map(|item| json!({ "uri": item["uri"], "value": item["resultId"] })).collect();
    let waiting = editor.ask("workspace/diagnostic", json!({ "previousResultIds": known }));
    // Nothing is new, so the answer waits; other requests do not.
    let params = editor.of(PATH);
    editor.request("textDocument/foldingRange", params);
    editor.open_text("baml_src/bad.baml", "");
    let answer = editor.answer(&json!(waiting));
    let report = answer["result"]["items"].as_array().unwrap();
    let bad = report
        .iter()
        .find(|item| item["uri"] == editor.uri("baml_src/bad.baml"))
        .expect("the change is told");
    assert_eq!(codes(bad), [""; 0]);
}

#[test]
fn a_request_that_waits_can_be_cancelled_and_ends_with_the_session() {
    let folder = project::folder();
    let mut editor = editor(&folder);
    let first = editor.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
    let known: Vec<Value> = first["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| json!({ "uri": item["uri"], "value": item["resultId"] }))
        .collect();
    let waiting = editor.ask("workspace/diagnostic", json!({ "previousResultIds": known }));
    editor.notify("$/cancelRequest", json!({ "id": waiting }));
    assert_eq!(editor.answer(&json!(waiting))["error"]["code"], -32800);
    let waiting = editor.ask("workspace/diagnostic", json!({ "previousResultIds": known }));
    let shut_down = editor.ask("shutdown", Value::Null);
    assert_eq!(editor.answer(&json!(waiting))["result"]["items"], json!([]));
    assert_eq!(editor.answer(&json!(shut_down))["result"], Value::Null);
    editor.notify("exit", Value::Null);
    assert_eq!(editor.exit_code(), 0);
}

/// A file of many clients, each with a finding, which is open; and its text.
fn many() -> (Folder, Editor, String) {
    let client = |number: usize| {
        format!("client<llm> C{number} {{\n  provider openai\n  options {{\n    temprature 1\n  }}\n}}\n")
    };
    let text: String = (0..1_500).map(client).collect();
    let folder = Folder::with(&[("baml_src/a.baml", &text)]);
    let mut editor = editor(&folder);
    editor.open_file("baml_src/a.baml");
    (folder, editor, text)
}

#[test]
fn of_many_edits_at_once_only_the_last_is_checked() {
    let (_folder, mut editor, _) = many();
    let params = editor.of("baml_src/a.baml");
    editor.request("textDocument/diagnostic", params.clone());
    let mut bytes = Vec::new();
    let edits = 20;
    for edit in 1..=edits {
        let document = json!({ "uri": params["textDocument"]["uri"], "version": edit + 1 });
        let start = json!({ "line": 0, "character": 0 });
        let change = json!({ "range": { "start": start, "end": start }, "text": "\n" });
        for message in [
            json!({ "jsonrpc": "2.0", "method": "textDocument/didChange",
                    "params": { "textDocument": document, "contentChanges": [change] } }),
            json!({ "jsonrpc": "2.0", "id": 1000 + edit, "method": "textDocument/diagnostic", "params": params }),
        ] {
            let body = message.to_string();
            bytes.extend(format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes());
        }
    }
    editor.send_bytes(&bytes);
    let mut overtaken = 0;
    for edit in 1..edits {
        let answer = editor.answer(&json!(1000 + edit));
        if let Some(error) = answer.get("error") {
            assert_eq!(error["code"], -32802, "{answer}");
            assert_eq!(error["data"]["retriggerRequest"], true);
            overtaken += 1;
        }
    }
    // The server reads all of them in less time than it takes to check once.
    assert!(overtaken > edits / 2, "{overtaken} of {edits} were given up");
    let last = editor.answer(&json!(1000 + edits));
    let items = last["result"]["items"].as_array().unwrap();
    let first = items.iter().find(|item| item["code"] == "misspelt-key").expect("the key is found");
    assert_eq!(first["range"]["start"]["line"], 3 + edits);
}

#[test]
fn the_whole_workspace_is_told_when_the_newest_edit_has_been_checked() {
    let (_folder, mut editor, text) = many();
    for _ in 0..5 {
        let asked = editor.ask("workspace/diagnostic", json!({ "previousResultIds": [] }));
        editor.change_all("baml_src/a.baml", &text);
        let answer = editor.answer(&json!(asked));
        let items = answer["result"]["items"].as_array().unwrap();
        assert!(items.iter().any(|item| codes(item).contains(&"misspelt-key")), "{answer}");
    }
}
