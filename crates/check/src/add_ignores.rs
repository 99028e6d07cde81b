//! Comments that would silence findings.

use std::collections::{BTreeMap, BTreeSet};

use clientc_semantic::{FileFacts, FileId, IgnoreComment, IgnoreWord};
use clientc_syntax::{Node, NodeKind, TextRange, Tree, work};

use crate::core::diagnostic::{Diagnostic, FileEdit, Sources};
use crate::core::layout::{Layout, indent_of, offset};
use crate::registry::rule;
use crate::silence::comments::{ABOUT_COMMENTS, says_ignore};

/// Comments that would silence findings.
#[derive(Debug, Default)]
pub struct AddedIgnores {
    /// The edits that write them, file by file.
    pub edits: Vec<FileEdit>,
    /// How many of the findings they silence.
    pub silenced: usize,
}

/// The edits that put a comment above each of these findings, with the reason in it. One comment serves all findings of
/// a place, and one that is there already gets the names that it lacks. Findings outside of these files, of rules that
/// cannot be ignored, and about comments get none.
#[must_use]
pub fn ignore_edits(
    files: &[&FileFacts],
    sources: &dyn Sources,
    diagnostics: &[&Diagnostic],
    reason: &str,
) -> AddedIgnores {
    let mut by_file: BTreeMap<FileId, Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in diagnostics {
        by_file.entry(diagnostic.primary.span.file).or_default().push(diagnostic);
    }
    let mut added = AddedIgnores::default();
    for facts in files {
        let Some(found) = by_file.get(&facts.file) else { continue };
        let layout = Layout::of(sources, facts.file);
        let tree = tree(layout);
        let items: Vec<Node<'_>> = tree.items().collect();
        let mut places: BTreeMap<u32, BTreeSet<&str>> = BTreeMap::new();
        for diagnostic in found {
            if let Some(place) = place(layout, &items, diagnostic) {
                places.entry(place).or_default().insert(diagnostic.rule);
                added.silenced += 1;
            }
        }
        added.edits.extend(places.iter().map(|(place, rules)| edit(facts, layout, *place, rules, reason)));
    }
    added
}

/// The edit that puts a comment above each of these findings in a file, as if it were the only one to be silenced.
#[must_use]
pub fn ignore_edit_of_each<'d>(
    facts: &FileFacts,
    sources: &dyn Sources,
    diagnostics: &[&'d Diagnostic],
    reason: &str,
) -> Vec<(&'d Diagnostic, FileEdit)> {
    let layout = Layout::of(sources, facts.file);
    let tree = tree(layout);
    let items: Vec<Node<'_>> = tree.items().collect();
    let here = diagnostics.iter().filter(|found| found.primary.span.file == facts.file);
    here.filter_map(|found| {
        let place = place(layout, &items, found)?;
        Some((*found, edit(facts, layout, place, &BTreeSet::from([found.rule]), reason)))
    })
    .collect()
}

fn tree(layout: Layout<'_>) -> Tree {
    work::add(layout.text.len());
    clientc_syntax::parse(layout.text).tree
}

fn can_be_silenced(name: &str) -> bool {
    rule(name).is_some_and(|rule| !rule.is_fixed) && !ABOUT_COMMENTS.contains(&name)
}

/// The start of the line above which a comment belongs: that of the innermost entry or block around a finding that has
/// nothing before it on its line. Never inside of an array, where BAML has no comments (peer/cases/comment_in_array).
/// `None` for a finding of a rule that cannot be ignored.
fn place(layout: Layout<'_>, items: &[Node<'_>], found: &Diagnostic) -> Option<u32> {
    if !can_be_silenced(found.rule) {
        return None;
    }
    let start = found.primary.span.range.start;
    let mut place = None;
    let at = TextRange::empty(start);
    let before = items.partition_point(|item| item.range().start <= start);
    let mut node = items.get(before.checked_sub(1)?).copied().filter(|item| item.range().contains(at));
    while let Some(current) = node {
        if current.kind() == NodeKind::Array {
            break;
        }
        let line = layout.line(current.range().start as usize).start;
        let before = layout.text.get(line..current.range().start as usize).unwrap_or("x");
        let is_whole =
            !matches!(current.kind(), NodeKind::Map | NodeKind::Name | NodeKind::Key | NodeKind::Keyword);
        if is_whole && before.trim_end().trim_start_matches('\u{feff}').is_empty() {
            place = Some(offset(line) + u32::from(before.starts_with('\u{feff}')) * 3);
        }
        node = current.children().find(|child| child.range().contains(at));
    }
    place
}

fn edit(facts: &FileFacts, layout: Layout<'_>, place: u32, rules: &BTreeSet<&str>, reason: &str) -> FileEdit {
    if let Some((at, missing)) = above(facts, layout, place).and_then(|comment| more(comment, rules)) {
        return layout.edit(TextRange::empty(at), format!(", {}", missing.join(", ")));
    }
    let indentation = indent_of(layout.text.get(place as usize..).unwrap_or_default());
    let line_end = layout.line_break(place as usize);
    let names: Vec<&str> = rules.iter().copied().collect();
    let comment = format!("{indentation}// clientc: ignore[{}] {reason}{line_end}", names.join(", "));
    layout.edit(TextRange::empty(place), comment)
}

/// The comment for clientc on the line directly above a line.
fn above<'f>(facts: &'f FileFacts, layout: Layout<'_>, place: u32) -> Option<&'f IgnoreComment> {
    let is_above = |comment: &&IgnoreComment| {
        let between = layout.text.get(comment.range.end as usize..place as usize);
        let start = layout.line(comment.range.start as usize).start;
        let before = layout.text.get(start..comment.range.start as usize);
        says_ignore(comment)
            && comment.meant == IgnoreWord::Ignore
            && matches!(between, Some("\n" | "\r\n" | "\r" | ""))
            && before.is_some_and(|before| before.trim_start_matches('\u{feff}').trim().is_empty())
    };
    let before = facts.ignores.partition_point(|comment| comment.range.end <= place);
    facts.ignores.get(before.checked_sub(1)?).filter(is_above)
}

/// Where further names go in a comment, and those it lacks.
fn more<'r>(comment: &IgnoreComment, rules: &BTreeSet<&'r str>) -> Option<(u32, Vec<&'r str>)> {
    let last = comment.rules.last()?;
    let is_missing = |rule: &&&str| comment.rules.iter().all(|known| known.text != **rule);
    let missing: Vec<&str> = rules.iter().filter(is_missing).copied().collect();
    (!missing.is_empty()).then_some((last.range.end, missing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_takes_the_names_that_it_lacks_behind_its_last_one() {
        let text = "// clientc: ignore[b, d] why\nclient<llm> A {\n}\n";
        let facts = clientc_semantic::read_file(clientc_semantic::FileId(0), text);
        let behind = text.find(']').map(offset);
        for (rules, missing) in [
            (&["a", "b", "c", "d"][..], Some(vec!["a", "c"])),
            (&["d", "e"], Some(vec!["e"])),
            (&["b"], None),
            (&[], None),
        ] {
            let found = more(&facts.ignores[0], &rules.iter().copied().collect());
            assert_eq!(found, missing.map(|missing| (behind.unwrap(), missing)), "{rules:?}");
        }
        let empty = clientc_semantic::read_file(clientc_semantic::FileId(0), "// clientc: ignore[] why\n");
        assert_eq!(more(&empty.ignores[0], &["a"].into_iter().collect()), None);
    }
}
