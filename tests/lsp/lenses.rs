//! Lines above clients.

use clientc_tests::Editor;
use serde_json::{Value, json};

use crate::project::{self, PATH};

fn titles(editor: &mut Editor) -> Vec<(u64, String, String)> {
    let params = editor.of(PATH);
    let answer = editor.request("textDocument/codeLens", params);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let lens = |lens: &Value| {
        let line = lens["range"]["start"]["line"].as_u64().unwrap();
        (line, text(&lens["command"]["title"]), text(&lens["command"]["command"]))
    };
    answer.as_array().unwrap().iter().map(lens).collect()
}

#[test]
fn each_client_has_its_routes_and_its_worst_case() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    let plan = "clientc.showPlan".to_owned();
    assert_eq!(
        titles(&mut editor),
        [
            (0, "1 route · worst case 1 request, 20s · show plan".to_owned(), plan.clone()),
            (12, "1 route · worst case 3 requests, 3m 3s · show plan".to_owned(), plan.clone()),
            (25, "2 routes · worst case 4 requests, 2m · show plan".to_owned(), plan),
        ]
    );
}

#[test]
fn an_editor_that_shows_plans_also_gets_uses() {
    let folder = project::folder();
    let mut editor = Editor::with(folder.path(), json!({ "initializationOptions": { "showsPlans": true } }));
    editor.open_file(PATH);
    let uses: Vec<String> = titles(&mut editor)
        .into_iter()
        .filter(|lens| lens.2 == "clientc.showUses")
        .map(|lens| lens.1)
        .collect();
    assert_eq!(uses, ["1 use", "1 use", "1 use"]);
}

#[test]
fn they_can_be_switched_off() {
    let folder = project::folder();
    let mut editor = Editor::with(folder.path(), json!({ "initializationOptions": { "codeLens": false } }));
    editor.open_file(PATH);
    assert_eq!(titles(&mut editor), []);
}
