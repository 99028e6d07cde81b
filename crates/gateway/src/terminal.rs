//! What the program writes about itself: to standard error, so that standard output has only the log.

use std::io::Write as _;

/// Writes a message to standard error. If that is closed, nobody can be told.
pub(crate) fn note(message: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{message}");
}
