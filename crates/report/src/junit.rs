//! JUnit's XML, for servers that show test results: a suite for each file with findings, a failed case for each
//! finding, and an error for each thing that went wrong with the run itself.

use crate::places::Places;
use crate::report::Report;
use clientc_check::{Diagnostic, Level, Sources};
use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};
use std::io::{self, Write};

/// Writes all findings. A run without any has one case that passed, because a report without cases counts as a
/// failure in some servers.
pub fn write_junit(mut writer: impl Write, report: &Report<'_>) -> io::Result<()> {
    let sources = report.sources();
    let places = Places::new(sources);
    let mut document = Document::new("clientc");
    let mut suites: Vec<(String, TestSuite)> = Vec::new();
    for diagnostic in report.diagnostics() {
        let span = diagnostic.primary.span;
        let path = sources.display_path(span.file);
        let place = places.at(span.file, span.range.start);
        let case = case(diagnostic, path, place.line, place.column);
        match suites.iter_mut().rev().find(|(name, _)| name == path) {
            Some((_, suite)) => drop(suite.add_test_case(case)),
            None => {
                let mut suite = TestSuite::new(path);
                suite.add_test_case(case);
                suites.push((path.to_owned(), suite));
            }
        }
    }
    if !report.problems().is_empty() {
        let mut suite = TestSuite::new("clientc");
        for (problem, number) in report.problems().iter().zip(1..) {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_type("error").set_message(problem.as_str()).set_description(problem.as_str());
            suite.add_test_case(TestCase::new(format!("run {number}"), status));
        }
        suites.push((String::new(), suite));
    }
    if suites.is_empty() {
        let mut suite = TestSuite::new("clientc");
        suite.add_test_case(TestCase::new("no findings", TestCaseStatus::success()));
        suites.push((String::new(), suite));
    }
    document.add_test_suites(suites.into_iter().map(|(_, suite)| suite));
    let text = document.to_string().map_err(io::Error::other)?;
    // The library counts skipped cases at the root as well, where the schema of Jenkins has no such attribute.
    writer.write_all(text.replacen(" skipped=\"0\"", "", 1).as_bytes())
}

fn case(diagnostic: &Diagnostic, path: &str, line: u32, column: u32) -> TestCase {
    let kind = if diagnostic.level == Level::Error { "error" } else { diagnostic.level.name() };
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    let help = diagnostic.help.as_deref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    status
        .set_type(kind)
        .set_message(diagnostic.message.as_str())
        .set_description(format!("{path}:{line}:{column}: {}{help}", diagnostic.message));
    let mut case = TestCase::new(format!("{} {line}:{column}", diagnostic.rule), status);
    case.set_classname(path);
    case
}
