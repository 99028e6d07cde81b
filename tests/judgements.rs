//! What the rules say of whole projects, told in `judgements.md`.
//!
//! Under each heading stand the files of a project, as `baml` and `toml` fences, and behind them a `text` fence with every
//! finding, or with nothing; in a fence of `text full` they stand as people see them, with places and help.
//! `CLIENTC_UPDATE=1` writes the `text` fences anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use clientc_report::{Options, Report, Scope, write_concise, write_full};
use clientc_tests::project::open;
use clientc_tests::shared;

#[test]
fn cases_have_their_right_answers() {
    let path = shared::repository().join("tests/judgements.md");
    let written = std::fs::read_to_string(&path).unwrap();
    let current = current(&written);
    if shared::updates() {
        std::fs::write(&path, &current).unwrap();
    } else if let Some((before, after)) =
        written.lines().zip(current.lines()).find(|(one, other)| one != other)
    {
        panic!("judgements.md says\n{before}\nand now it is\n{after}");
    } else {
        assert_eq!(written.lines().count(), current.lines().count(), "a finding more or less at the end");
    }
}

/// The suite with the findings of now.
fn current(markdown: &str) -> String {
    let (mut out, mut files, mut heading) = (String::new(), Vec::new(), "");
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        if let Some(name) = line.strip_prefix("## ") {
            assert!(files.is_empty(), "the case `{heading}` has no text fence");
            heading = name;
        }
        let Some(language) = line.strip_prefix("```") else { continue };
        let body: String =
            lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
        match language {
            "baml" => files.push(("baml_src/clients.baml", body.clone())),
            "toml" => files.push(("clientc.toml", body.clone())),
            _ => {}
        }
        out.push_str(&match language {
            "text" | "text full" => findings(&std::mem::take(&mut files), language == "text full"),
            _ => body,
        });
        out.push_str("```\n");
    }
    out
}

fn findings(files: &[(&str, String)], is_full: bool) -> String {
    let workspace = open(files.iter().map(|(path, text)| (path, text.as_bytes())));
    let projects = workspace.analyse().projects;
    let diagnostics: Vec<_> = projects.into_iter().flat_map(|project| project.diagnostics).collect();
    let mut out = Vec::new();
    let report = Report::new(&diagnostics, workspace.files(), Scope::default());
    let options = Options { width: 120, ..Options::default() };
    if !is_full {
        write_concise(&mut out, &report, &options).unwrap();
        return String::from_utf8(out).unwrap();
    }
    write_full(&mut out, &report, &options).unwrap();
    format!("{}\n", String::from_utf8(out).unwrap().trim())
}
