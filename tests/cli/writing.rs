//! Files that a run writes are replaced whole, and what cannot be replaced is written.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use clientc_tests::Folder;

const TEXT: &str = "client<llm> A {\n  provider openai\n  options { model \"x\" }\n}\n";

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn names(folder: &Folder) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name != ".git");
    names.sort();
    names
}

#[test]
fn findings_and_baselines_take_the_place_of_a_file_whole() {
    let folder = Folder::with(&[("baml_src/a.baml", TEXT), ("plain", "")]);
    let at = |name: &str| folder.path().join(name);
    for command in ["--output-file real", "--baseline real --write-baseline"] {
        let run = || assert!(folder.run(&format!("check --format json {command}")).code < 2);
        run();
        let first = std::fs::read_to_string(at("real")).unwrap();
        assert!(first.contains("no-timeout"), "{first}");
        assert_eq!(mode(&at("real")), mode(&at("plain")), "a new file is one as all others");
        // Who has the old file open goes on reading it.
        std::fs::hard_link(at("real"), at("old")).unwrap();
        std::fs::set_permissions(at("real"), std::fs::Permissions::from_mode(0o640)).unwrap();
        folder.write("baml_src/a.baml", TEXT.repeat(2).replacen('A', "B", 1));
        run();
        assert_eq!(std::fs::read_to_string(at("old")).unwrap(), first);
        assert_ne!(std::fs::read_to_string(at("real")).unwrap(), first);
        assert_eq!(mode(&at("real")), 0o640);
        assert_eq!(names(&folder), ["baml_src", "old", "plain", "real"]);
        folder.write("baml_src/a.baml", TEXT);
        std::fs::remove_file(at("old")).unwrap();
        std::fs::remove_file(at("real")).unwrap();
    }
}

#[test]
fn links_to_a_file_for_output_stay_links() {
    let folder = Folder::with(&[("baml_src/a.baml", TEXT)]);
    symlink("real", folder.path().join("link")).unwrap();
    for _ in 0..2 {
        folder.run("check --output-file link");
        assert!(std::fs::symlink_metadata(folder.path().join("link")).unwrap().is_symlink());
        assert!(std::fs::read_to_string(folder.path().join("real")).unwrap().contains("no-timeout"));
    }
}

#[test]
fn output_goes_to_a_pipe_and_to_a_device() {
    let folder = Folder::with(&[("baml_src/a.baml", TEXT)]);
    let shown = folder.run("check --format json");
    let run = folder.run("check --format json -q --output-file /dev/stdout");
    assert_eq!((run.code, &run.stdout), (shown.code, &shown.stdout));
    assert_eq!(folder.run("check --output-file /dev/null").code, shown.code);
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn(move || std::fs::read_to_string(pipe).unwrap());
    folder.run("check --format json --output-file pipe");
    assert_eq!(reader.join().unwrap(), shown.stdout);
}
