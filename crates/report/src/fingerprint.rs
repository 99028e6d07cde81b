//! What makes a finding the same from one run to the next, whatever lines have moved.

use std::collections::HashMap;

use clientc_check::Diagnostic;

/// Gives each finding of a run a text that no other has: its rule, its file and what it is about. Where these are
/// the same for several, they are counted.
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
