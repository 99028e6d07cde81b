//! What the program says of itself: on standard error, so that standard output holds the log alone.

use std::io::Write as _;

/// Says something on standard error. Where that is closed nobody can be told.
pub(crate) fn note(message: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{message}");
}
