//! Notes in the text.

use clientc_tests::Editor;
use serde_json::{Value, json};

use crate::project::{self, CLIENTS, PATH, POLICIES};

fn hints(editor: &mut Editor, path: &str, from: u32, to: u32) -> Vec<(u64, String)> {
    let params = json!({
        "textDocument": { "uri": editor.uri(path) },
        "range": { "start": { "line": from, "character": 0 }, "end": { "line": to, "character": 0 } },
    });
    let answer = editor.request("textDocument/inlayHint", params);
    let hint = |hint: &Value| {
        (hint["position"]["line"].as_u64().unwrap(), hint["label"].as_str().unwrap().to_owned())
    };
    answer.as_array().unwrap().iter().map(hint).collect()
}

#[test]
fn limits_tell_what_they_come_down_to_and_composites_what_they_cost() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    let found: Vec<String> = hints(&mut editor, PATH, 0, 100)
        .into_iter()
        .map(|(line, label)| format!("{line}: {label}"))
        .collect();
    insta::assert_snapshot!(found.join("\n"));
    editor.open_file("baml_src/policies.baml");
    assert_eq!(hints(&mut editor, "baml_src/policies.baml", 0, 100), [(4, "1.5s".to_owned())]);
    let _ = (CLIENTS, POLICIES);
}

#[test]
fn only_the_part_that_is_asked_for_is_told() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    let all = hints(&mut editor, PATH, 0, 100);
    let part = hints(&mut editor, PATH, 12, 24);
    assert!(!part.is_empty() && part.len() < all.len());
    assert!(part.iter().all(|(line, _)| (12..=24).contains(line)), "{part:?}");
}

#[test]
fn they_can_be_switched_off() {
    let folder = project::folder();
    let mut editor = Editor::with(
        folder.path(),
        json!({ "initializationOptions": { "inlayHints": { "enabled": false } } }),
    );
    editor.open_file(PATH);
    assert_eq!(hints(&mut editor, PATH, 0, 100), []);
}

#[test]
fn what_a_change_elsewhere_makes_old_is_asked_for_again() {
    let folder = project::folder();
    let above = "client<llm> Above {\n  provider fallback\n  options {\n    strategy [MyFallback]\n  }\n}\n";
    folder.write("baml_src/above.baml", above);
    for pulls in [false, true] {
        let mut more = json!({ "capabilities": { "workspace": {
            "inlayHint": { "refreshSupport": true },
            "codeLens": { "refreshSupport": true },
        } } });
        if pulls {
            more["capabilities"]["textDocument"] = json!({ "diagnostic": {} });
        }
        let mut editor = Editor::with(folder.path(), more);
        editor.open_file(PATH);
        let asked = |editor: &mut Editor| {
            // An answer after a pause comes after what the server does when it is idle.
            for _ in 0..3 {
                let params = editor.of(PATH);
                editor.request("textDocument/foldingRange", params);
                std::thread::sleep(std::time::Duration::from_millis(30));
            }
            let told = std::mem::take(&mut editor.told).into_iter();
            let kinds =
                told.filter_map(|told| told["method"].as_str()?.strip_suffix("/refresh").map(str::to_owned));
            kinds.collect::<Vec<_>>()
        };
        let both = ["workspace/inlayHint", "workspace/codeLens"];
        assert_eq!(asked(&mut editor), [""; 0], "at first");
        let limit =
            |ms: u32| CLIENTS.replace("request_timeout_ms 20000", &format!("request_timeout_ms {ms}"));
        editor.change_all(PATH, &limit(21_000));
        assert_eq!(asked(&mut editor), [""; 0], "nothing else is open");
        editor.open_file("baml_src/above.baml");
        assert_eq!(asked(&mut editor), [""; 0], "nothing has changed");
        editor.change_all(PATH, &limit(22_000));
        assert_eq!(asked(&mut editor), both, "a limit, which the other file shows");
        editor.change_all(PATH, &(limit(22_000) + "\n// a comment\n"));
        assert_eq!(asked(&mut editor), [""; 0], "a comment");
        editor.change_all("baml_src/above.baml", &above.replace("provider", "// moved\n  provider"));
        assert_eq!(asked(&mut editor), [""; 0], "it is in another line");
        for (setting, kind) in [("inlayHints", both[0]), ("codeLens", both[1])] {
            let settings = json!({ "settings": { "clientc": { setting: { "enabled": false } } } });
            editor.notify("workspace/didChangeConfiguration", settings);
            assert_eq!(asked(&mut editor), [kind], "{setting} are switched off");
        }
    }
}
