//! Every number of the contract, tried at its edge, one below it and one above. The rows stand in `boundaries.toml`.
//!
//! In the text of a row `@` is the value that is tried, `@<<text>>` is the text that many times, and `@100<<text>>` a
//! hundred times; in such a text `#` counts from 1 and `^` from 0.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "conformance/drive.rs"]
mod drive;
#[path = "conformance/script.rs"]
mod script;

use std::fmt::Write as _;
use std::path::PathBuf;

use clientc_check::Level;
use clientc_tests::project::open;
use clientc_tests::{compiled, shared};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    check: Vec<Check>,
    resolve: Vec<Resolve>,
    walk: Vec<Walk>,
}

/// What a row tries, and where the contract has its number.
#[derive(Deserialize)]
struct Row {
    section: String,
    number: String,
    project: String,
    #[serde(default)]
    settings: String,
}

/// Whether a rule speaks, value by value: the level, or `silent`.
#[derive(Deserialize)]
struct Check {
    #[serde(flatten)]
    row: Row,
    rule: String,
    at: Vec<(String, String)>,
}

/// What stands at a place of the resolved JSON with its schedules, value by value.
#[derive(Deserialize)]
struct Resolve {
    #[serde(flatten)]
    row: Row,
    pointer: String,
    at: Vec<(String, serde_json::Value)>,
}

/// How a call goes, value by value: the lines of a script, as the chapters of `conformance/` have them.
#[derive(Deserialize)]
struct Walk {
    #[serde(flatten)]
    row: Row,
    at: Vec<(String, String)>,
}

#[test]
fn every_number_holds_at_its_edges() {
    let text = std::fs::read_to_string(shared::repository().join("tests/boundaries.toml")).unwrap();
    let table: Table = toml::from_str(&text).unwrap();
    let mut out = String::new();
    for check in &table.check {
        has_an_edge(&check.row, &check.at, &mut out);
        for (value, expected) in &check.at {
            let found = level(&check.row, &check.rule, value);
            expect(&check.row, value, expected, &found, &mut out);
        }
    }
    for resolve in &table.resolve {
        for (value, expected) in &resolve.at {
            let compiled = compiled::compile(resolve.row.files(value));
            let found = compiled.map(|compiled| compiled.json.pointer(&resolve.pointer).cloned());
            let found = found.map(|found| found.map_or_else(|| "nothing".into(), |found| found.to_string()));
            let found = found.unwrap_or_else(|findings| findings);
            expect(&resolve.row, value, &expected.to_string(), &found, &mut out);
        }
    }
    for walk in &table.walk {
        for (value, script) in &walk.at {
            let compiled = compiled::compile(walk.row.files(value)).expect("a call needs a plan");
            let calls = script::read(&filled(script, value), 1).unwrap();
            let mut process = drive::Process::new(&compiled.document);
            let found: Vec<String> = calls.iter().filter_map(|call| process.call(call)).collect();
            expect(&walk.row, value, "", &found.join("\n"), &mut out);
        }
    }
    assert!(out.is_empty(), "{out}");
}

/// A row of a rule has values on both sides of its edge.
fn has_an_edge(row: &Row, at: &[(String, String)], out: &mut String) {
    let first = at.first().map(|(_, expected)| expected);
    if at.len() < 3 || at.iter().all(|(_, expected)| Some(expected) == first) {
        writeln!(out, "{}: {}: the row has no edge", row.section, row.number).unwrap();
    }
}

fn expect(row: &Row, value: &str, expected: &str, found: &str, out: &mut String) {
    if expected != found {
        writeln!(out, "{}: {}: at {value} `{expected}` and not `{found}`", row.section, row.number).unwrap();
    }
}

/// The gravest level at which a rule speaks.
fn level(row: &Row, rule: &str, value: &str) -> String {
    let projects = open(row.files(value)).analyse().projects;
    let diagnostics = projects.iter().flat_map(|project| &project.diagnostics);
    let levels: Vec<Level> =
        diagnostics.filter(|found| found.rule == rule).map(|found| found.level).collect();
    let gravest =
        [Level::Error, Level::Warning, Level::Info].into_iter().find(|level| levels.contains(level));
    match gravest {
        Some(Level::Error) => "error",
        Some(Level::Warning) => "warning",
        Some(Level::Info) => "info",
        None => "silent",
    }
    .to_owned()
}

impl Row {
    fn files(&self, value: &str) -> Vec<(PathBuf, String)> {
        let mut files = vec![(PathBuf::from("baml_src/main.baml"), filled(&self.project, value))];
        if !self.settings.is_empty() {
            files.push((PathBuf::from("clientc.toml"), filled(&self.settings, value)));
        }
        files
    }
}

/// A text with the value in its places.
fn filled(text: &str, value: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('@') {
        out.push_str(before);
        let digits = behind.len() - behind.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if let Some((repeated, after)) =
            behind[digits..].strip_prefix("<<").and_then(|text| text.split_once(">>"))
        {
            let count = if digits == 0 { value } else { &behind[..digits] };
            for index in 0..count.parse::<usize>().expect("a count is a whole number") {
                let numbered = repeated.replace('#', &(index + 1).to_string());
                out.push_str(&numbered.replace('^', &index.to_string()));
            }
            rest = after;
        } else {
            out.push_str(value);
            rest = behind;
        }
    }
    out + rest
}
