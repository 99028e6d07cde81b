//! Comments that would silence findings.

use std::collections::{BTreeMap, BTreeSet};

use clientc_semantic::{FileFacts, FileId, IgnoreComment, IgnoreWord, Span};
use clientc_syntax::{Kind, Node, TextRange};

use crate::core::diagnostic::{Diagnostic, Edit, Sources};
use crate::registry::rule;
use crate::silence::comments::{ABOUT_COMMENTS, says_ignore};

/// Comments that would silence findings.
#[derive(Debug, Default)]
pub struct AddedIgnores {
    /// The edits that write them, file by file.
    pub edits: Vec<Edit>,
    /// How many of the findings they silence.
    pub silenced: usize,
}

/// The edits that put a comment above each of these findings, with the reason in it. One comment serves all findings
/// of a place, and one that stands there already gets the names that it lacks. Findings outside of these files, of rules
/// that cannot be ignored, and about comments get none.
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
        let text = sources.text(facts.file);
        let tree = clientc_syntax::parse(text).tree;
        let items: Vec<Node<'_>> = tree.items().collect();
        let mut places: BTreeMap<u32, BTreeSet<&str>> = BTreeMap::new();
        for diagnostic in found.iter().filter(|found| can_be_silenced(found.rule)) {
            if let Some(place) = place(text, &items, diagnostic.primary.span.range.start) {
                places.entry(place).or_default().insert(diagnostic.rule);
                added.silenced += 1;
            }
        }
        added.edits.extend(places.iter().map(|(place, rules)| edit(facts, text, *place, rules, reason)));
    }
    added
}

fn can_be_silenced(name: &str) -> bool {
    rule(name).is_some_and(|rule| !rule.is_fixed) && !ABOUT_COMMENTS.contains(&name)
}

/// Where the line begins above which a comment belongs: that of the innermost entry or block around an offset that
/// has nothing before it on its line. Never inside of an array, where BAML has no comments.
fn place(text: &str, items: &[Node<'_>], offset: u32) -> Option<u32> {
    let mut place = None;
    let at = TextRange::empty(offset);
    let before = items.partition_point(|item| item.range().start <= offset);
    let mut node = items.get(before.checked_sub(1)?).copied().filter(|item| item.range().contains(at));
    while let Some(current) = node {
        if current.kind() == Kind::Array {
            break;
        }
        let line = line_start(text, current.range().start);
        let before = text.get(line as usize..current.range().start as usize).unwrap_or("x");
        let is_whole = !matches!(current.kind(), Kind::Map | Kind::Name | Kind::Key | Kind::Keyword);
        if is_whole && before.trim_start_matches('\u{feff}').trim().is_empty() {
            place = Some(line + u32::from(before.starts_with('\u{feff}')) * 3);
        }
        node = current.children().find(|child| child.range().contains(at));
    }
    place
}

fn line_start(text: &str, offset: u32) -> u32 {
    let before = text.get(..offset as usize).unwrap_or("");
    before.rfind(['\n', '\r']).map_or(0, |end| TextRange::of(0, end + 1).end)
}

fn edit(facts: &FileFacts, text: &str, place: u32, rules: &BTreeSet<&str>, reason: &str) -> Edit {
    if let Some((at, missing)) = above(facts, text, place).and_then(|comment| more(comment, rules)) {
        return insert(facts.file, at, format!(", {}", missing.join(", ")));
    }
    let line = text.get(place as usize..).unwrap_or("");
    let indentation = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let names: Vec<&str> = rules.iter().copied().collect();
    let comment = format!("{indentation}// clientc: ignore[{}] {reason}{line_end}", names.join(", "));
    insert(facts.file, place, comment)
}

fn insert(file: FileId, at: u32, text: String) -> Edit {
    Edit { span: Span::new(file, TextRange::empty(at)), text }
}

/// The comment for clientc on the line straight above a line.
fn above<'f>(facts: &'f FileFacts, text: &str, place: u32) -> Option<&'f IgnoreComment> {
    let is_above = |comment: &&IgnoreComment| {
        let between = text.get(comment.range.end as usize..place as usize);
        let start = line_start(text, comment.range.start);
        let before = text.get(start as usize..comment.range.start as usize);
        says_ignore(comment)
            && comment.meant == IgnoreWord::Ignore
            && matches!(between, Some("\n" | "\r\n" | "\r" | ""))
            && before.is_some_and(|before| before.trim().is_empty())
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
