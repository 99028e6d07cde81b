//! Which findings are shown: `--select` and `--min-level`.

use clientc_check::{Diagnostic, Level, Rule};

use crate::args::{CheckArgs, LevelName};
use crate::commands::explain;

/// Which findings are shown and count.
#[derive(Debug)]
pub(super) struct Filter {
    /// The rules; all where nothing is selected.
    select: Vec<&'static Rule>,
    min_level: Level,
}

impl Filter {
    /// # Errors
    /// Where a rule that is selected does not exist.
    pub(super) fn new(args: &CheckArgs) -> anyhow::Result<Self> {
        Ok(Self {
            select: args.select.iter().map(|name| explain::find(name)).collect::<anyhow::Result<_>>()?,
            min_level: match args.min_level {
                Some(LevelName::Error) => Level::Error,
                Some(LevelName::Warning) => Level::Warning,
                Some(LevelName::Info) | None => Level::Info,
            },
        })
    }

    /// Whether a finding is shown. What keeps a project from being resolved is always shown.
    pub(super) fn shows(&self, diagnostic: &Diagnostic) -> bool {
        let rule = clientc_check::rule(diagnostic.rule);
        let is_selected = self.select.is_empty()
            || rule.is_none_or(|rule| rule.is_fixed)
            || self.select.iter().any(|rule| rule.name == diagnostic.rule);
        // Errors come first in the order of levels.
        is_selected && diagnostic.level <= self.min_level
    }
}
