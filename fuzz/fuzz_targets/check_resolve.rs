//! Any project can be checked, shown and, where it is sound, resolved; twice gives the same.
//!
//! The input is one project: files are separated by a zero byte.

#![no_main]

use std::path::{Path, PathBuf};

use clientc_check::{Diagnostic, Safety, Sources};
use clientc_report::{Options, Report, Scope};
use clientc_workspace::{Analysis, ConfigChoice, Request, Workspace};
use libfuzzer_sys::fuzz_target;

use self::memory::MemoryDisk;

#[path = "../../tests/harness/memory.rs"]
mod memory;

const ROOT: &str = "/project/baml_src";

fuzz_target!(|bytes: &[u8]| {
    let workspace = open(bytes);
    let analysis = workspace.analyse();
    let shown = show(&workspace, &analysis);
    for (input, project) in workspace.inputs().zip(&analysis.projects) {
        project.diagnostics.iter().for_each(|diagnostic| places(&workspace, diagnostic));
        if project.is_refused() {
            continue;
        }
        let ids: Vec<_> = project.project.plan.ids().collect();
        let resolved = project.resolve(&input, workspace.files(), &ids);
        let mut out = Vec::new();
        clientc_report::write_document(&mut out, &resolved).expect("a vector takes everything");
    }
    let again = open(bytes);
    assert_eq!(shown, show(&again, &again.analyse()));
});

fn open(bytes: &[u8]) -> Workspace {
    let mut disk = MemoryDisk::default();
    for (number, file) in bytes.split(|byte| *byte == 0).take(8).enumerate() {
        disk.put(Path::new(ROOT).join(format!("{number}.baml")), file);
    }
    let request = Request {
        working_folder: PathBuf::from(ROOT),
        paths: vec![PathBuf::from(".")],
        config: ConfigChoice::None,
        ..Request::default()
    };
    Workspace::open_on(Box::new(disk), &request)
}

fn show(workspace: &Workspace, analysis: &Analysis) -> String {
    let diagnostics: Vec<Diagnostic> =
        analysis.projects.iter().flat_map(|project| project.diagnostics.clone()).collect();
    let report = Report::new(&diagnostics, workspace.files(), Scope::default());
    let mut out = Vec::new();
    let options = Options { width: 80, ..Options::default() };
    clientc_report::write_full(&mut out, &report, &options).expect("a vector takes everything");
    clientc_report::write_json(&mut out, &report).expect("a vector takes everything");
    String::from_utf8(out).expect("the report is text")
}

/// Every place of a finding lies in its text; edits do not overlap, and one that is safe can be made.
fn places(workspace: &Workspace, diagnostic: &Diagnostic) {
    let files = workspace.files();
    let is_inside = |span: clientc_check::Span| {
        let range = span.range.start as usize..span.range.end as usize;
        files.text(span.file).get(range).is_some()
    };
    assert!(is_inside(diagnostic.primary.span), "{diagnostic:?}");
    assert!(diagnostic.related.iter().all(|label| is_inside(label.span)), "{diagnostic:?}");
    let Some(fix) = &diagnostic.fix else { return };
    let mut edits: Vec<_> = fix.edits.iter().map(|edit| edit.span).collect();
    edits.sort_by_key(|span| (span.file, span.range));
    assert!(edits.iter().all(|span| is_inside(*span)), "{diagnostic:?}");
    for pair in edits.windows(2) {
        let [first, second] = pair else { continue };
        assert!(first.file != second.file || first.range.end <= second.range.start, "{diagnostic:?}");
    }
    assert!(fix.safety == Safety::Unsafe || !fix.edits.is_empty() || fix.title.is_empty(), "{diagnostic:?}");
}
