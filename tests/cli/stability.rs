//! The same input gives the same bytes, and a reader that goes away is no accident.

use std::io::Read as _;
use std::process::Stdio;

use clientc_tests::Folder;
use clientc_tests::program::command_in;

use crate::{CLEAN, FAULTY};

/// Files of two projects, with findings across them.
fn files() -> Vec<(String, String)> {
    let client = |index: usize| format!("{}\n{}", CLEAN.replace("Fast", &format!("C{}", index % 7)), FAULTY);
    (0..24).map(|index| (format!("p{}/baml_src/f{index}.baml", index % 2), client(index))).collect()
}

fn folder_of<'f>(files: impl Iterator<Item = &'f (String, String)>) -> Folder {
    let folder = Folder::with(&[]);
    files.for_each(|(path, text)| {
        folder.write(path, text);
    });
    folder
}

#[test]
fn neither_a_second_run_nor_the_order_of_creation_matters() {
    let files = files();
    let (there, back) = (folder_of(files.iter()), folder_of(files.iter().rev()));
    for arguments in
        ["check", "check --format concise", "check --format json", "check --format json-lines", "resolve"]
    {
        let first = there.run(arguments);
        assert_eq!(first, there.run(arguments), "{arguments}");
        assert_eq!(first, back.run(arguments), "{arguments}");
    }
}

#[test]
fn the_resolved_json_is_the_same_in_any_order_of_creation() {
    let clean = |index: usize| CLEAN.replace("Fast", &format!("C{index}"));
    let files: Vec<_> = (0..24).map(|index| (format!("baml_src/f{index}.baml"), clean(index))).collect();
    let arguments = "resolve --format json";
    let first = folder_of(files.iter()).run(arguments);
    assert_eq!(first.code, 0);
    assert_eq!(first, folder_of(files.iter().rev()).run(arguments));
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let many: String = (0..3000).map(|index| FAULTY.replace("Fast", &format!("C{index}"))).collect();
    let folder = Folder::with(&[("baml_src/a.baml", &many)]);
    for arguments in
        [&["check"][..], &["check", "--format", "json"], &["check", "--format", "concise"], &["explain"]]
    {
        let mut command = command_in(folder.path(), arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut start = [0_u8; 1];
        let mut stdout = child.stdout.take().unwrap();
        let _ = stdout.read(&mut start).unwrap();
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert!(output.status.code().is_some(), "{arguments:?} ended by a signal");
    }
}
