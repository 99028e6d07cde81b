//! Projects of real users: what BAML accepts passes, what BAML refuses does not.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "corpus/grammars.rs"]
mod grammars;

use std::collections::{BTreeMap, BTreeSet};

use clientc_check::Level;
use clientc_plan::{ClientId, RunTime, WorstCases};
use clientc_tests::generated::assert_current;
use clientc_tests::shared::{self, RealProject};
use clientc_tests::{Checked, run_in};

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

/// Small projects that people reported something about, each with the settings beside it.
#[test]
fn the_findings_of_reported_projects_are_recorded() {
    let folders = shared::reported();
    if folders.is_empty() {
        return;
    }
    let mut record = String::new();
    for folder in &folders {
        let run = run_in(folder, &["check", "--format", "concise"]);
        let name = folder.file_name().and_then(|name| name.to_str()).expect("a name is text");
        record.push_str(&format!("== {name}: exit code {}\n{}", run.code, run.stdout));
    }
    assert_current(&shared::repository().join("tests/corpus/reported.txt"), &record);
}

/// The most findings of level warning and error that a project has in the median.
const NOISE: usize = 4;

#[test]
fn the_findings_of_real_projects_are_recorded() {
    let projects = shared::projects();
    if projects.is_empty() {
        return;
    }
    let mut record = String::new();
    let mut counts = Vec::new();
    for project in &projects {
        let checked = Checked::folder(&project.folder.canonicalize().unwrap());
        counts.push(checked.diagnostics().filter(|found| found.level != Level::Info).count());
        record.push_str(&format!("== {}\n{}", project.name, checked.concise()));
    }
    assert_current(&shared::repository().join("tests/corpus/findings.txt"), &record);
    counts.sort_unstable();
    let median = counts[counts.len() / 2];
    println!("errors and warnings a project: median {median}, most {:?}", counts.last());
    assert!(median <= NOISE, "the median project has {median} errors and warnings");
}

/// What a rule has found over all projects.
#[derive(Debug, Default)]
struct Count {
    findings: usize,
    projects: BTreeSet<String>,
}

#[test]
fn the_page_of_what_was_found_has_these_numbers() {
    let projects = shared::projects();
    if projects.is_empty() {
        return;
    }
    let mut counts: BTreeMap<(Level, &str), Count> = BTreeMap::new();
    let (mut clients, mut silent) = (0, 0);
    for project in &projects {
        let checked = Checked::folder(&project.folder.canonicalize().unwrap());
        clients += checked.analysis.projects.iter().map(|project| project.clients).sum::<usize>();
        silent += usize::from(checked.diagnostics().next().is_none());
        for found in checked.diagnostics() {
            let count = counts.entry((found.level, found.rule)).or_default();
            count.findings += 1;
            count.projects.insert(project.name.clone());
        }
    }
    let mut table = format!(
        "{} projects with {clients} clients; {silent} of them have no finding at all.\n\n",
        projects.len()
    );
    table.push_str("| rule | level | projects | findings |\n|---|---|--:|--:|\n");
    let mut rows: Vec<_> = counts.iter().collect();
    rows.sort_by_key(|((level, rule), count)| (std::cmp::Reverse(count.projects.len()), *level, *rule));
    for ((level, rule), count) in rows {
        let (projects, findings) = (count.projects.len(), count.findings);
        let level = level.name();
        table.push_str(&format!("| [`{rule}`](../rules/{rule}.md) | {level} | {projects} | {findings} |\n"));
    }
    let path = shared::repository().join("docs/src/explanation/what-we-found.md");
    let page = std::fs::read_to_string(&path).unwrap();
    assert_current(&path, &between(&page, "<!-- numbers: begin -->\n", "<!-- numbers: end -->", &table));
}

/// What a call costs at most through BAML.
type Cost = (u64, u64);

#[test]
fn the_page_of_what_was_found_has_what_these_projects_cost_in_baml() {
    let projects = shared::projects();
    if projects.is_empty() {
        return;
    }
    let (mut calls, mut dearest): (Vec<Cost>, Vec<Cost>) = (Vec::new(), Vec::new());
    for project in &projects {
        let checked = Checked::folder(&project.folder.canonicalize().unwrap());
        let costs = checked.analysis.projects.iter().flat_map(|project| {
            let plan = project.project.written_plan().under(RunTime::Baml);
            let mut worst_cases = WorstCases::new(&plan);
            let of = |entry: &ClientId| {
                let worst = worst_cases.of(*entry);
                (worst.requests, worst.duration_ms.expect("BAML ends every attempt"))
            };
            project.entries.iter().map(of).collect::<Vec<_>>()
        });
        let costs: Vec<Cost> = costs.collect();
        let most = |part: fn(&Cost) -> u64| costs.iter().map(part).max();
        dearest.extend(most(|cost| cost.0).zip(most(|cost| cost.1)));
        calls.extend(costs);
    }
    let mut table = String::from(
        "| the most that a call can cost through BAML | median | nine of ten at most | largest |\n|---|--:|--:|--:|\n",
    );
    table.push_str(&cost_rows(&format!("any of the {} clients that callers use", calls.len()), &calls));
    table.push_str(&cost_rows(&format!("the dearest of each of {} projects", dearest.len()), &dearest));
    let path = shared::repository().join("docs/src/explanation/what-we-found.md");
    let page = std::fs::read_to_string(&path).unwrap();
    assert_current(&path, &between(&page, "<!-- costs: begin -->\n", "<!-- costs: end -->", &table));
}

/// Two rows of the table of costs: requests, and time.
fn cost_rows(what: &str, costs: &[Cost]) -> String {
    let sorted = |part: fn(&Cost) -> u64| {
        let mut numbers: Vec<u64> = costs.iter().map(part).collect();
        numbers.sort_unstable();
        [numbers[numbers.len() / 2], numbers[numbers.len() * 9 / 10], numbers[numbers.len() - 1]]
    };
    let requests = sorted(|cost| cost.0).map(|requests| requests.to_string());
    let minutes = sorted(|cost| cost.1).map(|ms| format!("{}.{} min", ms / 60_000, ms % 60_000 / 6000));
    format!("| requests, {what} | {} |\n| time, {what} | {} |\n", requests.join(" | "), minutes.join(" | "))
}

/// A text with other words between two marks.
fn between(text: &str, begin: &str, end: &str, words: &str) -> String {
    let (before, rest) = text.split_once(begin).expect("the page has the first mark");
    let (_, after) = rest.split_once(end).expect("the page has the second mark");
    format!("{before}{begin}{words}{end}{after}")
}
