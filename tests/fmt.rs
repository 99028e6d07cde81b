//! `clientc fmt` from outside: what it changes, what it only says, and how it ends.

#![allow(missing_docs, clippy::expect_used)]

use clientc_tests::{Folder, shared};
use clientc_workspace::{Content, Request, Workspace};
use serde_json::Value;

const UNTIDY: &str = "class A {\n    x   int\n}\nclient<llm>   Fast{\n    provider    openai\n\n\n    options {\n        model \"m\"   // the model\n    }\n\n}\n";
const TIDY: &str = "class A {\n    x   int\n}\nclient<llm> Fast {\n  provider openai\n\n  options {\n    model \"m\" // the model\n  }\n}\n";
const BROKEN: &str = "client<llm> Fast {\n     provider = openai\n}\n";

fn read(folder: &Folder, path: &str) -> String {
    std::fs::read_to_string(folder.path().join(path)).unwrap_or_default()
}

#[test]
fn only_our_blocks_change() {
    let folder = Folder::with(&[("baml_src/a.baml", UNTIDY), ("baml_src/b.baml", TIDY)]);
    let run = folder.run("fmt");
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert_eq!(run.stderr, "1 file changed, 1 file already formatted\n");
    assert_eq!(read(&folder, "baml_src/a.baml"), TIDY);
    assert_eq!(folder.run("fmt").stderr, "2 files already formatted\n");
}

/// What a comment silences is silenced after formatting too: the whole client behind its brace, and what shares a line
/// with the comment.
#[test]
fn what_a_comment_silences_stays_silenced() {
    let clients = [
        "client<llm> A { provider openai, options { model \"m\", http { request_timeout_ms 60 } } } // clientc: ignore[suspicious-unit, no-timeout] known\n",
        "client<llm> A {\n  provider openai\n  options { model \"m\", http { request_timeout_ms 60 } } // clientc: ignore[suspicious-unit, no-timeout] known\n}\n",
        "client<llm> A {\n  provider openai\n  options {\n    // clientc: ignore[suspicious-unit] known\n    model \"m\", http { request_timeout_ms 60 }\n  }\n}\n",
        "client<llm> A { provider openai {// clientc: ignore[suspicious-unit] known //}\n  options { model \"m\", http { request_timeout_ms 60 } } }\n",
    ];
    for text in clients {
        let folder = Folder::with(&[("a.baml", text)]);
        let before = folder.run("check --format concise --ignore unused-ignore");
        assert_eq!(before.stdout, "", "{text}");
        let run = folder.run("fmt");
        let after = folder.run("check --format concise --ignore unused-ignore");
        assert_eq!(after.stdout, "", "{}\n{}", read(&folder, "a.baml"), run.stderr);
        assert_eq!(folder.run("fmt --check").code, 0);
    }
    let folder = Folder::with(&[("a.baml", clients[2])]);
    let run = folder.run("fmt");
    assert_eq!(read(&folder, "a.baml"), clients[2]);
    assert!(run.stderr.contains("a.baml:1:1: this block was left unchanged: a comment"), "{}", run.stderr);
    let folder = Folder::with(&[("a.baml", clients[0])]);
    folder.run("fmt");
    assert!(
        read(&folder, "a.baml").ends_with("}\n} // clientc: ignore[suspicious-unit, no-timeout] known\n")
    );
}

#[test]
fn check_lists_and_changes_nothing() {
    let folder = Folder::with(&[("baml_src/a.baml", UNTIDY), ("baml_src/b.baml", TIDY)]);
    let run = folder.run("fmt --check");
    assert_eq!((run.code, run.stdout.as_str()), (1, "baml_src/a.baml\n"));
    assert_eq!(read(&folder, "baml_src/a.baml"), UNTIDY);
    assert_eq!(folder.run("fmt --check baml_src/b.baml").code, 0);
}

#[test]
fn a_file_that_is_named_is_the_only_one_that_changes() {
    let folder = Folder::with(&[("baml_src/a.baml", UNTIDY), ("baml_src/sub/b.baml", UNTIDY)]);
    folder.run("fmt baml_src/sub");
    assert_eq!(read(&folder, "baml_src/a.baml"), UNTIDY);
    assert_eq!(read(&folder, "baml_src/sub/b.baml"), TIDY);
}

#[test]
fn a_diff_can_be_applied() {
    let folder = Folder::with(&[("a.baml", "client<llm> A{\n  provider openai\n}")]);
    let run = folder.run("fmt --diff a.baml");
    assert_eq!(run.code, 1);
    let expected = "--- a.baml\n+++ a.baml\n@@ -1,3 +1,3 @@\n-client<llm> A{\n+client<llm> A {\n   provider openai\n-}\n\\ No newline at end of file\n+}\n";
    assert_eq!(run.stdout, expected);
    assert!(folder.run("fmt --diff --color always a.baml").stdout.contains("\u{1b}["));
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = Folder::with(&[]);
    let run = folder.run_with_stdin("fmt -", UNTIDY);
    assert_eq!((run.code, run.stdout.as_str()), (0, TIDY));
    let check = folder.run_with_stdin("fmt --check -", UNTIDY);
    assert_eq!((check.code, check.stdout.as_str()), (1, "<stdin>\n"));
    assert_eq!(folder.run_with_stdin("fmt - a.baml", UNTIDY).code, 2);
}

#[test]
fn a_block_with_an_error_is_left_and_named() {
    let folder = Folder::with(&[("a.baml", BROKEN)]);
    let run = folder.run("fmt a.baml");
    assert_eq!(run.code, 0);
    let expected = "a.baml:1:1: this block was left unchanged: it has an error, see `clientc check`\n1 file already \
        formatted\n";
    assert_eq!(run.stderr, expected);
    assert_eq!(read(&folder, "a.baml"), BROKEN);
}

#[test]
fn what_cannot_be_read_is_a_failure_and_the_rest_is_formatted() {
    let folder = Folder::with(&[("baml_src/a.baml", UNTIDY)]);
    folder.write("baml_src/latin.baml", b"client<llm> A { x \"\xe9\" }");
    let run = folder.run("fmt");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("baml_src/latin.baml is not UTF-8 and was left unchanged"), "{}", run.stderr);
    assert_eq!(read(&folder, "baml_src/a.baml"), TIDY);
    assert_eq!(folder.run("fmt missing.baml").code, 2);
}

#[test]
fn a_diff_shows_no_secret() {
    let key = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789";
    let text =
        format!("client<llm> A{{\n  provider openai\n  options {{\n    api_key   \"{key}\"\n  }}\n}}\n");
    let folder = Folder::with(&[("a.baml", &text)]);
    let run = folder.run("fmt --diff a.baml");
    assert!(!run.stdout.contains(key), "{}", run.stdout);
    assert!(folder.run("fmt a.baml").code == 0 && read(&folder, "a.baml").contains(key));
}

#[test]
fn formatting_changes_nothing_in_the_resolved_json_but_positions() {
    let projects = shared::projects();
    let mut compared = 0;
    for path in projects.iter().map(|project| project.folder.clone()) {
        let mut workspace = Workspace::open(&Request { working_folder: path, ..Request::default() });
        let before = resolved(&workspace);
        let files: Vec<_> =
            workspace.projects().iter().flat_map(|project| &project.files).map(|file| file.id).collect();
        for id in files {
            let Some(Content::Text(text)) = workspace.files().content(id) else { continue };
            let formatted = clientc_fmt::format(text).text;
            let file = workspace.files().path(id).to_owned();
            workspace.set_text(&file, Some(formatted));
        }
        assert_eq!(before, resolved(&workspace), "{}", workspace.working_folder().display());
        compared += before.len();
    }
    assert!(projects.is_empty() || compared > 50, "only {compared} projects were compared");
}

/// The resolved JSON of every project that can be resolved, without lines and columns.
fn resolved(workspace: &Workspace) -> Vec<Value> {
    let analysis = workspace.analyse();
    let projects = workspace.inputs().zip(&analysis.projects).filter(|(_, project)| !project.is_refused());
    projects
        .map(|(input, project)| {
            let ids: Vec<_> = project.project.plan.ids().collect();
            let document = project.resolve(&input, workspace.files(), &ids);
            let mut json = serde_json::to_value(document).expect("a document is JSON");
            remove_positions(&mut json);
            json
        })
        .collect()
}

fn remove_positions(json: &mut Value) {
    match json {
        Value::Object(object) => {
            object.retain(|key, _| !matches!(key.as_str(), "line" | "column"));
            object.values_mut().for_each(remove_positions);
        }
        Value::Array(array) => array.iter_mut().for_each(remove_positions),
        _ => {}
    }
}
