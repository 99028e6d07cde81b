//! The generated parts of the book.

use std::fmt::Write as _;
use std::path::PathBuf;

use clientc_check::{RULES, Rule};
use clientc_plan::providers::{HTTP_KEYS, HttpKey, POLICY_KEYS, STRATEGY_KEYS, all};
use clientc_tests::formats::formats;
use clientc_tests::generated::assert_current;
use clientc_tests::markdown::{with_current_output, with_generated_part};
use clientc_tests::run_in;
use clientc_tests::shared::repository;

/// Makes one part of a page.
type Part = fn() -> String;

/// The parts of pages that are made here, by the names in their marks.
const PARTS: &[(&str, Part)] = &[
    ("rules", rules),
    ("commands", commands),
    ("formats", formats_of_check),
    ("providers", providers),
    ("http", http),
    ("policy", policy),
    ("strategy", strategy),
];

/// A page with each of its generated parts made anew.
pub(crate) fn with_generated_parts(page: &str) -> String {
    let mut page = page.to_owned();
    for (name, part) in PARTS {
        if page.contains(&format!("<!-- generated: {name} -->")) {
            page = with_generated_part(&page, name, &part());
        }
    }
    page
}

/// Writes the page of each rule, which includes the page that lies beside the rule.
pub(crate) fn write_rule_pages() {
    for rule in RULES {
        let stem = rule.name.replace('-', "_");
        let text = format!("{{{{#include ../../../crates/check/src/rules/{stem}.md}}}}\n");
        assert_current(&source(&format!("rules/{}.md", rule.name)), &text);
    }
    let pages: Vec<String> = RULES.iter().map(|rule| format!("{}.md", rule.name)).collect();
    let pages = pages.iter().map(String::as_str).chain(["index.md"]);
    expect_only("rules", &pages.collect::<Vec<_>>());
}

/// Writes a page for each chapter of the conformance suite, and one that leads to them.
pub(crate) fn write_conformance_pages() {
    let chapters = conformance();
    let mut index = CONFORMANCE.to_owned();
    for Chapter { title, page, file } in &chapters {
        writeln!(index, "- [{title}]({page})").unwrap();
        let text = format!("{{{{#include ../../../tests/conformance/{file}}}}}\n");
        assert_current(&source(&format!("conformance/{page}")), &text);
    }
    assert_current(&source("conformance/index.md"), &index);
    let pages = chapters.iter().map(|chapter| chapter.page.as_str()).chain(["index.md"]);
    expect_only("conformance", &pages.collect::<Vec<_>>());
}

/// The beginning of the page that leads to the conformance suite.
const CONFORMANCE: &str = "# How long can a call take?

Each of these chapters is a small project, the plan that it resolves to, and calls through it with their times. The numbers
were worked out by hand. A test runs every chapter.

";

/// A chapter of the conformance suite.
struct Chapter {
    title: String,
    /// Its page in the book.
    page: String,
    /// Its file in the suite.
    file: String,
}

/// The chapters of the conformance suite, with the description of their form last.
fn conformance() -> Vec<Chapter> {
    let entries = std::fs::read_dir(repository().join("tests/conformance")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<_> = names.filter(|name| name.ends_with(".md")).collect();
    files.sort();
    files.into_iter().map(chapter).collect()
}

fn chapter(file: String) -> Chapter {
    if file == "README.md" {
        return Chapter { title: "The form of these chapters".to_owned(), page: "form.md".to_owned(), file };
    }
    let text = std::fs::read_to_string(repository().join("tests/conformance").join(&file)).unwrap();
    let title = text.lines().next().and_then(|line| line.strip_prefix("# ")).expect("a chapter has a title");
    Chapter { title: title.to_owned(), page: file.clone(), file }
}

/// Checks that a folder of generated pages has no others.
fn expect_only(folder: &str, pages: &[&str]) {
    for entry in std::fs::read_dir(source(folder)).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(pages.contains(&&*name), "docs/src/{folder}/{name} belongs to nothing: remove it");
    }
}

/// Writes the table of contents: the hand-written one with the rules and the chapters put in.
pub(crate) fn write_summary() {
    let rules = RULES.iter().map(|rule| format!("  - [{0}](rules/{0}.md)\n", rule.name));
    let chapters = conformance().into_iter();
    let chapters = chapters.map(|Chapter { title, page, .. }| format!("  - [{title}](conformance/{page})\n"));
    let text = include_str!("summary.md")
        .replace("RULES\n", &rules.collect::<String>())
        .replace("CHAPTERS\n", &chapters.collect::<String>());
    let mut links: Vec<&str> = text.lines().filter_map(|line| line.split("](").nth(1)).collect();
    let count = links.len();
    links.sort_unstable();
    links.dedup();
    assert_eq!(links.len(), count, "the summary names a page twice, which mdbook refuses");
    assert_current(&source("SUMMARY.md"), &text);
}

fn source(file: &str) -> PathBuf {
    repository().join("docs/src").join(file)
}

/// The index of the rules.
fn rules() -> String {
    let level = |rule: &Rule| format!("{}{}", rule.level.word(), if rule.is_fixed { "!" } else { "" });
    table(
        ["rule", "level", "finds"],
        RULES.iter().map(|rule| [format!("[{0}]({0}.md)", rule.name), level(rule), rule.summary.to_owned()]),
    )
}

/// What each command says about itself.
fn commands() -> String {
    let help = run_in(&repository(), &["--help"]).stdout;
    let (_, listed) = help.split_once("Commands:\n").expect("the help lists commands");
    let names = listed.lines().take_while(|line| !line.trim().is_empty());
    let is_name = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
    let names = names.filter(is_name).filter_map(|line| line.split_whitespace().next());
    let mut text = "## clientc\n\n```console\n$ clientc --help\n```\n\n".to_owned();
    for name in names {
        write!(text, "## clientc {name}\n\n```console\n$ clientc {name} --help\n```\n\n").unwrap();
    }
    with_current_output(&text)
}

/// What each output format of `check` is for.
fn formats_of_check() -> String {
    table(
        ["format", "for"],
        formats().into_iter().map(|format| [code(&format!("--format {}", format.name)), format.summary]),
    )
}

fn providers() -> String {
    table(
        ["provider", "other name", ""],
        all().iter().map(|provider| {
            let names: Vec<_> = provider.aliases.iter().map(|name| code(name)).collect();
            [code(provider.name), names.join(", "), provider.documentation.to_owned()]
        }),
    )
}

fn http() -> String {
    let on = |key: &HttpKey| match (key.on_leaves, key.on_composites) {
        (true, true) => "all clients".to_owned(),
        (true, false) if key.not_on.is_empty() => "leaves".to_owned(),
        (true, false) => format!("leaves, but not {}", key.not_on.join(", ")),
        _ => "fallbacks and round-robins".to_owned(),
    };
    table(
        ["key", "on", ""],
        HTTP_KEYS.iter().map(|key| [code(key.name), on(key), key.documentation.to_owned()]),
    )
}

fn policy() -> String {
    let required = |is_required: bool| if is_required { "yes" } else { "" }.to_owned();
    let rows = POLICY_KEYS
        .iter()
        .map(|key| [code(key.name), required(key.is_required), key.documentation.to_owned()]);
    table(["key of a policy", "required", ""], rows)
}

fn strategy() -> String {
    let default = |key: &str| if key.is_empty() { "required".to_owned() } else { code(key) };
    let rows =
        STRATEGY_KEYS.iter().map(|key| [code(key.name), default(key.default), key.documentation.to_owned()]);
    table(["key of a strategy", "default", ""], rows)
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn table<const COLUMNS: usize>(
    head: [&str; COLUMNS],
    rows: impl Iterator<Item = [String; COLUMNS]>,
) -> String {
    let mut text = format!("\n| {} |\n{}|\n", head.join(" | "), "|---".repeat(COLUMNS));
    for row in rows {
        writeln!(text, "| {} |", row.map(|cell| cell.replace('|', "\\|")).join(" | ")).unwrap();
    }
    text.push('\n');
    text
}
