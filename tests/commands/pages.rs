//! Which pages show commands, what they are run in, and what is not run.

use std::path::Path;

use clientc_tests::shared::repository;

/// A page with commands.
pub(crate) struct Page {
    /// Its path in the repository.
    pub path: &'static str,
    /// The example that its project is a copy of; empty for a project of its own.
    pub project: &'static str,
    /// What is done to the project before the first command, in shell.
    pub prepare: &'static str,
}

const fn page(path: &'static str, project: &'static str, prepare: &'static str) -> Page {
    Page { path, project, prepare }
}

/// The pages whose commands are run.
pub(crate) const SHOWN: &[Page] = &[
    page("CONTRIBUTING.md", "", "true"),
    page("README.md", "fallback", BELOW),
    page("docs/src/guide/adopting.md", "old-project", "true"),
    page("docs/src/guide/ci.md", "fallback", "clientc fmt . && cp baml_src/clients.baml edited.txt"),
    page("docs/src/guide/diff.md", "fallback", DIFF),
    page("docs/src/guide/formatting.md", "fallback", "cp baml_src/clients.baml in"),
    page("docs/src/guide/gateway-baml.md", "", "true"),
    page("docs/src/guide/gateway-fleet.md", "monorepo", "true"),
    page("docs/src/guide/gateway.md", "monorepo", "sed -i s/Main/Chat/ services/chat/baml_src/*"),
    page("docs/src/guide/install.md", "fallback", "true"),
    page("docs/src/guide/pictures.md", "fallback", "true"),
    page("docs/src/guide/profiles.md", "fallback", "sed -i s/MyFallback/Chat/ baml_src/*"),
    page("docs/src/guide/runtime.md", "fallback", "true"),
    page("docs/src/internals/fuzzing.md", "", "true"),
    page("docs/src/internals/mutants.md", "", "true"),
    page("docs/src/internals/performance.md", "", "true"),
    page("docs/src/tutorial.md", "", "true"),
    page("editors/vscode/README.md", "", "true"),
    page("editors/vscode/media/ci.md", "fallback", "true"),
    page("editors/vscode/media/install.md", "fallback", "true"),
    page("packaging/gateway/README.md", "fallback", BELOW),
    page("packaging/npm/clientc/README.md", "fallback", "true"),
    page("packaging/npm/gateway/README.md", "fallback", "true"),
    page("packaging/python/README.md", "fallback", "true"),
];

/// A plan in which one limit is higher than in `main`, and copies of the plan of `main`.
const DIFF: &str = "git clone --quiet . ../other-checkout && clientc resolve --format json > resolved.json && \
    sed -i 's/request_timeout_ms 60000/request_timeout_ms 90000/' baml_src/clients.baml";

/// The project stands where the page says it does, too.
const BELOW: &str = "mkdir -p path/to && cp -r baml_src path/to";

/// Commands that are not run: the page, how the command begins, and why.
pub(crate) const NOT_RUN: &[(&str, &str, &str)] = &[
    ("CONTRIBUTING.md", "cargo ", "it builds and tests the whole project; .ci/run does that"),
    ("CONTRIBUTING.md", "scripts/update.sh", "the same, and writes what this test compares with"),
    ("CONTRIBUTING.md", "CLIENTC_", "it edits for minutes, or records a session with an editor"),
    ("README.md", "clientc resolve --format html --open", "it opens a browser"),
    ("docs/src/guide/install.md", "pipx ", "pipx fetches a pip of its own from an index"),
    ("docs/src/guide/install.md", "cargo ", PUBLISHED),
    ("docs/src/guide/pictures.md", "clientc resolve --format html --open", "it opens a browser"),
    (
        "docs/src/guide/runtime.md",
        "clientc replay ",
        "the program of the reader wrote its input; tests/cli/replay.rs does it",
    ),
    ("docs/src/internals/fuzzing.md", "cargo ", "it installs a tool"),
    ("docs/src/internals/fuzzing.md", "scripts/fuzz.sh ", "it takes minutes and a nightly compiler"),
    ("docs/src/internals/mutants.md", "cargo ", "it installs tools"),
    (
        "docs/src/internals/mutants.md",
        "scripts/mutants.sh ",
        "it takes minutes to hours, and needs cargo-mutants",
    ),
    ("docs/src/internals/performance.md", "cargo ", "it builds the program; .ci/run does it"),
    ("docs/src/internals/performance.md", "scripts/", "it measures, which only a quiet machine can"),
    ("docs/src/internals/performance.md", "valgrind ", "it measures, and needs valgrind"),
    ("docs/src/internals/performance.md", "callgrind_annotate ", "it reads what valgrind wrote"),
    (
        "docs/src/tutorial.md",
        "clientc check --watch",
        "it runs until it is interrupted; tests/cli/changes.rs does it",
    ),
    ("editors/vscode/README.md", "cargo ", PUBLISHED),
    ("editors/vscode/media/install.md", "cargo ", PUBLISHED),
    (
        "packaging/npm/gateway/README.md",
        "npx clientc-gateway ",
        "it serves until it is ended; scripts/install_test.sh starts it",
    ),
];

const PUBLISHED: &str =
    "it builds what a release has published; scripts/packed_crates.sh compiles the crates as they are packed";

/// Why a command of a page is not run.
pub(crate) fn reason_not_to_run(page: &str, command: &str) -> Option<&'static str> {
    let found = NOT_RUN.iter().find(|(path, start, _)| *path == page && command.starts_with(start));
    found.map(|(_, _, reason)| *reason)
}

/// All pages that people read, but those that other tests generate.
pub(crate) fn all() -> Vec<String> {
    let mut pages = vec!["README.md".to_owned(), "CONTRIBUTING.md".to_owned()];
    for folder in ["docs/src", "editors", "packaging", "crates/check/src/rules", "examples"] {
        collect(folder, &mut pages);
    }
    pages.sort();
    pages
}

fn collect(folder: &str, pages: &mut Vec<String>) {
    for entry in std::fs::read_dir(repository().join(folder)).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let path = format!("{folder}/{name}");
        if name == "node_modules" {
            continue;
        }
        if repository().join(&path).is_dir() {
            collect(&path, pages);
        } else if Path::new(&name).extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
}
