//! The flags of `clientc check` about levels and about what is written.

use crate::{CONFLICT, FAULTY, JSON};
use clientc_tests::Folder;

fn conflict() -> Folder {
    Folder::with(&[("baml_src/a.baml", CONFLICT), ("b/baml_src/b.baml", CONFLICT)])
}

#[test]
fn a_level_on_the_command_line_wins_over_the_settings() {
    let folder = conflict();
    folder.write("clientc.toml", "[rules]\nttft-exceeds-request = \"ignore\"\n");
    let summary =
        |flag: &str| folder.run(&format!("{JSON} {flag} ttft-exceeds-request .")).json()["summary"].clone();
    assert_eq!(summary("--error")["errors"], 2);
    assert_eq!(summary("--warn")["warnings"], 2);
    assert_eq!(summary("--info")["infos"], 2);
    assert_eq!(folder.run("check --error ttft-exceeds-request").code, 1);
    folder.write("clientc.toml", "");
    assert_eq!(summary("--ignore")["errors"], 0);
}

#[test]
fn a_level_that_cannot_be_is_wrong_usage() {
    let folder = conflict();
    for (flags, message) in [
        ("--warn client-cycle", "error: the rule `client-cycle` cannot be lowered or ignored"),
        ("--warn client-cylce", "error: there is no rule `client-cylce`; did you mean `client-cycle`?"),
        (
            "--warn ttft-exceeds-request --info ttft-exceeds-request",
            "error: the rule `ttft-exceeds-request` is given two",
        ),
    ] {
        let run = folder.run(&format!("check {flags}"));
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{flags}");
        assert!(run.stderr.starts_with(message), "{}", run.stderr);
    }
}

#[test]
fn findings_can_go_into_a_file() {
    let folder = conflict();
    let shown = folder.run("check");
    let run = folder.run("check --output-file out.txt --color always");
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (1, "", ""));
    assert_eq!(std::fs::read_to_string(folder.path().join("out.txt")).unwrap(), shown.stdout);
    let run = folder.run("check --output-file nowhere/out.txt");
    assert_eq!(run.code, 2);
    assert!(run.stderr.starts_with("error: nowhere/out.txt cannot be written: "), "{}", run.stderr);
}

#[test]
fn statistics_count_each_rule() {
    let run = conflict().run("check --statistics .");
    assert_eq!(run.code, 1);
    assert_eq!(
        run.stdout,
        "2  error    ttft-exceeds-request\nChecked 2 clients in 2 files of 2 projects: 2 errors.\n"
    );
}

#[test]
fn files_can_be_listed_without_a_check() {
    let run =
        Folder::with(&[("baml_src/b.baml", FAULTY), ("baml_src/a/c.baml", FAULTY)]).run("check --show-files");
    assert_eq!((run.code, run.stdout.as_str()), (0, "baml_src/a/c.baml\nbaml_src/b.baml\n"));
}
