//! Standard output and standard error, and how wide and colourful they are.

use std::io::{self, BufWriter, IsTerminal as _, Write};

use clientc_report::Options;

use crate::args::{ColorChoice, TerminalArgs};

/// The columns of text that goes to no terminal.
const WIDTH: usize = 100;

/// Where output goes.
#[derive(Debug)]
pub(crate) struct Terminal {
    /// How text for people looks on standard output.
    pub(crate) options: Options,
    /// How text for people looks on standard error.
    pub(crate) error_options: Options,
    /// Whether standard output is a terminal.
    pub(crate) is_terminal: bool,
}

impl Terminal {
    pub(crate) fn new(args: &TerminalArgs) -> Self {
        let choice = match args.color {
            ColorChoice::Auto => anstream::ColorChoice::Auto,
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
        let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let colour = |auto: anstream::ColorChoice| match args.color {
            ColorChoice::Auto => auto != anstream::ColorChoice::Never,
            ColorChoice::Always => true,
            ColorChoice::Never => false,
        };
        let options = |colour: bool, is_terminal: bool| Options {
            colour,
            unicode: !args.ascii,
            width: width.filter(|_| is_terminal).unwrap_or(WIDTH),
            ..Options::default()
        };
        let is_terminal = io::stdout().is_terminal();
        Self {
            options: options(colour(anstream::AutoStream::choice(&io::stdout())), is_terminal),
            error_options: options(
                colour(anstream::AutoStream::choice(&io::stderr())),
                io::stderr().is_terminal(),
            ),
            is_terminal,
        }
    }

    /// Standard output, buffered.
    pub(crate) fn out(&self) -> impl Write + use<> {
        BufWriter::with_capacity(1 << 16, io::stdout().lock())
    }

    /// Standard error, buffered.
    pub(crate) fn error_out(&self) -> impl Write + use<> {
        BufWriter::new(io::stderr().lock())
    }

    /// Says something about the run on standard error.
    pub(crate) fn note(&self, message: &str) {
        let _ = writeln!(io::stderr().lock(), "{message}");
    }

    /// Says on standard error what went wrong with the run itself.
    pub(crate) fn problem(&self, message: &str) {
        // Where standard error is closed nobody can be told.
        let _ = writeln!(io::stderr().lock(), "error: {message}");
    }
}
