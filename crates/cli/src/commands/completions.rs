//! `clientc completions`: a script for a shell, which asks the program for completions.

use std::io::Write as _;

use anyhow::Context as _;
use clap_complete::env::Shells;

use crate::args::CompletionsArgs;
use crate::complete::VARIABLE;
use crate::exit::Exit;
use crate::terminal::Terminal;

/// The name of the program, in the script and on the path.
const NAME: &str = "clientc";

pub(crate) fn run(args: &CompletionsArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let shell = args.shell.to_string();
    let shells = Shells::builtins();
    let shell = shells.completer(&shell).with_context(|| format!("there is no script for {shell}"))?;
    let mut script = Vec::new();
    shell.write_registration(VARIABLE, NAME, NAME, NAME, &mut script)?;
    let mut out = terminal.out();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Exit::Clean)
}
