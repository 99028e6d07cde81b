//! `.pre-commit-hooks.yaml`: pre-commit itself takes the hooks from this checkout and runs them.

use std::path::Path;
use std::process::Command;

use clientc_tests::program::{Run, finished};
use clientc_tests::{Folder, tools};

use crate::{CLEAN, FAULTY, WHEELS, index, root, text, version};

/// Runs git in a folder, without the settings of whoever runs the tests.
fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null");
    let run = finished(command, b"");
    assert_eq!(run.code, 0, "{}", run.stderr);
}

/// A repository with this text in a project, ready to be committed.
fn repository_with(text: &str) -> Folder {
    let folder = Folder::with(&[("baml_src/a.baml", text), ("README.md", "# A project\n")]);
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "."]);
    folder
}

/// Runs a hook of this checkout on these files of a repository.
fn try_hook(pre_commit: &Path, hook: &str, folder: &Folder, files: &[&str]) -> Run {
    let root = root();
    let home = Folder::with(&[]);
    let mut command = Command::new(pre_commit);
    command.args(["try-repo", "--verbose", "--color=never"]).arg(&root).arg(hook).arg("--files").args(files);
    command.current_dir(folder.path());
    // What the hooks build is kept from one run to the next, apart from what this test runs from.
    command.env("CARGO_TARGET_DIR", root.join("target/try-repo"));
    command.env("CARGO_INCREMENTAL", "0").env("CLIENTC_PROFILE", "dev");
    // The wheels are those that were built here, with what builds the empty package of the hooks.
    command.env("PIP_NO_INDEX", "1").env("PIP_FIND_LINKS", index());
    command.env("PRE_COMMIT_HOME", home.path());
    let run = finished(command, b"");
    // The hooks of the wheel build nothing, and run beside those that do.
    if hook.ends_with("-source") {
        forget_own_crates(&root.join("target/try-repo/debug"));
    }
    run
}

/// Removes what was built from a copy of this checkout. pre-commit makes another copy in another place each time, so it
/// would never be used again.
fn forget_own_crates(built: &Path) {
    for folder in ["deps", ".fingerprint", "build"] {
        for entry in std::fs::read_dir(built.join(folder)).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if !name.trim_start_matches("lib").starts_with("clientc") {
                continue;
            }
            if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) }.unwrap();
        }
    }
}

#[test]
fn the_manifest_is_valid() {
    let Some(pre_commit) = tools::tool("bin/pre-commit") else { return };
    let run = tools::run(&pre_commit, &root(), &["validate-manifest", ".pre-commit-hooks.yaml"]);
    assert_eq!((run.code, &*run.stderr), (0, ""), "{}", run.stdout);
}

/// Tries a pair of hooks: one that checks, one that formats.
fn hooks_run(pre_commit: &Path, check: &str, fmt: &str) {
    let ugly = FAULTY.replace("  provider", "provider");
    let folder = repository_with(&ugly);
    let files = &["baml_src/a.baml", "README.md"];
    let run = try_hook(pre_commit, check, &folder, files);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("error[unknown-provider]: there is no provider `opnai`"), "{}", run.stdout);

    let run = try_hook(pre_commit, fmt, &folder, files);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("- files were modified by this hook"), "{}", run.stdout);
    assert_eq!(std::fs::read_to_string(folder.path().join("baml_src/a.baml")).unwrap(), FAULTY);

    for (hook, text, file, word) in [
        (check, CLEAN, "baml_src/a.baml", "Passed"),
        (fmt, CLEAN, "baml_src/a.baml", "Passed"),
        (check, FAULTY, "README.md", "Skipped"),
    ] {
        let run = try_hook(pre_commit, hook, &repository_with(text), &[file]);
        assert_eq!((run.code, run.stdout.matches(word).count()), (0, 1), "{}{}", run.stdout, run.stderr);
    }
}

#[test]
fn the_hooks_of_the_wheel_run() {
    let Some(pre_commit) = tools::tool("bin/pre-commit") else { return };
    if tools::built(WHEELS, "-py3-none-").is_some() {
        hooks_run(&pre_commit, "clientc-check", "clientc-fmt");
    }
}

#[test]
fn the_hooks_that_build_from_source_run() {
    let Some(pre_commit) = tools::tool("bin/pre-commit") else { return };
    hooks_run(&pre_commit, "clientc-check-source", "clientc-fmt-source");
}

#[test]
fn the_package_of_the_hooks_has_the_version_of_the_workspace() {
    let package: toml::Table = text("pyproject.toml").parse().unwrap();
    assert_eq!(package["project"]["version"].as_str(), Some(&*version()));
    let dependency = package["project"]["dependencies"][0].as_str().unwrap();
    assert_eq!(dependency, format!("clientc=={}", version()));
}
