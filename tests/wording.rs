//! What people read is plain English: no page and no message has a phrase of `wording/refused.toml`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use clientc_tests::shared::repository;
use regex::Regex;
use serde::Deserialize;

/// Where pages are. Those below `docs/src/rules` only include the ones beside the rules.
const PAGES: [&str; 8] = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/src",
    "crates/check/src/rules",
    "editors/vscode",
    "packaging",
    "examples",
];

/// Files and folders whose comments are the help of a command line.
const HELP: [&str; 3] = ["crates/cli/src/args.rs", "crates/cli/src/args", "crates/gateway/src/args.rs"];

#[derive(Deserialize)]
struct Table {
    phrase: Vec<Phrase>,
}

#[derive(Deserialize)]
struct Phrase {
    words: String,
    instead: String,
    such_as: String,
}

/// A phrase, and the pattern that finds it.
struct Refused {
    pattern: Regex,
    phrase: Phrase,
}

/// Something that is read in one go: a paragraph, a string, or the comments of a file.
struct Passage {
    line: usize,
    text: String,
}

static REFUSED: LazyLock<Vec<Refused>> = LazyLock::new(|| {
    let text = std::fs::read_to_string(repository().join("tests/wording/refused.toml")).unwrap();
    let table: Table = toml::from_str(&text).unwrap();
    let refused = |phrase: Phrase| {
        let pattern = Regex::new(&format!(r"(?i)(?:^|[^\w-])(?:{})(?:$|[^\w-])", phrase.words)).unwrap();
        Refused { pattern, phrase }
    };
    table.phrase.into_iter().map(refused).collect()
});

/// Comments, characters and strings of Rust. The groups are the texts of raw and of other strings.
static TOKENS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r##"(?s)//[^\n]*|'(?:[^'\\\n]|\\[^\n]{1,8}?)'|r#"(.*?)"#|"((?:[^"\\]|\\.)*)""##).unwrap()
});

static CODE: LazyLock<Regex> = LazyLock::new(|| Regex::new("`[^`]*`").unwrap());

#[test]
fn every_phrase_is_found_where_it_is() {
    for Refused { pattern, phrase } in &*REFUSED {
        assert!(pattern.is_match(&phrase.such_as), "`{}` is not in {:?}", phrase.words, phrase.such_as);
    }
}

#[test]
fn pages_have_none_of_the_phrases() {
    let pages = PAGES.iter().flat_map(|place| files(&repository().join(place), "md"));
    // The page on wording names them.
    expect_none(pages.filter(|page| !page.ends_with("internals/wording.md")), paragraphs);
}

#[test]
fn messages_have_none_of_the_phrases() {
    let sources = files(&repository().join("crates"), "rs").into_iter();
    let is_test =
        |path: &Path| path.components().any(|part| part.as_os_str().to_string_lossy().contains("test"));
    let root = repository();
    expect_none(sources.filter(|path| !is_test(path.strip_prefix(&root).unwrap())), strings);
}

#[test]
fn help_has_none_of_the_phrases() {
    expect_none(HELP.iter().flat_map(|place| files(&repository().join(place), "rs")), comments);
}

fn expect_none(files: impl Iterator<Item = PathBuf>, passages: fn(&str) -> Vec<Passage>) {
    let mut count = 0;
    let mut found = Vec::new();
    for file in files {
        count += 1;
        let text = std::fs::read_to_string(&file).unwrap();
        for Passage { line, text } in passages(&text) {
            for Refused { pattern, phrase } in &*REFUSED {
                let Some(words) = pattern.find(&text) else { continue };
                let (file, words) = (file.display(), words.as_str().trim());
                found.push(format!("{file}:{line}: {words:?}: write {}\n  {text}", phrase.instead));
            }
        }
    }
    assert!(count > 0, "there is nothing to read");
    assert!(found.is_empty(), "{} phrases to reword:\n{}", found.len(), found.join("\n"));
}

/// The files below a folder that end so, or the file itself, in order.
fn files(place: &Path, extension: &str) -> Vec<PathBuf> {
    if place.is_file() {
        return vec![place.to_owned()];
    }
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let is_read = |path: &Path| {
        let name = path.file_name().unwrap_or_default();
        path.is_dir() && !["node_modules", "target", ".venv"].iter().any(|other| name == *other)
            || path.extension().is_some_and(|found| found == extension)
    };
    paths.retain(|path| is_read(path));
    paths.iter().flat_map(|path| files(path, extension)).collect()
}

/// The paragraphs, items of lists and rows of tables of a page, without blocks of code.
fn paragraphs(page: &str) -> Vec<Passage> {
    let mut passages: Vec<Passage> = Vec::new();
    let mut is_code = false;
    let mut is_open = false;
    for (index, line) in page.lines().enumerate() {
        let line = line.trim();
        if line.starts_with("```") {
            is_code = !is_code;
        }
        if is_code || line.is_empty() || line.starts_with("```") {
            is_open = false;
            continue;
        }
        let begins = line.starts_with(['|', '#']) || line.starts_with("- ");
        match passages.last_mut() {
            Some(last) if is_open && !begins => last.text.extend([" ", line]),
            _ => passages.push(Passage { line: index + 1, text: line.to_owned() }),
        }
        is_open = true;
    }
    for passage in &mut passages {
        passage.text = CODE.replace_all(&passage.text, "`code`").into_owned();
    }
    passages
}

/// The strings of a source, up to its tests.
fn strings(source: &str) -> Vec<Passage> {
    let source = source.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let continued = Regex::new(r"\\\n\s*").unwrap();
    let strings = TOKENS.captures_iter(source).filter_map(|found| found.get(1).or_else(|| found.get(2)));
    strings
        .map(|string| Passage {
            line: source[..string.start()].lines().count().max(1),
            text: continued.replace_all(string.as_str(), "").into_owned(),
        })
        .collect()
}

fn comments(source: &str) -> Vec<Passage> {
    let lines = source.lines().filter_map(|line| line.trim().strip_prefix("///"));
    vec![Passage { line: 1, text: lines.collect() }]
}
