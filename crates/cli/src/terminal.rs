//! Standard output and standard error, and how wide and colourful they are.

use std::cell::RefCell;
use std::io::{self, BufWriter, IsTerminal as _, Write};

use clientc_report::{Options, RULE_PAGES};

use crate::args::{ColorChoice, TerminalArgs};
use crate::progress::Progress;

/// The width of text that does not go to a terminal, where no width is set.
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
    /// Whether the summary and notes are left out.
    pub(crate) is_quiet: bool,
    /// Whether more is said about the run.
    pub(crate) is_verbose: bool,
    /// What went wrong with the run so far.
    problems: RefCell<Vec<String>>,
}

impl Terminal {
    pub(crate) fn new(args: &TerminalArgs) -> Self {
        let wish = match args.color {
            ColorChoice::Auto if is_forced() => ColorChoice::Always,
            wish => wish,
        };
        let choice = match wish {
            ColorChoice::Auto => anstream::ColorChoice::Auto,
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
        // A number in `COLUMNS` is the user's wish, which wins over the width of the terminal.
        let wished = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let wished: Option<usize> = wished.filter(|columns| *columns > 0);
        let width = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let colour = |auto: anstream::ColorChoice| match wish {
            ColorChoice::Auto => auto != anstream::ColorChoice::Never,
            ColorChoice::Always => true,
            ColorChoice::Never => false,
        };
        let options = |colour: bool, is_terminal: bool| Options {
            colour,
            unicode: !args.ascii,
            width: wished.or_else(|| is_terminal.then(width).flatten()).unwrap_or(WIDTH),
            whole: !is_terminal,
            verbose: args.verbose,
            ..Options::default()
        };
        let is_terminal = io::stdout().is_terminal();
        let mut out_options = options(colour(anstream::AutoStream::choice(&io::stdout())), is_terminal);
        if out_options.colour && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout) {
            out_options.links.rule = Some(RULE_PAGES.to_owned());
        }
        Self {
            options: out_options,
            error_options: options(
                colour(anstream::AutoStream::choice(&io::stderr())),
                io::stderr().is_terminal(),
            ),
            is_terminal,
            is_quiet: args.quiet,
            is_verbose: args.verbose,
            problems: RefCell::default(),
        }
    }

    /// Standard output, buffered.
    pub(crate) fn out(&self) -> impl Write + use<> {
        BufWriter::with_capacity(1 << 16, StandardOutput(io::stdout().lock()))
    }

    /// Standard error, buffered.
    pub(crate) fn error_out(&self) -> impl Write + use<> {
        BufWriter::new(io::stderr().lock())
    }

    /// Writes a note about the run to standard error.
    pub(crate) fn note(&self, message: &str) {
        if self.is_quiet {
            return;
        }
        let _ = writeln!(io::stderr().lock(), "{message}");
    }

    /// Shows on standard error what is being done until the result is dropped, where a person waits for it: not in a
    /// pipe and not in CI.
    pub(crate) fn progress(&self, text: impl FnOnce() -> String) -> Progress {
        let is_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
        if self.is_quiet || is_ci || !io::stderr().is_terminal() {
            return Progress::hidden();
        }
        Progress::shown(text(), self.error_options.unicode)
    }

    /// Writes to standard error what went wrong with the run itself.
    pub(crate) fn problem(&self, message: &str) {
        // Where standard error is closed nobody can be told.
        let _ = writeln!(io::stderr().lock(), "error: {message}");
        self.problems.borrow_mut().push(message.to_owned());
    }

    /// What went wrong with the run since this was last asked for.
    pub(crate) fn take_problems(&self) -> Vec<String> {
        self.problems.take()
    }
}

/// Standard output, whose errors name what could not be written.
struct StandardOutput(io::StdoutLock<'static>);

impl Write for StandardOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(named)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(named)
    }
}

fn named(error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot write to standard output: {error}"))
}

/// Whether `FORCE_COLOR` asks for colour and `NO_COLOR` does not forbid it.
fn is_forced() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_off = std::env::var("FORCE_COLOR").is_ok_and(|value| matches!(&*value, "0" | "false"));
    is_set("FORCE_COLOR") && !is_off && !is_set("NO_COLOR")
}
