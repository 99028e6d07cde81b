//! What the findings of the pages' examples say beside their messages: the subject, the text that is marked, related
//! places, the help and the fix. It stands in `said.txt`, and `CLIENTC_UPDATE=1` writes it anew.

use std::cell::RefCell;
use std::fmt::Write as _;

use clientc_check::{Diagnostic, Sources as _, Span};
use clientc_tests::shared;

use super::{Page, Run, for_each_page};

#[test]
fn findings_mark_relate_and_help_as_the_record_says() {
    let said = RefCell::new(String::new());
    for_each_page(|page, _| said.borrow_mut().push_str(&said_by(page)));
    let path = shared::repository().join("tests/pages/said.txt");
    let said = said.into_inner();
    if shared::updates() {
        std::fs::write(&path, &said).unwrap();
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = known.lines().zip(said.lines()).find(|(known, said)| known != said);
    assert!(differs.is_none(), "said.txt has another line: {differs:#?}");
    assert_eq!(known.lines().count(), said.lines().count(), "said.txt has lines more or less at its end");
}

fn said_by(page: &Page) -> String {
    let mut out = String::new();
    for example in page.projects("Example") {
        // A script prints what is large, and needs Python.
        if example.files.iter().any(|file| file.language == "python") {
            continue;
        }
        let Some(run) = Run::of(&example.files) else { continue };
        run.diagnostics.iter().for_each(|finding| write_finding(&mut out, &run, finding));
    }
    out
}

fn write_finding(out: &mut String, run: &Run, finding: &Diagnostic) {
    let Diagnostic { rule, subject, primary, .. } = finding;
    writeln!(out, "{rule}: {subject}\n  at {} {}", place(run, primary.span), primary.text).unwrap();
    for label in &finding.related {
        writeln!(out, "  beside {} {}", place(run, label.span), label.text).unwrap();
    }
    if let Some(help) = &finding.help {
        writeln!(out, "  help {help}").unwrap();
    }
    if let Some(fix) = &finding.fix {
        writeln!(out, "  fix {:?} {}", fix.safety, fix.title).unwrap();
        for edit in &fix.edits {
            writeln!(out, "    {} becomes {:?}", place(run, edit.span()), edit.text()).unwrap();
        }
    }
}

/// Where a place begins, and the text that is there.
fn place(run: &Run, span: Span) -> String {
    let files = run.workspace.files();
    let text = files.text(span.file);
    let start = files.line_index(span.file).line_column(text, span.range.start);
    format!("{}:{} {:?}", start.line, start.column, span.range.slice(text))
}
