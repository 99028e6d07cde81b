//! What a selection grows to.

use clientc_tests::editor::offset;
use serde_json::{Value, json};

use crate::project::{self, CLIENTS, PATH};

#[test]
fn a_selection_grows_from_the_value_to_the_file() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    let at = editor.on(PATH, CLIENTS, "3000", 1);
    let params = json!({ "textDocument": at["textDocument"], "positions": [at["position"]] });
    let answer = editor.request("textDocument/selectionRange", params);
    let mut texts = Vec::new();
    let mut next = &answer[0];
    while next.is_object() {
        let end = |end: &str| {
            let place: &Value = &next["range"][end];
            offset(CLIENTS, place["line"].as_u64().unwrap(), place["character"].as_u64().unwrap())
        };
        texts.push(&CLIENTS[end("start")..end("end")]);
        next = &next["parent"];
    }
    assert_eq!(texts[..2], ["3000", "connect_timeout_ms 3000"]);
    assert!(texts[2].starts_with("{\n      connect") && texts[2].ends_with('}'), "{}", texts[2]);
    assert!(texts[3].starts_with("http {"), "{}", texts[3]);
    assert_eq!(texts.last(), Some(&CLIENTS));
    assert!(texts.windows(2).all(|pair| pair[1].contains(pair[0])));
}
