//! `action.yml`: its steps are run as the shell that GitHub gives them runs them.

use std::process::Command;

use clientc_tests::program::finished;
use clientc_tests::{Folder, Run, tools};
use serde_json::Value;

use crate::{CLEAN, FAULTY, root, string, text, yaml};

fn action() -> Value {
    yaml(&text("action.yml"))
}

/// Runs the steps with these inputs in a folder, up to the first that fails.
fn run(folder: &Folder, inputs: &[(&str, &str)]) -> Run {
    let action = action();
    let mut all = Run { code: 0, stdout: String::new(), stderr: String::new() };
    for step in action["runs"]["steps"].as_array().unwrap() {
        if !step["if"].as_str().is_none_or(|condition| holds(&action, inputs, condition)) {
            continue;
        }
        let step = run_step(&action, step, folder, inputs);
        all.stdout += &step.stdout;
        all.stderr += &step.stderr;
        all.code = step.code;
        if all.code != 0 {
            break;
        }
    }
    all
}

fn run_step(action: &Value, step: &Value, folder: &Folder, inputs: &[(&str, &str)]) -> Run {
    assert_eq!(step["shell"], "bash");
    let script = string(&step["run"]);
    assert!(!script.contains("${{"), "an input in a script would be run as a part of it");
    let scripts = Folder::with(&[("step.sh", script)]);
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-e", "-o", "pipefail"]).arg(scripts.path().join("step.sh"));
    command.current_dir(folder.path());
    for (name, value) in step["env"].as_object().unwrap() {
        let expression = string(value).strip_prefix("${{ ").and_then(|rest| rest.strip_suffix(" }}"));
        command.env(name, evaluated(action, inputs, expression.expect("an expression")));
    }
    finished(command, b"")
}

/// The value of an expression.
fn evaluated(action: &Value, inputs: &[(&str, &str)], expression: &str) -> String {
    if expression == "github.action_path" {
        return root().to_str().unwrap().to_owned();
    }
    let name = expression.strip_prefix("inputs.").unwrap_or_else(|| panic!("{expression} is unknown"));
    let default = string(&action["inputs"][name]["default"]);
    let given = inputs.iter().find(|(input, _)| *input == name);
    given.map_or(default, |(_, value)| value).to_owned()
}

fn holds(action: &Value, inputs: &[(&str, &str)], condition: &str) -> bool {
    let (left, right) = condition.split_once(" == ").expect("a comparison");
    evaluated(action, inputs, left) == right.trim_matches('\'')
}

/// The profile in which the program is built for tests anyway.
const DEV: (&str, &str) = ("profile", "dev");

#[test]
fn findings_become_annotations_and_fail_the_step() {
    let run = run(&Folder::with(&[("baml_src/a.baml", FAULTY)]), &[DEV]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.starts_with("::error file=baml_src/a.baml,line=2,col=12,"), "{}", run.stdout);
}

#[test]
fn a_clean_project_passes() {
    let run = run(&Folder::with(&[("baml_src/a.baml", CLEAN)]), &[DEV]);
    assert_eq!((run.code, &*run.stdout), (0, ""), "{}", run.stderr);
}

#[test]
fn what_cannot_be_read_is_no_finding() {
    let run = run(&Folder::with(&[]), &[DEV, ("paths", "missing")]);
    assert_eq!((run.code, &*run.stdout), (2, ""), "{}", run.stderr);
}

#[test]
fn concise_lines_go_with_the_problem_matcher() {
    let run = run(&Folder::with(&[("baml_src/a.baml", FAULTY)]), &[DEV, ("format", "concise")]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let (matcher, findings) = run.stdout.split_once('\n').unwrap();
    let matcher = matcher.strip_prefix("::add-matcher::").unwrap();
    assert!(std::path::Path::new(matcher).is_file(), "{matcher}");
    assert!(findings.starts_with("baml_src/a.baml:2:12: error[unknown-provider]: "), "{findings}");
}

#[test]
fn paths_stand_on_lines_and_arguments_between_blanks() {
    let folder = Folder::with(&[
        ("one folder/baml_src/a.baml", FAULTY),
        ("two/baml_src/a.baml", FAULTY),
        ("three/baml_src/a.baml", FAULTY),
    ]);
    let inputs = [
        DEV,
        ("paths", "one folder\n  two\n\n"),
        ("arguments", " --exit-zero\n--output-file  report.txt "),
        ("format", "concise"),
    ];
    let run = run(&folder, &inputs);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = std::fs::read_to_string(folder.path().join("report.txt")).unwrap();
    let files: Vec<&str> = report.lines().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(files, ["one folder/baml_src/a.baml", "two/baml_src/a.baml"]);
}

#[test]
fn an_input_is_never_a_part_of_a_script() {
    let folder = Folder::with(&[("baml_src/a.baml", CLEAN)]);
    let run = run(&folder, &[DEV, ("paths", "$(touch hit)"), ("arguments", "`touch hit` ; touch hit")]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(!folder.path().join("hit").exists());
}

#[test]
fn every_input_is_described_and_used() {
    let (action, text) = (action(), text("action.yml"));
    for (name, input) in action["inputs"].as_object().unwrap() {
        assert!(!string(&input["description"]).is_empty());
        assert!(text.contains(&format!("${{{{ inputs.{name} }}}}")), "{name} is not used");
    }
    assert_eq!(action["inputs"]["profile"]["default"], "release");
}

#[test]
fn follows_the_schema_of_actions() {
    tools::assert_follows("vendor.github-actions", &root().join("action.yml"));
}
