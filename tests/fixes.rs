//! Fixes over all texts there are: they end, lead to no new error, and keep what they are not about.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

#[path = "fixes/plans.rs"]
mod plans;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use clientc_check::{Diagnostic, Level, Levels, Safety, Sources as _};
use clientc_syntax::apply;
use clientc_tests::{Checked, shared};
use clientc_workspace::{Analysis, Fixed};

/// Every project there is, each made anew at every call.
fn projects() -> Vec<(String, Box<dyn Fn() -> Checked>)> {
    let mut all: Vec<(String, Box<dyn Fn() -> Checked>)> = Vec::new();
    for project in shared::projects() {
        all.push((project.name.clone(), Box::new(move || Checked::folder(&project.folder))));
    }
    for case in shared::cases() {
        let name = case.name.clone();
        all.push((name, Box::new(move || Checked::files(case.files.clone()))));
    }
    for folder in shared::reported() {
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        all.push((name, Box::new(move || Checked::folder(&folder))));
    }
    let folder = shared::repository().join("tests/mistakes");
    let paths = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    for path in paths.filter(|path| path.extension().is_some_and(|extension| extension == "baml")) {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        all.push((name.clone(), Box::new(move || Checked::files([(name.clone(), bytes.clone())]))));
    }
    all.sort_by(|first, second| first.0.cmp(&second.0));
    all
}

fn fix(checked: &mut Checked, safety: Safety) -> Fixed {
    checked.workspace.fix(&Levels::new(), safety, &|_, _| true)
}

fn errors(analysis: &Analysis) -> BTreeMap<&'static str, usize> {
    let mut errors = BTreeMap::new();
    let found = analysis.projects.iter().flat_map(|project| &project.diagnostics);
    for diagnostic in found.filter(|diagnostic| diagnostic.level == Level::Error) {
        *errors.entry(diagnostic.rule).or_default() += 1;
    }
    errors
}

/// What each finding is about.
fn subjects(analysis: &Analysis) -> BTreeSet<String> {
    let found = analysis.projects.iter().flat_map(|project| &project.diagnostics);
    found.map(|found| format!("{} {}", found.rule, found.subject)).collect()
}

/// What was found after fixes and not before.
fn new_findings(known: &BTreeSet<String>, analysis: &Analysis) -> Vec<String> {
    subjects(analysis).into_iter().filter(|subject| !known.contains(subject)).collect()
}

/// The comments of a text that a fix may not lose.
fn comments(text: &str) -> Vec<String> {
    let tree = clientc_syntax::parse(text).tree;
    let is_comment =
        |kind| matches!(kind, clientc_syntax::NodeKind::LineComment | clientc_syntax::NodeKind::BlockComment);
    let comments =
        tree.nodes().filter(|node| is_comment(node.kind())).map(|node| node.text(text).trim().to_owned());
    comments.filter(|comment| !comment.contains("clientc: ignore")).collect()
}

#[test]
fn fixing_ends_and_leads_to_no_new_error() {
    let mut applied: BTreeMap<&str, usize> = BTreeMap::new();
    let mut refused: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, project) in projects() {
        for safety in [Safety::Safe, Safety::Unsafe] {
            let mut checked = project();
            let before = errors(&checked.analysis);
            let known = subjects(&checked.analysis);
            let fixed = fix(&mut checked, safety);
            for (rule, count) in errors(&fixed.analysis) {
                assert!(before.get(rule).is_some_and(|before| *before >= count), "{name}: more {rule}");
            }
            for (rule, count) in fixed.by_rule() {
                *applied.entry(rule).or_default() += count;
            }
            assert!(fixed.unfinished.is_none(), "{name}: fixing does not end");
            for fix in &fixed.refused {
                let why = format!("{safety:?} {}, because of {}", fix.rule, fix.because);
                refused.entry(why).or_default().push(name.clone());
            }
            if before.is_empty() {
                assert_eq!(new_findings(&known, &fixed.analysis), [""; 0], "{name}");
            }
            let again = fix(&mut checked, safety);
            assert!(again.applied.is_empty(), "{name}: fixing once more does {:?}", again.applied);
        }
    }
    println!("{applied:?}; refused: {refused:#?}");
    assert!(applied.values().sum::<usize>() > 50);
}

#[test]
fn safe_fixes_keep_comments() {
    for (name, project) in projects() {
        let mut checked = project();
        let fixed = fix(&mut checked, Safety::Safe);
        for (file, before) in &fixed.before {
            let after = comments(checked.workspace.files().text(*file));
            let lost: Vec<_> =
                comments(before).into_iter().filter(|comment| !after.contains(comment)).collect();
            assert!(lost.is_empty(), "{name}: {lost:?}");
        }
    }
}

/// A file with the edits of one fix made.
fn with_fix(checked: &Checked, diagnostic: &Diagnostic) -> Option<(String, String)> {
    let fix = diagnostic.fix.as_ref().filter(|fix| fix.safety == Safety::Safe)?;
    let file = diagnostic.primary.span.file;
    let is_one_file = fix.edits.iter().all(|edit| edit.file == file);
    let files = checked.workspace.files();
    let name = Path::new(files.display_path(file)).file_name()?.to_str()?.to_owned();
    is_one_file.then(|| (name, apply(files.text(file), fix.edits.iter().map(|edit| &edit.edit))))
}

#[test]
fn each_safe_fix_removes_its_finding() {
    let mut fixes = 0;
    for text in shared::case_texts() {
        let checked = Checked::text(&text);
        for diagnostic in checked.diagnostics() {
            let Some((_, fixed)) = with_fix(&checked, diagnostic) else { continue };
            fixes += 1;
            let after = Checked::text(&fixed);
            let same = |other: &&Diagnostic| {
                (other.rule, &other.message, &other.subject)
                    == (diagnostic.rule, &diagnostic.message, &diagnostic.subject)
            };
            let (left, stood) =
                (after.diagnostics().filter(same).count(), checked.diagnostics().filter(same).count());
            assert!(left < stood, "{text}\n{}\n{fixed}\n{}", checked.full(), after.full());
        }
    }
    println!("{fixes} fixes");
}
