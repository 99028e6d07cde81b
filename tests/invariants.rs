//! The invariants of the architecture that can be read off the sources and the manifests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

#[path = "invariants/circles.rs"]
mod circles;
#[path = "invariants/imports.rs"]
mod imports;
#[path = "invariants/packages.rs"]
mod packages;
#[path = "invariants/sources.rs"]
mod sources;

use std::collections::{BTreeMap, BTreeSet};

use clientc_tests::shared::{self, repository, updates};

use self::packages::{Dependency, Packages};
use self::sources::{Source, sources};

/// The rooms, with the rooms that each uses. A room may also use what lies behind these.
const ARROWS: &[(&str, &[&str])] = &[
    ("syntax", &[]),
    ("plan", &[]),
    ("semantic", &["syntax", "plan"]),
    ("check", &["semantic"]),
    ("workspace", &["check"]),
    ("report", &["check"]),
    ("fmt", &["syntax"]),
    ("lsp", &["workspace", "report", "fmt"]),
    ("cli", &["lsp", "workspace", "report", "fmt"]),
    ("runtime", &["plan"]),
    ("gateway", &["runtime", "report", "workspace"]),
];

/// The rooms of the compiler.
const COMPILER: [&str; 9] =
    ["syntax", "plan", "semantic", "check", "workspace", "report", "fmt", "lsp", "cli"];

#[test]
fn crates_use_only_what_they_may() {
    let arrows: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    for (room, dependencies) in Packages::read().rooms() {
        let allowed = behind(&arrows, &room);
        let ours =
            dependencies.iter().filter(|dependency| dependency.is_normal()).filter_map(Dependency::room);
        let wrong: Vec<_> = ours.filter(|used| !allowed.contains(used.as_str())).collect();
        assert!(arrows.contains_key(room.as_str()), "{room} is no room of the house");
        assert!(wrong.is_empty(), "{room} must not use {wrong:?}; it may use {allowed:?}");
    }
}

/// Everything that can be reached from a room.
fn behind<'r>(arrows: &BTreeMap<&str, &'r [&'r str]>, room: &str) -> BTreeSet<&'r str> {
    let mut reached = BTreeSet::new();
    let mut left = arrows.get(room).map_or(Vec::new(), |next| next.to_vec());
    while let Some(next) = left.pop() {
        if reached.insert(next) {
            left.extend_from_slice(arrows[next]);
        }
    }
    reached
}

#[test]
fn only_one_room_depends_on_each_heavy_library() {
    let packages = Packages::read();
    for (library, room) in [
        ("pest", "syntax"),
        ("pest_derive", "syntax"),
        ("miette", "report"),
        ("ignore", "workspace"),
        ("toml", "workspace"),
        ("reqwest", "runtime"),
        ("gcp_auth", "runtime"),
        ("opentelemetry", "gateway"),
        ("lsp-server", "lsp"),
        ("gen-lsp-types", "lsp"),
    ] {
        assert_eq!(packages.rooms_with(library), [room], "{library}");
    }
}

#[test]
fn only_the_programs_read_a_command_line() {
    assert_eq!(Packages::read().rooms_with("clap"), ["cli", "gateway"]);
}

#[test]
fn the_compiler_never_depends_on_tokio() {
    let packages = Packages::read();
    for library in ["tokio", "reqwest", "hyper", "axum"] {
        let wrong: Vec<_> = packages
            .rooms_with(library)
            .into_iter()
            .filter(|room| COMPILER.contains(&room.as_str()))
            .collect();
        assert!(wrong.is_empty(), "{wrong:?} must not use {library}");
    }
}

#[test]
fn miette_is_named_in_one_file() {
    let naming: Vec<_> = sources().into_iter().filter(|source| source.names("miette")).collect();
    let places: Vec<_> = naming.iter().map(Source::place).collect();
    assert_eq!(places, ["report/src/full.rs"]);
}

#[test]
fn the_names_of_opentelemetry_are_in_one_file() {
    let naming: Vec<_> = sources().into_iter().filter(|source| source.code().contains("\"gen_ai")).collect();
    let places: Vec<_> = naming.iter().map(Source::place).collect();
    assert_eq!(places, ["runtime/src/semconv.rs"]);
}

#[test]
fn the_types_of_the_protocol_are_named_in_three_files() {
    let naming: Vec<_> = sources().into_iter().filter(|source| source.names("gen_lsp_types")).collect();
    let places: Vec<_> = naming.iter().map(Source::place).collect();
    let named = ["capabilities", "completion_item", "proto"].map(|file| format!("lsp/src/server/{file}.rs"));
    assert_eq!(places, named);
}

#[test]
fn every_rule_has_a_page() {
    for rule in clientc_check::RULES {
        let stem = rule.name.replace('-', "_");
        for extension in ["rs", "md"] {
            let file = repository().join(format!("crates/check/src/rules/{stem}.{extension}"));
            assert!(file.is_file(), "{} is missing", file.display());
        }
        assert!(
            rule.page.starts_with(&format!("# {}\n", rule.name)),
            "the page of {} has another title",
            rule.name
        );
        // Where pages are being written the page in the book may still be to come.
        let book = repository().join(format!("docs/src/rules/{}.md", rule.name));
        assert!(book.is_file() || updates(), "{} is missing", book.display());
    }
}

#[test]
fn no_crate_allows_unsafe_code() {
    let manifest = std::fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("unsafe_code = \"forbid\""));
    for manifest in Packages::read().manifests() {
        let text = std::fs::read_to_string(&manifest).unwrap();
        assert!(text.contains("[lints]\nworkspace = true"), "{} has other lints", manifest.display());
    }
}

#[test]
fn only_the_command_prints() {
    for source in sources() {
        let may_print = source.room == "cli" || source.is_binary();
        for word in ["println!", "eprintln!", "print!", "eprint!", "dbg!"] {
            assert!(may_print || !source.calls(word), "{} uses {word}", source.place());
        }
    }
}

#[test]
fn only_the_workspace_reads_the_disk() {
    let files = ["workspace/src/disk.rs", "workspace/src/replace.rs"];
    expect_in("std::fs", &files, &["cli", "lsp", "gateway"]);
}

#[test]
fn only_the_command_reads_the_environment() {
    expect_in("std::env", &[], &["cli", "lsp", "runtime", "gateway"]);
}

#[test]
fn the_compiler_reads_no_clock() {
    let command = ["cli/src/commands/check/watch.rs", "cli/src/progress.rs"];
    expect_in("std::time", &command, &["lsp", "runtime", "gateway"]);
}

/// Checks that a module of the standard library is named only in these files and in these rooms.
fn expect_in(module: &str, files: &[&str], rooms: &[&str]) {
    let is_allowed = |source: &Source| rooms.contains(&&*source.room) || files.contains(&&*source.place());
    let wrong: Vec<_> = sources()
        .iter()
        .filter(|source| source.names(module) && !is_allowed(source))
        .map(Source::place)
        .collect();
    assert!(wrong.is_empty(), "{module} is named in {wrong:?}");
}

/// The rooms that may have circles of files: in `plan` a type and its parts lie in files below one another.
const WITH_CIRCLES: [&str; 1] = ["plan"];

#[test]
fn no_files_of_a_room_use_each_other_in_a_circle() {
    let rooms = ARROWS.iter().map(|(room, _)| *room).filter(|room| !WITH_CIRCLES.contains(room));
    for room in rooms {
        let circles = circles::circles(room);
        assert!(circles.is_empty(), "{room} has circles of files: {circles:#?}");
    }
}

/// The rooms of `check` as the page of the architecture draws them. Those before an arrow use those behind it.
#[test]
fn the_rooms_of_check_use_only_what_is_to_their_right() {
    let page = std::fs::read_to_string(repository().join("docs/src/internals/architecture.md")).unwrap();
    let drawn = page.lines().find(|line| line.ends_with("-> core -> text")).expect("the rooms are drawn");
    let order: BTreeMap<&str, usize> = drawn
        .split(" -> ")
        .enumerate()
        .flat_map(|(place, rooms)| rooms.split(", ").map(move |room| (room, place)))
        .collect();
    let room = |module: &str| module.split("::").next().unwrap_or_default().to_owned();
    let uses = circles::uses("check").into_iter().map(|(from, to)| (room(&from), room(&to)));
    let uses: BTreeSet<_> = uses.filter(|(from, to)| from != to && !from.is_empty()).collect();
    assert!(uses.len() >= order.len(), "{uses:?}");
    for (from, to) in uses {
        assert!(order[&*from] < order[&*to], "{from} uses {to}, and the page draws {drawn}");
    }
}

#[test]
fn a_diagnostic_is_born_in_check_alone() {
    for source in sources() {
        let makes_one = source.code().lines().any(makes_diagnostic);
        assert!(!makes_one || source.room == "check", "{} makes a diagnostic", source.place());
    }
}

/// Whether a line has the literal of a diagnostic, and not a pattern or a declaration.
fn makes_diagnostic(line: &str) -> bool {
    let others = ["let Diagnostic {", "impl ", "struct ", "-> "];
    let has_it = line
        .split("Diagnostic {")
        .next()
        .is_some_and(|before| before.len() < line.len() && !before.ends_with(char::is_alphanumeric));
    has_it && !others.iter().any(|other| line.contains(other))
}

#[test]
fn every_invariant_names_a_test_that_exists() {
    let page = std::fs::read_to_string(repository().join("docs/src/internals/architecture.md")).unwrap();
    let (_, section) = page.split_once("## Invariants\n").expect("the page has a section for invariants");
    let invariants: Vec<&str> = section.split("\n\n").filter(|part| starts_with_number(part)).collect();
    assert!(invariants.len() >= 10, "the section has {} invariants", invariants.len());
    for invariant in invariants {
        let tests = named_tests(invariant);
        assert!(!tests.is_empty(), "no test is named in: {invariant}");
        for (file, test) in tests {
            assert!(has_test(&file, &test), "{file} has no test {test}: {invariant}");
        }
    }
}

#[test]
fn every_decision_names_a_test_that_exists() {
    let page = std::fs::read_to_string(repository().join("docs/src/internals/decisions.md")).unwrap();
    let decisions: Vec<&str> = page.split("\n\n").filter(|part| part.starts_with("**")).collect();
    assert!(decisions.len() >= 100, "the page has {} decisions", decisions.len());
    let mut wrong = String::new();
    for decision in decisions {
        let tests = named_tests(decision);
        if tests.is_empty() {
            wrong += &format!("no test is named in: {decision}\n");
        }
        for (file, test) in tests.iter().filter(|(file, test)| !has_test(file, test)) {
            wrong += &format!("{file} has no test `{test}`: {decision}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn imports_are_in_order() {
    let wrong = imports::out_of_order();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The page for contributors names files that exist, except for those that it says to write.
#[test]
fn every_path_in_contributing_exists() {
    let page = std::fs::read_to_string(repository().join("CONTRIBUTING.md")).unwrap();
    let folders = [
        "crates/",
        "docs/",
        "editors/",
        "examples/",
        "fuzz/",
        "grammar/",
        "packaging/",
        "scripts/",
        "tests/",
    ];
    let named = page.split('`').skip(1).step_by(2).filter_map(|code| code.split(' ').next());
    let paths: Vec<&str> =
        named.filter(|path| folders.iter().any(|folder| path.starts_with(folder))).collect();
    let wrong: Vec<_> =
        paths.iter().filter(|path| !path.contains("my_") && !repository().join(path).exists()).collect();
    assert!(paths.len() > 20, "only {} paths are named", paths.len());
    assert!(wrong.is_empty(), "{wrong:?} do not exist");
}

/// What comments name as `peer/cases/…` or `peer/baml-facts.md …` is looked up in the shared folder.
#[test]
fn every_fact_about_baml_names_what_shows_it() {
    let Some(folder) = shared::folder() else { return };
    let facts = std::fs::read_to_string(folder.join("peer/baml-facts.md")).unwrap();
    let cases: BTreeSet<String> = shared::cases().into_iter().map(|case| case.name).collect();
    let sections: BTreeSet<&str> = facts.lines().filter_map(number_of_section).collect();
    let (mut count, mut wrong) = (0, String::new());
    for source in sources() {
        let text = std::fs::read_to_string(repository().join("crates").join(source.place())).unwrap();
        let named = |prefix: &str, is_part: fn(char) -> bool| -> Vec<String> {
            let behind = text.split(prefix).skip(1);
            let names = behind.map(|rest| rest.split(|char: char| !is_part(char)).next().unwrap_or_default());
            names.map(|name| name.trim_end_matches('.').to_owned()).collect()
        };
        let of_cases = named("peer/cases/", |char| char.is_alphanumeric() || char == '_' || char == '-');
        let of_facts = named("peer/baml-facts.md ", |char| char.is_ascii_digit() || char == '.');
        count += of_cases.len() + of_facts.len();
        let missing = of_cases.iter().filter(|name| !cases.contains(*name));
        let missing = missing.chain(of_facts.iter().filter(|name| !sections.contains(name.as_str())));
        missing.for_each(|name| wrong += &format!("{} names {name:?}, which is not there\n", source.place()));
    }
    assert!(count >= 30, "only {count} facts name what shows them");
    assert!(wrong.is_empty(), "{wrong}");
}

/// The number of a heading: `3.1` of `### 3.1 Fields and values`.
fn number_of_section(line: &str) -> Option<&str> {
    let title = line.strip_prefix('#')?.trim_start_matches('#').trim_start();
    let number = title.split(' ').next()?.trim_end_matches('.');
    number.starts_with(|char: char| char.is_ascii_digit()).then_some(number)
}

/// Whether a file of Rust has a test of this name, or a suite in Markdown a case under it.
fn has_test(file: &str, test: &str) -> bool {
    let text = std::fs::read_to_string(repository().join(file)).unwrap_or_default();
    match file.strip_suffix(".md") {
        Some(_) => text.lines().any(|line| line.trim_start_matches('#').trim_start().starts_with(test)),
        None => text.contains(&format!("fn {test}(")) || text.contains(&format!("\n    {test}:")),
    }
}

/// What the manifests say of libraries and features that were left out on purpose.
#[test]
fn what_was_left_out_stays_out() {
    let text = std::fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let library = |name: &str| manifest["workspace"]["dependencies"][name].clone();
    for name in ["pest", "pest_derive"] {
        let features = library(name).get("features").map_or_else(String::new, ToString::to_string);
        assert_eq!(library(name)["default-features"].as_bool(), Some(false), "{name}");
        assert!(!features.contains("std"), "{name} has {features}");
    }
    let features = library("aws-config")["features"].to_string();
    assert_eq!(library("aws-config")["default-features"].as_bool(), Some(false));
    assert!(!features.contains("sso"), "{features}");
    let ignored = std::fs::read_to_string(repository().join(".gitignore")).unwrap();
    assert!(ignored.lines().any(|line| line == "Cargo.lock"));
}

fn starts_with_number(part: &str) -> bool {
    part.trim_start().split_once(". ").is_some_and(|(number, _)| number.parse::<u32>().is_ok())
}

/// The tests that a text names as `path/to/file.rs::name_of_the_test`, and the cases as `path/to/suite.md::First words`.
fn named_tests(text: &str) -> Vec<(String, String)> {
    let words = text.split('`').skip(1).step_by(2);
    let is_file = |file: &str| file.ends_with(".rs") || file.ends_with(".md");
    words
        .filter_map(|word| word.split_once("::"))
        .filter(|(file, _)| is_file(file))
        .map(|(file, test)| (file.to_owned(), test.to_owned()))
        .collect()
}
