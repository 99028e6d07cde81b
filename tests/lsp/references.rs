//! Where a name is used.

use serde_json::{Value, json};

use crate::project::{self, CLIENTS, PATH};

fn paths(editor: &clientc_tests::Editor, answer: &Value) -> Vec<(String, u64)> {
    let places = answer.as_array().expect("places");
    let place = |place: &Value| {
        let path = editor.path(place["uri"].as_str().unwrap());
        (path, place["range"]["start"]["line"].as_u64().unwrap())
    };
    places.iter().map(place).collect()
}

#[test]
fn uses_come_from_all_files_and_from_the_settings() {
    let folder = project::folder();
    folder.write("clientc.toml", "[entries]\nclients = [\"MyFallback\"]\n");
    let mut editor = project::editor(&folder);
    let mut params = editor.on(PATH, CLIENTS, "MyFallback", 3);
    params["context"] = json!({ "includeDeclaration": true });
    let answer = editor.request("textDocument/references", params.clone());
    let all = [(PATH, 25), ("baml_src/functions.baml", 5), ("clientc.toml", 1)];
    let all: Vec<(String, u64)> = all.iter().map(|(path, line)| ((*path).to_owned(), *line)).collect();
    assert_eq!(paths(&editor, &answer), all);
    params["context"] = json!({ "includeDeclaration": false });
    let answer = editor.request("textDocument/references", params);
    assert_eq!(paths(&editor, &answer), all[1..]);
}

#[test]
fn a_policy_and_a_member_have_uses_too() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    for (word, lines) in [("Twice", vec![14, 0]), ("FastClient", vec![0, 28])] {
        let mut params = editor.on(PATH, CLIENTS, word, 1);
        params["context"] = json!({ "includeDeclaration": true });
        let answer = editor.request("textDocument/references", params);
        let found: Vec<u64> = paths(&editor, &answer).into_iter().map(|(_, line)| line).collect();
        assert_eq!(found, lines, "{word}");
    }
}
