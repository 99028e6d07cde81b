//! Fixes that are good, bad, many, or cannot be written.

use clientc_tests::Folder;

/// Two clients with a fix each. With the second one the client would lack an option.
fn pair(number: usize) -> String {
    [&*good(number), &good(number).replace(" C", " V").replace("opnai", "azur-openai")].concat()
}

/// A client with a fix.
fn good(number: usize) -> String {
    format!(
        "client<llm> C{number} {{
  provider opnai
  options {{
    model \"gpt-4o\"
    api_key env.KEY
    http {{
      request_timeout_ms 60000
    }}
  }}
}}

"
    )
}

fn read(folder: &Folder) -> String {
    std::fs::read_to_string(folder.path().join("baml_src/a.baml")).unwrap()
}

#[test]
fn a_hundred_bad_fixes_do_not_keep_back_a_hundred_good_ones() {
    let text: String = (0..100).map(pair).collect();
    let folder = Folder::with(&[("baml_src/a.baml", &text)]);
    let run = folder.run("check --fix --format concise");
    assert!(run.stderr.starts_with("fixed 100 findings in 1 file: 100 "), "{}", run.stderr);
    assert_eq!(read(&folder), text.replace(" opnai", " openai"));
    assert!(
        run.stderr.contains("100 fixes were skipped, because each would cause a new finding:"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("and 95 more"), "{}", run.stderr);
    let again = folder.run("check --fix --format concise");
    assert!(again.stderr.starts_with("fixed nothing\n"), "{}", again.stderr);
}

#[test]
fn a_refused_fix_is_not_called_possible() {
    let folder = Folder::with(&[("baml_src/a.baml", &pair(1).replace(" opnai", " openai"))]);
    assert!(!folder.run("check").stdout.contains("can be fixed with"));
    let run = folder.run("check --fix");
    assert!(!run.stdout.contains("can be fixed with"), "{}", run.stdout);
    assert!(run.stderr.contains("  unknown-provider V1/provider: missing-option\n"), "{}", run.stderr);
}

/// With its right name the rule finds an error in the client, and the fix in that client is suspected first.
#[test]
fn a_fix_is_applied_though_it_was_blamed_for_another_one() {
    let text = good(1).replace("60000", "30");
    let settings = "[rules]\nsuspicious-unti = \"error\"\n";
    let folder = Folder::with(&[("baml_src/a.baml", &text), ("clientc.toml", settings)]);
    let run = folder.run("check --fix --format concise");
    assert_eq!(read(&folder), text.replace(" opnai", " openai"));
    let refused = "1 fix was skipped, because it would cause a new finding:\n  invalid-config clientc.toml/suspicious-unti: \
                   suspicious-unit\n";
    assert!(run.stderr.ends_with(refused), "{}", run.stderr);
}

#[test]
fn what_is_refused_in_one_project_is_named_though_another_one_is_fixed() {
    let bad = pair(1).replace(" opnai", " openai");
    let folder = Folder::with(&[("a/baml_src/a.baml", &*bad), ("b/baml_src/a.baml", &*good(1))]);
    let run = folder.run("check --fix --format concise");
    assert!(run.stderr.starts_with("fixed 1 finding in 1 file"), "{}", run.stderr);
    assert!(run.stderr.contains("  unknown-provider V1/provider: missing-option\n"), "{}", run.stderr);
}

#[test]
fn fixing_alone_shows_nothing_that_is_left() {
    let folder = Folder::with(&[("baml_src/a.baml", &pair(1))]);
    let run = folder.run("check --fix-only");
    assert_eq!((run.code, &*run.stdout), (0, ""));
    assert!(read(&folder).contains("provider openai"));
}

#[test]
fn only_selected_rules_are_fixed() {
    let text = good(1).replace("opnai", "openai").replace("    api_key", "    temperatur 1\n    api_key");
    let folder = Folder::with(&[("baml_src/a.baml", &text)]);
    folder.run("check --fix --select suspicious-unit");
    assert_eq!(read(&folder), text);
    folder.run("check --fix --select misspelt-key");
    assert_eq!(read(&folder), text.replace("temperatur ", "temperature "));
}

#[cfg(unix)]
#[test]
fn a_file_is_replaced_whole_and_keeps_its_mode_and_its_link() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::with(&[("baml_src/x.txt", ""), ("real.baml", &pair(1))]);
    let real = folder.path().join("real.baml");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("../real.baml", folder.path().join("baml_src/a.baml")).unwrap();
    folder.run("check --fix baml_src");
    assert!(std::fs::symlink_metadata(folder.path().join("baml_src/a.baml")).unwrap().is_symlink());
    assert!(std::fs::read_to_string(&real).unwrap().contains("provider openai"));
    assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    let names: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_is_not_counted_as_fixed() {
    let Some(folder) = read_only() else { return };
    let run = folder.run("check --fix --format concise");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("error: cannot write baml_src/a.baml: "), "{}", run.stderr);
    assert!(run.stderr.contains("fixed 1 finding in 1 file"), "{}", run.stderr);
    // What is left is what the disk holds.
    assert!(run.stdout.contains("baml_src/a.baml:2:12: "), "{}", run.stdout);
}

/// Two files with a fix each, and the first cannot be written: a device stands where the file beside it would go. Nothing
/// where this machine cannot do that.
#[cfg(unix)]
fn read_only() -> Option<Folder> {
    let folder = Folder::with(&[("baml_src/b.baml", &pair(2)), ("baml_src/a.baml", &pair(1))]);
    let file = folder.path().join("baml_src/a.baml");
    let done = std::process::Command::new("chattr")
        .arg("+i")
        .arg(&file)
        .output()
        .is_ok_and(|it| it.status.success());
    if !done {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o444)).unwrap();
        // The owner of the machine may write it all the same.
        if std::fs::OpenOptions::new().write(true).open(&file).is_ok() {
            let _ = std::io::Write::write_all(
                &mut std::io::stderr(),
                b"a_file_that_cannot_be_written_is_not_counted_as_fixed: skipped, every file can be written here\n",
            );
            return None;
        }
    }
    Some(folder)
}
