//! Notifications of the client, about texts, files, folders and settings.

use serde_json::Value;

use super::changes::FileChange;
use super::client::Wishes;
use super::documents::Change;
use super::params::{Invalid, Params};
use super::state::State;
use super::uris;

/// Handles a notification. One that we do not know is ignored.
pub(super) fn take(state: &mut State, method: &str, params: Params<'_>) -> Result<(), Invalid> {
    match method {
        "textDocument/didOpen" => {
            let document = params.get("textDocument")?;
            let text = document.text("text")?.to_owned();
            state.open_document(document.text("uri")?, version(document), text);
        }
        "textDocument/didChange" => {
            let document = params.get("textDocument")?;
            let mut changes = Vec::new();
            for change in params.items("contentChanges")? {
                let range = change.find("range").map(|_| change.range("range")).transpose()?;
                changes.push(Change { range, text: change.text("text")?.to_owned() });
            }
            state.change_document(document.text("uri")?, version(document), changes);
        }
        // A program may have been saved too, and nobody else would say so.
        "textDocument/didSave" if !state.client.watches => state.forget_programs(),
        "textDocument/didClose" => state.close_document(params.uri()?),
        "workspace/didChangeWatchedFiles" => {
            let mut changes = Vec::new();
            for change in params.items("changes")? {
                let kind = match change.number("type")? {
                    1 => FileChange::Created,
                    2 => FileChange::Changed,
                    3 => FileChange::Deleted,
                    other => return Err(Invalid(format!("there is no change of type {other}"))),
                };
                changes.extend(uris::file_path(change.text("uri")?).map(|path| (path, kind)));
            }
            state.files_changed(&changes);
        }
        "workspace/didChangeWorkspaceFolders" => folders(state, params.get("event")?)?,
        "workspace/didChangeConfiguration" => {
            if let Some(settings) = params.find("settings") {
                settings_changed(state, settings.0);
            }
        }
        _ => {}
    }
    Ok(())
}

/// Applies settings, as the client sent them or as the server asked for them.
pub(super) fn settings_changed(state: &mut State, settings: &Value) {
    let before: Wishes = state.client.wishes.clone();
    state.client.wishes.read(settings);
    if state.client.wishes != before {
        state.forget();
    }
}

/// A document without a version counts as its first one.
fn version(document: Params<'_>) -> i32 {
    let version = document.0.get("version").and_then(Value::as_i64);
    version.and_then(|version| i32::try_from(version).ok()).unwrap_or(0)
}

fn folders(state: &mut State, event: Params<'_>) -> Result<(), Invalid> {
    let read = |key: &str| -> Result<Vec<_>, Invalid> {
        let folders = event.items(key)?.map(|folder| folder.text("uri").map(uris::file_path));
        Ok(folders.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    };
    let (added, removed) = (read("added")?, read("removed")?);
    let mut folders = state.client.folders.clone();
    folders.retain(|folder| !removed.contains(folder));
    folders.extend(added);
    folders.dedup();
    state.set_folders(folders);
    Ok(())
}
