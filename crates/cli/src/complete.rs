//! What a shell offers for a word that is half typed. Its script asks the program.

use clap::CommandFactory as _;
use clap_complete::CompleteEnv;

use crate::args::Cli;
use crate::names;

/// The variable by which the script of a shell asks.
pub(crate) const VARIABLE: &str = "CLIENTC_COMPLETE";

/// Answers the script of a shell, if it is the one who asks. Returns whether it was.
pub(crate) fn answer() -> bool {
    if std::env::var_os(VARIABLE).is_none() {
        return false;
    }
    let folder = std::env::current_dir().ok();
    let asked = CompleteEnv::with_factory(command).var(VARIABLE);
    // A shell has no use for error messages in the middle of a line.
    asked.try_complete(std::env::args_os(), folder.as_deref()).unwrap_or(true)
}

/// The command line, where `man` knows the other commands.
fn command() -> clap::Command {
    let mut command = Cli::command();
    // The commands make their arguments here, so that one of them can be changed.
    command.build();
    let shown = command.get_subcommands().filter(|one| !one.is_hide_set());
    let names: Vec<String> = shown.map(|one| one.get_name().to_owned()).collect();
    command.mut_subcommand("man", |man| man.mut_arg("command", |argument| argument.add(names::of(names))))
}
