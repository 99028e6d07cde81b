//! Files that tests generate. `scripts/update.sh` writes them; without it they must be current.

use std::path::Path;

use crate::shared::{repository, updates};

/// Compares a file of the repository with what belongs in it, or writes it.
///
/// # Panics
///
/// If the file is not current and is not to be written.
pub fn assert_current(path: &Path, expected: &str) {
    let found = std::fs::read_to_string(path).unwrap_or_default();
    if found == expected {
        return;
    }
    let shown = path.strip_prefix(repository()).unwrap_or(path).display();
    if updates() {
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder can be made");
        std::fs::write(path, expected).unwrap_or_else(|error| panic!("cannot write {shown}: {error}"));
        return;
    }
    let difference = first_difference(&found, expected);
    panic!("{shown} is not current. {difference}\nscripts/update.sh writes it again.");
}

/// Where two texts begin to differ, in words.
fn first_difference(found: &str, expected: &str) -> String {
    let differs = |(_, (found, expected)): &(usize, (&str, &str))| found != expected;
    match found.lines().zip(expected.lines()).enumerate().find(differs) {
        Some((line, (found, expected))) => {
            format!("Line {}:\n  is        {found}\n  should be {expected}", line + 1)
        }
        None => {
            format!("It has {} lines and should have {}.", found.lines().count(), expected.lines().count())
        }
    }
}
