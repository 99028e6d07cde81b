//! Renaming a client or a policy everywhere.

use clientc_check::FileEdit;
use clientc_semantic::{FileId, Span};

use super::names::{self, Mention, Role};
use crate::scene::Scene;

/// The name at an offset that can be renamed, and its bytes.
///
/// # Errors
/// Why the name cannot be changed, in words for people; `None` where there is no name.
pub(crate) fn prepare(scene: &Scene, file: FileId, offset: u32) -> Result<(Span, &str), Option<String>> {
    let mention = names::at(scene, file, offset).ok_or(None)?;
    if mention.role == Role::Function {
        return Err(Some(format!(
            "`{}` is a function: clientc renames clients and retry policies only",
            mention.name
        )));
    }
    if mention.name.contains('/') {
        return Err(Some(format!(
            "`{}` is a provider and a model, not the name of a client block",
            mention.name
        )));
    }
    Ok((mention.span, mention.name))
}

/// The edits that rename the client or policy at an offset, in all files and in `clientc.toml`. The file is of the first
/// project. Where settings that others share name the client, it is renamed in each of them that has it too: the one
/// name in the settings means all of those.
///
/// # Errors
/// Why it cannot have this name, in words for people.
pub(crate) fn rename(
    scenes: &[Scene],
    file: FileId,
    offset: u32,
    new_name: &str,
) -> Result<Vec<FileEdit>, String> {
    let nothing = || "there is no client or retry policy here".to_owned();
    let first = scenes.first().ok_or_else(nothing)?;
    let (_, name) = prepare(first, file, offset).map_err(|why| why.unwrap_or_else(nothing))?;
    if name == new_name {
        return Ok(Vec::new());
    }
    check_form(new_name)?;
    let own = names::everywhere(first, name);
    let shared: Vec<Span> = of_settings(&own).collect();
    let mut edits: Vec<FileEdit> = Vec::new();
    for scene in scenes {
        let mentions = names::everywhere(scene, name);
        let is_concerned =
            scene.number == first.number || of_settings(&mentions).any(|span| shared.contains(&span));
        if !is_concerned || !mentions.iter().any(|mention| mention.role.is_definition()) {
            continue;
        }
        check_taken(scene, new_name)?;
        for mention in &mentions {
            let edit = edit(scene, mention, new_name);
            if mention.role != Role::Entry || !edits.contains(&edit) {
                edits.push(edit);
            }
        }
    }
    if edits.is_empty() {
        return Err(format!("`{name}` is not defined in this project, so there is nothing to rename"));
    }
    Ok(edits)
}

/// Where settings are among mentions.
fn of_settings<'m>(mentions: &'m [Mention<'_>]) -> impl Iterator<Item = Span> + use<'m> {
    mentions.iter().filter(|mention| mention.role == Role::Entry).map(|mention| mention.span)
}

/// A name begins with an upper-case letter; letters, digits and `_` follow, in segments joined by `::`.
fn check_form(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("the new name is empty".to_owned());
    }
    let is_segment = |segment: &str| {
        segment.starts_with(|first: char| first.is_ascii_alphabetic())
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    if name.starts_with(|first: char| first.is_ascii_uppercase()) && name.split("::").all(is_segment) {
        return Ok(());
    }
    Err(format!(
        "`{name}` is not a valid name: it must begin with an upper-case letter and have only letters, digits and `_`"
    ))
}

fn check_taken(scene: &Scene, new_name: &str) -> Result<(), String> {
    let taken = |what: &str, place: Span| {
        Err(format!("there is already a {what} `{new_name}`: {}", scene.place(place)))
    };
    let mut definitions = names::everywhere(scene, new_name).into_iter();
    match definitions.find(|mention| mention.role.is_definition()) {
        Some(mention) if mention.role == Role::Policy => return taken("retry policy", mention.span),
        Some(mention) => return taken("client", mention.span),
        None => {}
    }
    // BAML keeps all of these in one namespace, so it would reject the project (peer/baml-facts.md 5).
    for facts in &scene.project.files {
        if let Some(function) = facts.functions.iter().find(|function| function.name.text == new_name) {
            return taken("function", Span::new(facts.file, function.name.range));
        }
        if let Some(other) = facts.others.iter().find(|other| other.name.text == new_name) {
            return taken(other.keyword, Span::new(facts.file, other.name.range));
        }
    }
    if let Some(mention) = names::everywhere(scene, new_name).first() {
        let place = scene.place(mention.span);
        return Err(format!("{place} already names `{new_name}`, and would mean another client afterwards"));
    }
    Ok(())
}

fn edit(scene: &Scene, mention: &Mention<'_>, new_name: &str) -> FileEdit {
    // A name that is written with escapes is replaced as a whole, in quotes.
    let written = mention.span.range.slice(scene.text(mention.span.file));
    let text = if written == mention.name { new_name.to_owned() } else { format!("\"{new_name}\"") };
    FileEdit::new(mention.span, text)
}
