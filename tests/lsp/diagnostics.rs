//! Diagnostics that are pushed.

use clientc_tests::{Editor, Folder};
use serde_json::json;

use crate::project::{self, CLIENTS, FUNCTIONS, PATH, POLICIES};

#[test]
fn a_finding_has_its_rule_its_page_its_places_and_its_way_out() {
    let text = CLIENTS.replace("connect_timeout_ms 3000", "time_to_first_token_timeout_ms 30000");
    let folder = Folder::with(&[(PATH, &text), ("baml_src/policies.baml", POLICIES)]);
    let mut editor = Editor::open(folder.path());
    editor.open_file(PATH);
    editor.wait_for(PATH);
    let found = editor.diagnostics[PATH]
        .iter()
        .find(|found| found["code"] == "ttft-exceeds-request")
        .expect("it is found");
    assert_eq!((&found["source"], &found["severity"]), (&json!("clientc"), &json!(1)));
    let page = found["codeDescription"]["href"].as_str().unwrap();
    assert!(page.ends_with("/crates/check/src/rules/ttft_exceeds_request.md"), "{page}");
    let related = &found["relatedInformation"][0];
    assert_eq!(related["location"]["uri"], editor.uri(PATH));
    assert_ne!(related["message"], "");
    let message = found["message"].as_str().unwrap();
    assert!(message.contains("30,000") && message.contains('\n'), "{message}");
}

#[test]
fn what_does_nothing_is_faded() {
    let clients = CLIENTS.replace("  retry_policy Twice\n", "");
    let folder = Folder::with(&[(PATH, &clients), ("baml_src/p.baml", POLICIES)]);
    let mut editor = Editor::open(folder.path());
    editor.open_file("baml_src/p.baml");
    editor.wait_for("baml_src/p.baml");
    let found = &editor.diagnostics["baml_src/p.baml"][0];
    assert_eq!((&found["code"], &found["tags"]), (&json!("unused-retry-policy"), &json!([1])));
}

#[test]
fn files_that_are_not_open_have_findings_too() {
    let folder = project::folder();
    folder.write("baml_src/bad.baml", "client<llm> Bad {\n  provider nobody\n}\n");
    folder.write("other/baml_src/worse.baml", "client<llm> Worse {\n");
    let mut editor = project::editor(&folder);
    editor.wait_for(PATH);
    assert!(editor.rules("baml_src/bad.baml").contains(&"unknown-provider"));
    assert_eq!(editor.rules("other/baml_src/worse.baml"), ["syntax-error"]);
    assert_eq!(editor.pushed_versions["baml_src/bad.baml"], None);
}

#[test]
fn an_edit_publishes_to_every_file_whose_findings_change() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    editor.open_file("baml_src/policies.baml");
    editor.wait_for("baml_src/policies.baml");
    editor.wait_for(PATH);
    assert_eq!(editor.rules("baml_src/functions.baml"), [""; 0]);
    // The function loses its client, and gets it back.
    editor.change_all(PATH, &CLIENTS.replace("client<llm> MyFallback", "client<llm> Other"));
    editor.wait_for(PATH);
    assert_eq!(editor.rules("baml_src/functions.baml"), ["unknown-client"]);
    editor.told.clear();
    editor.change_all(PATH, CLIENTS);
    editor.wait_for(PATH);
    let mut published: Vec<&str> =
        editor.told.iter().map(|told| told["params"]["uri"].as_str().unwrap()).collect();
    published.sort_unstable();
    assert_eq!(published, [editor.uri(PATH), editor.uri("baml_src/functions.baml")]);
    assert_eq!(editor.rules("baml_src/functions.baml"), [""; 0]);
}

#[test]
fn nothing_is_said_twice() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    editor.wait_for(PATH);
    editor.told.clear();
    // A comment in a file that no finding shows changes nothing here.
    editor.open_text("baml_src/functions.baml", &format!("{FUNCTIONS}// a comment\n"));
    editor.wait_for("baml_src/functions.baml");
    let params = editor.of(PATH);
    editor.request("textDocument/foldingRange", params);
    let published: Vec<String> =
        editor.told.iter().map(|told| editor.path(told["params"]["uri"].as_str().unwrap())).collect();
    assert_eq!(published, ["baml_src/functions.baml"]);
}

#[test]
fn a_secret_is_masked() {
    let text = "client<llm> A {\n  provider openai\n  options {\n    model \"m\"\n    api_key \"sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJ\"\n  }\n}\n";
    let folder = Folder::with(&[("baml_src/a.baml", text)]);
    let mut editor = Editor::open(folder.path());
    editor.open_file("baml_src/a.baml");
    editor.wait_for("baml_src/a.baml");
    assert!(editor.rules("baml_src/a.baml").contains(&"hardcoded-secret"));
    assert!(!json!(editor.told).to_string().contains("abcdefghijklmnop"));
}
