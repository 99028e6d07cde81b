//! Programs of others that some tests run. `scripts/test_tools.sh` installs them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{Run, finished};
use crate::shared::{is_required, repository, say_skipped};

/// A program or file that the script has put into `target/tools`.
///
/// Where it is missing the caller has nothing to test, and that is said.
///
/// # Panics
///
/// If it is missing and [`is_required`].
#[must_use]
pub fn tool(path: &str) -> Option<PathBuf> {
    let root = repository().canonicalize().expect("the repository exists");
    let found = root.join("target/tools").join(path);
    if found.exists() {
        return Some(found);
    }
    assert!(!is_required(), "{path} is missing: run scripts/test_tools.sh");
    say_skipped(&format!("{path} is missing; scripts/test_tools.sh installs it"));
    None
}

/// Runs a program in a folder to its end.
pub fn run(program: &Path, folder: &Path, arguments: &[&str]) -> Run {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    finished(command, b"")
}

/// Checks a YAML file with a schema that comes with `check-jsonschema`.
///
/// # Panics
///
/// If the file does not follow the schema.
pub fn assert_follows(schema: &str, file: &Path) {
    let Some(judge) = tool("bin/check-jsonschema") else { return };
    let file = file.to_str().expect("a path is text");
    let run = run(&judge, &repository(), &["--builtin-schema", schema, file]);
    assert_eq!(run.code, 0, "{file} does not follow {schema}: {}{}", run.stdout, run.stderr);
}
