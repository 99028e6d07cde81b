//! The command that shows a plan.

use clientc_tests::Editor;
use serde_json::json;

use crate::project::{self, PATH};

#[test]
fn the_plan_is_what_resolve_prints() {
    let folder = project::folder();
    let mut editor = Editor::with(folder.path(), json!({ "initializationOptions": { "showsPlans": true } }));
    editor.open_file(PATH);
    let arguments = json!({ "command": "clientc.showPlan", "arguments": [editor.uri(PATH), "MyFallback"] });
    let plan = editor.request("workspace/executeCommand", arguments);
    let run = folder.run("resolve --client MyFallback --why");
    assert_eq!(plan.as_str().unwrap(), run.stdout);
    assert!(editor.told.iter().all(|told| told["method"] != "window/showMessage"));
}

#[test]
fn an_editor_that_shows_no_plans_gets_a_message() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    let arguments = json!({ "command": "clientc.showPlan", "arguments": [editor.uri(PATH), "FastClient"] });
    let plan = editor.request("workspace/executeCommand", arguments);
    let told = editor.told.iter().find(|told| told["method"] == "window/showMessage").expect("a message");
    assert_eq!(told["params"]["message"], plan);
}

#[test]
fn what_has_no_plan_says_why() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    for (arguments, reason) in [
        (json!([editor.uri(PATH), "Nobody"]), "there is no client `Nobody`"),
        (json!([editor.uri("baml_src/none.baml"), "FastClient"]), "is not a document of a project"),
        (json!([]), "takes the address of a document and the name of a client"),
    ] {
        let refusal = editor.refusal(
            "workspace/executeCommand",
            json!({ "command": "clientc.showPlan", "arguments": arguments }),
        );
        assert!(refusal["message"].as_str().unwrap().contains(reason), "{refusal}");
    }
    let refusal = editor.refusal("workspace/executeCommand", json!({ "command": "other", "arguments": [] }));
    assert_eq!(refusal["code"], -32602);
    editor.change_all(PATH, "client<llm> A {\n  provider nobody\n}\n");
    let arguments = json!({ "command": "clientc.showPlan", "arguments": [editor.uri(PATH), "A"] });
    let refusal = editor.refusal("workspace/executeCommand", arguments);
    assert!(refusal["message"].as_str().unwrap().contains("has errors"), "{refusal}");
}
