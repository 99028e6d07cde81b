//! `.pre-commit-hooks.yaml`: pre-commit itself takes the hooks from this checkout and runs them.

use std::path::Path;
use std::process::Command;

use clientc_tests::program::{Run, finished};
use clientc_tests::{Folder, tools};

use crate::{CLEAN, FAULTY, root};

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

/// Runs all hooks of this checkout on these files of a repository.
fn try_hooks(pre_commit: &Path, folder: &Folder, files: &[&str]) -> Run {
    let root = root();
    let home = Folder::with(&[]);
    let mut command = Command::new(pre_commit);
    command.args(["try-repo", "--verbose", "--color=never"]).arg(&root).arg("--files").args(files);
    command.current_dir(folder.path());
    // What the hooks build is kept from one run to the next, apart from what this test runs from.
    command.env("CARGO_TARGET_DIR", root.join("target/try-repo"));
    command.env("CARGO_INCREMENTAL", "0").env("CLIENTC_PROFILE", "dev");
    command.env("PRE_COMMIT_HOME", home.path());
    let run = finished(command, b"");
    forget_own_crates(&root.join("target/try-repo/debug"));
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

#[test]
fn both_hooks_run_from_this_checkout() {
    let Some(pre_commit) = tools::tool("bin/pre-commit") else { return };
    let ugly = FAULTY.replace("  provider", "provider");
    let folder = repository_with(&ugly);
    let run = try_hooks(&pre_commit, &folder, &["baml_src/a.baml", "README.md"]);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("error[unknown-provider]: there is no provider `opnai`"), "{}", run.stdout);
    assert!(run.stdout.contains("- files were modified by this hook"), "{}", run.stdout);
    assert_eq!(std::fs::read_to_string(folder.path().join("baml_src/a.baml")).unwrap(), FAULTY);

    let run = try_hooks(&pre_commit, &repository_with(CLEAN), &["baml_src/a.baml"]);
    assert_eq!((run.code, run.stdout.matches("Passed").count()), (0, 2), "{}{}", run.stdout, run.stderr);

    let run = try_hooks(&pre_commit, &repository_with(FAULTY), &["README.md"]);
    assert_eq!((run.code, run.stdout.matches("Skipped").count()), (0, 2), "{}{}", run.stdout, run.stderr);
}
