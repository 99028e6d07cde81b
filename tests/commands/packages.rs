//! What `pip`, `uvx`, `npm` and `npx` install in a page's folder: the packages that `scripts/dist.py` has built, from indexes
//! of this machine.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use clientc_tests::program::finished;
use clientc_tests::shared::repository;
use clientc_tests::tools::{built, tool};

/// The command that serves until it is ended.
pub(crate) const SERVER: &str = "clientc-gateway ";

/// Indexes of this machine, while they are there.
pub(crate) struct Packages {
    registry: Child,
    address: String,
    folder: String,
}

impl Packages {
    /// Whether a command needs packages.
    pub(crate) fn are_used_by(command: &str) -> bool {
        ["pip ", "uvx ", "npm ", "npx ", SERVER].iter().any(|program| command.starts_with(program))
    }

    /// Starts what holds the packages, and puts a `pip` and an `uvx` into `bin` of a folder. None where nothing is built.
    pub(crate) fn new(folder: &Path) -> Option<Self> {
        let (_, _, uvx) = (built("target/dist", ".whl")?, built("target/dist", ".tgz")?, tool("bin/uvx")?);
        let root = repository().canonicalize().unwrap();
        let environment = folder.join("environment");
        for (program, arguments) in [
            ("python3", vec!["-m", "venv", "environment"]),
            ("ln", vec!["--symbolic", "../environment/bin/pip", "bin/pip"]),
            ("ln", vec!["--symbolic", uvx.to_str().unwrap(), "bin/uvx"]),
        ] {
            let mut command = Command::new(program);
            command.args(arguments).current_dir(folder);
            let run = finished(command, b"");
            assert_eq!(run.code, 0, "{}: {run:?}", environment.display());
        }
        let mut registry = Command::new(root.join("scripts/npm_registry.py"))
            .arg(root.join("target/dist"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(registry.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let folder = root.join("target/dist").to_str().unwrap().to_owned();
        Some(Self { registry, address: address.trim().to_owned(), folder })
    }

    /// The variables that lead the programs to these packages and to no others.
    pub(crate) fn variables(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("PIP_NO_INDEX", "1"),
            ("PIP_FIND_LINKS", &self.folder),
            ("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
            ("UV_OFFLINE", "1"),
            ("UV_NO_INDEX", "1"),
            ("UV_FIND_LINKS", &self.folder),
            ("npm_config_registry", &self.address),
            ("npm_config_audit", "false"),
            ("npm_config_update_notifier", "false"),
        ]
    }
}

impl Drop for Packages {
    fn drop(&mut self) {
        // A process that has ended already is what is wanted.
        let _ = self.registry.kill();
        let _ = self.registry.wait();
    }
}
