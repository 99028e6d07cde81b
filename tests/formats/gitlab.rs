//! GitLab's code quality report. No package publishes a schema of it, so this reader knows the keys that GitLab
//! documents and refuses all others; it reads the example of the documentation, too.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::rich::{findings, output, string};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: Severity,
    location: Location,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Severity {
    Info,
    Minor,
    Major,
    Critical,
    Blocker,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lines {
    begin: u64,
    end: Option<u64>,
}

fn read(text: &str) -> Vec<Issue> {
    let issues: Vec<Issue> = serde_json::from_str(text).unwrap();
    let mut fingerprints = BTreeSet::new();
    for issue in &issues {
        assert!(!issue.description.is_empty() && !issue.check_name.is_empty());
        assert!(fingerprints.insert(&issue.fingerprint), "{} comes twice", issue.fingerprint);
        // Paths are relative to the repository; GitLab finds none that begins with `./`.
        assert!(!issue.location.path.starts_with(['/', '.']), "{}", issue.location.path);
        assert!(issue.location.lines.begin >= 1);
        assert!(issue.location.lines.end.is_none_or(|end| end >= issue.location.lines.begin));
    }
    issues
}

#[test]
fn the_reader_reads_the_example_of_the_documentation() {
    let issues = read(include_str!("examples/gitlab.json"));
    assert_eq!((issues.len(), &issues[0].severity), (1, &Severity::Minor));
}

#[test]
fn issues_are_our_findings() {
    let (issues, findings) = (read(&output("gitlab")), findings());
    assert_eq!(issues.len(), findings.len());
    for (issue, finding) in issues.iter().zip(&findings) {
        assert_eq!(issue.check_name, string(&finding["rule"]));
        assert_eq!(issue.description, string(&finding["message"]));
        assert_eq!(issue.location.path, string(&finding["file"]));
        assert_eq!(issue.location.lines.begin, finding["line"]);
        let severity = match string(&finding["level"]) {
            "error" => Severity::Critical,
            "warning" => Severity::Major,
            _ => Severity::Info,
        };
        assert_eq!(issue.severity, severity);
    }
}
