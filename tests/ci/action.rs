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
    let (action, temporary) = (action(), Folder::with(&[("github-output", "")]));
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
        command.env("GITHUB_OUTPUT", self.temporary.join("github-output"));
        // A program of the project stands for that of GitHub.
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{}:{path}", folder.path().join("bin").display()));
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
            "github.token" => return "secret".to_owned(),
            "github.repository" => return "someone/something".to_owned(),
            "github.event.pull_request.number" => return "7".to_owned(),
            _ if expression.starts_with("steps.diff.outputs.") => {
                let written = std::fs::read_to_string(self.temporary.join("github-output")).unwrap();
                let name = expression.trim_start_matches("steps.diff.outputs.");
                let mut values = written.lines().filter_map(|line| line.split_once('='));
                return values
                    .find(|(key, _)| *key == name)
                    .map_or(String::new(), |(_, value)| value.to_owned());
            }
            _ => {
                let name =
                    expression.strip_prefix("inputs.").unwrap_or_else(|| panic!("{expression} is unknown"));
                let default = string(&self.action["inputs"][name]["default"]);
                let given = self.inputs.iter().find(|(input, _)| *input == name);
                return self.text(given.map_or(default, |(_, value)| value));
            }
        };
        path.to_str().unwrap().to_owned()
    }

    fn holds(&self, condition: &str) -> bool {
        condition.split(" && ").all(|condition| self.compares(condition))
    }

    fn compares(&self, condition: &str) -> bool {
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
        assert!(text.contains(&format!("inputs.{name} ")), "{name} is not used");
    }
    assert_eq!(action["inputs"]["build"]["default"], "false");
}

#[test]
fn follows_the_schema_of_actions() {
    tools::assert_follows("vendor.github-actions", &root().join("action.yml"));
}

/// A repository whose work tree raises a limit of its first commit, and a `gh` that writes down what it is asked.
fn repository(comments: &str) -> Folder {
    let gh = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$*\" >>asked.txt\ncase \"$*\" in\n  *--paginate*) printf '{comments}' ;;\n  \
         *) cp \"${{REPORT}}.comment\" comment.md ;;\nesac\n"
    );
    let text = "client<llm> A {\n  provider openai\n  options {\n    model \"m\"\n    http {\n      request_timeout_ms 20000\n    }\n  }\n}\n";
    let folder = Folder::with(&[("baml_src/a.baml", text), ("bin/gh", &gh)]);
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@b"];
        let run = tools::run(Path::new("git"), folder.path(), &[&identity, arguments].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
    };
    git(&["init", "--quiet"]);
    git(&["add", "baml_src"]);
    git(&["commit", "--quiet", "--message", "first"]);
    let made = tools::run(Path::new("chmod"), folder.path(), &["+x", "bin/gh"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    std::fs::write(folder.path().join("baml_src/a.baml"), text.replace("20000", "30000")).unwrap();
    folder
}

fn asked(folder: &Folder) -> String {
    std::fs::read_to_string(folder.path().join("asked.txt")).unwrap_or_default()
}

#[test]
fn differences_become_one_comment_and_fail_only_on_demand() {
    let folder = repository("");
    let compared = run(&folder, &[("diff", "HEAD"), ("comment", "true")]);
    assert_eq!(compared.code, 0, "{}", compared.stderr);
    let posted = "--method POST repos/someone/something/issues/7/comments --field body=@";
    assert!(asked(&folder).contains(posted), "{}", asked(&folder));
    let comment = std::fs::read_to_string(folder.path().join("comment.md")).unwrap();
    assert!(
        comment.starts_with("<!-- clientc diff -->\n**clientc**: 1 change (1 raised); worst case of A"),
        "{comment}"
    );
    let failed = run(&folder, &[("diff", "HEAD"), ("fail-on", "raised,lost")]);
    assert_eq!(failed.code, 1);
    assert!(failed.stdout.contains("kinds raised,lost: 1 change (1 raised)"), "{}", failed.stdout);
    assert_eq!(run(&folder, &[("diff", "HEAD"), ("fail-on", "lowered")]).code, 0);
    assert_eq!(run(&folder, &[("diff", "HEAD"), ("fail-on", "louder")]).code, 2);
    assert_eq!(run(&folder, &[("diff", "nowhere")]).code, 2);
}

#[test]
fn a_comment_that_is_there_is_changed() {
    let folder = repository("42\\n43\\n");
    assert_eq!(run(&folder, &[("diff", "HEAD"), ("comment", "true")]).code, 0);
    let patched = "--method PATCH repos/someone/something/issues/comments/42 --field";
    assert!(asked(&folder).contains(patched), "{}", asked(&folder));
}

#[test]
fn counts_of_differences_are_outputs() {
    let (action, folder, temporary) = (action(), repository(""), Folder::with(&[("github-output", "")]));
    let inputs = [("build", "true"), ("diff", "HEAD")];
    let context =
        Context { action: &action, inputs: &inputs, checkout: &root(), temporary: temporary.path() };
    let steps = action["runs"]["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["id"] == "diff").unwrap();
    let run = context.run_step(step, &folder);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let outputs = action["outputs"].as_object().unwrap();
    let value = |name: &str| context.text(string(&outputs[name]["value"]));
    for (name, expected) in
        [("changes", "1"), ("errors", "1"), ("warnings", "0"), ("infos", "0"), ("kinds", "{\"raised\":1}")]
    {
        assert_eq!(value(name), expected, "{name}");
    }
    assert!(value("headline").starts_with("1 change (1 raised)"), "{}", value("headline"));
    assert!(Path::new(&value("report")).is_file());
}
