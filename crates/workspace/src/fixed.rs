//! What fixing has done.

use std::collections::{BTreeMap, BTreeSet};

use clientc_check::FileId;

use crate::analysis::Analysis;

/// The result of applying fixes.
#[derive(Debug)]
pub struct Fixed {
    /// The fixes that were applied, in the order in which they were.
    pub applied: Vec<Applied>,
    /// The fixes that were not applied, because each would have caused a new finding.
    pub refused: Vec<Refused>,
    /// How often projects were checked for it.
    pub checks: usize,
    /// Why fixing was stopped before everything was tried, if it was.
    pub unfinished: Option<Unfinished>,
    /// The files that changed, each with its text before, in the order of their numbers.
    pub before: BTreeMap<FileId, String>,
    /// What is known about the projects now. Findings whose fix was refused have none.
    pub analysis: Analysis,
}

/// Why fixing was stopped before everything was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfinished {
    /// Some fixes undo each other.
    Circle,
    /// It took too many checks.
    TooLong,
}

/// A fix that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The rule of its finding.
    pub rule: &'static str,
    /// The files that it changed.
    pub files: BTreeSet<FileId>,
}

/// A fix that was not applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The rule of its finding.
    pub rule: &'static str,
    /// What its finding is about.
    pub subject: String,
    /// The rule that would have found something new.
    pub because: &'static str,
}

impl Fixed {
    /// How many fixes of each rule were applied.
    #[must_use]
    pub fn by_rule(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for applied in &self.applied {
            *counts.entry(applied.rule).or_default() += 1;
        }
        counts
    }
}
