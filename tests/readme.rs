//! The README and the book: every output in them is what the program writes, and every generated part is current.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

#[path = "readme/book.rs"]
mod book;

use std::path::{Path, PathBuf};

use clientc_tests::generated::assert_current;
use clientc_tests::markdown::with_current_output;
use clientc_tests::shared::{repository, updates};

#[test]
fn the_readme_is_current() {
    let path = repository().join("README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    assert_current(&path, &with_current_output(&text));
}

#[test]
fn the_book_is_current() {
    book::write_rule_pages();
    book::write_conformance_pages();
    book::write_summary();
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        assert_current(&page, &with_current_output(&book::with_generated_parts(&text)));
    }
}

#[test]
fn links_between_pages_lead_somewhere() {
    // Where pages are being written some may still be to come.
    if updates() {
        return;
    }
    let readme = repository().join("README.md");
    for page in pages().into_iter().chain([readme, repository().join("CONTRIBUTING.md")]) {
        let text = std::fs::read_to_string(&page).unwrap();
        for target in links(&text) {
            let path = page.parent().unwrap().join(&target);
            assert!(path.exists(), "{} links to {target}, which does not exist", page.display());
        }
    }
}

#[test]
fn every_page_is_in_the_table_of_contents() {
    let folder = repository().join("docs/src");
    let summary = std::fs::read_to_string(folder.join("SUMMARY.md")).unwrap();
    let shown: Vec<PathBuf> = links(&summary).into_iter().map(|link| folder.join(link)).collect();
    for page in pages().into_iter().filter(|page| !page.ends_with("SUMMARY.md")) {
        assert!(shown.contains(&page), "{} is not in tests/readme/summary.md", page.display());
    }
}

/// The pages of the book. What others generate in it is theirs.
fn pages() -> Vec<PathBuf> {
    let mut pages = Vec::new();
    collect(&repository().join("docs/src"), &mut pages);
    pages.sort();
    pages
}

fn collect(folder: &Path, pages: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, pages);
        } else if path.extension().is_some_and(|extension| extension == "md")
            && !path.ends_with("differences.md")
        {
            pages.push(path);
        }
    }
}

/// The files that a page links to or includes.
fn links(text: &str) -> Vec<String> {
    let linked = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let included = text.split("{{#include ").skip(1).filter_map(|rest| rest.split([':', '}']).next());
    let file = |link: &str| link.split('#').next().unwrap_or("").trim().to_owned();
    let is_local = |link: &String| !link.is_empty() && !link.contains("://") && !link.contains(' ');
    linked.chain(included).map(file).filter(is_local).collect()
}
