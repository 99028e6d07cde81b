//! Code actions: fixes, comments that ignore a finding, and common changes.

use std::collections::HashSet;

use clientc_check::{
    Diagnostic, FileEdit, Layout, Level, Levels, Safety, Sources as _, add_limits, add_line,
    ignore_edit_of_each,
};
use clientc_plan::{ClientId, Field, WorstCases};
use clientc_semantic::{ClientFacts, FileFacts, FileId, Span};
use clientc_syntax::{TextEdit, TextRange};
use clientc_workspace::Workspace;

use super::blocks;
use super::names::{self, Role};
use crate::scene::Scene;

/// A code action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Action {
    /// What it does, in a few words.
    pub(crate) title: String,
    /// Which kind of change it is.
    pub(crate) kind: ActionKind,
    /// The rule and the place of the finding that it removes, if there is one.
    pub(crate) of: Option<(&'static str, Span)>,
    /// Whether it is clearly the right choice.
    pub(crate) is_preferred: bool,
    /// The changes, which do not overlap.
    pub(crate) edits: Vec<FileEdit>,
}

/// Which kind of change an action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ActionKind {
    /// It removes a finding.
    QuickFix,
    /// It makes a new block out of something.
    Extract,
    /// It writes something in another way.
    Rewrite,
    /// It fixes everything in the file that can be fixed safely.
    FixAll,
}

/// The reason in a new comment, which the user is to replace.
const REASON: &str = "accepted; say why";

/// The total to write where nothing suggests a better one, in milliseconds: five minutes.
const TOTAL_MS: u64 = 300_000;

/// What can be done about the findings in a part of a file, without the action that fixes the whole file.
#[must_use]
pub(crate) fn quick_fixes(scene: &Scene, file: FileId, within: TextRange) -> Vec<Action> {
    let touches = |range: TextRange| range.start <= within.end && within.start <= range.end;
    let of_file = scene.findings(file).iter();
    let found: Vec<&Diagnostic> = of_file.filter(|found| touches(found.primary.span.range)).collect();
    let mut actions: Vec<Action> = found.iter().filter_map(|diagnostic| fix(diagnostic)).collect();
    let Some(facts) = scene.facts(file) else { return actions };
    actions.extend(missing_policies(scene, facts, &found));
    // A text may have thousands of findings, and its tree is made for all of them once.
    let comments = ignore_edit_of_each(facts, scene.snapshot.files(), &found, REASON);
    actions.extend(comments.into_iter().map(|(diagnostic, edit)| ignore(diagnostic, edit)));
    actions
}

/// The common changes of the client whose header a part of a file touches.
#[must_use]
pub(crate) fn refactorings(scene: &Scene, file: FileId, within: TextRange) -> Vec<Action> {
    let Some((id, facts)) = client_named_at(scene, file, within) else { return Vec::new() };
    let changes =
        [add_http(scene, file, id, facts), add_policy(scene, file, facts), wrap(scene, file, id, facts)];
    changes.into_iter().flatten().collect()
}

/// All safe fixes of a file in one step, or `None` where there are none. Fixes that would cause a new error are left
/// out. The edits may be in other files too.
#[must_use]
pub(crate) fn fix_all(workspace: &Workspace, file: FileId) -> Option<Action> {
    let mut copy = workspace.clone();
    let is_here = |_: &str, diagnostic: &Diagnostic| diagnostic.primary.span.file == file;
    let fixed = copy.fix(&Levels::new(), Safety::Safe, &is_here);
    let mut edits = Vec::new();
    for (&file, before) in &fixed.before {
        let edit = TextEdit::smallest(before, TextRange::of(0, before.len()), copy.files().text(file));
        edits.extend(edit.map(|edit| FileEdit { file, edit }));
    }
    let title = "Apply all safe fixes".to_owned();
    (!edits.is_empty()).then_some(Action {
        title,
        kind: ActionKind::FixAll,
        of: None,
        is_preferred: false,
        edits,
    })
}

fn fix(diagnostic: &Diagnostic) -> Option<Action> {
    let fix = diagnostic.fix.as_ref()?;
    let mut title = fix.title.clone();
    if let Some(first) = title.get(..1).map(str::to_uppercase) {
        title.replace_range(..1, &first);
    }
    if fix.safety == Safety::Unsafe {
        title.push_str(" (review it)");
    }
    Some(Action {
        title,
        kind: ActionKind::QuickFix,
        of: Some((diagnostic.rule, diagnostic.primary.span)),
        is_preferred: fix.safety == Safety::Safe,
        edits: fix.edits.clone(),
    })
}

/// A comment that silences a finding.
fn ignore(diagnostic: &Diagnostic, edit: FileEdit) -> Action {
    Action {
        title: format!("Ignore `{}` here, with a reason", diagnostic.rule),
        kind: ActionKind::QuickFix,
        of: Some((diagnostic.rule, diagnostic.primary.span)),
        is_preferred: false,
        edits: vec![edit],
    }
}

/// The actions that add the retry policies that clients of a file name and that do not exist.
fn missing_policies(scene: &Scene, facts: &FileFacts, found: &[&Diagnostic]) -> Vec<Action> {
    let is_missing =
        |found: &&&Diagnostic| found.rule == "unknown-retry-policy" && found.level == Level::Error;
    let mut missing = found.iter().filter(is_missing).peekable();
    if missing.peek().is_none() {
        return Vec::new();
    }
    let project = &scene.project;
    let clients: HashSet<&str> = project.plan.ids().map(|id| project.client_name(id)).collect();
    let action = |found: &&Diagnostic| {
        let at = found.primary.span.range.start;
        let behind = facts.clients.partition_point(|client| client.range.start <= at);
        let client = facts.clients.get(behind.checked_sub(1)?)?;
        let named =
            client.retry_policy.as_ref().filter(|named| named.range.contains(TextRange::empty(at)))?;
        let is_free = !clients.contains(&*named.text) && is_identifier(&named.text);
        is_free.then(|| Action {
            title: format!("Write the retry policy `{}`", named.text),
            kind: ActionKind::QuickFix,
            of: Some((found.rule, found.primary.span)),
            is_preferred: false,
            edits: vec![blocks::behind(scene, facts.file, client.range, &blocks::policy(&named.text))],
        })
    };
    missing.filter_map(action).collect()
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The client whose header a selection touches.
fn client_named_at(scene: &Scene, file: FileId, within: TextRange) -> Option<(ClientId, &ClientFacts)> {
    let facts = scene.facts(file)?;
    let client = facts.clients.iter().find(|client| {
        client.range.start <= within.end && within.start <= client.name.range.end && client.is_whole
    })?;
    let id = scene.client(&client.name.text)?;
    let (declared_in, declared) = scene.project.client_facts(id)?;
    (declared_in == file && declared.name.range == client.name.range).then_some((id, client))
}

/// Limits for a client that has none.
fn add_http(scene: &Scene, file: FileId, id: ClientId, facts: &ClientFacts) -> Option<Action> {
    if facts.http.is_some() {
        return None;
    }
    let is_leaf = scene.project.plan.client(id)?.kind.is_leaf();
    if !is_leaf && !enforces_totals(scene) {
        return None;
    }
    let written = scene.analysis.settings.fix;
    let limits = if is_leaf {
        let ms = |field, usual| written.ms(field).unwrap_or(usual);
        vec![(Field::Connect, ms(Field::Connect, 10_000)), (Field::Request, ms(Field::Request, TOTAL_MS))]
    } else {
        vec![(Field::Total, total_ms(scene, id)?)]
    };
    let edit = add_limits(Layout::of(scene.snapshot.files(), file), facts, &limits, None)?;
    if !is_leaf && adds_findings(scene, std::slice::from_ref(&edit)) {
        return None;
    }
    Some(Action {
        title: format!("Add an `http` block with limits to `{}`", facts.name.text),
        kind: ActionKind::Rewrite,
        of: None,
        is_preferred: false,
        edits: vec![edit],
    })
}

/// A retry policy of its own for a client without one.
fn add_policy(scene: &Scene, file: FileId, facts: &ClientFacts) -> Option<Action> {
    if facts.retry_policy.is_some() {
        return None;
    }
    let name = blocks::free_name(scene, &format!("{}Retries", facts.name.text.replace("::", "")));
    let entry =
        add_line(Layout::of(scene.snapshot.files(), file), facts.range, &format!("retry_policy {name}"))?;
    let block = blocks::behind(scene, file, facts.range, &blocks::policy(&name));
    Some(Action {
        title: format!("Add a retry policy to `{}`", facts.name.text),
        kind: ActionKind::Extract,
        of: None,
        is_preferred: false,
        edits: vec![entry, block],
    })
}

/// Whether what makes the calls of the project enforces totals. BAML does not, so one that is added bounds nothing.
fn enforces_totals(scene: &Scene) -> bool {
    scene.project.plan.run_time().differences().composes
}

/// A fallback with a total around a client, which functions call instead of it. Not where nothing would call it.
fn wrap(scene: &Scene, file: FileId, id: ClientId, facts: &ClientFacts) -> Option<Action> {
    if !enforces_totals(scene) {
        return None;
    }
    let own = &facts.name.text;
    let name = blocks::free_name(scene, &format!("{}Bounded", own.replace("::", "")));
    let new = blocks::fallback(&name, own, total_ms(scene, id)?);
    let mut edits = vec![blocks::behind(scene, file, facts.range, &new)];
    let users = names::everywhere(scene, own).into_iter().filter(|mention| !mention.role.is_definition());
    let (callers, others): (Vec<_>, Vec<_>) =
        users.partition(|mention| matches!(mention.role, Role::ClientOf(_)));
    let is_any_called = scene.project.functions.iter().any(|function| function.client.is_some());
    if callers.is_empty() && (!others.is_empty() || is_any_called) {
        return None;
    }
    edits.extend(callers.iter().map(|mention| FileEdit::new(mention.span, name.clone())));
    (!adds_findings(scene, &edits)).then(|| Action {
        title: format!("Wrap `{own}` in a fallback with a total"),
        kind: ActionKind::Extract,
        of: None,
        is_preferred: false,
        edits,
    })
}

/// The worst case of a client if it has one, so that a total of this length cuts nothing that was allowed before; but no
/// more than the project allows a call, and less than its platform does. `None` where a call is one attempt with a limit
/// of its own, so that a total would do nothing.
fn total_ms(scene: &Scene, id: ClientId) -> Option<u64> {
    let worst = WorstCases::new(&scene.project.plan).of(id);
    if worst.requests <= 1 && worst.duration_ms.is_some() {
        return None;
    }
    let budget = scene.analysis.settings.budget;
    let most_ms = budget.max_duration_ms.map_or(u64::MAX, |most| most.value);
    let below_ceiling_ms = budget.ceiling_ms.map_or(u64::MAX, |ceiling| ceiling.value - ceiling.value / 10);
    Some(worst.duration_ms.unwrap_or(TOTAL_MS).min(most_ms).min(below_ceiling_ms))
}

/// Whether edits that write a total would lead to an error or a warning. What a total does to the limits and retries
/// around it is best judged by the rules themselves.
fn adds_findings(scene: &Scene, edits: &[FileEdit]) -> bool {
    // No total takes a bound away. Where the project had no limit at all, one finding for all clients becomes one for
    // each of those that are left.
    let counts = |rule: &str| rule != "no-timeout";
    scene.snapshot.would_add_findings(scene.number, edits, &counts)
}
