//! `clientc fmt`: what it writes, and when it fails.

use crate::{CLEAN, FAULTY};
use clientc_tests::Folder;

const ODD: &str = "client<llm> Odd {\nprovider   openai\n}\n";
const EVEN: &str = "client<llm> Odd {\n  provider openai\n}\n";

fn folder() -> Folder {
    Folder::with(&[("baml_src/a.baml", CLEAN), ("baml_src/odd.baml", ODD)])
}

fn read(folder: &Folder, path: &str) -> String {
    std::fs::read_to_string(folder.path().join(path)).unwrap()
}

#[test]
fn it_writes_what_is_not_in_the_one_style() {
    let folder = folder();
    let run = folder.run("fmt");
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert_eq!(run.stderr, "1 file changed, 1 file already formatted\n");
    assert_eq!(read(&folder, "baml_src/odd.baml"), EVEN);
    assert_eq!(read(&folder, "baml_src/a.baml"), CLEAN);
    assert_eq!(folder.run("fmt").stderr, "2 files already formatted\n");
}

#[test]
fn check_and_diff_change_nothing_and_fail() {
    let folder = folder();
    let check = folder.run("fmt --check");
    assert_eq!((check.code, check.stdout.as_str()), (1, "baml_src/odd.baml\n"));
    let diff = folder.run("fmt --diff");
    assert_eq!(diff.code, 1);
    assert!(diff.stdout.contains("-provider   openai\n+  provider openai\n"), "{}", diff.stdout);
    assert_eq!(read(&folder, "baml_src/odd.baml"), ODD);
    folder.run("fmt");
    assert_eq!((folder.run("fmt --check").code, folder.run("fmt --diff").code), (0, 0));
}

#[test]
fn standard_input_goes_to_standard_output() {
    let run = Folder::with(&[]).run_with_stdin("fmt -", ODD);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, EVEN, ""));
}

#[test]
fn a_broken_block_is_left_as_it_is_and_named() {
    let broken = "client<llm> Odd {\nprovider   \"openai\n}\n";
    let folder = Folder::with(&[("baml_src/odd.baml", broken)]);
    let run = folder.run("fmt");
    assert_eq!(run.code, 0);
    assert!(
        run.stderr.starts_with("baml_src/odd.baml:1:1: this block was left as it is: "),
        "{}",
        run.stderr
    );
    assert_eq!(read(&folder, "baml_src/odd.baml"), broken);
}

#[test]
fn what_cannot_be_read_is_2() {
    let folder = folder();
    assert_eq!(folder.run("fmt nowhere").code, 2);
    folder.write("baml_src/bad.baml", b"client<llm> A {}\xff");
    let run = folder.run("fmt");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("baml_src/bad.baml is not UTF-8"), "{}", run.stderr);
    assert_eq!(read(&folder, "baml_src/odd.baml"), EVEN, "the others are formatted");
}

#[test]
fn a_finding_that_is_no_fault_of_syntax_does_not_matter() {
    let folder = Folder::with(&[("baml_src/a.baml", FAULTY)]);
    assert_eq!(folder.run("fmt --check").code, 0);
}
