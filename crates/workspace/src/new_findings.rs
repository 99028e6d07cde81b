//! What is found after a change and was not before, and in which blocks.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use clientc_check::{FileId, Level, Span};
use clientc_syntax::TextRange;

use crate::analysis::ProjectAnalysis;

/// A block, by its file, kind and name.
pub(crate) type Block = (FileId, Place);

/// Where in a file something is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Place {
    Client(String),
    Policy(String),
    /// The name and the client of a function, and what is between them.
    Function(String),
    Elsewhere,
}

/// Something that is found after a change and was not before.
#[derive(Debug)]
pub(crate) struct NewFinding {
    pub(crate) rule: &'static str,
    /// The blocks that it is about.
    pub(crate) blocks: BTreeSet<Block>,
}

/// What is found after and was not before. With `only_errors` milder findings do not count.
pub(crate) fn new_findings(
    before: &[ProjectAnalysis],
    after: &[ProjectAnalysis],
    only_errors: bool,
) -> Vec<NewFinding> {
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
                let blocks = labels.map(|label| blocks.at(label.span)).collect();
                new.push(NewFinding { rule: found.rule, blocks });
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
    starts: BTreeMap<(FileId, u32), (u32, Place)>,
}

impl Blocks {
    pub(crate) fn of(project: &ProjectAnalysis) -> Self {
        let mut blocks = Self { starts: BTreeMap::new() };
        for file in &project.project.files {
            for client in &file.clients {
                blocks.add(file.file, client.range, Place::Client(client.name.text.to_string()));
            }
            for policy in &file.policies {
                blocks.add(file.file, policy.range, Place::Policy(policy.name.text.to_string()));
            }
            for function in &file.functions {
                let name = &function.name;
                let end = function.client.as_ref().map_or(name.range.end, |client| client.range.end);
                let range = TextRange::new(name.range.start, end.max(name.range.end));
                blocks.add(file.file, range, Place::Function(name.text.to_string()));
            }
        }
        blocks
    }

    fn add(&mut self, file: FileId, range: TextRange, place: Place) {
        self.starts.insert((file, range.start), (range.end, place));
    }

    pub(crate) fn at(&self, span: Span) -> Block {
        let at = span.range.start;
        let before = self.starts.range(..=(span.file, at)).next_back();
        let block = before.filter(|((file, _), (end, _))| *file == span.file && at <= *end);
        (span.file, block.map_or(Place::Elsewhere, |(_, (_, place))| place.clone()))
    }
}
