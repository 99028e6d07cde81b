//! What is left out: `exclude`, `--exclude` and `.ignore`.

use clientc_tests::Folder;

use crate::{CLEAN, FAULTY, JSON};

/// A clean project, and a vendored one with an error and settings of its own.
fn vendored() -> Folder {
    Folder::with(&[
        ("app/baml_src/a.baml", CLEAN),
        ("vendor/lib/baml_src/b.baml", FAULTY),
        ("vendor/lib/clientc.toml", "[rules]\nno-timeout = \"error\"\n"),
    ])
}

fn files(folder: &Folder, arguments: &str) -> Vec<String> {
    let run = folder.run(&format!("check --show-files {arguments}"));
    run.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn settings_leave_a_vendored_project_out_wherever_the_run_starts() {
    let folder = vendored();
    assert_eq!(folder.run("check .").code, 1);
    folder.write("clientc.toml", "exclude = [\"vendor\"]\n");
    assert_eq!(files(&folder, "."), ["app/baml_src/a.baml"]);
    assert_eq!(folder.run("check .").code, 0);
    // A hook passes single files.
    let run = folder.run("check vendor/lib/baml_src/b.baml app/baml_src/a.baml --format concise");
    assert_eq!((run.code, &*run.stdout), (0, ""));
    assert_eq!(run.stderr, "vendor/lib/baml_src/b.baml is excluded by `exclude` in clientc.toml\n");
    let run = folder.run_below("vendor/lib", "check .");
    assert_eq!((run.code, &*run.stdout), (0, ""));
    assert_eq!(run.stderr, ". is excluded by `exclude` in ../../clientc.toml\n");
    assert_eq!(folder.run("check . --isolated").code, 1);
    assert_eq!(folder.run("resolve . --format json").code, 0);
    folder.write("vendor/lib/baml_src/b.baml", "client<llm>   Fast   {\n provider openai\n}\n");
    assert_eq!(folder.run("fmt --check .").code, 0);
}

#[test]
fn the_command_line_leaves_out_too() {
    let folder = vendored();
    assert_eq!(files(&folder, ". --exclude vendor"), ["app/baml_src/a.baml"]);
    assert_eq!(files(&folder, ". --exclude **/lib"), ["app/baml_src/a.baml"]);
    assert_eq!(folder.run("check . --exclude vendor --exclude x").code, 0);
    let run = folder.run("check . --exclude a[");
    assert_eq!(run.code, 2);
    assert!(run.stderr.starts_with("error: --exclude: `a[` is not a pattern: "), "{}", run.stderr);
}

#[test]
fn an_ignore_file_counts_beside_gitignore() {
    let folder = vendored();
    folder.write(".ignore", "vendor/\n");
    assert_eq!(files(&folder, "."), ["app/baml_src/a.baml"]);
    folder.write(".gitignore", "app/\n");
    folder.write(".ignore", "vendor/\n!app/\n");
    assert_eq!(files(&folder, "."), ["app/baml_src/a.baml"]);
    // What is named is looked at.
    assert_eq!(files(&folder, "vendor").len(), 1);
}

#[test]
fn a_pattern_that_matches_nothing_is_a_finding() {
    let folder = vendored();
    let settings = "exclude = [\"vendor\", \"gone\"]\n[[overrides]]\npaths = [\"app\", \"legacy/**\"]\n\
                    rules = { no-timeout = \"ignore\" }\n";
    folder.write("clientc.toml", settings);
    let run = folder.run("check --format concise");
    assert_eq!(run.code, 0);
    let expected = "clientc.toml:1:22: warning[unmatched-pattern]: `gone` matches no file\n\
                    clientc.toml:3:17: warning[unmatched-pattern]: `legacy/**` matches no file\n";
    assert_eq!(run.stdout, expected);
    // The same is found from a part of it, and from inside of a project.
    assert_eq!(folder.run("check app --format concise").stdout, expected);
    let inside = folder.run_below("app/baml_src", JSON);
    assert_eq!(inside.rules(), ["unmatched-pattern", "unmatched-pattern"]);
    folder.write("clientc.toml", "exclude = [\"app/baml_src/a.baml\"]\n");
    let run = folder.run("check app --format concise");
    assert!(run.stdout.contains("matches only files inside a `baml_src`"), "{}", run.stdout);
    assert_eq!(files(&folder, "app"), ["app/baml_src/a.baml"]);
}

#[test]
fn settings_made_for_more_than_this_folder_are_not_judged() {
    let folder = Folder::with(&[
        ("baml_src/a.baml", CLEAN),
        ("clientc.toml", "extend = \"shared.toml\"\n"),
        ("shared.toml", "exclude = [\"elsewhere\"]\n"),
    ]);
    assert_eq!(folder.run("check --format concise").stdout, "");
    assert_eq!(folder.run("check --config shared.toml --format concise").stdout, "");
}
