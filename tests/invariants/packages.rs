//! The packages of the workspace, as `cargo metadata` tells them.

use std::path::PathBuf;
use std::process::Command;

use clientc_tests::shared::repository;
use serde_json::Value;

/// The packages of the workspace.
pub(crate) struct Packages(Vec<Value>);

/// A dependency as a manifest declares it.
pub(crate) struct Dependency {
    name: String,
    kind: Option<String>,
}

impl Dependency {
    /// Whether the package needs it itself, and not only for its tests.
    pub(crate) fn is_normal(&self) -> bool {
        self.kind.as_deref() != Some("dev")
    }

    /// The room of the house that it is; none for a library from outside.
    pub(crate) fn room(&self) -> Option<String> {
        match self.name.as_str() {
            "clientc" => Some("cli".to_owned()),
            name => name.strip_prefix("clientc-").map(str::to_owned),
        }
    }
}

impl Packages {
    pub(crate) fn read() -> Self {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let arguments = ["metadata", "--no-deps", "--offline", "--format-version=1"];
        let output =
            Command::new(cargo).args(arguments).current_dir(repository()).output().expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut metadata: Value = serde_json::from_slice(&output.stdout).expect("metadata are JSON");
        let Value::Array(packages) = metadata["packages"].take() else { panic!("there are no packages") };
        Self(packages)
    }

    /// Each room with its dependencies. The tests are no room.
    pub(crate) fn rooms(&self) -> Vec<(String, Vec<Dependency>)> {
        self.0.iter().filter_map(|package| Some((room(package)?, dependencies(package)))).collect()
    }

    /// The rooms that depend on a library, and not only in their tests.
    pub(crate) fn rooms_with(&self, library: &str) -> Vec<String> {
        let is_it = |dependency: &Dependency| dependency.name == library && dependency.is_normal();
        let has = |dependencies: &[Dependency]| dependencies.iter().any(is_it);
        self.rooms().into_iter().filter(|(_, dependencies)| has(dependencies)).map(|(room, _)| room).collect()
    }

    /// The manifests of all packages.
    pub(crate) fn manifests(&self) -> Vec<PathBuf> {
        self.0.iter().map(|package| PathBuf::from(text(&package["manifest_path"]))).collect()
    }
}

/// The folder of a package below `crates/`.
fn room(package: &Value) -> Option<String> {
    let manifest = PathBuf::from(text(&package["manifest_path"]));
    let folder = manifest.parent()?;
    let is_room = folder.parent()?.ends_with("crates");
    is_room.then(|| folder.file_name().map(|name| name.to_string_lossy().into_owned()))?
}

fn dependencies(package: &Value) -> Vec<Dependency> {
    let all = package["dependencies"].as_array().expect("dependencies are an array");
    let read = |dependency: &Value| Dependency {
        name: text(&dependency["name"]),
        kind: dependency["kind"].as_str().map(str::to_owned),
    };
    all.iter().map(read).collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
