//! Many projects under one `clientc.toml`, or each with its own: what settings name is looked for once.

use std::fmt::Write as _;

use clientc_syntax::work;
use clientc_tests::project::open;

/// What is checked, the settings in the root, and those in each project.
const CASES: &[(&str, &str, &str)] = &[
    ("entries", "entries = [\"C0\", \"Nobody\"]\n", ""),
    (
        "overrides",
        "[[overrides]]\npaths = [\"p1/**\", \"none/**\"]\nrules = { no-timeout = \"ignore\" }\n",
        "",
    ),
    (
        "overrides everywhere",
        "",
        "[[overrides]]\npaths = [\"none/**\"]\nrules = { no-timeout = \"ignore\" }\n",
    ),
    ("entries everywhere", "", "entries = [\"Nobody\"]\n"),
];

/// The steps of checking so many projects, and what is found in their settings.
fn checking(projects: usize, root: &str, each: &str) -> (u64, usize) {
    let mut files = vec![("clientc.toml".to_owned(), root.to_owned())];
    for number in 0..projects {
        let mut text = String::new();
        let _ = writeln!(text, "client<llm> C{number} {{ provider openai, options {{ model \"x\" }} }}");
        files.push((format!("p{number}/baml_src/a.baml"), text));
        if !each.is_empty() {
            files.push((format!("p{number}/clientc.toml"), each.to_owned()));
        }
    }
    let workspace = open(files);
    let before = work::steps();
    let analysis = workspace.analyse();
    let found = analysis.projects.iter().flat_map(|project| &project.diagnostics);
    let in_settings = found.filter(|found| ["invalid-config", "unmatched-pattern"].contains(&found.rule));
    (work::steps() - before, in_settings.count())
}

#[test]
fn of_twice_as_many_projects_take_at_most_twice_the_work() {
    const PROJECTS: usize = 100;
    let mut wrong = Vec::new();
    for (what, root, each) in CASES {
        let ((once, _), (twice, found)) =
            (checking(PROJECTS, root, each), checking(2 * PROJECTS, root, each));
        if once < PROJECTS as u64 || twice > 2 * once + once / 10 {
            wrong.push(format!("{what}: {once} and {twice} steps"));
        }
        if found != if each.is_empty() { 1 } else { 2 * PROJECTS } {
            wrong.push(format!("{what}: {found} findings in the settings"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
