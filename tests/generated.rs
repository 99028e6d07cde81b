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
    for name in ["resolved", "diagnostics", "diff", "call", "config"] {
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

/// The names of all keys in a schema.
fn keys(schema: &serde_json::Value, found: &mut Vec<String>) {
    if let Some(properties) = schema["properties"].as_object() {
        found.extend(properties.keys().cloned());
    }
    match schema {
        serde_json::Value::Object(entries) => entries.values().for_each(|inner| keys(inner, found)),
        serde_json::Value::Array(items) => items.iter().for_each(|inner| keys(inner, found)),
        _ => {}
    }
}

#[test]
fn the_page_on_settings_names_every_key() {
    let page = std::fs::read_to_string(repository().join("docs/src/reference/clientc-toml.md")).unwrap();
    let mut found = Vec::new();
    keys(&run_in(&repository(), &["schema", "config"]).json(), &mut found);
    found.retain(|key| clientc_check::rule(key).is_none());
    assert!(found.len() >= 15, "{found:?}");
    for key in found {
        let forms = [format!("`{key}`"), format!("{key} ="), format!("[{key}"), format!(".{key}]")];
        assert!(forms.iter().any(|form| page.contains(form)), "{key} is not named");
    }
}
