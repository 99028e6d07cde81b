//! A run that failed never looks clean, in any format.

use clientc_tests::Folder;
use clientc_tests::formats::formats;

use crate::CLEAN;

const PROBLEM: &str = "nowhere: there is no such file or folder";

#[test]
fn every_format_for_programs_says_what_went_wrong() {
    let folder = Folder::with(&[("baml_src/a.baml", CLEAN)]);
    let run = |format: &str| {
        let run = folder.run(&format!("check nowhere baml_src --format {format}"));
        assert_eq!((run.code, run.stderr.trim_end()), (2, &*format!("error: {PROBLEM}")), "{format}");
        run
    };
    for format in formats().into_iter().filter(|format| format.is_for_programs) {
        let stdout = run(&format.name).stdout;
        assert!(stdout.contains(PROBLEM), "{}: {stdout}", format.name);
    }
    assert_eq!(run("json").json()["problems"], serde_json::json!([{ "message": PROBLEM }]));
    let lines = run("json-lines").stdout;
    let last: serde_json::Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!(last["problems"][0]["message"], PROBLEM);
    let sarif = run("sarif").json();
    let invocation = &sarif["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["toolExecutionNotifications"][0]["message"]["text"], PROBLEM);
    assert_eq!(run("github").stdout, format!("::error title=clientc::{PROBLEM}\n"));
    let junit = run("junit").stdout;
    assert!(junit.contains("<error ") && junit.contains(PROBLEM), "{junit}");
    assert_eq!(run("gitlab").json()[0]["description"], PROBLEM);
    assert_eq!(run("rdjson").json()["diagnostics"][0]["message"], PROBLEM);
}

#[test]
fn a_clean_run_says_so() {
    let folder = Folder::with(&[("baml_src/a.baml", CLEAN)]);
    let sarif = folder.run("check --format sarif").json();
    assert_eq!(sarif["runs"][0]["invocations"], serde_json::json!([{ "executionSuccessful": true }]));
    assert_eq!(folder.run("check --format json").json()["problems"], serde_json::json!([]));
    folder.write("clientc.toml", "[ruls]\n");
    let sarif = folder.run("check --format sarif").json();
    assert_eq!(sarif["runs"][0]["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn a_run_that_ends_before_it_reads_anything_says_so_too() {
    let folder = Folder::with(&[("baml_src/a.baml", CLEAN)]);
    folder.run("check --format sarif --output-file out.sarif");
    let run = folder.run("check --config gone.toml --format sarif --output-file out.sarif");
    assert_eq!(run.code, 2);
    let text = std::fs::read_to_string(folder.path().join("out.sarif")).unwrap();
    let sarif: serde_json::Value = serde_json::from_str(&text).unwrap();
    let invocation = &sarif["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let text = invocation["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
    assert_eq!(text, "--config: there is no file gone.toml");
    let run = folder.run("check --select no-such-rule --format github");
    assert!(run.stdout.starts_with("::error title=clientc::there is no rule"), "{}", run.stdout);
}

/// What could not be written is named.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_with_what_was_written() {
    let folder = Folder::with(&[("baml_src/a.baml", CLEAN)]);
    for arguments in [&["resolve", "--format", "json"][..], &["check", "--format", "json"], &["explain"]] {
        let mut command = clientc_tests::program::command_in(folder.path(), arguments);
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = command.stdout(full).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains("error: cannot write to standard output: No space left"), "{stderr}");
    }
}

/// Links to folders are not followed, and where there is nothing else that is said.
#[cfg(unix)]
#[test]
fn a_link_that_is_not_followed_is_named() {
    let folder = Folder::with(&[("real/baml_src/a.baml", CLEAN), ("site/readme.md", "")]);
    let link = folder.path().join("site/baml_src");
    std::os::unix::fs::symlink(folder.path().join("real/baml_src"), &link).unwrap();
    let run = folder.run("check site");
    let message = "error: site: there is no .baml file here; `site/baml_src` is a link to a folder and is not \
                   followed: name it\n";
    assert_eq!((run.code, &*run.stderr), (2, message));
    assert_eq!(folder.run("check site/baml_src").code, 0);
}
