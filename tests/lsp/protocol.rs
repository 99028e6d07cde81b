//! The life of a session, and messages that are none.

use clientc_tests::Editor;
use serde_json::{Value, json};

use crate::project::{self, CLIENTS, PATH};

#[test]
fn a_session_begins_and_ends_in_order() {
    let folder = project::folder();
    let mut editor = Editor::start(folder.path());
    let refusal = editor.refusal("textDocument/hover", json!({}));
    assert_eq!(refusal["code"], -32002);
    let server = editor.request("initialize", json!({ "capabilities": {} }));
    assert_eq!(server["serverInfo"]["name"], "clientc");
    assert_eq!(editor.refusal("initialize", json!({ "capabilities": {} }))["code"], -32600);
    assert_eq!(editor.request("shutdown", Value::Null), Value::Null);
    assert_eq!(editor.refusal("textDocument/hover", json!({}))["code"], -32600);
    editor.notify("exit", Value::Null);
    assert_eq!(editor.exit_code(), 0);
}

#[test]
fn an_exit_without_a_word_before_and_a_lost_stream_end_with_one() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    editor.notify("exit", Value::Null);
    assert_eq!(editor.exit_code(), 1);
    assert_eq!(project::editor(&folder).hang_up(), 1);
}

#[test]
fn what_is_no_message_gets_the_error_of_the_protocol() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    for (body, id, code) in [
        ("{", Value::Null, -32700),
        ("nonsense", Value::Null, -32700),
        ("[]", Value::Null, -32600),
        ("7", Value::Null, -32600),
        (r#"{"jsonrpc":"2.0","id":"a","method":"no/such"}"#, json!("a"), -32601),
        (r#"{"jsonrpc":"2.0","id":99,"method":"textDocument/hover"}"#, json!(99), -32602),
        (r#"{"jsonrpc":"2.0","id":98,"method":"textDocument/hover","params":[1]}"#, json!(98), -32602),
        (
            r#"{"jsonrpc":"2.0","id":97,"method":"textDocument/hover","params":{"textDocument":{"uri":5}}}"#,
            json!(97),
            -32602,
        ),
        (r#"{"jsonrpc":"2.0","id":96}"#, json!(96), -32600),
        (r#"{"jsonrpc":"2.0","id":99999999999,"method":"x"}"#, json!(99_999_999_999_u64), -32600),
    ] {
        editor.send_body(body);
        let answer = editor.answer(&id);
        assert_eq!(answer["error"]["code"], code, "{body}: {answer}");
        assert_ne!(answer["error"]["message"], "");
    }
    editor.send_bytes(b"Content-Length: x\r\n\r\n");
    assert_eq!(editor.answer(&Value::Null)["error"]["code"], -32700);
    // The session goes on.
    let params = editor.on(PATH, CLIENTS, "Twice", 0);
    assert_ne!(editor.request("textDocument/definition", params), Value::Null);
    assert_eq!(editor.shut_down(), 0);
}

#[test]
fn a_notification_that_is_wrong_is_told_in_the_log() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    editor.notify(
        "textDocument/didChange",
        json!({ "textDocument": { "uri": editor.uri(PATH) }, "contentChanges": 3 }),
    );
    editor.notify("$/unknown", json!({}));
    while !editor.told.iter().any(|told| told["method"] == "window/logMessage") {
        editor.receive().expect("the log tells it");
    }
    let told = editor.told.iter().find(|told| told["method"] == "window/logMessage").unwrap();
    assert!(
        told["params"]["message"].as_str().unwrap().contains("`contentChanges` is not an array"),
        "{told}"
    );
    assert_eq!(editor.shut_down(), 0);
}

#[test]
fn a_request_that_is_cancelled_before_its_turn_is_answered_so() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    // The cancellation may come too late, and then the request has its result.
    let params = editor.of(PATH);
    let id = editor.ask("textDocument/foldingRange", params);
    editor.notify("$/cancelRequest", json!({ "id": id }));
    let answer = editor.answer(&json!(id));
    assert!(answer["error"]["code"] == -32800 || answer["result"].is_array(), "{answer}");
    assert_eq!(editor.shut_down(), 0);
}

#[test]
fn files_are_watched_and_settings_asked_for_where_the_editor_can() {
    let folder = project::folder();
    let more = json!({ "capabilities": { "workspace": {
        "didChangeWatchedFiles": { "dynamicRegistration": true },
        "configuration": true,
    } } });
    let mut editor = Editor::with(folder.path(), more);
    editor.open_file(PATH);
    editor.wait_for(PATH);
    let asked: Vec<&str> = editor.told.iter().filter_map(|told| told["method"].as_str()).collect();
    assert!(
        asked.contains(&"client/registerCapability") && asked.contains(&"workspace/configuration"),
        "{asked:?}"
    );
    assert_eq!(editor.shut_down(), 0);
}

#[test]
fn files_that_settings_name_are_watched_while_they_name_them() {
    let folder = project::folder();
    folder.write("shared/base.toml", "");
    folder.write("clientc.toml", "extend = \"shared/base.toml\"\n");
    for below in [true, false] {
        let more = json!({ "capabilities": { "workspace": { "didChangeWatchedFiles": {
            "dynamicRegistration": true,
            "relativePatternSupport": below,
        } } } });
        let mut editor = Editor::with(folder.path(), more);
        editor.open_file("clientc.toml");
        editor.wait_for("clientc.toml");
        let pattern = |editor: &Editor, folder: &str, name: &str| match below {
            true => json!({ "globPattern": { "baseUri": editor.uri(folder), "pattern": name } }),
            false => json!({ "globPattern": format!("**/{name}") }),
        };
        let base = pattern(&editor, "shared", "base.toml");
        for (text, watched, forgets) in [
            (None, json!([base]), false),
            (Some("baseline = \"known.json\"\n"), json!([pattern(&editor, "", "known.json")]), true),
            (Some("[rules]\n"), Value::Null, true),
        ] {
            if let Some(text) = text {
                editor.change_all("clientc.toml", text);
                editor.wait_for("clientc.toml");
            }
            let told = std::mem::take(&mut editor.told);
            let named = |told: &&Value| told["params"]["registrations"][0]["id"] == "clientc-named";
            let found = told.iter().find(named);
            let watchers = "/params/registrations/0/registerOptions/watchers";
            let found = found.and_then(|told| told.pointer(watchers)).cloned().unwrap_or_default();
            assert_eq!(found, watched, "{text:?}");
            let is_forgotten = told.iter().any(|told| told["method"] == "client/unregisterCapability");
            assert_eq!(is_forgotten, forgets, "{text:?}");
        }
        assert_eq!(editor.shut_down(), 0);
    }
}
