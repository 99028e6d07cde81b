//! What makes a finding the same from one run to the next, whatever lines have moved.

use std::collections::HashMap;

use clientc_check::Diagnostic;

/// Makes a unique text for each finding of a run: its rule, its file and what it is about. Findings that share all of
/// these are numbered.
#[derive(Debug, Default)]
pub(crate) struct Fingerprints {
    seen: HashMap<String, u32>,
}

impl Fingerprints {
    pub(crate) fn of(&mut self, diagnostic: &Diagnostic, path: &str) -> String {
        let base = format!("{}:{path}:{}", diagnostic.rule, diagnostic.subject);
        let count = self.seen.entry(base.clone()).or_default();
        *count += 1;
        if *count == 1 { base } else { format!("{base}:{count}") }
    }
}
