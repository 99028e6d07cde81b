//! Findings that are known and accepted, in a file: new ones still count.

use std::collections::BTreeMap;

use clientc_check::{Diagnostic, rule};
use serde::{Deserialize, Serialize};

/// What `schema` says in a baseline.
const SCHEMA: &str = "clientc.baseline";

/// The version that is written, and the only one that is read.
pub const BASELINE_VERSION: u32 = 1;

/// Findings that are known and accepted. Their key is what they are about, never a line, so that a baseline stays valid
/// while the text around a finding changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    counts: BTreeMap<Key, u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    project: String,
    rule: String,
    subject: String,
}

/// A baseline as it is written.
#[derive(Debug, Serialize, Deserialize)]
struct Document {
    schema: String,
    version: u32,
    findings: Vec<Entry>,
}

/// One accepted finding: where, which, and about what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The project, as the resolved JSON names it.
    pub project: String,
    /// The rule.
    pub rule: String,
    /// What the finding is about, such as `MyFallback/http/request_timeout_ms`.
    pub subject: String,
    /// How many such findings there are.
    pub count: u64,
}

/// Why a baseline cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is not JSON of the right shape.
    #[error("it is not a baseline")]
    Json(#[from] serde_json::Error),
    /// It is another document.
    #[error("it is not a baseline: `schema` is `{0}`, and a baseline has `{SCHEMA}`")]
    Schema(String),
    /// It has another version.
    #[error(
        "its version is {0}, and this program reads version {BASELINE_VERSION}; write it again with `--write-baseline`"
    )]
    Version(u32),
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// Where the text is not a baseline of a known version.
    pub fn read(text: &str) -> Result<Self, BaselineError> {
        let document: Document = serde_json::from_str(text)?;
        if document.schema != SCHEMA {
            return Err(BaselineError::Schema(document.schema));
        }
        if document.version != BASELINE_VERSION {
            return Err(BaselineError::Version(document.version));
        }
        let mut baseline = Self::default();
        for Entry { project, rule, subject, count } in document.findings {
            *baseline.counts.entry(Key { project, rule, subject }).or_default() += count;
        }
        Ok(baseline)
    }

    /// The text of the baseline, sorted, one finding per line.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("{{\"schema\": \"{SCHEMA}\", \"version\": {BASELINE_VERSION}, \"findings\": [");
        for (position, entry) in self.entries().enumerate() {
            let line = serde_json::to_string(&entry).unwrap_or_default();
            out.push_str(if position == 0 { "\n  " } else { ",\n  " });
            out.push_str(&line);
        }
        out.push_str(if self.counts.is_empty() { "]}\n" } else { "\n]}\n" });
        out
    }

    /// Forgets the findings of some projects.
    pub fn forget(&mut self, is_forgotten: impl Fn(&str) -> bool) {
        self.counts.retain(|key, _| !is_forgotten(&key.project));
    }

    /// Accepts a finding of a project, and returns whether it can be accepted. A finding that keeps a project from
    /// being resolved cannot.
    pub fn accept(&mut self, project: &str, diagnostic: &Diagnostic) -> bool {
        let is_accepted = rule(diagnostic.rule).is_some_and(|rule| !rule.is_fixed);
        if is_accepted {
            *self.counts.entry(key(project, diagnostic)).or_default() += 1;
        }
        is_accepted
    }

    /// Lowers the count of an entry by that of findings that no longer occur.
    pub fn prune(&mut self, stale: &Entry) {
        let Entry { project, rule, subject, count } = stale.clone();
        if let Some(left) = self.counts.get_mut(&Key { project, rule, subject }) {
            *left = left.saturating_sub(count);
        }
        self.counts.retain(|_, count| *count > 0);
    }

    /// Whether it accepts a finding.
    #[must_use]
    pub fn accepts(&self, project: &str, diagnostic: &Diagnostic) -> bool {
        let is_fixed = rule(diagnostic.rule).is_none_or(|rule| rule.is_fixed);
        !is_fixed && self.counts.get(&key(project, diagnostic)).is_some_and(|count| *count > 0)
    }

    /// Whether a finding is accepted. An entry accepts as many findings as it counts, so an accepted one is taken from
    /// it.
    pub fn take(&mut self, project: &str, diagnostic: &Diagnostic) -> bool {
        let is_accepted = self.accepts(project, diagnostic);
        if is_accepted && let Some(count) = self.counts.get_mut(&key(project, diagnostic)) {
            *count -= 1;
        }
        is_accepted
    }

    /// The findings that are in it, or that are left in it.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        self.counts.iter().filter(|(_, count)| **count > 0).map(|(key, count)| Entry {
            project: key.project.clone(),
            rule: key.rule.clone(),
            subject: key.subject.clone(),
            count: *count,
        })
    }

    /// The number of findings that are in it.
    #[must_use]
    pub fn findings(&self) -> u64 {
        self.counts.values().sum()
    }
}

fn key(project: &str, diagnostic: &Diagnostic) -> Key {
    Key {
        project: project.to_owned(),
        rule: diagnostic.rule.to_owned(),
        // A subject may contain text of the file.
        subject: crate::mask::mask(&diagnostic.subject).into_owned(),
    }
}
