//! One `clientc.toml` above two projects: what it names may be in either of them, or in both.

use clientc_tests::editor::{edited, edits_of};
use clientc_tests::{Editor, Folder};
use serde_json::{Value, json};

const SETTINGS: &str = "[entries]\nclients = [\"F\", \"H\"]\n";
const FIRST: &str = "one/baml_src/a.baml";
const SECOND: &str = "two/baml_src/b.baml";

fn client(name: &str) -> String {
    format!(
        "client<llm> {name} {{\n  provider openai\n  options {{\n    model \"m\"\n    http {{ request_timeout_ms 5000 }}\n  }}\n}}\n"
    )
}

/// Two projects: `F` is in both, `G` in the first, `H` in the second.
fn folder() -> Folder {
    let (first, second) = (client("F") + &client("G"), client("F") + &client("H"));
    Folder::with(&[("clientc.toml", SETTINGS), (FIRST, &first), (SECOND, &second)])
}

fn editor(folder: &Folder) -> Editor {
    let mut editor = Editor::open(folder.path());
    editor.open_file("clientc.toml");
    editor
}

/// The paths of an answer that is one place or several.
fn paths(editor: &Editor, answer: &Value) -> Vec<String> {
    let places = answer.as_array().cloned().unwrap_or_else(|| vec![answer.clone()]);
    places.iter().filter_map(|place| place["uri"].as_str()).map(|uri| editor.path(uri)).collect()
}

#[test]
fn a_name_is_looked_up_in_each_project() {
    let folder = folder();
    let mut editor = editor(&folder);
    for (name, defined) in [("F", &[FIRST, SECOND][..]), ("H", &[SECOND])] {
        let mut params = editor.on("clientc.toml", SETTINGS, &format!("\"{name}"), 1);
        let answer = editor.request("textDocument/definition", params.clone());
        assert_eq!(paths(&editor, &answer), defined, "{name}");
        let hover = editor.request("textDocument/hover", params.clone());
        let card = hover["contents"]["value"].as_str().unwrap_or_default();
        assert!(card.contains(&format!("client `{name}`")), "{name}: {hover}");
        params["context"] = json!({ "includeDeclaration": true });
        let answer = editor.request("textDocument/references", params);
        let mut found = paths(&editor, &answer);
        found.sort();
        let expected: Vec<&str> = std::iter::once("clientc.toml").chain(defined.iter().copied()).collect();
        assert_eq!(found, expected, "{name}");
    }
    let params = editor.on("clientc.toml", SETTINGS, "H\"", 0);
    let answer = editor.request("textDocument/completion", params);
    let labels: Vec<&str> =
        answer["items"].as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["F", "G", "H"]);
}

#[test]
fn a_name_that_both_projects_have_is_changed_in_both() {
    let folder = folder();
    let rules = |folder: &Folder| folder.run("check --format json").rules();
    let before = rules(&folder);
    for (path, name) in
        [("clientc.toml", "F"), (FIRST, "F"), (SECOND, "F"), ("clientc.toml", "H"), (FIRST, "G")]
    {
        let mut editor = editor(&folder);
        let text = std::fs::read_to_string(folder.path().join(path)).unwrap();
        editor.open_text(path, &text);
        let marks = [format!("\"{name}\""), format!("<llm> {name} ")];
        let mark = marks.iter().find(|mark| text.contains(&**mark)).unwrap();
        let mut params = editor.on(path, &text, mark, mark.find(name).unwrap() as u32);
        params["newName"] = json!("Renamed");
        let edit = editor.request("textDocument/rename", params);
        let after = Folder::with(&[]);
        for path in ["clientc.toml", FIRST, SECOND] {
            let text = std::fs::read_to_string(folder.path().join(path)).unwrap();
            let new = edited(&text, &edits_of(&edit, &editor.uri(path)));
            let is_mentioned = marks.iter().any(|mark| text.contains(&**mark));
            assert_eq!(new != text, is_mentioned, "{path}: {edit}");
            assert!(!marks.iter().any(|mark| new.contains(&**mark)), "{path}: {new}");
            after.write(path, &new);
        }
        assert_eq!(rules(&after), before, "{path} {name}");
    }
}

#[test]
fn a_name_that_any_of_the_projects_has_is_refused() {
    let folder = folder();
    let mut editor = editor(&folder);
    editor.open_file(FIRST);
    for (path, mark, further, taken) in
        [("clientc.toml", "\"F", 1, "G"), ("clientc.toml", "\"F", 1, "H"), (FIRST, "<llm> F", 6, "H")]
    {
        let text = std::fs::read_to_string(folder.path().join(path)).unwrap();
        let mut params = editor.on(path, &text, mark, further);
        params["newName"] = json!(taken);
        let refusal = editor.refusal("textDocument/rename", params);
        let message = refusal["message"].as_str().unwrap();
        assert!(message.contains(&format!("`{taken}`")), "{message}");
    }
}

#[test]
fn a_name_in_settings_that_no_project_has_is_refused() {
    let settings = "[entries]\nclients = [\"F\", \"Nobody\"]\n";
    let folder = folder();
    folder.write("clientc.toml", settings);
    let mut editor = editor(&folder);
    let mut params = editor.on("clientc.toml", settings, "Nobody", 1);
    params["newName"] = json!("Somebody");
    let refusal = editor.refusal("textDocument/rename", params);
    assert!(refusal["message"].as_str().unwrap().contains("`Nobody` is not defined"), "{refusal}");
}
