//! Files out of published crates, which cargo has fetched.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use crate::shared::repository;

/// The text of a file in a published crate that the tests depend on.
///
/// # Panics
///
/// If there is no such crate or file.
#[must_use]
pub fn text(package: &str, path: &str) -> String {
    let path = folder(package).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A JSON file in a published crate that the tests depend on.
///
/// # Panics
///
/// If there is no such crate or file.
#[must_use]
pub fn json(package: &str, path: &str) -> Value {
    serde_json::from_str(&text(package, path)).expect("the file is JSON")
}

fn folder(package: &str) -> PathBuf {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages are an array");
    let found = packages.iter().find(|found| found["name"] == package);
    let manifest = found.and_then(|found| found["manifest_path"].as_str());
    let manifest = manifest.unwrap_or_else(|| panic!("the tests do not depend on {package}"));
    Path::new(manifest).parent().expect("a manifest lies in a folder").to_owned()
}

/// What cargo says about all packages; it fetches those that are not here, also where no platform needs them.
fn metadata() -> &'static Value {
    static METADATA: OnceLock<Value> = OnceLock::new();
    METADATA.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["metadata", "--format-version=1"]).current_dir(repository());
        let output = command.output().expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("metadata are JSON")
    })
}
