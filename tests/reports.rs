//! What people reported of their limits, retries and requests, each as a small project with the answer that helps:
//! which rule speaks, where, with which words, and the exit code. `reports/reports.toml` holds them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::fmt::Write as _;

use clientc_tests::folder::Folder;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reports {
    report: Vec<Report>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    name: String,
    /// For readers.
    #[serde(rename = "about")]
    _about: String,
    exit: i32,
    baml: String,
    #[serde(default)]
    config: String,
    /// The findings, all of them, in their order.
    #[serde(default)]
    finding: Vec<Wanted>,
    /// The rules of warnings and errors that are left when every fix is applied; not looked at where there is none.
    left: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    rule: String,
    line: u64,
    column: u64,
    level: String,
    #[serde(default)]
    message: Vec<String>,
    #[serde(default)]
    help: Vec<String>,
    /// A part of what the fix writes.
    fix: Option<String>,
    safe: Option<bool>,
}

fn reports() -> Vec<Report> {
    let text = include_str!("reports/reports.toml");
    toml::from_str::<Reports>(text).expect("the reports can be read").report
}

fn folder(report: &Report) -> Folder {
    Folder::with(&[("baml_src/clients.baml", &report.baml), ("clientc.toml", &report.config)])
}

#[test]
fn every_report_gets_its_answer() {
    let mut failures = String::new();
    for report in reports() {
        let run = folder(&report).run("check --format json");
        let found = run.json()["diagnostics"].as_array().expect("diagnostics are an array").clone();
        let problems = problems(&report, &found, run.code);
        if !problems.is_empty() {
            writeln!(failures, "== {}\n{problems}{found:#?}", report.name).unwrap();
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

fn problems(report: &Report, found: &[Value], code: i32) -> String {
    let mut out = String::new();
    if code != report.exit {
        writeln!(out, "exit code {code}, not {}", report.exit).unwrap();
    }
    let place = |finding: &Value| {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        format!("{}:{} {} {}", finding["line"], finding["column"], text("level"), text("rule"))
    };
    let wanted: Vec<String> = report
        .finding
        .iter()
        .map(|wanted| format!("{}:{} {} {}", wanted.line, wanted.column, wanted.level, wanted.rule))
        .collect();
    let places: Vec<String> = found.iter().map(place).collect();
    if wanted != places {
        writeln!(out, "findings {places:?}, not {wanted:?}").unwrap();
        return out;
    }
    for (wanted, found) in report.finding.iter().zip(found) {
        for (key, words) in [("message", &wanted.message), ("help", &wanted.help)] {
            let text = found[key].as_str().unwrap_or_default();
            for word in words.iter().filter(|word| !text.contains(&***word)) {
                writeln!(out, "the {key} of {} lacks {word:?}: {text}", wanted.rule).unwrap();
            }
        }
        let fix = &found["fix"];
        let written = fix["edits"].as_array().map(Vec::as_slice).unwrap_or_default();
        let writes = |part: &str| {
            written.iter().any(|edit| edit["text"].as_str().is_some_and(|text| text.contains(part)))
        };
        if wanted.fix.as_deref().is_some_and(|part| !writes(part)) || wanted.fix.is_none() != fix.is_null() {
            writeln!(out, "the fix of {} is not {:?}: {fix}", wanted.rule, wanted.fix).unwrap();
        }
        if wanted.safe.is_some_and(|safe| fix["safe"] != safe) {
            writeln!(out, "the fix of {} is not safe = {:?}", wanted.rule, wanted.safe).unwrap();
        }
    }
    out
}

/// A fix that is taken leads to no new finding.
#[test]
fn fixes_end_clean() {
    for report in reports() {
        let Some(left) = &report.left else { continue };
        let folder = folder(&report);
        folder.run("check --fix --unsafe-fixes");
        let json = folder.run("check --format json").json();
        let found = json["diagnostics"].as_array().expect("diagnostics are an array");
        let rules: Vec<&str> = found
            .iter()
            .filter(|finding| finding["level"] != "info")
            .map(|finding| finding["rule"].as_str().expect("a rule is a text"))
            .collect();
        assert_eq!(&rules, left, "{}: {found:#?}", report.name);
    }
}
