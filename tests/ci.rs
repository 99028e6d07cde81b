//! What others copy into their CI: the action for GitHub, the hooks of pre-commit, and the pages that show them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

#[path = "ci/action.rs"]
mod action;
#[path = "ci/hooks.rs"]
mod hooks;
#[path = "ci/pages.rs"]
mod pages;
// A release is put together on Linux.
#[cfg(target_os = "linux")]
#[path = "ci/release.rs"]
mod release;
#[path = "ci/workflows.rs"]
mod workflows;

use std::path::PathBuf;

use clientc_tests::shared::repository;
use serde_json::Value;

/// A project with one error.
const FAULTY: &str = "client<llm> Fast {\n  provider opnai\n}\n";

/// A project without any.
const CLEAN: &str = "client<llm> Fast {\n  provider openai\n  options {\n    model \"gpt-4o\"\n    http {\n      request_timeout_ms 60000\n    }\n  }\n}\n";

/// The root of the repository, in full.
fn root() -> PathBuf {
    repository().canonicalize().unwrap()
}

/// A file of the repository.
fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// YAML as a value.
fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error} in\n{text}"))
}

/// A text in a value.
fn string(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// Where `scripts/dist.py` puts what it builds.
const WHEELS: &str = "target/dist";

/// The version of the workspace.
fn version() -> String {
    let manifest: toml::Table = text("Cargo.toml").parse().unwrap();
    manifest["workspace"]["package"]["version"].as_str().unwrap().to_owned()
}

/// The folders that stand for PyPI: our wheels, and what builds the empty package of the hooks.
fn index() -> String {
    let folder = |path: &str| root().join(path).to_str().expect("a path is text").to_owned();
    format!("{} {}", folder(WHEELS), folder("target/tools/wheels"))
}
