//! Exit codes.

/// How a run ends. A later one wins over an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Nothing was found.
    Clean,
    /// Something was found.
    Findings,
    /// Wrong usage, bad configuration, unreadable input or no input.
    Failure,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Clean => Self::from(0),
            Exit::Findings => Self::from(1),
            Exit::Failure => Self::from(2),
        }
    }
}
