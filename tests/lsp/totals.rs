//! Totals that actions write: none of them leads to a new finding.

use std::collections::BTreeMap;
use std::path::Path;

use clientc_tests::editor::{edited, edits_of};
use clientc_tests::{Editor, Folder, shared};
use serde_json::{Value, json};

const PATH: &str = "baml_src/a.baml";

const USE: &str = "function F(a: string) -> string {\n  client A\n  prompt #\"a\"#\n}\n";
const POLICY: &str =
    "retry_policy R {\n  max_retries 2\n  strategy {\n    type constant_delay\n    delay_ms 1000\n  }\n}\n";

/// A client that makes requests: its name, what is beside its options, and its limits.
fn leaf(name: &str, beside: &str, limits: &str) -> String {
    let http = if limits.is_empty() { String::new() } else { format!("http {{ {limits} }}") };
    format!(
        "client<llm> {name} {{\n  provider openai\n  {beside}\n  options {{\n    model \"m\"\n    {http}\n  }}\n}}\n"
    )
}

fn composite(provider: &str, name: &str, members: &str) -> String {
    format!(
        "client<llm> {name} {{\n  provider {provider}\n  options {{\n    strategy [{members}]\n  }}\n}}\n"
    )
}

/// The refactorings on the first header of a client.
fn offered(editor: &mut Editor, path: &str, text: &str, header: &str) -> Vec<Value> {
    let at = editor.on(path, text, header, 0);
    let params = json!({
        "textDocument": at["textDocument"],
        "range": { "start": at["position"], "end": at["position"] },
        "context": { "diagnostics": [], "only": ["refactor"] },
    });
    editor.request("textDocument/codeAction", params).as_array().expect("actions").clone()
}

/// How many errors and warnings of each rule an editor shows, of a level or a worse one, and `unused-client` too.
fn counts(editor: &Editor) -> BTreeMap<(String, u64), usize> {
    let mut counts = BTreeMap::new();
    for found in editor.diagnostics.values().flatten() {
        let least = if found["code"] == "unused-client" { 3 } else { 2 };
        for level in found["severity"].as_u64().unwrap()..=least {
            *counts.entry((found["code"].as_str().unwrap().to_owned(), level)).or_default() += 1;
        }
    }
    counts
}

/// Whether a project sets no limit at all. One finding is about all its clients then, and once one is bounded each of
/// the others has its own.
fn has_no_limit(editor: &Editor) -> bool {
    editor.diagnostics.values().flatten().any(|found| {
        let message = found["message"].as_str().unwrap();
        message.starts_with("none of the ") || message.starts_with("no client of this project has a limit")
    })
}

/// The findings that an action would add to those of the session, which is as before in the end.
fn added(editor: &mut Editor, texts: &BTreeMap<String, String>, edit: &Value) -> Vec<(String, u64)> {
    let (before, had_no_limit) = (counts(editor), has_no_limit(editor));
    let mut changed = Vec::new();
    for (path, text) in texts {
        let edits = edits_of(edit, &editor.uri(path));
        if edits != json!([]) {
            editor.change_all(path, &edited(text, &edits));
            changed.push(path);
        }
    }
    assert!(!changed.is_empty(), "an action changes something: {edit}");
    wait_for_all(editor, &changed);
    let after = counts(editor);
    for path in &changed {
        editor.change_all(path, &texts[*path]);
    }
    wait_for_all(editor, &changed);
    let is_more = |(what, count): &(&(String, u64), &usize)| {
        let is_parted = had_no_limit && what.0 == "no-timeout";
        !is_parted && before.get(*what).is_none_or(|before| before < *count)
    };
    after.iter().filter(is_more).map(|(what, _)| what.clone()).collect()
}

fn wait_for_all(editor: &mut Editor, paths: &[&String]) {
    for path in paths {
        editor.wait_for(path);
    }
}

#[test]
fn a_fallback_around_a_client_is_offered_where_its_total_does_something() {
    let bounded = "request_timeout_ms 90000";
    let two = [leaf("B", "", bounded), leaf("C", "", "request_timeout_ms 30000")].concat();
    for (what, text, settings, total_ms) in [
        ("nothing bounds it", leaf("A", "", "") + USE, "", Some(300_000)),
        // The total would end the one attempt with the request limit.
        ("one attempt", leaf("A", "", bounded) + USE, "", None),
        ("retries", leaf("A", "retry_policy R", bounded) + POLICY + USE, "", Some(272_000)),
        (
            "a default bounds it",
            leaf("A", "", "") + USE,
            "[defaults.http]\nrequest_timeout_ms = 90000\n",
            None,
        ),
        (
            "retries, and a default",
            leaf("A", "retry_policy R", "") + POLICY + USE,
            "[defaults.http]\nrequest_timeout_ms = 90000\n",
            Some(272_000),
        ),
        // The new fallback would be one that no function uses.
        (
            "only a strategy uses it",
            leaf("A", "", "") + &composite("fallback", "Z", "A, A") + &USE.replace("client A", "client Z"),
            "",
            None,
        ),
        (
            "a strategy and a function use it",
            leaf("A", "retry_policy R", bounded)
                + POLICY
                + &leaf("B", "", bounded)
                + &composite("fallback", "Z", "A, B")
                + USE
                + &USE.replace("F(", "G(").replace("client A", "client Z"),
            "",
            Some(272_000),
        ),
        ("a program picks it", leaf("A", "", ""), "[entries]\nclients = [\"A\"]\n", None),
        ("nobody is named at all", leaf("A", "", ""), "", Some(300_000)),
        (
            "a limit that is longer than the usual total",
            leaf("A", "", "idle_timeout_ms 400000") + USE,
            "",
            None,
        ),
        ("a fallback", composite("fallback", "A", "B, C") + &two + USE, "", Some(120_000)),
        // The longest member would end with the total.
        ("a round-robin", composite("round-robin", "A", "B, C") + &two + USE, "", None),
        ("a platform", leaf("A", "", "") + USE, "[platform]\nceiling-ms = 60000\n", Some(54_000)),
        ("a budget", leaf("A", "", "") + USE, "[limits]\nmax-duration-ms = 60000\n", Some(60_000)),
    ] {
        let folder = Folder::with(&[(PATH, &text), ("clientc.toml", settings)]);
        let mut editor = Editor::open(folder.path());
        editor.open_text(PATH, &text);
        editor.wait_for(PATH);
        let actions = offered(&mut editor, PATH, &text, "client<llm> A ");
        let action = actions.iter().find(|action| action["title"] == "Wrap `A` in a fallback with a total");
        let written = action.map(|action| {
            let after = edited(&text, &edits_of(&action["edit"], &editor.uri(PATH)));
            let (_, behind) = after.split_once("strategy [A]\n    http {\n      total_timeout_ms ").unwrap();
            behind.split_once('\n').unwrap().0.parse::<u64>().unwrap()
        });
        assert_eq!(written, total_ms, "{what}");
        let texts = BTreeMap::from([(PATH.to_owned(), text.clone())]);
        for action in actions.iter().filter(|action| action.to_string().contains("total_timeout_ms")) {
            let added = added(&mut editor, &texts, &action["edit"]);
            assert!(added.is_empty(), "{what}, {}: {added:?}", action["title"]);
        }
    }
}

#[test]
fn no_total_leads_to_a_new_finding_in_real_projects() {
    let header = regex::Regex::new("(?m)^client<llm> \\w+").unwrap();
    let mut tried = 0;
    for project in shared::projects() {
        // Where BAML makes the calls no total is offered.
        let folder = Folder::with(&[("clientc.toml", "[runtime]\ncalls = \"clientc\"\n")]);
        let mut texts = BTreeMap::new();
        copy(&project.folder, &project.folder, &folder, &mut texts);
        let mut editor = Editor::open(folder.path());
        for (path, text) in &texts {
            editor.open_text(path, text);
        }
        wait_for_all(&mut editor, &texts.keys().collect::<Vec<_>>());
        for (path, text) in &texts {
            for header in header.find_iter(text) {
                for action in offered(&mut editor, path, text, header.as_str()) {
                    if !action["edit"].to_string().contains("total_timeout_ms") {
                        continue;
                    }
                    tried += 1;
                    let added = added(&mut editor, &texts, &action["edit"]);
                    assert!(added.is_empty(), "{}, {}: {added:?}", project.name, action["title"]);
                }
            }
        }
    }
    assert!(shared::folder().is_none() || tried > 50, "{tried} totals are offered");
}

fn copy(root: &Path, from: &Path, into: &Folder, texts: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            copy(root, &path, into, texts);
        } else if path.extension().is_some_and(|extension| extension == "baml")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            into.write(&name, &text);
            texts.insert(name, text);
        }
    }
}
