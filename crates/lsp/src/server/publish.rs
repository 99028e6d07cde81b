//! Publishing findings: they are pushed to the client, or handed out when it asks, never both.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use clientc_check::Diagnostic;
use clientc_report::MaskedSources;
use clientc_semantic::FileId;
use lsp_server::RequestId;
use serde_json::{Value, json};

use super::proto;
use super::state::State;
use crate::features::diagnostics::finding;

/// What the client was last told.
#[derive(Debug, Default)]
pub(super) struct Published {
    files: BTreeMap<FileId, Told>,
    /// The number of the last result.
    last: u64,
    /// Whether the client should ask again, because something is new in a file that it does not ask about by itself.
    pub(super) is_elsewhere: bool,
    /// A request for the findings of the whole workspace that waits for a change.
    pub(super) waiting: Option<(RequestId, HashMap<String, String>)>,
}

/// What the client was last told about one file.
#[derive(Debug)]
struct Told {
    uri: String,
    /// The revisions of all texts that the findings point into.
    revisions: Vec<(FileId, u64)>,
    version: Option<i32>,
    found: Vec<Arc<Vec<Diagnostic>>>,
    /// The number of the result.
    number: u64,
}

impl Published {
    /// Compares what is known with what the client was told, and notes the differences as told. Returns the files for
    /// which something is new, and the addresses of files that are gone.
    fn update(&mut self, state: &State) -> (Vec<FileId>, Vec<String>) {
        let mut found = state.all_found();
        // The client is always told about an open file, even if nothing is wrong.
        for document in state.documents.values() {
            if let Some(file) = document.file {
                found.entry(file).or_default();
            }
        }
        let mut changed = Vec::new();
        let mut gone = Vec::new();
        let silent: Vec<FileId> =
            self.files.keys().filter(|file| !found.contains_key(file)).copied().collect();
        for file in silent {
            if self.files.get(&file).is_some_and(|told| told.found.iter().any(|found| !found.is_empty())) {
                found.insert(file, Vec::new());
            } else if let Some(told) = self.files.remove(&file) {
                gone.push(told.uri);
            }
        }
        for (file, found) in found {
            let Some(uri) = state.uri(file) else { continue };
            let revisions = revisions(state, file, &found);
            let version = state.version(file);
            let is_same = |told: &Told| {
                told.uri == uri
                    && told.revisions == revisions
                    && told.version == version
                    && told.found == found
            };
            if self.files.get(&file).is_some_and(is_same) {
                continue;
            }
            // A client knows a file by its address, which may have changed.
            gone.extend(self.files.get(&file).filter(|told| told.uri != uri).map(|told| told.uri.clone()));
            self.last += 1;
            changed.push(file);
            self.files.insert(file, Told { uri, revisions, version, found, number: self.last });
        }
        (changed, gone)
    }

    /// The notifications to push: the parameters of one per file.
    pub(super) fn push(&mut self, state: &State) -> Vec<Value> {
        let (changed, gone) = self.update(state);
        let masked = MaskedSources::new(state.snapshot().files());
        let mut notifications: Vec<Value> = gone.iter().map(|uri| proto::publish(uri, None, &[])).collect();
        for file in changed {
            if let Some(told) = self.files.get(&file) {
                notifications.push(proto::publish(
                    &told.uri,
                    told.version,
                    &items(state, &masked, file, &told.found),
                ));
            }
        }
        notifications
    }

    /// Notes what is known as told, for a client that asks itself, and whether something is new in a file other than
    /// the one that it has just changed or asked about.
    pub(super) fn note(&mut self, state: &State, known: Option<FileId>) {
        let (changed, gone) = self.update(state);
        self.is_elsewhere |= !gone.is_empty() || changed.iter().any(|file| Some(*file) != known);
    }

    /// The findings of one document, or that they are unchanged where the client has them already.
    pub(super) fn pull(&self, state: &State, file: Option<FileId>, previous: Option<&str>) -> Value {
        let told = file.and_then(|file| Some((file, self.files.get(&file)?)));
        match told {
            Some((_, told)) if previous == Some(&*told.number.to_string()) => {
                json!({ "kind": "unchanged", "resultId": told.number.to_string() })
            }
            Some((file, told)) => json!({
                "kind": "full",
                "resultId": told.number.to_string(),
                "items": items(state, &MaskedSources::new(state.snapshot().files()), file, &told.found),
            }),
            None => json!({ "kind": "full", "items": [] }),
        }
    }

    /// The findings of all documents that differ from what the client has; `None` where none does.
    pub(super) fn pull_all(&self, state: &State, previous: &HashMap<String, String>) -> Option<Value> {
        let masked = MaskedSources::new(state.snapshot().files());
        let mut reports = Vec::new();
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for (file, told) in &self.files {
            known.insert(&told.uri);
            let number = told.number.to_string();
            if previous.get(&told.uri) != Some(&number) {
                reports.push(json!({
                    "kind": "full",
                    "uri": told.uri,
                    "version": told.version,
                    "resultId": number,
                    "items": items(state, &masked, *file, &told.found),
                }));
            }
        }
        for uri in previous.keys().filter(|uri| !known.contains(uri.as_str())) {
            reports.push(json!({ "kind": "full", "uri": uri, "version": null, "items": [] }));
        }
        (!reports.is_empty()).then(|| json!({ "items": reports }))
    }
}

fn revisions(state: &State, file: FileId, found: &[Arc<Vec<Diagnostic>>]) -> Vec<(FileId, u64)> {
    let files = state.snapshot().files();
    let related = found.iter().flat_map(|found| found.iter()).flat_map(|found| &found.related);
    let mut all: BTreeSet<FileId> = related.map(|label| label.span.file).collect();
    all.insert(file);
    all.into_iter().map(|file| (file, files.revision(file))).collect()
}

/// The findings of one file in the form of the protocol.
fn items(
    state: &State,
    masked: &MaskedSources<'_>,
    file: FileId,
    found: &[Arc<Vec<Diagnostic>>],
) -> Vec<Value> {
    let item = |diagnostic: &Diagnostic| {
        let finding = finding(diagnostic, masked);
        let place = state.place(finding.span).filter(|_| finding.span.file == file)?;
        let related =
            finding.related.iter().filter_map(|(span, text)| Some((state.place(*span)?, text.clone())));
        Some(proto::diagnostic(&finding, &place, related.collect()))
    };
    found.iter().flat_map(|found| found.iter()).filter_map(item).collect()
}
