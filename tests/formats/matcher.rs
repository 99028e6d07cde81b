//! The problem matcher for GitHub reads every line of `--format concise`.

use clientc_tests::shared::repository;
use regex::Regex;
use serde::Deserialize;

use crate::rich::{findings, output, string};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Matchers {
    #[serde(rename = "problemMatcher")]
    matchers: Vec<Matcher>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Matcher {
    owner: String,
    severity: Option<String>,
    #[serde(rename = "pattern")]
    patterns: Vec<Pattern>,
}

/// A pattern, with the group of its expression for each part of a finding.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pattern {
    regexp: String,
    file: usize,
    line: usize,
    column: usize,
    severity: Option<usize>,
    code: usize,
    message: usize,
}

fn matchers() -> Vec<Matcher> {
    let text = std::fs::read_to_string(repository().join(".github/clientc-matcher.json")).unwrap();
    serde_json::from_str::<Matchers>(&text).unwrap().matchers
}

/// File, line, column, severity, code and message of a line, for each matcher that takes it.
fn read(line: &str, matchers: &[Matcher]) -> Vec<[String; 6]> {
    let parts = |matcher: &Matcher| {
        let [pattern] = &*matcher.patterns else { panic!("{} has several patterns", matcher.owner) };
        let found = Regex::new(&pattern.regexp).unwrap().captures(line)?;
        let severity = pattern.severity.map(|group| found[group].to_owned());
        let severity = severity.or(matcher.severity.clone()).unwrap_or_default();
        let [file, line, column, code, message] =
            [pattern.file, pattern.line, pattern.column, pattern.code, pattern.message]
                .map(|group| found[group].to_owned());
        Some([file, line, column, severity, code, message])
    };
    matchers.iter().filter_map(parts).collect()
}

#[test]
fn reads_every_line_once() {
    let (output, matchers) = (output("concise"), matchers());
    let findings = findings();
    assert_eq!(output.lines().count(), findings.len());
    for (line, finding) in output.lines().zip(&findings) {
        let severity = match string(&finding["level"]) {
            "info" => "notice",
            level => level,
        };
        let number = |key: &str| finding[key].to_string();
        let text = |key: &str| string(&finding[key]).to_owned();
        let expected = [
            text("file"),
            number("line"),
            number("column"),
            severity.to_owned(),
            text("rule"),
            text("message"),
        ];
        assert_eq!(read(line, &matchers), [expected], "{line}");
    }
}

#[test]
fn takes_no_other_line() {
    let matchers = matchers();
    for line in [
        "",
        "Checked 3 clients in 2 files: 1 error.",
        "clientc: fixed 1 finding in 1 file",
        "src/main.rs:1:1: error: expected",
        "src/main.rs:1: error[rule]: no column",
    ] {
        assert!(read(line, &matchers).is_empty(), "{line}");
    }
}

/// GitHub refuses a file in which two matchers have one owner, and knows three severities.
#[test]
fn owners_differ_and_severities_exist() {
    let matchers = matchers();
    assert_ne!(matchers[0].owner, matchers[1].owner);
    let known = ["error", "warning", "notice"];
    assert!(
        matchers.iter().flat_map(|matcher| &matcher.severity).all(|severity| known.contains(&&**severity))
    );
}
