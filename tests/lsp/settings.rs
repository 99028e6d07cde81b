//! `clientc.toml` and the settings of the editor.

use clientc_tests::Editor;
use serde_json::json;

use crate::project::{self, CLIENTS, PATH};

#[test]
fn a_settings_file_that_is_being_typed_takes_effect() {
    let folder = project::folder();
    folder.write("clientc.toml", "");
    let mut editor = project::editor(&folder);
    editor.wait_for(PATH);
    let before = editor.rules(PATH).len();
    editor.open_text("clientc.toml", "");
    editor.wait_for("clientc.toml");
    editor.change_all("clientc.toml", "[limits]\nmax-requests = 1\n");
    editor.wait_for("clientc.toml");
    // The findings of other files come with the same analysis.
    let until = |editor: &Editor| editor.rules(PATH).contains(&"retry-amplification");
    while !until(&editor) {
        editor.receive().expect("the client is found");
    }
    editor.change_all("clientc.toml", "[limits]\nmax-request = 1\n");
    editor.wait_for("clientc.toml");
    assert_eq!(editor.rules("clientc.toml"), ["invalid-config"]);
    while editor.rules(PATH).len() != before {
        editor.receive().expect("the finding is gone");
    }
    editor.close_file("clientc.toml");
    while !editor.rules("clientc.toml").is_empty() {
        editor.receive().expect("the finding in the settings is gone");
    }
    assert_eq!(editor.shut_down(), 0);
}

#[test]
fn a_settings_file_that_changes_on_the_disk_takes_effect() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    editor.wait_for(PATH);
    for (text, kind, is_there) in [
        ("[limits]\nmax-requests = 1\n", 1, true),
        ("[limits]\nmax-requests = 100\n", 2, false),
        ("[limits]\nmax-requests = 2\n", 2, true),
    ] {
        folder.write("clientc.toml", text);
        let changes = json!({ "changes": [{ "uri": editor.uri("clientc.toml"), "type": kind }] });
        editor.notify("workspace/didChangeWatchedFiles", changes);
        while editor.rules(PATH).contains(&"retry-amplification") != is_there {
            editor.receive().expect("the settings take effect");
        }
    }
    std::fs::remove_file(folder.path().join("clientc.toml")).unwrap();
    let changes = json!({ "changes": [{ "uri": editor.uri("clientc.toml"), "type": 3 }] });
    editor.notify("workspace/didChangeWatchedFiles", changes);
    while editor.rules(PATH).contains(&"retry-amplification") {
        editor.receive().expect("without settings there is no finding");
    }
}

#[test]
fn beside_baml_its_own_errors_are_left_to_it() {
    let folder = project::folder();
    let text = CLIENTS.replace("strategy [FastClient, SlowClient]", "strategy [FastClient, Nobody]");
    folder.write(PATH, text);
    let mut editor = project::editor(&folder);
    editor.wait_for(PATH);
    assert!(editor.rules(PATH).contains(&"unknown-client"));
    let settings = json!({ "settings": { "clientc": { "peer": "beside" } } });
    editor.notify("workspace/didChangeConfiguration", settings);
    while editor.rules(PATH).contains(&"unknown-client") {
        editor.receive().expect("the finding is left to BAML");
    }
    let mut other = Editor::with(folder.path(), json!({ "initializationOptions": { "peer": "beside" } }));
    other.open_file(PATH);
    other.wait_for(PATH);
    assert_eq!(other.rules(PATH), editor.rules(PATH));
}
