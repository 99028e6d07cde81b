//! Colours.

use clientc_tests::{Editor, Folder};
use serde_json::{Value, json};

use crate::project::{self, CLIENTS, PATH};

/// Each token with its text and its kind.
fn decoded(editor: &Editor, text: &str, answer: &Value) -> Vec<(String, String)> {
    let legend = &editor.server["capabilities"]["semanticTokensProvider"]["legend"]["tokenTypes"];
    let data: Vec<u64> =
        answer["data"].as_array().unwrap().iter().map(|number| number.as_u64().unwrap()).collect();
    let (mut line, mut column) = (0, 0);
    let mut tokens = Vec::new();
    for part in data.chunks(5) {
        column = if part[0] == 0 { column + part[1] } else { part[1] };
        line += part[0];
        let row = text.lines().nth(line as usize).unwrap();
        let units: Vec<u16> = row.encode_utf16().collect();
        let word = &units[column as usize..(column + part[2]) as usize];
        tokens
            .push((String::from_utf16(word).unwrap(), legend[part[3] as usize].as_str().unwrap().to_owned()));
    }
    tokens
}

#[test]
fn our_blocks_are_coloured_and_nothing_else() {
    let text = "// above\nclient<llm> A { // \u{1f600}\n  provider openai\n  retry_policy R\n  options {\n    model \"m\u{e9}\"\n    \
                api_key env.KEY\n    flag true\n    http { request_timeout_ms 5 }\n  }\n}\nclass X {\n  a string\n}\n\
                function F(a: string) -> string {\n  client A\n  prompt #\"client B\"#\n}\n";
    let folder = Folder::with(&[("baml_src/a.baml", text)]);
    let mut editor = Editor::open(folder.path());
    editor.open_file("baml_src/a.baml");
    let params = editor.of("baml_src/a.baml");
    let answer = editor.request("textDocument/semanticTokens/full", params);
    let tokens = decoded(&editor, text, &answer);
    let tokens: Vec<String> = tokens.iter().map(|(word, kind)| format!("{word}={kind}")).collect();
    insta::assert_snapshot!(tokens.join("\n"));
}

#[test]
fn a_part_is_coloured_by_itself() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    let mut params = editor.of(PATH);
    let all = editor.request("textDocument/semanticTokens/full", params.clone());
    params["range"] =
        json!({ "start": { "line": 27, "character": 0 }, "end": { "line": 30, "character": 0 } });
    let part = editor.request("textDocument/semanticTokens/range", params);
    let (all, part) = (decoded(&editor, CLIENTS, &all), decoded(&editor, CLIENTS, &part));
    assert!(!part.is_empty() && part.len() < all.len());
    assert!(all.ends_with(&part));
}

#[test]
fn a_text_of_several_lines_comes_line_by_line() {
    let text = "client<llm> A {\n  provider openai\n  options {\n    model #\"one\ntwo\"#\n  }\n}\n";
    let folder = Folder::with(&[("baml_src/a.baml", text)]);
    let mut editor = Editor::open(folder.path());
    editor.open_file("baml_src/a.baml");
    let params = editor.of("baml_src/a.baml");
    let answer = editor.request("textDocument/semanticTokens/full", params);
    let strings: Vec<String> = decoded(&editor, text, &answer)
        .into_iter()
        .filter(|token| token.1 == "string")
        .map(|token| token.0)
        .collect();
    assert_eq!(strings, ["#\"one", "two\"#"]);
}
