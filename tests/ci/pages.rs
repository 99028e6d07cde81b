//! The pages about CI: what they show can be copied. Every piece of YAML is what the server it is for accepts, and every
//! command in them runs.

use std::process::Command;

use clientc_tests::markdown::{Block, blocks};
use clientc_tests::program::{finished, program};
use clientc_tests::{Folder, tools};
use serde_json::Value;

use crate::{root, string, text, version, yaml};

/// The pages, each with the example that its commands are run in.
const PAGES: [(&str, &str); 2] =
    [("docs/src/guide/ci.md", "fallback"), ("docs/src/guide/adopting.md", "old-project")];

/// The files that YAML on a page is for, by the comment that it begins with, and their schemas.
const FILES: [(&str, Option<&str>); 3] = [
    ("# .github/workflows/", Some("vendor.github-workflows")),
    ("# .gitlab-ci.yml", Some("vendor.gitlab-ci")),
    ("# .pre-commit-config.yaml", None),
];

/// A page that shows a workflow as well; its commands are run elsewhere.
const TUTORIAL: &str = "docs/src/tutorial.md";

fn all_blocks() -> Vec<Block> {
    PAGES.iter().map(|(page, _)| *page).chain([TUTORIAL]).flat_map(|page| blocks(&text(page))).collect()
}

fn all_yaml() -> Vec<Block> {
    all_blocks().into_iter().filter(|block| block.language == "yaml").collect()
}

/// What cargo knows about the workspace.
fn package(key: &str) -> String {
    let manifest: toml::Table = text("Cargo.toml").parse().unwrap();
    manifest["workspace"]["package"][key].as_str().unwrap().to_owned()
}

/// All values of a key, anywhere in a value.
fn values<'v>(value: &'v Value, key: &str, found: &mut Vec<(&'v Value, &'v Value)>) {
    match value {
        Value::Object(entries) => {
            found.extend(entries.get(key).map(|inner| (value, inner)));
            entries.values().for_each(|inner| values(inner, key, found));
        }
        Value::Array(items) => items.iter().for_each(|inner| values(inner, key, found)),
        _ => {}
    }
}

#[test]
fn every_piece_of_yaml_follows_the_schema_of_its_file() {
    for (start, schema) in FILES {
        let pieces = all_yaml().into_iter().filter(|block| block.text.starts_with(start));
        let pieces: Vec<Block> = pieces.collect();
        assert!(!pieces.is_empty(), "nothing is for {start}");
        for piece in pieces {
            yaml(&piece.text);
            let folder = Folder::with(&[("piece.yaml", &piece.text)]);
            let path = folder.path().join("piece.yaml");
            if let Some(schema) = schema {
                tools::assert_follows(schema, &path);
            } else if let Some(pre_commit) = tools::tool("bin/pre-commit") {
                let run = tools::run(&pre_commit, folder.path(), &["validate-config", "piece.yaml"]);
                assert_eq!((run.code, &*run.stderr), (0, ""), "{}", run.stdout);
            }
        }
    }
    for piece in all_yaml() {
        let is_known = FILES.iter().any(|(start, _)| piece.text.starts_with(start));
        assert!(is_known, "no comment says which file this is for:\n{}", piece.text);
    }
}

#[test]
fn uses_of_the_action_name_this_project_and_inputs_that_exist() {
    let action = yaml(&text("action.yml"));
    let name = package("repository").replace("https://github.com/", "");
    let mut uses = 0;
    for piece in all_yaml() {
        let (piece, mut found) = (yaml(&piece.text), Vec::new());
        values(&piece, "uses", &mut found);
        for (step, reference) in found {
            let (project, revision) = string(reference).split_once('@').unwrap();
            if project.starts_with("actions/")
                || project.starts_with("github/")
                || project.starts_with("reviewdog/")
            {
                continue;
            }
            uses += 1;
            assert_eq!((project, revision), (&*name, &*format!("v{}", version())));
            let with = |input: &str| step["with"][input].as_str().unwrap_or("").to_owned();
            for input in step["with"].as_object().into_iter().flatten().map(|(input, _)| input) {
                assert!(action["inputs"].get(input).is_some(), "the action has no input {input}");
            }
            let format = Some(with("format")).filter(|format| !format.is_empty());
            let format = format.unwrap_or_else(|| string(&action["inputs"]["format"]["default"]).to_owned());
            run_in_example("fallback", &[format!("clientc check --format {format} {}", with("arguments"))]);
        }
    }
    assert!(uses >= 2);
}

#[test]
fn hooks_on_the_pages_exist() {
    let known = yaml(&text(".pre-commit-hooks.yaml"));
    let known: Vec<&Value> = known.as_array().unwrap().iter().map(|hook| &hook["id"]).collect();
    let mut shown = 0;
    for piece in all_yaml() {
        let (piece, mut found) = (yaml(&piece.text), Vec::new());
        values(&piece, "rev", &mut found);
        for (repository, revision) in found {
            assert_eq!(repository["repo"], package("repository"));
            assert_eq!(*revision, format!("v{}", version()));
            for hook in repository["hooks"].as_array().unwrap() {
                shown += 1;
                assert!(known.contains(&&hook["id"]), "there is no hook {}", hook["id"]);
            }
        }
    }
    assert_eq!(shown, 2, "those of the wheel");
}

#[test]
fn what_is_installed_is_this_version() {
    let expected = format!("clientc=={}", version());
    let blocks = all_blocks();
    let lines = blocks.iter().flat_map(|block| block.text.lines());
    let installs: Vec<&str> = lines.filter_map(|line| line.split("pip install --quiet ").nth(1)).collect();
    assert!(installs.len() >= 2);
    for install in installs {
        assert_eq!(install, expected);
    }
    assert!(text("packaging/python/pyproject.toml").contains("name = \"clientc\""));
}

/// The commands of a block that are ours, each as a line of shell; what reads their output is left out.
fn commands(block: &Block) -> Vec<String> {
    let ours = |line: &str| {
        let line = line.trim().trim_start_matches("- ").trim_start_matches("run: ");
        let line = line.strip_prefix("sh '").and_then(|rest| rest.strip_suffix('\'')).unwrap_or(line);
        let command = line.split(" | ").next().unwrap_or(line);
        command.starts_with("clientc ").then(|| command.to_owned())
    };
    block.text.lines().filter_map(ours).collect()
}

/// Runs commands one after the other in a copy of an example. They may have findings; wrong usage is a fault.
fn run_in_example(example: &str, commands: &[String]) {
    let folder = Folder::with(&[]);
    copy(&root().join("examples").join(example).join("baml_src"), &folder, "baml_src");
    folder.write("edited.txt", crate::CLEAN);
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", program().parent().unwrap().display());
    for line in commands {
        let mut command = Command::new("bash");
        command.args(["-c", line]).current_dir(folder.path()).env("PATH", &path);
        let run = finished(command, b"");
        assert!(run.code <= 1, "`{line}` ends with {}: {}{}", run.code, run.stdout, run.stderr);
    }
}

fn copy(from: &std::path::Path, folder: &Folder, to: &str) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{to}/{}", entry.file_name().into_string().unwrap());
        folder.write(&name, std::fs::read(entry.path()).unwrap());
    }
}

#[test]
fn every_command_runs() {
    for (page, example) in PAGES {
        let blocks = blocks(&text(page));
        let shown = blocks.iter().filter(|block| block.language != "console");
        let commands: Vec<String> = shown.flat_map(commands).collect();
        assert!(commands.len() >= 5, "{page} shows {commands:?}");
        run_in_example(example, &commands);
    }
}
