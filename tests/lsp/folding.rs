//! What can be folded.

use clientc_tests::{Editor, Folder};
use serde_json::Value;

#[test]
fn blocks_maps_and_comments_fold() {
    let text = "// one\n// two\n\n// alone\nclient<llm> A {\n  provider openai\n  options {\n    model \"m\"\n  }\n}\n\n\
                function F(a: string) -> string {\n  client A\n  prompt #\"\n    hello\n  \"#\n}\n\nclass X {\n  a string\n}\n";
    let folder = Folder::with(&[("baml_src/a.baml", text)]);
    let mut editor = Editor::open(folder.path());
    editor.open_file("baml_src/a.baml");
    let params = editor.of("baml_src/a.baml");
    let answer = editor.request("textDocument/foldingRange", params);
    let fold = |fold: &Value| {
        let comment = if fold["kind"] == "comment" { " comment" } else { "" };
        format!("{}-{}{comment}", fold["startLine"], fold["endLine"])
    };
    let folds: Vec<String> = answer.as_array().unwrap().iter().map(fold).collect();
    assert_eq!(folds, ["0-1 comment", "4-8", "6-7", "11-15", "18-19"]);
}
