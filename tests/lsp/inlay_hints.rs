//! Notes in the text.

use clientc_tests::Editor;
use serde_json::{Value, json};

use crate::project::{self, CLIENTS, PATH, POLICIES};

fn hints(editor: &mut Editor, path: &str, from: u32, to: u32) -> Vec<(u64, String)> {
    let params = json!({
        "textDocument": { "uri": editor.uri(path) },
        "range": { "start": { "line": from, "character": 0 }, "end": { "line": to, "character": 0 } },
    });
    let answer = editor.request("textDocument/inlayHint", params);
    let hint = |hint: &Value| {
        (hint["position"]["line"].as_u64().unwrap(), hint["label"].as_str().unwrap().to_owned())
    };
    answer.as_array().unwrap().iter().map(hint).collect()
}

#[test]
fn limits_tell_what_they_come_down_to_and_composites_what_they_cost() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    let found: Vec<String> = hints(&mut editor, PATH, 0, 100)
        .into_iter()
        .map(|(line, label)| format!("{line}: {label}"))
        .collect();
    insta::assert_snapshot!(found.join("\n"));
    editor.open_file("baml_src/policies.baml");
    assert_eq!(hints(&mut editor, "baml_src/policies.baml", 0, 100), [(4, "1.5s".to_owned())]);
    let _ = (CLIENTS, POLICIES);
}

#[test]
fn only_the_part_that_is_asked_for_is_told() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    let all = hints(&mut editor, PATH, 0, 100);
    let part = hints(&mut editor, PATH, 12, 24);
    assert!(!part.is_empty() && part.len() < all.len());
    assert!(part.iter().all(|(line, _)| (12..=24).contains(line)), "{part:?}");
}

#[test]
fn they_can_be_switched_off() {
    let folder = project::folder();
    let mut editor = Editor::with(
        folder.path(),
        json!({ "initializationOptions": { "inlayHints": { "enabled": false } } }),
    );
    editor.open_file(PATH);
    assert_eq!(hints(&mut editor, PATH, 0, 100), []);
}
