//! What an editor shows and what `clientc check` finds in a folder with the same texts.

use std::collections::BTreeMap;

use clientc_tests::editor::offset;
use clientc_tests::{Editor, Folder};

/// The findings of each file, a line each.
type Lines = BTreeMap<String, Vec<String>>;

/// Fails unless the editor shows what `check` finds in a folder. The folder has the texts as the editor has them, saved or
/// not.
pub(crate) fn expect(editor: &Editor, texts: &Folder, about: &str) {
    assert_eq!(shown(editor, texts), found(texts), "{about}");
}

/// The same, as soon as the editor has heard of a change that it cannot wait for.
pub(crate) fn wait(editor: &mut Editor, texts: &Folder, about: &str) {
    let found = found(texts);
    while shown(editor, texts) != found {
        let shown = shown(editor, texts);
        editor.receive().unwrap_or_else(|| panic!("{about}: the editor shows {shown:#?}, not {found:#?}"));
    }
}

fn found(texts: &Folder) -> Lines {
    let mut lines = Lines::new();
    let run = texts.run("check . --format json");
    for found in run.json()["diagnostics"].as_array().unwrap() {
        let path = found["file"].as_str().unwrap().to_owned();
        let help = found["help"].as_str().map(|help| format!("\n{help}")).unwrap_or_default();
        let level = found["level"].as_str().unwrap();
        let (rule, message) = (found["rule"].as_str().unwrap(), found["message"].as_str().unwrap());
        let line = format!("{} {level} {rule} {message}{help}", found["offset"]);
        lines.entry(path).or_default().push(line);
    }
    lines
}

fn shown(editor: &Editor, texts: &Folder) -> Lines {
    let mut lines = Lines::new();
    for (path, found) in &editor.diagnostics {
        let text = std::fs::read_to_string(texts.path().join(path)).unwrap_or_default();
        for found in found {
            let start = &found["range"]["start"];
            let offset = offset(&text, start["line"].as_u64().unwrap(), start["character"].as_u64().unwrap());
            let level = ["", "error", "warning", "info"][found["severity"].as_u64().unwrap() as usize];
            let (rule, message) = (found["code"].as_str().unwrap(), found["message"].as_str().unwrap());
            lines.entry(path.clone()).or_default().push(format!("{offset} {level} {rule} {message}"));
        }
    }
    lines
}
