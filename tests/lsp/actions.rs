//! What can be done about a place.

use clientc_tests::editor::{edited, edits_of};
use clientc_tests::{Editor, Folder};
use serde_json::{Value, json};

use crate::project::{self, CLIENTS, PATH};

fn actions(editor: &mut Editor, path: &str, text: &str, word: &str, only: Option<&str>) -> Vec<Value> {
    editor.wait_for(path);
    let at = editor.on(path, text, word, 1);
    let mut context = json!({ "diagnostics": editor.diagnostics[path] });
    if let Some(only) = only {
        context["only"] = json!([only]);
    }
    let params = json!({
        "textDocument": at["textDocument"],
        "range": { "start": at["position"], "end": at["position"] },
        "context": context,
    });
    editor.request("textDocument/codeAction", params).as_array().expect("actions").clone()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().unwrap()).collect()
}

/// The text after an action, whose title begins so.
fn after(editor: &Editor, path: &str, text: &str, actions: &[Value], title: &str) -> String {
    let action = actions.iter().find(|action| action["title"].as_str().unwrap().starts_with(title));
    let action = action.unwrap_or_else(|| panic!("{title} is among {:?}", titles(actions)));
    edited(text, &edits_of(&action["edit"], &editor.uri(path)))
}

const TYPO: &str = "client<llm> A {\n  provider openai\n  options {\n    model \"m\"\n    http {\n      \
                    request_timeout_m 5000\n    }\n  }\n}\n";

#[test]
fn a_fix_removes_its_finding_and_knows_it() {
    let folder = Folder::with(&[("baml_src/a.baml", TYPO)]);
    let mut editor = Editor::open(folder.path());
    editor.open_file("baml_src/a.baml");
    let found = actions(&mut editor, "baml_src/a.baml", TYPO, "request_timeout_m", Some("quickfix"));
    let fix = found.iter().find(|action| action["isPreferred"] == true).expect("there is a fix");
    assert_eq!(fix["kind"], "quickfix");
    assert_eq!(fix["diagnostics"][0]["code"], "unknown-http-field");
    let fixed = edited(TYPO, &edits_of(&fix["edit"], &editor.uri("baml_src/a.baml")));
    assert_eq!(fixed, TYPO.replace("request_timeout_m ", "request_timeout_ms "));
    editor.change_all("baml_src/a.baml", &fixed);
    editor.wait_for("baml_src/a.baml");
    assert!(!editor.rules("baml_src/a.baml").contains(&"unknown-http-field"));
}

#[test]
fn everything_safe_is_fixed_at_once() {
    let text = TYPO.replace("model", "modle");
    let folder = Folder::with(&[("baml_src/a.baml", &text)]);
    let mut editor = Editor::open(folder.path());
    editor.open_file("baml_src/a.baml");
    let found = actions(&mut editor, "baml_src/a.baml", &text, "provider", Some("source.fixAll"));
    assert_eq!(titles(&found), ["Apply all safe fixes"]);
    assert_eq!(found[0]["kind"], "source.fixAll.clientc");
    let after = after(&editor, "baml_src/a.baml", &text, &found, "Apply all");
    folder.run("check --fix");
    assert_eq!(after, std::fs::read_to_string(folder.path().join("baml_src/a.baml")).unwrap());
    // In a menu it is made when it is chosen.
    let all = actions(&mut editor, "baml_src/a.baml", &text, "provider", None);
    let lazy =
        all.iter().find(|action| action["kind"] == "source.fixAll.clientc").expect("it is in the menu");
    assert!(lazy.get("edit").is_none());
    let resolved = editor.request("codeAction/resolve", lazy.clone());
    assert_eq!(edited(&text, &edits_of(&resolved["edit"], &editor.uri("baml_src/a.baml"))), after);
}

#[test]
fn a_finding_can_be_ignored_with_a_reason() {
    let text = "client<llm> A {\n  provider openai\n  options {\n    model \"m\"\n    http {\n      request_timeout_ms 50\n    }\n  }\n}\n";
    let folder = Folder::with(&[("baml_src/a.baml", text)]);
    let mut editor = Editor::open(folder.path());
    editor.open_file("baml_src/a.baml");
    let found = actions(&mut editor, "baml_src/a.baml", text, "50", Some("quickfix"));
    let after = after(&editor, "baml_src/a.baml", text, &found, "Ignore `suspicious-unit` here");
    assert!(
        after.contains(
            "      // clientc: ignore[suspicious-unit] accepted; say why\n      request_timeout_ms 50"
        ),
        "{after}"
    );
    folder.write("baml_src/a.baml", after);
    let rules = folder.run("check --format json").rules();
    assert!(!rules.iter().any(|rule| rule == "suspicious-unit" || rule == "unused-ignore"), "{rules:?}");
}

#[test]
fn a_header_offers_limits_a_policy_and_a_fallback() {
    let text = "client<llm> Bare {\n  provider openai\n  options {\n    model \"m\"\n  }\n}\n\nfunction F(a: string) -> string {\n  client Bare\n  prompt #\"a\"#\n}\n";
    let path = "baml_src/a.baml";
    for (title, expected) in [
        (
            "Add an `http` block with limits to `Bare`",
            &["connect_timeout_ms 10000", "request_timeout_ms 300000"][..],
        ),
        ("Add a retry policy to `Bare`", &["  retry_policy BareRetries\n", "retry_policy BareRetries {"]),
        (
            "Wrap `Bare` in a fallback with a total",
            &["strategy [Bare]", "total_timeout_ms 300000", "  client BareBounded\n"],
        ),
    ] {
        let folder = Folder::with(&[(path, text)]);
        let mut editor = Editor::open(folder.path());
        editor.open_file(path);
        let found = actions(&mut editor, path, text, "Bare", None);
        let after = after(&editor, path, text, &found, title);
        for part in expected {
            assert!(after.contains(part), "{title}: {after}");
        }
        folder.write(path, &after);
        let run = folder.run("check --format concise");
        assert!(!run.stdout.contains(" error["), "{title}: {}", run.stdout);
        assert_eq!(folder.run("fmt --check").code, 0, "{title}: {after}");
    }
}

#[test]
fn no_total_is_offered_that_baml_would_not_enforce() {
    let folder = project::folder();
    folder.write("baml_src/generators.baml", "generator g {\n  output_type \"python/pydantic\"\n}\n");
    let bare = "client<llm> Bare {\n  provider openai\n  options { model \"m\" }\n}\n\nclient<llm> Two {\n  provider \
                fallback\n  options { strategy [Bare, FastClient] }\n}\n";
    folder.write("baml_src/bare.baml", bare);
    let mut editor = Editor::open(folder.path());
    editor.open_file("baml_src/bare.baml");
    let found = actions(&mut editor, "baml_src/bare.baml", bare, "Bare {", Some("refactor"));
    assert_eq!(titles(&found), ["Add an `http` block with limits to `Bare`", "Add a retry policy to `Bare`"]);
    let found = actions(&mut editor, "baml_src/bare.baml", bare, "Two", Some("refactor"));
    assert_eq!(titles(&found), ["Add a retry policy to `Two`"]);
    let answer = editor.at("baml_src/bare.baml", 9, 0);
    let answer = editor.request("textDocument/completion", answer);
    let items = answer["items"].as_array().unwrap();
    let fallback = items.iter().find(|item| item["label"] == "client fallback").unwrap();
    assert!(!fallback.to_string().contains("total"), "{fallback}");
}

#[test]
fn a_policy_that_is_named_and_missing_is_written() {
    let text = CLIENTS.replace("retry_policy Twice", "retry_policy Thrice");
    let folder = project::folder();
    folder.write(PATH, &text);
    let mut editor = Editor::open(folder.path());
    editor.open_file(PATH);
    let found = actions(&mut editor, PATH, &text, "Thrice", Some("quickfix"));
    let after = after(&editor, PATH, &text, &found, "Write the retry policy `Thrice`");
    folder.write(PATH, after);
    let rules = folder.run("check --format json").rules();
    assert!(!rules.iter().any(|rule| rule == "unknown-retry-policy"), "{rules:?}");
}

#[test]
fn a_client_that_takes_only_commands_gets_no_actions() {
    let folder = Folder::with(&[("baml_src/a.baml", TYPO)]);
    let more =
        json!({ "capabilities": { "textDocument": { "codeAction": { "codeActionLiteralSupport": null } } } });
    let mut editor = Editor::with(folder.path(), more);
    editor.open_file("baml_src/a.baml");
    assert_eq!(actions(&mut editor, "baml_src/a.baml", TYPO, "request_timeout_m", None), Vec::<Value>::new());
}
