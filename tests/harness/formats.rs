//! The output formats of `check`, as its help lists them, so that no test has a list of its own that misses one.

use crate::program::run_in;
use crate::shared::repository;

/// An output format of `check`.
#[derive(Debug)]
pub struct Format {
    /// Its word on the command line.
    pub name: String,
    /// What the help says of it.
    pub summary: String,
    /// Whether programs read it. The others are for people, who read standard error as well.
    pub is_for_programs: bool,
}

/// All formats, in the order of the help.
///
/// # Panics
///
/// If the help lists none.
#[must_use]
pub fn formats() -> Vec<Format> {
    let help = run_in(&repository(), &["check", "--help"]).stdout;
    let (_, values) = help.split_once("--format <FORMAT>").expect("there is the option");
    let (values, _) = values.split_once("[default: full]").expect("it has a default");
    let formats: Vec<Format> = values.lines().filter_map(format).collect();
    assert!(formats.len() >= 9, "{formats:?}");
    formats
}

fn format(line: &str) -> Option<Format> {
    let (name, summary) = line.trim_start().strip_prefix("- ")?.split_once(':')?;
    Some(Format {
        name: name.to_owned(),
        summary: summary.trim().to_owned(),
        is_for_programs: !["full", "concise"].contains(&name),
    })
}
