//! `clientc resolve`: selection, several projects, and all or nothing.

use clientc_plan::json::Value;
use clientc_tests::Folder;

use crate::{CLEAN, CONFLICT, FAULTY};

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

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn a_whole_project_is_one_document() {
    let json = Value::parse(&plan().run("resolve --format json").stdout).unwrap();
    assert_eq!(keys(&json["clients"]), ["Fast", "Plan", "Other", "openai/gpt-4o-mini"]);
    assert_eq!(keys(&json["functions"]), ["Extract", "Summarise"]);
    assert_eq!(json["project"], "baml_src");
    assert_eq!(json["clients"]["openai/gpt-4o-mini"]["implicit"], true);
}

#[test]
fn a_client_brings_what_it_reaches_and_who_names_it() {
    let json = Value::parse(&plan().run("resolve --format json --client Plan").stdout).unwrap();
    assert_eq!(keys(&json["clients"]), ["Fast", "Plan", "openai/gpt-4o-mini"]);
    assert_eq!(keys(&json["functions"]), ["Extract"]);
}

#[test]
fn a_function_brings_its_client() {
    let json = Value::parse(&plan().run("resolve --format json --function Summarise").stdout).unwrap();
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
        for format in ["table", "json"] {
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
    for format in ["table", "json"] {
        let run = folder.run(&format!("resolve --format {format}"));
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{format}");
        assert!(run.stderr.starts_with("error[unknown-provider]: "), "{}", run.stderr);
        assert!(run.stderr.ends_with("Not resolved: 1 error above.\n"), "{}", run.stderr);
    }
}

#[test]
fn json_lines_refuse_project_by_project() {
    let folder = Folder::with(&[("a/baml_src/a.baml", CLEAN), ("b/baml_src/b.baml", FAULTY)]);
    let run = folder.run("resolve --format json-lines");
    assert_eq!((run.code, run.stdout.lines().count()), (1, 1));
    assert_eq!(run.json()["project"], "a/baml_src");
    assert!(
        run.stderr.ends_with("Not resolved: b/baml_src, because of the 1 error above.\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_error_elsewhere_does_not_block_what_was_asked_for() {
    let good = CLEAN.to_owned()
        + "client<llm> Main {\n  provider fallback\n  retry_policy Twice\n  options { strategy [Fast] }\n}\n\
           retry_policy Twice {\n  max_retries 1\n}\n\
           function Ask(q: string) -> string {\n  client Main\n  prompt #\"{{ q }}\"#\n}\n";
    let bad = FAULTY.replace("Fast", "Unrelated");
    let folder = Folder::with(&[("baml_src/a.baml", &*good), ("baml_src/b.baml", &bad)]);
    assert_eq!(folder.run("resolve --format json").code, 1);
    for arguments in ["--client Main", "--function Ask"] {
        let run = folder.run(&format!("resolve --format json {arguments}"));
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(run.json()["clients"].as_object().unwrap().len(), 2);
        assert_eq!(run.stderr, "1 error elsewhere, not affecting this: run `clientc check`\n");
    }
    assert_eq!(folder.run("resolve --client Unrelated --format json").code, 1);
    // Its policy counts, and so does what stands outside of every block beside it.
    for broken in [
        good.replace("max_retries 1", "max_retries lots"),
        good.replace("function Ask", "}\nfunction Ask"),
        good.replace("gpt-4o\"", "gpt-4o"),
        good.replace("[Fast]", "[Fast, Fats]"),
    ] {
        folder.write("baml_src/a.baml", &broken);
        let run = folder.run("resolve --client Main --format json");
        assert_eq!((run.code, &*run.stdout), (1, ""), "{broken}");
    }
    // A second definition in another file is an error about the client as well.
    folder.write("baml_src/a.baml", &good);
    folder.write("baml_src/b.baml", CLEAN);
    assert_eq!(folder.run("resolve --client Main --format json").code, 1);
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
    let json = Value::parse(&folder.run("resolve --format json").stdout).unwrap();
    assert_eq!(keys(&json["defaults"]), ["idle_timeout_ms", "request_timeout_ms"]);
    let other = &json["clients"]["Other"];
    assert_eq!(other["timeouts"], clientc_plan::json!({}));
    assert_eq!(other["routes"][0]["effective"]["request_timeout_ms"], 60000);
    let origin = &other["routes"][0]["origin"]["request_timeout_ms"];
    let place = clientc_plan::json!({"client": null, "file": "../clientc.toml", "line": 2, "column": 1});
    assert_eq!(*origin, place, "the key in clientc.toml");
}
