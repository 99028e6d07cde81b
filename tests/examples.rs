//! Every example: what `check` says about it, and the JSON that lies beside it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use std::path::PathBuf;

use clientc_tests::generated::assert_current;
use clientc_tests::run_in;
use clientc_tests::shared::repository;

/// The examples, and those of them that have a `resolved.json`.
const EXAMPLES: &[(&str, bool)] = &[
    ("conflict-by-composition", false),
    ("conflict-in-one-client", false),
    ("fallback", true),
    ("monorepo", false),
    ("old-project", false),
    ("retry", true),
    ("runtime", true),
];

fn folder(example: &str) -> PathBuf {
    repository().join("examples").join(example)
}

#[test]
fn every_example_is_in_the_list() {
    let entries = std::fs::read_dir(repository().join("examples")).unwrap();
    let mut found: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    // What stands in front of gateways is no project.
    found.retain(|name| name != "fleet");
    found.sort();
    assert_eq!(found, EXAMPLES.iter().map(|(example, _)| *example).collect::<Vec<_>>());
    for (example, _) in EXAMPLES.iter().filter(|(_, has_json)| !has_json) {
        assert!(
            !folder(example).join("resolved.json").exists(),
            "{example} has a JSON that nothing compares"
        );
    }
}

#[test]
fn resolved_json_is_current_byte_for_byte() {
    for (example, _) in EXAMPLES.iter().filter(|(_, has_json)| *has_json) {
        let path = format!("examples/{example}");
        let run = run_in(&repository(), &["resolve", &path, "--format", "json"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{example}");
        assert_current(&folder(example).join("resolved.json"), &run.stdout);
    }
}

#[test]
fn the_retry_example_takes_120950_ms() {
    let run = run_in(&folder("retry"), &["resolve", "--format", "json"]);
    let worst_case = &run.json()["clients"]["Patient"]["worst_case"];
    assert_eq!(*worst_case, serde_json::json!({"requests": 4, "duration_ms": 120_950}));
}

#[test]
fn check_says_what_it_said() {
    for (example, _) in EXAMPLES {
        let run = run_in(&folder(example), &["check"]);
        assert_eq!(run.stderr, "", "{example}");
        insta::assert_snapshot!(*example, format!("{}exit code {}\n", run.stdout, run.code));
    }
}

#[test]
fn each_project_of_the_monorepo_is_the_same_alone() {
    let whole = run_in(&folder("monorepo"), &["resolve", "--format", "json-lines"]);
    assert_eq!(whole.code, 0, "{whole:#?}");
    let alone = ["chat", "search"].map(|service| {
        run_in(&folder(&format!("monorepo/services/{service}")), &["resolve", "--format", "json-lines"])
            .stdout
    });
    assert_eq!(whole.stdout, alone.concat());
}
