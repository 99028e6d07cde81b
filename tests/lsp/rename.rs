//! Renaming.

use clientc_tests::editor::{edited, edits_of};
use serde_json::{Value, json};

use crate::project::{self, CLIENTS, FUNCTIONS, PATH, POLICIES};

#[test]
fn a_client_gets_another_name_everywhere() {
    let folder = project::folder();
    folder.write("clientc.toml", "[entries]\nclients = [\"MyFallback\"]\n");
    let mut editor = project::editor(&folder);
    let at = editor.on(PATH, CLIENTS, "MyFallback", 3);
    let prepared = editor.request("textDocument/prepareRename", at.clone());
    assert_eq!(prepared["placeholder"], "MyFallback");
    let mut params = at;
    params["newName"] = json!("Chat");
    let edit = editor.request("textDocument/rename", params);
    for (path, text) in [
        (PATH, CLIENTS),
        ("baml_src/functions.baml", FUNCTIONS),
        ("clientc.toml", "[entries]\nclients = [\"MyFallback\"]\n"),
    ] {
        let after = edited(text, &edits_of(&edit, &editor.uri(path)));
        assert_eq!(after, text.replace("MyFallback", "Chat"), "{path}");
    }
}

#[test]
fn a_policy_gets_another_name_and_nothing_new_is_wrong() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    let mut params = editor.on(PATH, CLIENTS, "Twice", 0);
    params["newName"] = json!("Patient");
    let edit = editor.request("textDocument/rename", params);
    for (path, text) in [(PATH, CLIENTS), ("baml_src/policies.baml", POLICIES)] {
        folder.write(path, edited(text, &edits_of(&edit, &editor.uri(path))));
    }
    let before = project::folder().run("check --format json").rules();
    assert_eq!(folder.run("check --format json").rules(), before);
}

#[test]
fn names_that_would_collide_or_are_none_are_refused_with_the_reason() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    for (name, reason) in [
        ("SlowClient", "there is already a client `SlowClient`: baml_src/clients.baml:13"),
        ("Twice", "there is already a retry policy `Twice`: baml_src/policies.baml:1"),
        ("Extract", "there is already a function `Extract`: baml_src/functions.baml:5"),
        ("Resume", "there is already a class `Resume`: baml_src/functions.baml:1"),
        ("fast", "`fast` is not a valid name"),
        ("A b", "`A b` is not a valid name"),
        ("", "the new name is empty"),
    ] {
        let mut params = editor.on(PATH, CLIENTS, "FastClient", 0);
        params["newName"] = json!(name);
        let refusal = editor.refusal("textDocument/rename", params);
        let message = refusal["message"].as_str().unwrap();
        assert!(message.starts_with(reason), "{name}: {message}");
    }
}

#[test]
fn what_has_no_block_cannot_be_renamed() {
    let text = "function F(a: string) -> string {\n  client \"openai/gpt-4o\"\n  prompt #\"a\"#\n}\n";
    let folder = clientc_tests::Folder::with(&[("baml_src/f.baml", text)]);
    let mut editor = clientc_tests::Editor::open(folder.path());
    editor.open_file("baml_src/f.baml");
    let at = editor.on("baml_src/f.baml", text, "gpt", 0);
    let refusal = editor.refusal("textDocument/prepareRename", at);
    assert!(refusal["message"].as_str().unwrap().contains("a provider and a model"), "{refusal}");
    let at = editor.on("baml_src/f.baml", text, "F(", 0);
    let refusal = editor.refusal("textDocument/prepareRename", at);
    assert!(refusal["message"].as_str().unwrap().contains("is a function"), "{refusal}");
    let at = editor.on("baml_src/f.baml", text, "prompt", 0);
    assert_eq!(editor.request("textDocument/prepareRename", at), Value::Null);
}

#[test]
fn a_client_without_versions_of_documents_gets_plain_changes() {
    let folder = project::folder();
    let capabilities =
        json!({ "capabilities": { "workspace": { "workspaceEdit": { "documentChanges": false } } } });
    let mut editor = clientc_tests::Editor::with(folder.path(), capabilities);
    editor.open_file(PATH);
    let mut params = editor.on(PATH, CLIENTS, "FastClient", 0);
    params["newName"] = json!("Quick");
    let edit = editor.request("textDocument/rename", params);
    assert!(edit.get("documentChanges").is_none());
    let after = edited(CLIENTS, &edits_of(&edit, &editor.uri(PATH)));
    assert_eq!(after, CLIENTS.replace("FastClient", "Quick"));
}
