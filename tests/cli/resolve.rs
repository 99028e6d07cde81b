//! `clientc resolve`: selection, several projects, and all or nothing.

use crate::{CLEAN, CONFLICT, FAULTY};
use clientc_tests::Folder;

const PLAN: &str = "client<llm> Plan {
  provider fallback
  options {
    strategy [Fast, \"openai/gpt-4o-mini\"]
  }
}

client<llm> Other {
  provider openai
}

function Extract(text: string) -> string {
  client Plan
  prompt #\"{{ text }}\"#
}

function Summarise(text: string) -> string {
  client Other
  prompt #\"{{ text }}\"#
}
";

fn plan() -> Folder {
    Folder::with(&[("baml_src/a.baml", CLEAN), ("baml_src/b.baml", PLAN)])
}

fn keys(value: &serde_json::Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn a_whole_project_is_one_document() {
    let json = plan().run("resolve --format json").json();
    assert_eq!(keys(&json["clients"]), ["Fast", "Plan", "Other", "openai/gpt-4o-mini"]);
    assert_eq!(keys(&json["functions"]), ["Extract", "Summarise"]);
    assert_eq!(json["project"], "baml_src");
    assert_eq!(json["clients"]["openai/gpt-4o-mini"]["implicit"], true);
}

#[test]
fn a_client_brings_what_it_reaches_and_who_names_it() {
    let json = plan().run("resolve --format json --client Plan").json();
    assert_eq!(keys(&json["clients"]), ["Fast", "Plan", "openai/gpt-4o-mini"]);
    assert_eq!(keys(&json["functions"]), ["Extract"]);
}

#[test]
fn a_function_brings_its_client() {
    let json = plan().run("resolve --format json --function Summarise").json();
    assert_eq!(keys(&json["clients"]), ["Other"]);
    assert_eq!(keys(&json["functions"]), ["Summarise"]);
}

#[test]
fn unknown_names_are_refused_with_suggestions() {
    let folder = plan();
    for (arguments, message) in [
        ("--client Fsat", "error: there is no client `Fsat`; did you mean `Fast`?\n"),
        ("--client Zzzzzzzz", "error: there is no client `Zzzzzzzz`\n"),
        (
            "--function Extrct",
            "error: there is no function with a client `Extrct`; did you mean `Extract`?\n",
        ),
    ] {
        for format in ["table", "json", "json-lines"] {
            let run = folder.run(&format!("resolve --format {format} {arguments}"));
            assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (2, "", message));
        }
    }
}

#[test]
fn several_projects_are_refused_with_advice() {
    let folder = Folder::with(&[("a/baml_src/a.baml", CLEAN), ("b/baml_src/b.baml", CLEAN)]);
    let run = folder.run("resolve --format json");
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(
        run.stderr.contains("there are 2") && run.stderr.contains("--format json-lines"),
        "{}",
        run.stderr
    );
    assert_eq!(folder.run("resolve --format json a").json()["project"], "a/baml_src");
}

#[test]
fn json_lines_are_one_project_a_line() {
    let folder = Folder::with(&[("a/baml_src/a.baml", CLEAN), ("b/baml_src/b.baml", CLEAN)]);
    let run = folder.run("resolve --format json-lines");
    let project = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["project"].clone();
    assert_eq!(run.stdout.lines().map(project).collect::<Vec<_>>(), ["a/baml_src", "b/baml_src"]);
}

#[test]
fn while_errors_stand_nothing_is_resolved() {
    let folder = Folder::with(&[("a/baml_src/a.baml", CLEAN), ("b/baml_src/b.baml", FAULTY)]);
    for format in ["table", "json", "json-lines"] {
        let run = folder.run(&format!("resolve --format {format}"));
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{format}");
        assert!(run.stderr.starts_with("error[unknown-provider]: "), "{}", run.stderr);
        assert!(run.stderr.ends_with("Not resolved: 1 error above.\n"), "{}", run.stderr);
    }
}

#[test]
fn a_lowered_error_does_not_stand() {
    let folder = Folder::with(&[("baml_src/a.baml", CONFLICT)]);
    assert_eq!(folder.run("resolve --format json").code, 1);
    folder.write("clientc.toml", "[rules]\nttft-exceeds-request = \"warn\"\n");
    let run = folder.run("resolve --format json");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let effective = &run.json()["clients"]["Fast"]["routes"][0]["effective"];
    assert_eq!(effective["time_to_first_token_timeout_ms"], 20000);
}

#[test]
fn bad_settings_are_2() {
    let folder = Folder::with(&[("baml_src/a.baml", CLEAN), ("clientc.toml", "[nonsense]\n")]);
    let run = folder.run("resolve --format json");
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.starts_with("error[invalid-config]: "), "{}", run.stderr);
}

#[test]
fn a_missing_path_is_2_and_resolves_nothing() {
    let folder = plan();
    let run = folder.run("resolve nowhere baml_src");
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert_eq!(run.stderr, "error: nowhere: there is no such file or folder\n");
}

#[test]
fn defaults_fill_routes_and_never_timeouts() {
    let folder = plan();
    folder.write("clientc.toml", "[defaults.http]\nrequest_timeout_ms = 60000\nidle_timeout_ms = 9000\n");
    let json = folder.run("resolve --format json").json();
    assert_eq!(keys(&json["defaults"]), ["idle_timeout_ms", "request_timeout_ms"]);
    let other = &json["clients"]["Other"];
    assert_eq!(other["timeouts"], serde_json::json!({}));
    assert_eq!(other["routes"][0]["effective"]["request_timeout_ms"], 60000);
    let origin = &other["routes"][0]["origin"]["request_timeout_ms"];
    let place = serde_json::json!({"client": null, "file": "../clientc.toml", "line": 2, "column": 1});
    assert_eq!(*origin, place, "the key in clientc.toml");
}
