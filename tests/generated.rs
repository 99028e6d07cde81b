//! What the program generates for others stands in `docs/generated/`, and is current.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use clientc_tests::generated::assert_current;
use clientc_tests::{run_in, shared::repository};

/// The output of the program, kept in a file.
fn keep(path: &str, arguments: &[&str]) {
    let run = run_in(&repository(), arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let path = repository().join("docs/generated").join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert_current(&path, &run.stdout);
}

#[test]
fn schemas_are_current() {
    for name in ["resolved", "diagnostics", "config"] {
        keep(&format!("schemas/{name}.json"), &["schema", name]);
    }
}

#[test]
fn completions_are_current() {
    for (shell, file) in [
        ("bash", "clientc.bash"),
        ("zsh", "_clientc"),
        ("fish", "clientc.fish"),
        ("powershell", "_clientc.ps1"),
        ("elvish", "clientc.elv"),
    ] {
        keep(&format!("completions/{file}"), &["completions", shell]);
    }
}

#[test]
fn manual_pages_are_current_and_there_is_one_for_every_command() {
    keep("man/clientc.1", &["man"]);
    let help = run_in(&repository(), &["--help"]).stdout;
    let commands =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = commands.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let commands: Vec<&str> = names.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(commands.len() >= 8, "{commands:?}");
    for command in commands {
        keep(&format!("man/clientc-{command}.1"), &["man", command]);
    }
}
