//! Texts: open, changed bit by bit, closed; folders, files on the disk, and documents without a file.

use clientc_tests::{Editor, Folder};
use serde_json::{Value, json};

use crate::project::{self, CLIENTS, PATH};

const LEAF: &str = "client<llm> A {\n  provider openai\n  options {\n    model \"\u{1f600}m\"\n    http {\n      request_timeout_ms 60000\n    }\n  }\n}\n";

fn change(from: (u32, u32), to: (u32, u32), text: &str) -> Value {
    json!({
        "range": {
            "start": { "line": from.0, "character": from.1 },
            "end": { "line": to.0, "character": to.1 },
        },
        "text": text,
    })
}

#[test]
fn columns_count_what_was_agreed() {
    // Behind the face the columns differ: the key that follows it on its line is misspelt.
    let text = "client<llm> A {\n  provider openai\n  options { model \"\u{1f600}\", temprature 1 }\n}\n";
    for (offered, agreed, column) in [
        (json!(["utf-8", "utf-16"]), "utf-8", 26),
        (json!(["utf-16", "utf-32"]), "utf-16", 24),
        (json!(["utf-32"]), "utf-32", 23),
        (Value::Null, "utf-16", 24),
    ] {
        let folder = Folder::with(&[("baml_src/a.baml", text)]);
        let more = json!({ "capabilities": { "general": { "positionEncodings": offered } } });
        let mut editor = Editor::with(folder.path(), more);
        editor.open_file("baml_src/a.baml");
        assert_eq!(editor.server["capabilities"]["positionEncoding"], agreed);
        editor.wait_for("baml_src/a.baml");
        let found =
            editor.diagnostics["baml_src/a.baml"].iter().find(|found| found["code"] == "misspelt-key");
        assert_eq!(found.expect("the key is found")["range"]["start"]["character"], column, "{agreed}");
        // An edit at that column hits the key too.
        editor.change("baml_src/a.baml", json!([change((2, column), (2, column + 10), "temperature")]));
        editor.wait_for("baml_src/a.baml");
        assert!(!editor.rules("baml_src/a.baml").contains(&"misspelt-key"), "{agreed}");
    }
}

#[test]
fn several_changes_of_one_message_build_on_each_other() {
    let folder = Folder::with(&[("baml_src/a.baml", LEAF)]);
    let mut editor = Editor::open(folder.path());
    editor.open_file("baml_src/a.baml");
    assert_eq!(editor.wait_for("baml_src/a.baml").len(), 0, "{:?}", editor.rules("baml_src/a.baml"));
    let changes = json!([
        change((1, 11), (1, 17), "nobody"),
        change((0, 0), (0, 0), "// a line\r\n"),
        // Half of the face is no place: the whole of it goes.
        change((4, 11), (4, 12), ""),
    ]);
    editor.change("baml_src/a.baml", changes);
    let found = editor.wait_for("baml_src/a.baml");
    assert_eq!(found[0]["range"]["start"], json!({ "line": 2, "character": 11 }));
    editor.change("baml_src/a.baml", json!([{ "text": LEAF }, change((0, 12), (0, 13), "")]));
    editor.wait_for("baml_src/a.baml");
    assert_ne!(editor.rules("baml_src/a.baml"), [""; 0]);
    editor.change("baml_src/a.baml", json!([change((0, 12), (0, 12), "A")]));
    assert_eq!(editor.wait_for("baml_src/a.baml").len(), 0);
}

#[test]
fn positions_past_the_end_are_the_end() {
    let folder = Folder::with(&[("baml_src/a.baml", LEAF)]);
    let mut editor = Editor::open(folder.path());
    editor.open_file("baml_src/a.baml");
    editor.change(
        "baml_src/a.baml",
        json!([change((99, 0), (4_000_000_000, 4_000_000_000), "client<llm> B {}\n")]),
    );
    editor.wait_for("baml_src/a.baml");
    assert_eq!(editor.diagnostics["baml_src/a.baml"][0]["range"]["start"]["line"], 9);
    // A range that ends before it begins takes nothing away.
    editor.change("baml_src/a.baml", json!([change((9, 0), (0, 0), "")]));
    editor.wait_for("baml_src/a.baml");
    assert_eq!(editor.diagnostics["baml_src/a.baml"][0]["range"]["start"]["line"], 9);
}

#[test]
fn a_closed_document_is_what_the_disk_holds() {
    let folder = Folder::with(&[("baml_src/a.baml", LEAF)]);
    let mut editor = Editor::open(folder.path());
    editor.open_text("baml_src/a.baml", "client<llm> A {");
    editor.wait_for("baml_src/a.baml");
    assert_eq!(editor.rules("baml_src/a.baml"), ["syntax-error"]);
    editor.close_file("baml_src/a.baml");
    while !editor.rules("baml_src/a.baml").is_empty() {
        editor.receive().expect("the disk counts again");
    }
}

#[test]
fn files_that_come_change_and_go_are_noticed() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    editor.wait_for(PATH);
    let new = "baml_src/new.baml";
    for (text, kind, rule) in [
        (Some("client<llm> New {\n  provider nobody\n}\n"), 1, Some("unknown-provider")),
        (
            Some("client<llm> FastClient {\n  provider openai\n  options { model \"m\" }\n}\n"),
            2,
            Some("duplicate-name"),
        ),
        (None, 3, None),
    ] {
        match text {
            Some(text) => drop(folder.write(new, text)),
            None => std::fs::remove_file(folder.path().join(new)).unwrap(),
        }
        let changes = json!({ "changes": [{ "uri": editor.uri(new), "type": kind }] });
        editor.notify("workspace/didChangeWatchedFiles", changes);
        let is_noticed = |editor: &Editor| match rule {
            Some(rule) => editor.rules(new).contains(&rule),
            None => editor.rules(new).is_empty(),
        };
        while !is_noticed(&editor) {
            editor.receive().expect("the change is noticed");
        }
    }
    // A document that is open is not read from the disk.
    folder.write(PATH, "broken {");
    let changes = json!({ "changes": [{ "uri": editor.uri(PATH), "type": 2 }] });
    editor.notify("workspace/didChangeWatchedFiles", changes);
    let params = editor.of(PATH);
    let symbols = editor.request("textDocument/documentSymbol", params);
    assert_eq!(symbols.as_array().unwrap().len(), 3);
}

#[test]
fn every_folder_of_the_beginning_is_looked_at_and_they_share_no_names() {
    let text = "client<llm> Same {\n  provider nobody\n}\n";
    let (first, second) =
        (Folder::with(&[("baml_src/a.baml", text)]), Folder::with(&[("baml_src/b.baml", text)]));
    let address = |folder: &Folder| format!("file://{}", folder.path().canonicalize().unwrap().display());
    let roots = [&first, &second].map(|folder| json!({ "uri": address(folder), "name": "x" }));
    let mut editor = Editor::with(first.path(), json!({ "workspaceFolders": roots }));
    let file = format!("{}/baml_src/b.baml", address(&second));
    for path in ["baml_src/a.baml", &file] {
        while editor.rules(path) != ["unknown-provider"] {
            editor.receive().expect("both folders are looked at");
        }
    }
}

#[test]
fn half_of_a_surrogate_pair_in_a_text_stands_for_no_character() {
    let folder = Folder::with(&[("baml_src/a.baml", LEAF)]);
    let mut editor = Editor::open(folder.path());
    editor.open_file("baml_src/a.baml");
    assert_eq!(editor.wait_for("baml_src/a.baml").len(), 0);
    let uri = editor.uri("baml_src/a.baml");
    for half in ["\\ud83d", "\\ude00"] {
        editor.send_body(&format!(
            "{{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didChange\",\"params\":{{\"textDocument\":{{\"uri\":\"{uri}\",\"version\":1}},\
             \"contentChanges\":[{{\"range\":{{\"start\":{{\"line\":0,\"character\":0}},\"end\":{{\"line\":0,\"character\":0}}}},\
             \"text\":\"{half}\"}}]}}}}"
        ));
        // The session goes on, whatever became of the text.
        let params = editor.on("baml_src/a.baml", LEAF, "provider", 0);
        editor.request("textDocument/hover", params);
    }
    editor.change_all("baml_src/a.baml", LEAF);
    assert_eq!(editor.wait_for("baml_src/a.baml").len(), 0);
    assert_eq!(editor.shut_down(), 0);
}

#[test]
fn folders_are_added_and_removed() {
    let (first, second) =
        (project::folder(), Folder::with(&[("baml_src/b.baml", "client<llm> B {\n  provider nobody\n}\n")]));
    let mut editor = Editor::open(first.path());
    let root = second.path().canonicalize().unwrap();
    let uri = format!("file://{}", root.display());
    let file = format!("{uri}/baml_src/b.baml");
    let event = |added: Value, removed: Value| json!({ "event": { "added": added, "removed": removed } });
    let folder = json!([{ "uri": uri, "name": "second" }]);
    editor.notify("workspace/didChangeWorkspaceFolders", event(folder.clone(), json!([])));
    while editor.rules(&file) != ["unknown-provider"] {
        editor.receive().expect("the new folder is looked at");
    }
    editor.notify("workspace/didChangeWorkspaceFolders", event(json!([]), folder));
    while !editor.rules(&file).is_empty() {
        editor.receive().expect("the old folder is left");
    }
}

#[test]
fn a_file_outside_of_every_folder_is_a_project_of_its_own_while_it_is_open() {
    let (folder, outside) = (project::folder(), Folder::with(&[("x.baml", LEAF)]));
    let mut editor = Editor::open(folder.path());
    let uri = format!("file://{}/x.baml", outside.path().canonicalize().unwrap().display());
    let document = json!({ "uri": uri, "languageId": "baml", "version": 1, "text": "client<llm> X {\n  provider nobody\n}\n" });
    editor.notify("textDocument/didOpen", json!({ "textDocument": document }));
    while editor.rules(&uri) != ["unknown-provider"] {
        editor.receive().expect("the file is checked");
    }
    editor.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    while !editor.rules(&uri).is_empty() {
        editor.receive().expect("a closed guest has no findings");
    }
}

#[test]
fn documents_without_a_file_stand_alone() {
    let folder = project::folder();
    let mut editor = Editor::open(folder.path());
    for (number, text) in
        [(1, "client<llm> Same {\n  provider nobody\n}\n"), (2, "client<llm> Same {\n  provider nobody\n}\n")]
    {
        let uri = format!("untitled:Untitled-{number}");
        let document = json!({ "uri": uri, "languageId": "baml", "version": 1, "text": text });
        editor.notify("textDocument/didOpen", json!({ "textDocument": document }));
        while editor.rules(&uri) != ["unknown-provider"] {
            editor.receive().expect("the document is checked by itself");
        }
        let params = json!({ "textDocument": { "uri": uri }, "position": { "line": 0, "character": 13 } });
        assert_ne!(editor.request("textDocument/hover", params), Value::Null);
    }
}

#[test]
fn an_editor_without_a_folder_can_open_files() {
    let folder = project::folder();
    let mut editor = Editor::with(folder.path(), json!({ "rootUri": null, "workspaceFolders": null }));
    editor.open_file(PATH);
    editor.wait_for(PATH);
    let params = editor.on(PATH, CLIENTS, "Twice", 0);
    assert_ne!(editor.request("textDocument/definition", params), Value::Null);
}

#[test]
fn documents_that_are_no_sources_are_left_alone() {
    let folder = project::folder();
    let mut editor = Editor::open(folder.path());
    editor.open_text("notes.txt", "client<llm> A {");
    let params = editor.at("notes.txt", 0, 3);
    assert_eq!(editor.request("textDocument/hover", params), Value::Null);
    editor.change_all("notes.txt", "more");
    editor.close_file("notes.txt");
    assert_eq!(editor.shut_down(), 0);
}

#[test]
fn a_burst_of_edits_ends_with_the_findings_of_the_last_one() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    editor.wait_for(PATH);
    editor.told.clear();
    let wrong = CLIENTS.replace("provider openai", "provider nobody");
    for edit in 0..100 {
        editor.change_all(PATH, if edit % 2 == 0 { CLIENTS } else { &wrong });
    }
    editor.wait_for(PATH);
    assert!(editor.rules(PATH).contains(&"unknown-provider"));
    // What is told in between is of texts that there were, in their order.
    let versions: Vec<i64> = editor
        .told
        .iter()
        .filter(|told| told["params"]["uri"] == editor.uri(PATH))
        .map(|told| told["params"]["version"].as_i64().expect("an open document has a version"))
        .collect();
    assert!(versions.is_sorted() && versions.last() == Some(&101), "{versions:?}");
}

#[test]
fn a_file_that_is_open_under_two_addresses_stays_open_when_one_is_closed() {
    let folder = Folder::with(&[("baml_src/a.baml", LEAF)]);
    let mut editor = Editor::open(folder.path());
    let other = "baml_src/%61.baml";
    let uri = editor.uri("baml_src/a.baml").replace("/a.baml", "/%61.baml");
    let open = |editor: &mut Editor, text: &str| {
        let document = json!({ "uri": uri, "languageId": "baml", "version": 1, "text": text });
        editor.notify("textDocument/didOpen", json!({ "textDocument": document }));
    };
    let names = |editor: &mut Editor, uri: &str| {
        let params = json!({ "textDocument": { "uri": uri } });
        let symbols = editor.request("textDocument/documentSymbol", params);
        let symbols = symbols.as_array().unwrap();
        symbols.iter().map(|symbol| symbol["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    editor.open_text("baml_src/a.baml", &LEAF.replace(" A ", " First "));
    open(&mut editor, &LEAF.replace(" A ", " Second "));
    // Each edit is one of its own text.
    editor.change("baml_src/a.baml", json!([change((0, 17), (0, 17), "Edited")]));
    assert_eq!(names(&mut editor, &uri), ["FirstEdited"]);
    while !editor.diagnostics.contains_key(other) && !editor.diagnostics.contains_key("baml_src/a.baml") {
        editor.receive().expect("findings");
    }
    editor.close_file("baml_src/a.baml");
    assert_eq!(names(&mut editor, &uri), ["Second"]);
    editor.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(names(&mut editor, &uri), ["A"]);
}
