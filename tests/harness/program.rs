//! The program: built once a test process, and run.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

/// How a run of the program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Run {
    /// Standard output as one JSON value.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self:#?}"))
    }

    /// The rules of the findings of `--format json`, in their order.
    #[must_use]
    pub fn rules(&self) -> Vec<String> {
        let json = self.json();
        let findings = json["diagnostics"].as_array().expect("diagnostics are an array");
        findings
            .iter()
            .map(|finding| finding["rule"].as_str().expect("a rule is a text").to_owned())
            .collect()
    }
}

/// The built program. `CLIENTC_BIN` names another one.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| std::env::var_os("CLIENTC_BIN").map_or_else(build, PathBuf::from))
}

/// Builds the program in the profile of this test and asks cargo where it lies.
fn build() -> PathBuf {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "-p", "clientc", "--message-format=json-render-diagnostics"]);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let output =
        cargo.current_dir(crate::shared::repository()).stderr(Stdio::inherit()).output().expect("cargo runs");
    assert!(output.status.success(), "the program cannot be built");
    let messages = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    let mut executables = messages.lines().rev().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let is_program = message["target"]["name"] == "clientc";
        message["executable"].as_str().filter(|_| is_program).map(PathBuf::from)
    });
    executables.next().expect("cargo names the program")
}

/// The program in a folder, with none of the variables that decide about colour and width.
#[must_use]
pub fn command_in<S: AsRef<std::ffi::OsStr>>(folder: &Path, arguments: &[S]) -> Command {
    let mut command = Command::new(program());
    command.args(arguments).current_dir(folder);
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "COLUMNS", "RUST_BACKTRACE"] {
        command.env_remove(variable);
    }
    command
}

/// Runs the program in a folder, with nothing on standard input.
pub fn run_in<S: AsRef<std::ffi::OsStr>>(folder: &Path, arguments: &[S]) -> Run {
    finished(command_in(folder, arguments), b"")
}

/// Gives a command its standard input and waits for its end.
pub fn finished(mut command: Command, stdin: &[u8]) -> Run {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    // A program that does not read its input closes it.
    let _ = child.stdin.take().expect("standard input is a pipe").write_all(stdin);
    read(child.wait_with_output().expect("the program ends"))
}

fn read(output: Output) -> Run {
    Run {
        code: output.status.code().expect("the program ends by itself"),
        stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
    }
}
