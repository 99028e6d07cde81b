//! The command `clientc`.

mod args;
mod commands;
mod complete;
mod exit;
mod input;
mod names;
mod on_demand;
mod progress;
mod terminal;
mod version;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Cli, Command};
use crate::exit::Exit;
use crate::terminal::Terminal;

fn main() -> ExitCode {
    if complete::answer() {
        return Exit::Clean.into();
    }
    let cli = Cli::parse();
    let terminal = Terminal::new(&cli.terminal);
    let result = match &cli.command {
        Command::Check(args) => commands::check::run(&args.0, &terminal),
        Command::Resolve(args) => commands::resolve::run(&args.0, &terminal),
        Command::Diff(args) => commands::diff::run(&args.0, &terminal),
        Command::GitDiffDriver(args) => commands::git_diff_driver::run(&args.0, &terminal),
        Command::Fmt(args) => commands::fmt::run(&args.0, &terminal),
        Command::Explain(args) => commands::explain::run(&args.0, &terminal),
        Command::Replay(args) => commands::replay::run(&args.0, &terminal),
        Command::Export(args) => commands::export::run(&args.0, &terminal),
        Command::Init(args) => commands::init::run(&args.0, &terminal),
        Command::Lsp(_) => commands::lsp::run(),
        Command::Schema(args) => commands::schema::run(&args.0, &terminal),
        Command::Completions(args) => commands::completions::run(&args.0, &terminal),
        Command::Man(args) => commands::man::run(&args.0, &terminal),
    };
    match result {
        Ok(exit) => exit.into(),
        // The reader of the output has gone: there is nobody left to tell.
        Err(error) if is_broken_pipe(&error) => Exit::Clean.into(),
        Err(error) => {
            terminal.problem(&format!("{error:#}"));
            Exit::Failure.into()
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    io.into_iter().any(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
