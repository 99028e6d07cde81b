//! Projects of real users: what BAML accepts passes, what BAML refuses does not.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeSet;

use clientc_tests::Checked;
use clientc_tests::shared::{self, RealProject};

/// An error in a project that BAML accepts, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Exception {
    project: String,
    file: String,
    line: u32,
    rule: String,
}

fn exceptions() -> BTreeSet<Exception> {
    let path = shared::repository().join("tests/corpus/exceptions.toml");
    let table: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let rows = table.get("exception").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    rows.iter().map(|row| exception(row.as_table().unwrap())).collect()
}

fn exception(row: &toml::Table) -> Exception {
    let text = |key: &str| row[key].as_str().unwrap().to_owned();
    assert!(!text("reason").is_empty(), "{row}");
    Exception {
        project: text("project"),
        file: text("file"),
        line: row["line"].as_integer().unwrap().try_into().unwrap(),
        rule: text("rule"),
    }
}

fn errors(project: &RealProject) -> (Checked, BTreeSet<Exception>) {
    let folder = project.folder.canonicalize().unwrap();
    let checked = Checked::folder(&folder);
    let errors = checked.errors().map(|error| {
        let (file, line) = checked.line(error);
        Exception { project: project.name.clone(), file, line, rule: error.rule.to_owned() }
    });
    let errors = errors.collect();
    (checked, errors)
}

#[test]
fn real_projects_are_judged_as_baml_judges_them() {
    let projects = shared::projects();
    if projects.is_empty() {
        return;
    }
    let mut exceptions = exceptions();
    let (mut wrong, mut files, mut clients) = (Vec::new(), 0, 0);
    for project in &projects {
        let (checked, found) = errors(project);
        files += checked.analysis.projects.iter().map(|project| project.files).sum::<usize>();
        clients += checked.analysis.projects.iter().map(|project| project.clients).sum::<usize>();
        let unexplained: Vec<_> = found.iter().filter(|error| !exceptions.remove(*error)).collect();
        if project.is_accepted || project.is_first_version {
            wrong.extend(unexplained.iter().map(|error| format!("{error:?}")));
        } else if found.is_empty() {
            wrong.push(format!("{}: BAML refuses it, and nothing was found", project.name));
        }
    }
    println!("{} projects, {files} files, {clients} clients", projects.len());
    wrong.extend(exceptions.iter().map(|exception| format!("no longer occurs: {exception:?}")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_output_can_be_written_for_real_projects() {
    for project in shared::projects() {
        let (checked, _) = errors(&project);
        let full = checked.full();
        assert_eq!(full.is_empty(), checked.concise().is_empty(), "{}", project.name);
    }
}
