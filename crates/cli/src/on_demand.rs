//! Arguments of a command that are made only when that command is asked for.

use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches};

/// The arguments of a command. A run makes those of one command, not of all.
#[derive(Debug)]
pub(crate) struct OnDemand<A>(pub(crate) A);

impl<A: Args> Args for OnDemand<A> {
    fn augment_args(command: Command) -> Command {
        command.defer(with_arguments::<A>)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// Adds the arguments to a command as if they had been there from the beginning: in front of the options that every
/// command has, and without changing the description.
fn with_arguments<A: Args>(command: Command) -> Command {
    let about = command.get_about().cloned();
    let shared = command.get_arguments().count();
    let mut arguments = Vec::new();
    let command = A::augment_args(command).mut_args(|argument| {
        arguments.push(argument);
        Arg::default()
    });
    arguments.rotate_left(shared);
    let mut arguments = arguments.into_iter();
    let command = command.mut_args(|empty| arguments.next().unwrap_or(empty));
    match about {
        Some(about) => command.about(about),
        None => command,
    }
}

impl<A: FromArgMatches> FromArgMatches for OnDemand<A> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        A::from_arg_matches(matches).map(Self)
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, Error> {
        A::from_arg_matches_mut(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }

    fn update_from_arg_matches_mut(&mut self, matches: &mut ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches_mut(matches)
    }
}
