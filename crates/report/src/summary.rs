//! The numbers of a run, and the line that closes it.

use std::io::{self, Write};

use clientc_check::{Diagnostic, Level, Safety};
use schemars::JsonSchema;
use serde::Serialize;

use crate::options::Options;
use crate::paint::{Tone, paint};
use crate::units::plural;

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scope {
    /// The number of projects.
    pub projects: u64,
    /// The number of files.
    pub files: u64,
    /// The number of declared clients.
    pub clients: u64,
    /// The number of findings that a baseline accepts. They are not among the findings.
    pub known: u64,
    /// The number of findings that fixes are known to remove, where they were tried.
    pub fixable: Option<u64>,
}

/// The numbers of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Summary {
    /// The number of errors.
    pub errors: u64,
    /// The number of warnings.
    pub warnings: u64,
    /// The number of infos.
    pub infos: u64,
    /// The number of files that were checked.
    pub files: u64,
    /// The number of clients that are declared in them.
    pub clients: u64,
    /// The number of projects that were checked.
    #[serde(skip)]
    pub projects: u64,
    /// The number of findings that `--fix` removes.
    #[serde(skip)]
    pub fixable: u64,
    /// The number of findings that a baseline accepts.
    #[serde(skip)]
    pub known: u64,
}

impl Summary {
    /// Counts findings.
    #[must_use]
    pub fn of(diagnostics: &[Diagnostic], scope: Scope) -> Self {
        let Scope { projects, files, clients, known, fixable } = scope;
        let mut summary = Self { files, clients, projects, known, ..Self::default() };
        for diagnostic in diagnostics {
            let is_fixable = diagnostic.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe);
            summary.fixable += u64::from(is_fixable);
            match diagnostic.level {
                Level::Error => summary.errors += 1,
                Level::Warning => summary.warnings += 1,
                Level::Info => summary.infos += 1,
            }
        }
        summary.fixable = fixable.unwrap_or(summary.fixable);
        summary
    }

    /// The number of findings.
    #[must_use]
    pub const fn findings(&self) -> u64 {
        self.errors + self.warnings + self.infos
    }

    /// Writes the closing line: `Checked 12 clients in 3 files: 2 errors, 1 warning.` A second one says how many
    /// findings `--fix` removes, if there are any.
    pub fn write_line(&self, mut writer: impl Write, options: &Options) -> io::Result<()> {
        write!(writer, "Checked {} in {}", plural(self.clients, "client"), plural(self.files, "file"))?;
        if self.projects > 1 {
            write!(writer, " of {}", plural(self.projects, "project"))?;
        }
        let known = match self.known {
            0 => String::new(),
            known => format!(" ({known} known)"),
        };
        if self.findings() == 0 {
            let words = if self.known == 0 { "no problems found" } else { "no new problems found" };
            return writeln!(writer, ": {}{known}.", paint(words, Tone::Good, options));
        }
        let counts = [
            (self.errors, "error", Tone::Error),
            (self.warnings, "warning", Tone::Warning),
            (self.infos, "info", Tone::Info),
        ];
        let mut before = ": ";
        for (count, noun, tone) in counts.into_iter().filter(|(count, ..)| *count > 0) {
            write!(writer, "{before}{}", paint(&plural(count, noun), tone, options))?;
            before = ", ";
        }
        writeln!(writer, "{known}.")?;
        match self.fixable {
            0 => Ok(()),
            count => writeln!(writer, "{count} can be fixed with `clientc check --fix`."),
        }
    }
}
