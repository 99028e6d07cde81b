//! 0 clean, 1 findings, 2 wrong usage, bad configuration, unreadable input or no input; 2 wins over 1.

use clientc_tests::{Folder, Run};

use crate::{CLEAN, CONFLICT, FAULTY, JSON};

/// Runs `check` in its default format and as JSON. Both must end alike, and the JSON must be whole.
fn check(folder: &Folder, arguments: &str) -> Run {
    let full = folder.run(&format!("check {arguments}"));
    let json = folder.run(&format!("{JSON} {arguments}"));
    assert_eq!((full.code, &full.stderr), (json.code, &json.stderr));
    assert_eq!(json.json()["schema"], "clientc.diagnostics", "{json:#?}");
    json
}

#[test]
fn nothing_wrong_is_0() {
    let run = check(&Folder::with(&[("baml_src/a.baml", CLEAN)]), "");
    assert_eq!((run.code, run.rules(), run.stderr.as_str()), (0, vec![], ""));
}

#[test]
fn a_finding_is_1() {
    let run = check(&Folder::with(&[("baml_src/a.baml", FAULTY)]), "");
    assert_eq!((run.code, run.rules(), run.stderr.as_str()), (1, vec!["unknown-provider".into()], ""));
}

#[test]
fn a_lowered_finding_is_0_unless_warnings_count() {
    let folder = Folder::with(&[
        ("baml_src/a.baml", CONFLICT),
        ("clientc.toml", "[rules]\nttft-exceeds-request = \"warn\"\n"),
    ]);
    let run = check(&folder, "");
    assert_eq!((run.code, run.json()["summary"]["warnings"].as_u64()), (0, Some(1)));
    assert_eq!(check(&folder, "--error-on-warnings").code, 1);
}

#[test]
fn exit_zero_hides_findings_but_no_failure() {
    let folder = Folder::with(&[("baml_src/a.baml", FAULTY)]);
    assert_eq!(check(&folder, "--exit-zero").code, 0);
    assert_eq!(check(&folder, "--exit-zero baml_src nowhere").code, 2);
    folder.write("clientc.toml", "[ruls]\n");
    assert_eq!(check(&folder, "--exit-zero").code, 2);
}

#[test]
fn a_missing_path_is_2_and_the_others_are_checked() {
    let folder = Folder::with(&[("baml_src/a.baml", FAULTY)]);
    let run = check(&folder, "nowhere baml_src");
    assert_eq!((run.code, run.rules()), (2, vec!["unknown-provider".to_owned()]));
    assert_eq!(run.stderr, "error: nowhere: there is no such file or folder\n");
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_2_and_the_others_are_checked() {
    let folder = Folder::with(&[("baml_src/a.baml", FAULTY)]);
    std::os::unix::fs::symlink("nowhere", folder.path().join("baml_src/b.baml")).unwrap();
    let run = check(&folder, "");
    assert_eq!((run.code, run.rules()), (2, vec!["unknown-provider".to_owned()]));
    assert!(run.stderr.starts_with("error: cannot read baml_src/b.baml: "), "{}", run.stderr);
}

#[test]
fn a_wrong_setting_is_a_finding_and_2() {
    let folder =
        Folder::with(&[("baml_src/a.baml", FAULTY), ("clientc.toml", "[limits]\nmax-request = 3\n")]);
    let run = check(&folder, "");
    assert_eq!((run.code, run.stderr.as_str()), (2, ""));
    assert_eq!(run.rules(), ["invalid-config", "unknown-provider"]);
    assert_eq!(run.json()["diagnostics"][0]["fix"]["edits"][0]["text"], "max-requests");
}

#[test]
fn no_toml_at_all_is_a_finding_and_2() {
    let folder = Folder::with(&[("baml_src/a.baml", CLEAN), ("clientc.toml", "[rules\n")]);
    let run = check(&folder, "");
    assert_eq!((run.code, run.rules()), (2, vec!["invalid-config".to_owned()]));
}

#[test]
fn no_input_is_2() {
    let run = check(&Folder::with(&[]), "");
    assert_eq!((run.code, run.stderr.as_str()), (2, "error: .: there is no .baml file here\n"));
    let folder = Folder::with(&[("baml_src/a.baml", CLEAN), ("empty/notes.txt", "")]);
    assert_eq!(check(&folder, "empty").code, 2);
}

#[test]
fn a_file_that_is_not_utf8_is_a_finding_and_1() {
    let folder = Folder::with(&[("baml_src/a.baml", FAULTY)]);
    folder.write("baml_src/b.baml", b"client<llm> Slow {\n  provider openai // caf\xe9\n}\n");
    folder.write("baml_src/c.baml", CLEAN.replace("Fast", "Other"));
    let run = check(&folder, "");
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    assert_eq!(run.rules(), ["unknown-provider", "file-encoding"]);
    assert_eq!(run.json()["summary"]["clients"], 3);
}

#[test]
fn wrong_usage_is_2() {
    let folder = Folder::with(&[("baml_src/a.baml", CLEAN)]);
    for arguments in
        ["", "chek", "check --format yaml", "check --colour", "resolve --client A --function B", "schema"]
    {
        let run = folder.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments}: {run:#?}");
        assert!(!run.stderr.is_empty(), "{arguments}");
    }
    for arguments in ["--help", "--version", "check --help"] {
        let run = folder.run(arguments);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments}");
    }
}
