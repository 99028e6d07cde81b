//! Which errors keep a client from being resolved: an error in one block does not block the plan of another client.

use std::collections::BTreeSet;

use clientc_check::{Diagnostic, FileId, Span};
use clientc_plan::ClientId;
use clientc_semantic::ClientSource;

use crate::analysis::ProjectAnalysis;

/// Where the blocks of a project lie, and which of them a client depends on.
struct Reach {
    /// All blocks: the range of each, and whether the client depends on it.
    blocks: Vec<(Span, bool)>,
    /// The files that hold a block that the client depends on.
    files: BTreeSet<FileId>,
}

impl ProjectAnalysis {
    /// The errors that keep a client and what it reaches from being resolved: those in the blocks of these clients and
    /// of their policies; those outside of any block, in a file that holds such a block; and those of the settings.
    #[must_use]
    pub fn errors_about(&self, client: ClientId, settings: &BTreeSet<FileId>) -> Vec<Diagnostic> {
        let reach = Reach::of(self, client);
        let mut errors: Vec<Diagnostic> = self
            .refusals()
            .filter(|error| settings.contains(&error.primary.span.file) || reach.concerns(error))
            .cloned()
            .collect();
        let is_sound = self.project.is_sound.get(client.index()).copied().unwrap_or(false);
        if errors.is_empty() && !is_sound {
            // Something is wrong in what it reaches, and no place shows it: too many errors are better than a wrong
            // plan.
            errors = self.refusals().cloned().collect();
        }
        errors
    }
}

impl Reach {
    fn of(analysis: &ProjectAnalysis, client: ClientId) -> Self {
        let project = &analysis.project;
        let reached = analysis.reachable(client);
        let names: BTreeSet<&str> = reached.iter().map(|id| project.client_name(*id)).collect();
        let mut policies: BTreeSet<&str> = BTreeSet::new();
        for id in &reached {
            if let Some(ClientSource::Declared { file, index }) = project.clients.get(id.index()) {
                let facts = project.files.get(*file).and_then(|file| file.clients.get(*index));
                policies.extend(facts.and_then(|facts| facts.retry_policy.as_ref()).map(|name| &*name.text));
            }
        }
        let mut blocks = Vec::new();
        for file in &project.files {
            for client in &file.clients {
                blocks.push((Span::new(file.file, client.range), names.contains(&*client.name.text)));
            }
            for policy in &file.policies {
                let is_reached = policies.contains(&*policy.name.text) || names.contains(&*policy.name.text);
                blocks.push((Span::new(file.file, policy.range), is_reached));
            }
        }
        blocks.sort_by_key(|(span, _)| *span);
        let reached = blocks.iter().filter(|(_, is_reached)| *is_reached);
        let files = reached.map(|(span, _)| span.file).collect();
        Self { blocks, files }
    }

    /// Whether an error is about the client: its place is, and so is every related place that is in a block.
    fn concerns(&self, error: &Diagnostic) -> bool {
        let primary = error.primary.span;
        let is_about = match self.block(primary) {
            Some(is_reached) => is_reached,
            // A brace that closes too early leaves the rest of a block outside of it.
            None => self.files.contains(&primary.file),
        };
        is_about && error.related.iter().all(|label| self.block(label.span).unwrap_or(true))
    }

    /// Whether the block that contains a place is reached; `None` outside of any block.
    fn block(&self, span: Span) -> Option<bool> {
        let place = (span.file, span.range.start);
        let after = self.blocks.partition_point(|(block, _)| (block.file, block.range.start) <= place);
        let (block, is_reached) = self.blocks.get(after.checked_sub(1)?)?;
        (block.file == span.file && span.range.start <= block.range.end).then_some(*is_reached)
    }
}
