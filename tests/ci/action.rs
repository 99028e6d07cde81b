//! `action.yml`: its steps are run as the shell that GitHub gives them runs them.

use std::path::Path;
use std::process::Command;

use clientc_tests::program::finished;
use clientc_tests::{Folder, Run, tools};
use serde_json::Value;

use crate::{CLEAN, FAULTY, WHEELS, index, root, string, text, version, yaml};

fn action() -> Value {
    yaml(&text("action.yml"))
}

/// The action built from source, as it is where no wheel is published.
fn run(folder: &Folder, inputs: &[(&str, &str)]) -> Run {
    run_from(&root(), folder, &[&[("build", "true")], inputs].concat())
}

/// Runs the steps of a checkout with these inputs in a folder, up to the first that fails.
fn run_from(checkout: &Path, folder: &Folder, inputs: &[(&str, &str)]) -> Run {
    let (action, temporary) = (action(), Folder::with(&[]));
    let context = Context { action: &action, inputs, checkout, temporary: temporary.path() };
    let mut all = Run { code: 0, stdout: String::new(), stderr: String::new() };
    for step in action["runs"]["steps"].as_array().unwrap() {
        if !step["if"].as_str().is_none_or(|condition| context.holds(condition)) {
            continue;
        }
        let step = context.run_step(step, folder);
        all.stdout += &step.stdout;
        all.stderr += &step.stderr;
        all.code = step.code;
        if all.code != 0 {
            break;
        }
    }
    all
}

/// What GitHub knows while it runs an action.
struct Context<'a> {
    action: &'a Value,
    inputs: &'a [(&'a str, &'a str)],
    checkout: &'a Path,
    temporary: &'a Path,
}

impl Context<'_> {
    fn run_step(&self, step: &Value, folder: &Folder) -> Run {
        assert_eq!(step["shell"], "bash");
        let script = string(&step["run"]);
        assert!(!script.contains("${{"), "an input in a script would be run as a part of it");
        let scripts = Folder::with(&[("step.sh", script)]);
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-e", "-o", "pipefail"]).arg(scripts.path().join("step.sh"));
        command.current_dir(folder.path());
        // From source it is built in the profile in which it is built for tests anyway.
        command.env("CLIENTC_PROFILE", "dev");
        command.env("PIP_NO_INDEX", "1").env("PIP_FIND_LINKS", index());
        for (name, value) in step["env"].as_object().unwrap() {
            command.env(name, self.text(string(value)));
        }
        finished(command, b"")
    }

    /// A text in which expressions have their values.
    fn text(&self, text: &str) -> String {
        let Some((before, rest)) = text.split_once("${{ ") else { return text.to_owned() };
        let (expression, rest) = rest.split_once(" }}").expect("an expression ends");
        format!("{before}{}{}", self.value(expression), self.text(rest))
    }

    fn value(&self, expression: &str) -> String {
        let path = match expression {
            "github.action_path" => self.checkout,
            "runner.temp" => self.temporary,
            _ => {
                let name =
                    expression.strip_prefix("inputs.").unwrap_or_else(|| panic!("{expression} is unknown"));
                let default = string(&self.action["inputs"][name]["default"]);
                let given = self.inputs.iter().find(|(input, _)| *input == name);
                return given.map_or(default, |(_, value)| value).to_owned();
            }
        };
        path.to_str().unwrap().to_owned()
    }

    fn holds(&self, condition: &str) -> bool {
        let (left, equal, right) = match condition.split_once(" == ") {
            Some((left, right)) => (left, true, right),
            None => {
                condition.split_once(" != ").map(|(left, right)| (left, false, right)).expect("a comparison")
            }
        };
        (self.value(left) == right.trim_matches('\'')) == equal
    }
}

/// A copy of the parts of the checkout that the action uses, as a release of the wheels has them.
fn release(requirements: &str) -> Folder {
    Folder::with(&[
        ("packaging/requirements.txt", requirements),
        (".github/clientc-matcher.json", &text(".github/clientc-matcher.json")),
    ])
}

/// What `scripts/dist.py` writes for the wheels that are built; none where there are no wheels.
fn requirements() -> Option<String> {
    let wheels = tools::built(WHEELS, "-py3-none-")?;
    let hashes: Vec<String> = wheels
        .iter()
        .filter(|wheel| wheel.file_name().unwrap().to_string_lossy().starts_with("clientc-"))
        .map(|wheel| format!("    --hash=sha256:{}", sha256(wheel)))
        .collect();
    Some(format!("clientc=={} \\\n{}\n", version(), hashes.join(" \\\n")))
}

fn sha256(file: &Path) -> String {
    let run = tools::run(Path::new("sha256sum"), &root(), &[file.to_str().unwrap()]);
    run.stdout.split_whitespace().next().expect("a hash").to_owned()
}

#[test]
fn the_wheel_of_a_release_is_installed_and_run() {
    let Some(requirements) = requirements() else { return };
    let release = release(&requirements);
    let run = run_from(release.path(), &Folder::with(&[("baml_src/a.baml", FAULTY)]), &[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.starts_with("::error file=baml_src/a.baml,line=2,col=12,"), "{}", run.stdout);
}

#[test]
fn a_wheel_with_another_hash_is_not_run() {
    let Some(requirements) = requirements() else { return };
    let wrong =
        requirements.lines().next().unwrap().to_owned() + "\n    --hash=sha256:" + &"0".repeat(64) + "\n";
    let release = release(&wrong);
    let run = run_from(release.path(), &Folder::with(&[("baml_src/a.baml", CLEAN)]), &[]);
    assert_ne!(run.code, 0, "{}", run.stdout);
    assert!(run.stderr.contains("DO NOT MATCH THE HASHES"), "{}", run.stderr);
}

#[test]
fn a_commit_that_is_no_release_says_what_to_do() {
    let run = run_from(&root(), &Folder::with(&[("baml_src/a.baml", CLEAN)]), &[]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(run.stdout.contains("use a tag, or set `build: true`"), "{}", run.stdout);
}

#[test]
fn findings_become_annotations_and_fail_the_step() {
    let run = run(&Folder::with(&[("baml_src/a.baml", FAULTY)]), &[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.starts_with("::error file=baml_src/a.baml,line=2,col=12,"), "{}", run.stdout);
}

#[test]
fn a_clean_project_passes() {
    let run = run(&Folder::with(&[("baml_src/a.baml", CLEAN)]), &[]);
    assert_eq!((run.code, &*run.stdout), (0, ""), "{}", run.stderr);
}

#[test]
fn what_cannot_be_read_is_no_finding() {
    let run = run(&Folder::with(&[]), &[("paths", "missing")]);
    let said = "::error title=clientc::missing: there is no such file or folder\n";
    assert_eq!((run.code, &*run.stdout), (2, said), "{}", run.stderr);
}

#[test]
fn concise_lines_go_with_the_problem_matcher() {
    let run = run(&Folder::with(&[("baml_src/a.baml", FAULTY)]), &[("format", "concise")]);
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
    let run = run(&folder, &[("paths", "$(touch hit)"), ("arguments", "`touch hit` ; touch hit")]);
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
    assert_eq!(action["inputs"]["build"]["default"], "false");
}

#[test]
fn follows_the_schema_of_actions() {
    tools::assert_follows("vendor.github-actions", &root().join("action.yml"));
}
