//! Where a name is defined.

use clientc_tests::Editor;
use serde_json::{Value, json};

use crate::project::{self, CLIENTS, FUNCTIONS, PATH, POLICIES};

fn target(editor: &Editor, answer: &Value) -> (String, u64, u64) {
    let path = editor.path(answer["uri"].as_str().expect("there is a place"));
    let start = &answer["range"]["start"];
    (path, start["line"].as_u64().unwrap(), start["character"].as_u64().unwrap())
}

#[test]
fn members_policies_and_functions_lead_to_their_blocks() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    editor.open_file("baml_src/functions.baml");
    let line = |text: &str, word: &str| text[..text.find(word).unwrap()].matches('\n').count() as u64;
    for (path, text, word, file, defined) in [
        (PATH, CLIENTS, "SlowClient]", PATH, line(CLIENTS, "client<llm> SlowClient")),
        (PATH, CLIENTS, "Twice", "baml_src/policies.baml", line(POLICIES, "retry_policy Twice")),
        ("baml_src/functions.baml", FUNCTIONS, "MyFallback", PATH, line(CLIENTS, "client<llm> MyFallback")),
        ("baml_src/functions.baml", FUNCTIONS, "Extract", PATH, line(CLIENTS, "client<llm> MyFallback")),
        (PATH, CLIENTS, "FastClient {", PATH, line(CLIENTS, "client<llm> FastClient")),
    ] {
        let params = editor.on(path, text, word, 2);
        let answer = editor.request("textDocument/definition", params);
        let (target, line, _) = target(&editor, &answer);
        assert_eq!((target.as_str(), line), (file, defined), "{word}");
    }
    assert_eq!(editor.shut_down(), 0);
}

#[test]
fn what_is_no_name_leads_nowhere() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    for (word, further) in [("provider", 1), ("gpt-4o", 2), ("3000", 1)] {
        let params = editor.on(PATH, CLIENTS, word, further);
        assert_eq!(editor.request("textDocument/definition", params), Value::Null, "{word}");
    }
    // In a prompt a name is only text.
    editor.open_file("baml_src/functions.baml");
    let params = editor.on("baml_src/functions.baml", FUNCTIONS, "FastClient", 2);
    assert_eq!(editor.request("textDocument/definition", params), Value::Null);
    let params = json!({ "textDocument": { "uri": "file:///nowhere/x.baml" }, "position": { "line": 0, "character": 0 } });
    assert_eq!(editor.request("textDocument/definition", params), Value::Null);
}

#[test]
fn unsaved_texts_count() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    let moved = format!("// one more line\n{CLIENTS}");
    editor.change_all(PATH, &moved);
    let params = editor.on(PATH, &moved, "FastClient,", 0);
    let answer = editor.request("textDocument/definition", params);
    assert_eq!(target(&editor, &answer), (PATH.to_owned(), 1, 12));
}
