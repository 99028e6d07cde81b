//! The outline of a file and the names of the workspace.

use clientc_tests::Editor;
use serde_json::{Value, json};

use crate::project::{self, CLIENTS, PATH};

fn names(answer: &Value) -> Vec<String> {
    answer.as_array().unwrap().iter().map(|symbol| symbol["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_outline_has_clients_with_their_members() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    let params = editor.of(PATH);
    let answer = editor.request("textDocument/documentSymbol", params);
    assert_eq!(names(&answer), ["FastClient", "SlowClient", "MyFallback"]);
    assert_eq!(answer[0]["detail"], "openai gpt-4o");
    assert_eq!(names(&answer[2]["children"]), ["FastClient", "SlowClient"]);
    let inside = |outer: &Value, inner: &Value| {
        let at = |range: &Value, end: &str| (range[end]["line"].as_u64(), range[end]["character"].as_u64());
        at(outer, "start") <= at(inner, "start") && at(inner, "end") <= at(outer, "end")
    };
    for symbol in answer.as_array().unwrap() {
        assert!(inside(&symbol["range"], &symbol["selectionRange"]), "{symbol}");
    }
    editor.open_file("baml_src/policies.baml");
    editor.open_file("baml_src/functions.baml");
    for (path, name, detail) in [
        ("baml_src/policies.baml", "Twice", "2 retries"),
        ("baml_src/functions.baml", "Extract", "MyFallback"),
    ] {
        let params = editor.of(path);
        let answer = editor.request("textDocument/documentSymbol", params);
        assert_eq!((names(&answer), &answer[0]["detail"]), (vec![name.to_owned()], &json!(detail)));
    }
}

#[test]
fn an_older_editor_gets_a_flat_list() {
    let folder = project::folder();
    let more = json!({ "capabilities": { "textDocument": { "documentSymbol": { "hierarchicalDocumentSymbolSupport": false } } } });
    let mut editor = Editor::with(folder.path(), more);
    editor.open_file(PATH);
    let params = editor.of(PATH);
    let answer = editor.request("textDocument/documentSymbol", params);
    assert_eq!(names(&answer), ["FastClient", "SlowClient", "MyFallback"]);
    assert_eq!(answer[0]["location"]["uri"], editor.uri(PATH));
}

#[test]
fn names_are_found_in_all_projects_by_their_letters() {
    let folder = project::folder();
    folder.write("other/baml_src/a.baml", CLIENTS.replace("Client", "Caller"));
    let mut editor = project::editor(&folder);
    for (query, expected) in [
        ("fstcli", vec!["FastClient"]),
        ("client", vec!["FastClient", "SlowClient"]),
        ("extract", vec!["Extract"]),
        ("slowcaller", vec!["SlowCaller"]),
        ("zzz", vec![]),
    ] {
        let answer = editor.request("workspace/symbol", json!({ "query": query }));
        assert_eq!(names(&answer), expected, "{query}");
    }
    let all = editor.request("workspace/symbol", json!({ "query": "" }));
    assert_eq!(all.as_array().unwrap().len(), 8);
}
