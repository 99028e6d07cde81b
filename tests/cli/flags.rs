//! The flags of `clientc check` about levels.

use clientc_tests::Folder;

use crate::{CLEAN, CONFLICT};

#[test]
fn a_level_that_cannot_be_is_wrong_usage() {
    let folder = Folder::with(&[("baml_src/a.baml", CONFLICT)]);
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
fn a_file_for_output_has_no_colour_and_must_be_writable() {
    let folder = Folder::with(&[("baml_src/a.baml", CONFLICT)]);
    let shown = folder.run("check");
    let run = folder.run("check --output-file out.txt --color always");
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    assert_eq!(std::fs::read_to_string(folder.path().join("out.txt")).unwrap(), shown.stdout);
    folder.write("baml_src/a.baml", CLEAN);
    let run = folder.run("check --output-file nowhere/out.txt");
    assert_eq!(run.code, 2);
    assert!(run.stderr.starts_with("error: cannot write nowhere/out.txt: "), "{}", run.stderr);
}

/// A terminal that shows links gets one to the page of each rule; a file or a program gets none.
#[test]
fn rules_are_links_where_they_are_shown() {
    let folder = Folder::with(&[("baml_src/a.baml", CONFLICT)]);
    let (address, _) = clientc_report::RULE_PAGES.split_once("{page}").unwrap();
    let begin = format!("\u{1b}]8;;{address}");
    let shown = folder.run_with_variable("check --color always", "FORCE_HYPERLINK", "1").stdout;
    let links: Vec<&str> = shown.matches(&begin).collect();
    let ends = shown.matches("\u{1b}]8;;\u{1b}\\").count();
    assert!(!links.is_empty() && links.len() == ends, "{shown:?}");
    assert!(shown.contains("ttft_exceeds_request.md\u{1b}\\"), "{shown:?}");
    for (arguments, force) in [("check --color always", "0"), ("check", "1"), ("check --format json", "1")] {
        let run = folder.run_with_variable(arguments, "FORCE_HYPERLINK", force);
        assert!(!run.stdout.contains("\u{1b}]8"), "{arguments}: {:?}", run.stdout);
    }
}
