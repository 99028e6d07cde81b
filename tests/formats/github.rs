//! Commands of GitHub's workflows. There is no schema of them, so this reader knows the commands and the properties
//! that GitHub documents for annotations, and its escapes; it reads the examples of the documentation, too.

use std::collections::BTreeMap;

use crate::rich::{findings, output, string};

struct Annotation {
    command: String,
    properties: BTreeMap<String, String>,
    message: String,
}

/// Reads one line.
fn read(line: &str) -> Annotation {
    let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
    let (command, properties) = head.split_once(' ').unwrap();
    assert!(["notice", "warning", "error"].contains(&command), "{command}");
    let property = |pair: &str| {
        let (key, value) = pair.split_once('=').unwrap();
        assert!(["title", "file", "line", "endLine", "col", "endColumn"].contains(&key), "{key}");
        (key.to_owned(), plain(value))
    };
    let properties = properties.split(',').map(property).collect();
    Annotation { command: command.to_owned(), properties, message: plain(message) }
}

/// A text without escapes. The percent sign comes last, as its escape begins all others.
fn plain(text: &str) -> String {
    let escapes = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")];
    escapes.iter().fold(text.to_owned(), |text, (escape, plain)| text.replace(escape, plain))
}

#[test]
fn the_reader_reads_the_examples_of_the_documentation() {
    for line in include_str!("examples/github.txt").lines() {
        let annotation = read(line);
        assert_eq!((&*annotation.properties["col"], &*annotation.message), ("5", "Missing semicolon"));
    }
}

#[test]
fn annotations_are_our_findings_with_errors_first() {
    let mut findings = findings();
    findings.sort_by_key(|finding| match string(&finding["level"]) {
        "error" => 0,
        "warning" => 1,
        _ => 2,
    });
    let output = output("github");
    assert_eq!(output.lines().count(), findings.len());
    for (line, finding) in output.lines().zip(&findings) {
        let Annotation { command, properties, message } = read(line);
        let expected = match string(&finding["level"]) {
            "info" => "notice",
            level => level,
        };
        assert_eq!(command, expected);
        assert_eq!(properties["title"], string(&finding["rule"]));
        assert_eq!(properties["file"], string(&finding["file"]));
        assert_eq!(properties["line"], finding["line"].to_string());
        assert_eq!(properties["col"], finding["column"].to_string());
        let help = finding["help"].as_str().map(|help| format!("\n{help}")).unwrap_or_default();
        assert_eq!(message, format!("{}{help}", string(&finding["message"])));
        // GitHub shows no columns of an annotation that goes over several lines.
        assert!(!properties.contains_key("endColumn") || properties["endLine"] == properties["line"]);
    }
}
