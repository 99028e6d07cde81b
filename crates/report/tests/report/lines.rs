//! The concise form, JSON and the summary.

use clientc_check::{Label, Level, Safety};
use clientc_report::{
    Options, Report, Scope, Summary, diagnostics_schema, write_concise, write_json, write_json_lines,
};
use insta::assert_snapshot;

use crate::sources::{Files, assert_linear, at, example, finding, fix, scope, written};

#[test]
fn concise_is_one_line_a_finding() {
    let (files, mut diagnostics) = example();
    diagnostics[0].message.push_str("\nand \u{1b}[31mmore");
    let report = Report::new(&diagnostics, &files, scope());
    assert_snapshot!(written(|writer| write_concise(writer, &report, &Options::default())));
    let colour = Options { colour: true, ..Options::default() };
    assert_snapshot!(written(|writer| write_concise(writer, &report, &colour)));
}

#[test]
fn findings_are_written_in_a_time_that_fits_their_number() {
    for piece in ["client Name { provider openai }\n", "client Name { provider openai } "] {
        assert_linear(1000, |findings| {
            let files = Files::new(&[("a.baml", &piece.repeat(findings))]);
            let label =
                |index: usize| Label { span: at(0, index * 32 + 7, index * 32 + 11), text: "here".into() };
            let diagnostics: Vec<_> = (0..findings)
                .map(|index| finding(Level::Warning, "no-timeout", "`Name` has no limit", label(index)))
                .collect();
            let report = Report::new(&diagnostics, &files, scope());
            let output = written(|writer| write_concise(writer, &report, &Options::default()));
            assert_eq!(output.lines().count(), findings);
        });
    }
}

#[test]
fn json_has_every_part_of_a_finding() {
    let (files, diagnostics) = example();
    let report = Report::new(&diagnostics, &files, scope());
    assert_snapshot!(written(|writer| write_json(writer, &report)));
}

#[test]
fn json_lines_are_the_same_objects_and_a_summary() {
    let (files, diagnostics) = example();
    let report = Report::new(&diagnostics, &files, scope());
    let lines = written(|writer| write_json_lines(writer, &report));
    assert_snapshot!(lines);
    let document: serde_json::Value =
        serde_json::from_str(&written(|writer| write_json(writer, &report))).expect("JSON");
    let lines: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(document["diagnostics"].as_array().map(Vec::as_slice), Some(&lines[..3]));
    assert_eq!(document["summary"], lines[3]["summary"]);
}

#[test]
fn nothing_found_is_said_in_every_format() {
    let files = Files::new(&[]);
    let report =
        Report::new(&[], &files, Scope { projects: 1, files: 1, clients: 1, known: 0, fixable: None });
    assert_snapshot!(written(|writer| write_json(writer, &report)));
    assert_eq!(written(|writer| write_concise(writer, &report, &Options::default())), "");
    assert_eq!(crate::sources::full(&files, &[], &Options::default()), "");
}

#[test]
fn the_schema_of_json_is_stable() {
    assert_snapshot!(serde_json::to_string_pretty(&diagnostics_schema()).expect("JSON"));
}

#[test]
fn the_summary_counts_and_agrees() {
    let line = |summary: Summary, colour: bool| {
        written(|writer| summary.write_line(writer, &Options { colour, ..Options::default() }))
    };
    let scope = Scope { projects: 1, files: 3, clients: 12, known: 0, fixable: None };
    let summary = Summary { errors: 2, warnings: 1, ..Summary::of(&[], scope) };
    assert_snapshot!(line(summary, false), @"Checked 12 clients in 3 files: 2 errors, 1 warning.");
    assert_snapshot!(line(Summary::of(&[], scope), false), @"Checked 12 clients in 3 files: no problems found.");
    let many = Scope { projects: 4, files: 1, clients: 1, known: 0, fixable: None };
    assert_snapshot!(
        line(Summary { infos: 1200, ..Summary::of(&[], many) }, false),
        @"Checked 1 client in 1 file of 4 projects: 1,200 infos."
    );
    let (_, diagnostics) = example();
    let summary = Summary::of(&diagnostics, scope);
    assert_eq!((summary.errors, summary.warnings, summary.infos), (1, 1, 1));
    assert_snapshot!(line(summary, false));
    assert_snapshot!(line(summary, true));
}

#[test]
fn a_fix_that_holds_a_secret_loses_its_edits() {
    let files = Files::new(&[("a.baml", "api_key x\n")]);
    let mut diagnostic = finding(Level::Error, "some-rule", "wrong", files.label(0, "x", ""));
    let text = "\"sk-ant-api03-h3kD9sLq02mZpW8r\"";
    diagnostic.fix = fix("write it", Safety::Safe, &[(files.span(0, "x"), text)]);
    let diagnostics = [diagnostic];
    let report = Report::new(&diagnostics, &files, scope());
    let json: serde_json::Value =
        serde_json::from_str(&written(|writer| write_json(writer, &report))).expect("JSON");
    assert_eq!(
        json["diagnostics"][0]["fix"],
        serde_json::json!({"title": "write it", "safe": true, "edits": []})
    );
}
