//! The mentions of one name in a file.

use serde_json::Value;

use crate::project::{self, CLIENTS, PATH};

#[test]
fn a_definition_is_written_and_a_use_is_read() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    let params = editor.on(PATH, CLIENTS, "SlowClient]", 0);
    let answer = editor.request("textDocument/documentHighlight", params);
    let found: Vec<(u64, u64)> = answer
        .as_array()
        .unwrap()
        .iter()
        .map(|found: &Value| {
            (found["range"]["start"]["line"].as_u64().unwrap(), found["kind"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(found, [(12, 3), (28, 2)]);
    let params = editor.on(PATH, CLIENTS, "model", 0);
    assert_eq!(editor.request("textDocument/documentHighlight", params), Value::Array(Vec::new()));
}
