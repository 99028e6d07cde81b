//! What is found after a change and was not before, and in which blocks.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use clientc_check::{FileId, Level, Span};

use crate::analysis::ProjectAnalysis;

/// A block, by its file, kind and name; `None` for what is in no block.
pub(crate) type Block = (FileId, Option<(bool, String)>);

/// What is found after and was not before, each with its rule and the blocks that it is about. With `only_errors` milder
/// findings do not count.
pub(crate) fn new_findings(
    before: &[ProjectAnalysis],
    after: &[ProjectAnalysis],
    only_errors: bool,
) -> Vec<(&'static str, BTreeSet<Block>)> {
    let mut new = Vec::new();
    for (before, after) in before.iter().zip(after) {
        let mut known: HashMap<(&str, &str), Vec<Level>> = HashMap::new();
        for found in &before.diagnostics {
            known.entry((found.rule, &found.subject)).or_default().push(found.level);
        }
        let mut blocks = None;
        for found in after.diagnostics.iter().filter(|found| !only_errors || found.level == Level::Error) {
            let known = known.get_mut(&(found.rule, &*found.subject));
            if !known.is_some_and(|levels| take(levels, found.level)) {
                let blocks = blocks.get_or_insert_with(|| Blocks::of(after));
                let labels = std::iter::once(&found.primary).chain(&found.related);
                new.push((found.rule, labels.map(|label| blocks.at(label.span)).collect()));
            }
        }
    }
    new
}

/// Takes the level of a finding from those that were known: the same one, or a worse one, since a finding that has
/// become milder is not new. Returns whether there was one.
fn take(known: &mut Vec<Level>, level: Level) -> bool {
    let same = known.iter().position(|&one| one == level);
    let position = same.or_else(|| known.iter().position(|&one| one < level));
    position.map(|position| known.swap_remove(position)).is_some()
}

/// Where the blocks of a project lie, to tell which one a place is in.
pub(crate) struct Blocks {
    starts: BTreeMap<(FileId, u32), (u32, bool, String)>,
}

impl Blocks {
    pub(crate) fn of(project: &ProjectAnalysis) -> Self {
        let mut starts = BTreeMap::new();
        for file in &project.project.files {
            for client in &file.clients {
                let block = (client.range.end, true, client.name.text.to_string());
                starts.insert((file.file, client.range.start), block);
            }
            for policy in &file.policies {
                let block = (policy.range.end, false, policy.name.text.to_string());
                starts.insert((file.file, policy.range.start), block);
            }
        }
        Self { starts }
    }

    pub(crate) fn at(&self, span: Span) -> Block {
        let at = span.range.start;
        let before = self.starts.range(..=(span.file, at)).next_back();
        let block = before.filter(|((file, _), (end, ..))| *file == span.file && at <= *end);
        (span.file, block.map(|(_, (_, is_client, name))| (*is_client, name.clone())))
    }
}
