//! What the program writes about itself: to standard error, so that standard output has only the log.

use std::io::Write as _;

use clientc_gateway::LoadError;

/// Writes a message to standard error. If that is closed, nobody can be told.
pub(crate) fn note(message: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{message}");
}

/// What went wrong, as it is shown. Findings begin with the word themselves.
pub(crate) fn error(error: &anyhow::Error) -> String {
    match error.downcast_ref() {
        Some(found @ (LoadError::Refused(_) | LoadError::Misconfigured(_))) => found.to_string(),
        _ => format!("error: {error:#}"),
    }
}
