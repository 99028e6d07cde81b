//! JUnit's XML, for servers that show test results: a suite for each file with findings, a failed case for each
//! finding, and an error for each thing that went wrong with the run itself.

use std::io::{self, Write};

use clientc_check::{Diagnostic, Sources};

use crate::places::Places;
use crate::report::Report;

/// Writes all findings. A run without any has one case that passed, because a report without cases counts as a
/// failure in some servers.
pub fn write_junit(mut writer: impl Write, report: &Report<'_>) -> io::Result<()> {
    let suites = suites(report);
    let sum = |count: fn(&Suite<'_>) -> usize| suites.iter().map(count).sum::<usize>();
    let (tests, failures, errors) =
        (sum(|suite| suite.cases.len()), sum(|suite| suite.failures), sum(|suite| suite.errors));
    writeln!(writer, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        writer,
        r#"<testsuites name="clientc" tests="{tests}" failures="{failures}" errors="{errors}">"#
    )?;
    for Suite { name, cases, failures, errors } in &suites {
        let (name, tests) = (escaped(name), cases.len());
        writeln!(
            writer,
            r#"    <testsuite name="{name}" tests="{tests}" skipped="0" errors="{errors}" failures="{failures}">"#
        )?;
        cases.iter().try_for_each(|case| writeln!(writer, "{case}"))?;
        writeln!(writer, "    </testsuite>")?;
    }
    writeln!(writer, "</testsuites>")
}

/// Cases under one name, each as it is written.
struct Suite<'r> {
    name: &'r str,
    cases: Vec<String>,
    failures: usize,
    errors: usize,
}

impl<'r> Suite<'r> {
    fn new(name: &'r str) -> Self {
        Self { name, cases: Vec::new(), failures: 0, errors: 0 }
    }
}

fn suites<'r>(report: &'r Report<'_>) -> Vec<Suite<'r>> {
    let sources = report.sources();
    let places = Places::new(sources);
    let mut suites: Vec<Suite<'_>> = Vec::new();
    for diagnostic in report.diagnostics() {
        let span = diagnostic.primary.span;
        let path = sources.display_path(span.file);
        let place = places.at(span.file, span.range.start);
        let index = suites.iter().rposition(|suite| suite.name == path).unwrap_or_else(|| {
            suites.push(Suite::new(path));
            suites.len() - 1
        });
        if let Some(suite) = suites.get_mut(index) {
            suite.cases.push(finding(diagnostic, path, place.line, place.column));
            suite.failures += 1;
        }
    }
    if !report.problems().is_empty() {
        let mut suite = Suite::new("clientc");
        for (problem, number) in report.problems().iter().zip(1..) {
            let outcome = Outcome { tag: "error", kind: "error", message: problem, text: problem };
            suite.cases.push(case(&format!("run {number}"), None, Some(&outcome)));
            suite.errors += 1;
        }
        suites.push(suite);
    }
    if suites.is_empty() {
        let mut suite = Suite::new("clientc");
        suite.cases.push(case("no findings", None, None));
        suites.push(suite);
    }
    suites
}

fn finding(diagnostic: &Diagnostic, path: &str, line: u32, column: u32) -> String {
    let message = &*diagnostic.message;
    let help = diagnostic.help.as_deref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let text = format!("{path}:{line}:{column}: {message}{help}");
    let outcome = Outcome { tag: "failure", kind: diagnostic.level.name(), message, text: &text };
    case(&format!("{} {line}:{column}", diagnostic.rule), Some(path), Some(&outcome))
}

/// Why a case did not pass.
struct Outcome<'o> {
    tag: &'static str,
    kind: &'static str,
    message: &'o str,
    text: &'o str,
}

/// One case with its outcome, without a line break at its end.
fn case(name: &str, class: Option<&str>, outcome: Option<&Outcome<'_>>) -> String {
    let mut xml = format!(r#"        <testcase name="{}""#, escaped(name));
    if let Some(class) = class {
        xml += &format!(r#" classname="{}""#, escaped(class));
    }
    let Some(Outcome { tag, kind, message, text }) = outcome else { return xml + "/>" };
    let (message, text) = (escaped(message), escaped(text));
    let failed = format!(r#"<{tag} message="{message}" type="{kind}">{text}</{tag}>"#);
    xml + ">\n            " + &failed + "\n        </testcase>"
}

/// A text escaped for XML, between tags or in quotes. Characters that XML does not allow are left out.
fn escaped(text: &str) -> String {
    let mut xml = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\'' => xml.push_str("&apos;"),
            '\n' | '\t' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => xml.push(char),
            // Without this a reader takes it for a line feed.
            '\r' => xml.push_str("&#13;"),
            _ => {}
        }
    }
    xml
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_xml_does_not_know_is_left_out() {
        assert_eq!(escaped("a<b>&\"'\n日本🞰"), "a&lt;b&gt;&amp;&quot;&apos;\n日本🞰");
        assert_eq!(escaped("\u{0}\u{1b}[31mred\u{fffe}\u{ffff}\r"), "[31mred&#13;");
    }
}
