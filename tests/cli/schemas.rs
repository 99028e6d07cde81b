//! `clientc schema`: the outputs follow their schemas.

use clientc_tests::shared::repository;
use clientc_tests::{Folder, run_in, schema};
use serde_json::Value;

use crate::{CLEAN, CONFLICT, FAULTY, JSON};

fn schema(name: &str) -> Value {
    let run = Folder::with(&[]).run(&format!("schema {name}"));
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    run.json()
}

#[test]
fn findings_follow_their_schema() {
    let schema = schema("diagnostics");
    for text in [CLEAN, FAULTY, CONFLICT, "client", "client<llm> A {\n  provider openai\n  option {}\n}\n"] {
        let document = Folder::with(&[("baml_src/a.baml", text)]).run(JSON).json();
        assert_eq!(schema::faults(&schema, &document), [""; 0], "{document:#}");
    }
}

#[test]
fn examples_follow_the_schema_of_resolved_json() {
    let schema = schema("resolved");
    for why in ["", "--why"] {
        let arguments =
            format!("resolve examples/fallback examples/retry examples/monorepo --format json-lines {why}");
        let run = run_in(&repository(), &arguments.split_whitespace().collect::<Vec<_>>());
        assert_eq!((run.code, run.stdout.lines().count()), (0, 4), "{run:#?}");
        assert_eq!(run.stdout.contains("\"schedule\""), !why.is_empty());
        for line in run.stdout.lines() {
            let document: Value = serde_json::from_str(line).unwrap();
            assert_eq!(schema::faults(&schema, &document), [""; 0], "{document:#}");
        }
    }
}

#[test]
fn the_judge_of_schemas_finds_what_is_wrong() {
    let schema = schema("resolved");
    let mut document: Value = serde_json::from_str(
        &Folder::with(&[("baml_src/a.baml", CLEAN)]).run("resolve --format json").stdout,
    )
    .unwrap();
    assert_eq!(schema::faults(&schema, &document), [""; 0]);
    document["version"] = 2.into();
    document["clients"]["Fast"]["timeouts"]["request_timeout_ms"] = 0.into();
    document["clients"]["Fast"].as_object_mut().unwrap().remove("source");
    assert!(schema::faults(&schema, &document).len() >= 2);
}
