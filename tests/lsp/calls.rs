//! The call hierarchy over composition.

use clientc_tests::Editor;
use serde_json::{Value, json};

use crate::project::{self, CLIENTS, FUNCTIONS, PATH};

fn item(editor: &mut Editor, path: &str, text: &str, word: &str) -> Value {
    let params = editor.on(path, text, word, 1);
    editor.request("textDocument/prepareCallHierarchy", params)[0].clone()
}

fn calls(editor: &mut Editor, direction: &str, item: &Value) -> Vec<(String, usize)> {
    let answer = editor.request(&format!("callHierarchy/{direction}Calls"), json!({ "item": item }));
    let end = if direction == "incoming" { "from" } else { "to" };
    let call = |call: &Value| {
        (call[end]["name"].as_str().unwrap().to_owned(), call["fromRanges"].as_array().unwrap().len())
    };
    answer.as_array().unwrap().iter().map(call).collect()
}

#[test]
fn composites_call_their_members_and_functions_call_clients() {
    let folder = project::folder();
    folder.write(PATH, CLIENTS.replace("[FastClient, SlowClient]", "[FastClient, SlowClient, FastClient]"));
    let mut editor = Editor::open(folder.path());
    let text = editor.open_file(PATH);
    editor.open_file("baml_src/functions.baml");
    let fallback = item(&mut editor, PATH, &text, "MyFallback");
    assert_eq!((&fallback["name"], &fallback["detail"]), (&json!("MyFallback"), &json!("fallback")));
    assert_eq!(
        calls(&mut editor, "outgoing", &fallback),
        [("FastClient".to_owned(), 2), ("SlowClient".to_owned(), 1)]
    );
    assert_eq!(calls(&mut editor, "incoming", &fallback), [("Extract".to_owned(), 1)]);
    let function = item(&mut editor, "baml_src/functions.baml", FUNCTIONS, "Extract");
    assert_eq!(calls(&mut editor, "outgoing", &function), [("MyFallback".to_owned(), 1)]);
    assert_eq!(calls(&mut editor, "incoming", &function), []);
    let leaf = item(&mut editor, PATH, &text, "FastClient");
    assert_eq!(calls(&mut editor, "outgoing", &leaf), []);
    assert_eq!(calls(&mut editor, "incoming", &leaf), [("MyFallback".to_owned(), 2)]);
}

#[test]
fn a_policy_is_in_no_hierarchy() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    let params = editor.on(PATH, CLIENTS, "Twice", 0);
    assert_eq!(editor.request("textDocument/prepareCallHierarchy", params), Value::Null);
}
