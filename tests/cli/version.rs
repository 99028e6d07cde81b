//! Which release the program says it is.

use clientc_tests::Folder;
use clientc_tests::shared::repository;

const VERSION: &str = env!("CARGO_PKG_VERSION");

#[test]
fn the_long_form_names_the_versions_of_documents() {
    let folder = Folder::with(&[]);
    assert_eq!(folder.run("-V").stdout, format!("clientc {VERSION}\n"));
    let long = folder.run("--version").stdout;
    let lines: Vec<&str> = long.lines().collect();
    assert_eq!(lines[0], format!("clientc {VERSION}"));
    assert!(lines[1].contains("clientc.resolved 1, clientc.diagnostics 1"), "{long}");
    assert!(lines[2].starts_with("reads: "), "{long}");
}

/// The day that the changelog gives a release: `## 1.2.3 - 2026-01-31`.
fn released() -> String {
    let changelog = std::fs::read_to_string(repository().join("CHANGELOG.md")).unwrap();
    let heading = changelog.lines().find_map(|line| line.strip_prefix(&format!("## {VERSION}")));
    heading.map_or("unreleased".to_owned(), |rest| rest.trim_start_matches([' ', '-']).to_owned())
}

#[test]
fn manual_pages_carry_the_release_and_its_day() {
    let folder = Folder::with(&[]);
    for arguments in ["man", "man check"] {
        let page = folder.run(arguments).stdout;
        let title = page.lines().find(|line| line.starts_with(".TH ")).unwrap().to_owned();
        assert!(title.contains(&released()) && title.contains(&format!("clientc {VERSION}")), "{title}");
    }
}
