//! The formats of `check` for servers, each as a whole for one project, and what every format must keep.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test may fail")]

#[path = "formats/github.rs"]
mod github;
#[path = "formats/gitlab.rs"]
mod gitlab;
#[path = "formats/junit.rs"]
mod junit;
#[path = "formats/matcher.rs"]
mod matcher;
#[path = "formats/rdjson.rs"]
mod rdjson;
#[path = "formats/rich.rs"]
mod rich;
#[path = "formats/sarif.rs"]
mod sarif;

use clientc_tests::Folder;
use clientc_tests::formats::formats;
use clientc_tests::shared::repository;

const FAULTY: &str = "client<llm> Fast {\n  provider opnai\n  options {\n    model \"m, 100%\"\n    http {\n      request_timeout_ms 0\n    }\n  }\n}\nclient<llm> Fast {\n  provider openai\n}\n";

fn output(format: &str) -> String {
    let folder = Folder::with(&[("baml_src/a b.baml", FAULTY)]);
    let run = folder.run(&format!("check --format {format}"));
    assert_eq!(run.code, 1, "{}", run.stderr);
    run.stdout
}

#[test]
fn github_writes_one_command_a_finding() {
    insta::assert_snapshot!(output("github"));
}

#[test]
fn gitlab_writes_an_array_with_unique_fingerprints() {
    insta::assert_snapshot!(output("gitlab"));
}

#[test]
fn junit_writes_a_suite_a_file() {
    insta::assert_snapshot!(output("junit"));
}

#[test]
fn rdjson_counts_columns_in_bytes() {
    insta::assert_snapshot!(output("rdjson").replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

#[test]
fn sarif_has_rules_places_related_places_fixes_and_fingerprints() {
    let mut log = clientc_plan::json::Value::parse(&output("sarif")).unwrap_or_default();
    let rules = log["runs"][0]["tool"]["driver"]["rules"].take();
    let names: Vec<&str> =
        rules.as_array().into_iter().flatten().filter_map(|rule| rule["id"].as_str()).collect();
    let known: Vec<&str> = clientc_check::RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(names, known);
    assert!(rules[0]["help"]["markdown"].as_str().is_some_and(|page| page.contains("## Example")));
    let text = serde_json::to_string_pretty(&log).unwrap_or_default();
    insta::assert_snapshot!(text.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

#[test]
fn a_clean_run_is_valid_in_every_format() {
    let clean =
        "client<llm> Fast {\n  provider openai\n  options {\n    http { request_timeout_ms 20000 }\n  }\n}\n";
    let folder = Folder::with(&[("baml_src/a.baml", clean)]);
    for format in ["json", "sarif", "gitlab", "rdjson"] {
        let run = folder.run(&format!("check --format {format}"));
        assert_eq!(run.code, 0);
        assert!(serde_json::from_str::<serde_json::Value>(&run.stdout).is_ok(), "{format}: {}", run.stdout);
    }
    assert_eq!(folder.run("check --format github").stdout, "");
    assert!(folder.run("check --format junit").stdout.contains("no findings"));
}

#[test]
fn the_page_says_what_every_format_is_tested_against() {
    let page = std::fs::read_to_string(repository().join("docs/src/reference/formats.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let cells: Vec<&str> = rows.filter_map(|row| row.split('|').nth(1)).collect();
    for name in formats().iter().map(|format| format!("`{}`", format.name)) {
        assert!(cells.iter().any(|cell| cell.contains(&name)), "{name} has no row");
    }
}

#[test]
fn an_output_file_holds_what_standard_output_would() {
    let folder = Folder::with(&[("baml_src/a.baml", FAULTY)]);
    let run = folder.run("check --format json --output-file report.json");
    assert_eq!(run.code, 1);
    assert!(run.stdout.starts_with("Checked "), "only the summary: {}", run.stdout);
    let written = std::fs::read_to_string(folder.path().join("report.json")).unwrap_or_default();
    assert_eq!(written, folder.run("check --format json").stdout);
    assert_eq!(folder.run("check --output-file no/such/folder/x").code, 2);
}

#[test]
fn statistics_count_rules() {
    let folder = Folder::with(&[("baml_src/a.baml", FAULTY)]);
    insta::assert_snapshot!(folder.run("check --statistics").stdout);
}

#[test]
fn files_can_be_shown() {
    let folder = Folder::with(&[("baml_src/b.baml", ""), ("baml_src/a.baml", FAULTY)]);
    let run = folder.run("check --show-files");
    assert_eq!((run.code, run.stdout.as_str()), (0, "baml_src/a.baml\nbaml_src/b.baml\n"));
}

#[test]
fn levels_of_the_command_line_win() {
    let conflict = "client<llm> A {\n  provider openai\n  options {\n    http {\n      request_timeout_ms 10000\n      time_to_first_token_timeout_ms 20000\n    }\n  }\n}\n";
    let folder = Folder::with(&[
        ("baml_src/a.baml", conflict),
        ("clientc.toml", "[rules]\nttft-exceeds-request = \"info\"\n"),
    ]);
    assert!(folder.run("check --format concise").stdout.contains("info[ttft-exceeds-request]"));
    let warned = folder.run("check --format concise --warn ttft-exceeds-request");
    assert!(warned.code == 0 && warned.stdout.contains("warning[ttft-exceeds-request]"), "{warned:?}");
    assert_eq!(folder.run("check --error ttft-exceeds-request").code, 1);
    assert_eq!(folder.run("check --format concise --ignore ttft-exceeds-request").stdout, "");
    assert_eq!(folder.run("check --ignore syntax-error").code, 2);
    let unknown = folder.run("check --warn ttft-exceeds-requests");
    assert!(
        unknown.code == 2 && unknown.stderr.contains("did you mean `ttft-exceeds-request`"),
        "{unknown:?}"
    );
}
