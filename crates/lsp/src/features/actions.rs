//! Code actions: fixes, comments that ignore a finding, and common changes.

use clientc_check::{
    Diagnostic, FileEdit, Layout, Level, Levels, Safety, Sources as _, add_limits, add_line, ignore_edits,
};
use clientc_plan::{ClientId, Field, WorstCases};
use clientc_semantic::{ClientFacts, FileId, Span};
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

/// The actions for a part of a file, without the one that fixes the whole file.
#[must_use]
pub(crate) fn actions(scene: &Scene, file: FileId, within: TextRange) -> Vec<Action> {
    let touches = |range: TextRange| range.start <= within.end && within.start <= range.end;
    let of_file = scene.findings(file).iter();
    let found: Vec<&Diagnostic> = of_file.filter(|found| touches(found.primary.span.range)).collect();
    let mut actions: Vec<Action> = found.iter().filter_map(|diagnostic| fix(diagnostic)).collect();
    actions.extend(found.iter().filter_map(|diagnostic| missing_policy(scene, file, diagnostic)));
    actions.extend(found.iter().filter_map(|diagnostic| ignore(scene, file, diagnostic)));
    if let Some((id, facts)) = client_named_at(scene, file, within) {
        actions.extend(add_http(scene, file, id, facts));
        actions.extend(add_policy(scene, file, facts));
        actions.extend(wrap(scene, file, id, facts));
    }
    actions
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
fn ignore(scene: &Scene, file: FileId, diagnostic: &Diagnostic) -> Option<Action> {
    let facts = scene.facts(file)?;
    let edits = ignore_edits(&[facts], scene.snapshot.files(), &[diagnostic], REASON).edits;
    (!edits.is_empty()).then(|| Action {
        title: format!("Ignore `{}` here, with a reason", diagnostic.rule),
        kind: ActionKind::QuickFix,
        of: Some((diagnostic.rule, diagnostic.primary.span)),
        is_preferred: false,
        edits,
    })
}

/// The action that adds a retry policy that a client names and that does not exist.
fn missing_policy(scene: &Scene, file: FileId, diagnostic: &Diagnostic) -> Option<Action> {
    if diagnostic.rule != "unknown-retry-policy" || diagnostic.level != Level::Error {
        return None;
    }
    let mention = names::at(scene, file, diagnostic.primary.span.range.start)?;
    let Role::PolicyOf(index) = mention.role else { return None };
    let client = scene.facts(file)?.clients.get(index)?;
    if scene.client(mention.name).is_some() || !is_identifier(mention.name) {
        return None;
    }
    let new = blocks::policy(mention.name);
    Some(Action {
        title: format!("Write the retry policy `{}`", mention.name),
        kind: ActionKind::QuickFix,
        of: Some((diagnostic.rule, diagnostic.primary.span)),
        is_preferred: false,
        edits: vec![blocks::behind(scene.text(file), file, client.range, &new)],
    })
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
        vec![(Field::Total, bound_ms(scene, id))]
    };
    let edit = add_limits(Layout::of(scene.snapshot.files(), file), facts, &limits, None)?;
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
    let text = scene.text(file);
    let entry =
        add_line(Layout::of(scene.snapshot.files(), file), facts.range, &format!("retry_policy {name}"))?;
    let block = blocks::behind(text, file, facts.range, &blocks::policy(&name));
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

/// A fallback with a total around a client, which functions call instead of it.
fn wrap(scene: &Scene, file: FileId, id: ClientId, facts: &ClientFacts) -> Option<Action> {
    if !enforces_totals(scene) {
        return None;
    }
    let own = &facts.name.text;
    let name = blocks::free_name(scene, &format!("{}Bounded", own.replace("::", "")));
    let new = blocks::fallback(&name, own, bound_ms(scene, id));
    let mut edits = vec![blocks::behind(scene.text(file), file, facts.range, &new)];
    for mention in names::everywhere(scene, own) {
        if matches!(mention.role, Role::ClientOf(_)) {
            edits.push(FileEdit::new(mention.span, name.clone()));
        }
    }
    Some(Action {
        title: format!("Wrap `{own}` in a fallback with a total"),
        kind: ActionKind::Extract,
        of: None,
        is_preferred: false,
        edits,
    })
}

/// The worst case of a client if it has one, so that a total of this length cuts nothing that was allowed before.
fn bound_ms(scene: &Scene, id: ClientId) -> u64 {
    WorstCases::new(&scene.project.plan).of(id).duration_ms.unwrap_or(TOTAL_MS)
}
