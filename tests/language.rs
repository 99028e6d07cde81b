//! The language, told in the Markdown files of `language/`.
//!
//! A ```` ```baml ```` fence is a file of a project: `main.baml`, or what stands behind `baml`. Behind
//! `baml escaped` line breaks do not count and `\n`, `\r`, `\t`, `\\` and `\u{…}` are decoded. The next `text`
//! fence closes the project and holds its findings; a `json` fence behind it holds the options of its clients, and a
//! `places` fence holds the subject of each finding with the text that it marks. `CLIENTC_UPDATE=1` writes all of them
//! anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

use std::fmt::Write as _;
use std::path::Path;

use clientc_check::{Diagnostic, Sources as _};
use clientc_tests::{Checked, shared};

#[test]
fn every_file_of_the_suite_is_current() {
    let folder = shared::repository().join("tests/language");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut wrong = Vec::new();
    for path in paths {
        let written = std::fs::read_to_string(&path).unwrap();
        let current = current(&written);
        if shared::updates() {
            std::fs::write(&path, &current).unwrap();
        } else if written != current {
            wrong.push(first_difference(&path, &written, &current));
        }
    }
    assert!(wrong.is_empty(), "{}\nscripts/update.sh writes the files again", wrong.join("\n"));
}

fn first_difference(path: &Path, written: &str, current: &str) -> String {
    let pairs = written.lines().zip(current.lines());
    let same = pairs.take_while(|(written, current)| written == current).count();
    let at = |text: &str| text.lines().skip(same).take(4).collect::<Vec<_>>().join("\n  ");
    format!("{}:{}:\n  {}\nis now\n  {}", path.display(), same + 1, at(written), at(current))
}

/// A file of the suite with its findings and options as they are now.
fn current(markdown: &str) -> String {
    let mut out = String::new();
    let mut files: Vec<(String, String)> = Vec::new();
    let mut checked = None;
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        let _ = writeln!(out, "{line}");
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else { continue };
        let body: String =
            lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
        match info {
            "text" => {
                // The suite is about reading: that its clients set no limit is not its subject.
                let project = Checked::files(std::mem::take(&mut files)).without("no-timeout");
                out.push_str(&project.concise());
                checked = Some(project);
            }
            "json" | "places" => {
                let checked = checked.as_ref().expect("a `text` fence comes first");
                out.push_str(&if info == "json" { options(checked) } else { places(checked) });
            }
            _ => {
                out.push_str(&body);
                files.push(file(info, &body));
            }
        }
        out.push_str("```\n");
    }
    assert!(files.is_empty(), "the last project has no `text` fence");
    out
}

fn file(info: &str, body: &str) -> (String, String) {
    let rest = info.strip_prefix("baml").unwrap_or_else(|| panic!("no fence is named {info}"));
    let (rest, text) = match rest.trim().strip_prefix("escaped") {
        Some(rest) => (rest, decoded(&body.replace('\n', ""))),
        None => (rest, body.to_owned()),
    };
    let name = if rest.trim().is_empty() { "main.baml" } else { rest.trim() };
    (name.to_owned(), text)
}

fn decoded(escaped: &str) -> String {
    let mut out = String::new();
    let mut rest = escaped.chars();
    while let Some(char) = rest.next() {
        if char != '\\' {
            out.push(char);
            continue;
        }
        out.push(match rest.next() {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('\\') => '\\',
            Some('u') => {
                let digits: String = rest.by_ref().skip(1).take_while(|char| *char != '}').collect();
                char::from_u32(u32::from_str_radix(&digits, 16).unwrap()).unwrap()
            }
            other => panic!("{other:?} cannot be escaped"),
        });
    }
    out
}

/// The subject of every finding and the text that it marks.
fn places(checked: &Checked) -> String {
    let files = checked.workspace.files();
    let place = |finding: &Diagnostic| {
        let marked = finding.primary.span.range.slice(files.text(finding.primary.span.file));
        format!("{} of {}: {marked:?}\n", finding.rule, finding.subject)
    };
    checked.diagnostics().map(place).collect()
}

/// The options or members of every client, as the resolved JSON has them.
fn options(checked: &Checked) -> String {
    let mut out = String::new();
    for (input, project) in checked.workspace.inputs().zip(&checked.analysis.projects) {
        if project.is_refused() {
            return "refused\n".to_owned();
        }
        let ids: Vec<_> = project.project.plan.ids().collect();
        let resolved = project.resolve(&input, checked.workspace.files(), &ids);
        let mut json = Vec::new();
        clientc_report::write_document(&mut json, &resolved).unwrap();
        let document = clientc_plan::json::Value::from_slice(&json).unwrap();
        for (name, client) in document["clients"].as_object().unwrap() {
            let shown = client.get("options").or(client.get("members")).unwrap();
            let _ = writeln!(out, "{name}: {shown}");
            if !client["retry"].is_null() {
                let _ = writeln!(out, "  retry: {}", client["retry"]);
            }
            if client["timeouts"].as_object().is_some_and(|timeouts| !timeouts.is_empty()) {
                let _ = writeln!(out, "  timeouts: {}", client["timeouts"]);
            }
        }
    }
    out
}
