//! The one style.

use clientc_tests::editor::edited;
use clientc_tests::{Editor, Folder};
use serde_json::json;

use crate::project::PATH;

const UGLY: &str = "client<llm>   A{\nprovider openai\n   options { model \"m\u{1f600}\" }\n}\n\n\nclient<llm>  B  {\n provider   openai\n options {\n model \"m\"\n }\n}";

#[test]
fn a_document_is_formatted_as_the_command_does_it() {
    let folder = Folder::with(&[(PATH, UGLY)]);
    let mut editor = Editor::open(folder.path());
    editor.open_file(PATH);
    let mut params = editor.of(PATH);
    params["options"] = json!({ "tabSize": 8, "insertSpaces": false });
    let edits = editor.request("textDocument/formatting", params.clone());
    let after = edited(UGLY, &edits);
    assert_eq!(folder.run("fmt").code, 0);
    assert_eq!(after, std::fs::read_to_string(folder.path().join(PATH)).unwrap());
    assert_ne!(after, UGLY);
    editor.change_all(PATH, &after);
    assert_eq!(editor.request("textDocument/formatting", params), json!([]));
}

#[test]
fn a_part_is_formatted_by_itself() {
    let folder = Folder::with(&[(PATH, UGLY)]);
    let mut editor = Editor::open(folder.path());
    editor.open_file(PATH);
    let mut params = editor.of(PATH);
    params["range"] = json!({ "start": { "line": 1, "character": 0 }, "end": { "line": 2, "character": 3 } });
    params["options"] = json!({ "tabSize": 2, "insertSpaces": true });
    let edits = editor.request("textDocument/rangeFormatting", params);
    let after = edited(UGLY, &edits);
    assert!(after.starts_with("client<llm> A {\n  provider openai\n"), "{after}");
    assert!(after.ends_with(&UGLY[UGLY.find("client<llm>  B").unwrap()..]), "{after}");
}
