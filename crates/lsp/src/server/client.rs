//! The abilities and settings of the client, read leniently: what cannot be understood is ignored.

use std::path::PathBuf;

use serde_json::Value;

use super::uris;
use crate::positions::Encoding;

/// The abilities and settings of the client.
#[derive(Debug, Clone, Default)]
pub(super) struct Client {
    /// What its columns count.
    pub(super) encoding: Encoding,
    /// Whether it asks for diagnostics itself.
    pub(super) pulls: bool,
    /// Whether it can be told to ask for diagnostics again.
    pub(super) refreshes_diagnostics: bool,
    /// Whether it can be told to ask for inlay hints and code lenses again.
    pub(super) refreshes_hints: bool,
    pub(super) refreshes_lenses: bool,
    /// Whether it takes snippets.
    pub(super) snippets: bool,
    /// Whether it takes changes with the versions of their documents.
    pub(super) document_changes: bool,
    /// Whether it takes symbols with children.
    pub(super) nested_symbols: bool,
    /// Whether it takes actions and not only commands.
    pub(super) action_literals: bool,
    /// Whether it watches files for us.
    pub(super) watches: bool,
    /// Whether it watches a file in a folder that it does not have open.
    pub(super) watches_below: bool,
    /// Whether it can be asked for settings.
    pub(super) has_settings: bool,
    /// Whether it shows a plan itself when `clientc.showPlan` is run.
    pub(super) shows_plans: bool,
    /// Its folders.
    pub(super) folders: Vec<PathBuf>,
    /// Its settings.
    pub(super) wishes: Wishes,
}

/// The settings of the client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wishes {
    /// Whether `baml-cli lsp` is attached too and reports what it finds itself.
    pub(super) is_beside_baml: bool,
    /// Whether inlay hints are switched off.
    pub(super) hides_hints: bool,
    /// Whether code lenses are switched off.
    pub(super) hides_lenses: bool,
}

impl Wishes {
    /// Reads settings, at the top or below `clientc`. What they do not mention stays as it is.
    pub(super) fn read(&mut self, settings: &Value) {
        let settings = settings.get("clientc").unwrap_or(settings);
        if let Some(peer) = settings.get("peer").and_then(Value::as_str) {
            self.is_beside_baml = peer == "beside";
        }
        let is_off = |name: &str| {
            let nested = settings.get(name).and_then(|value| value.get("enabled").unwrap_or(value).as_bool());
            nested.map(|is_on| !is_on)
        };
        self.hides_hints = is_off("inlayHints").unwrap_or(self.hides_hints);
        self.hides_lenses = is_off("codeLens").unwrap_or(self.hides_lenses);
    }
}

impl Client {
    /// Reads the parameters of `initialize`.
    pub(super) fn read(params: &Value) -> Self {
        let is = |pointer: &str| params.pointer(pointer).and_then(Value::as_bool).unwrap_or(false);
        let has = |pointer: &str| params.pointer(pointer).is_some_and(|value| !value.is_null());
        let mut wishes = Wishes::default();
        let options = params.get("initializationOptions").unwrap_or(&Value::Null);
        wishes.read(options);
        Self {
            encoding: encoding(params),
            pulls: has("/capabilities/textDocument/diagnostic"),
            refreshes_diagnostics: is("/capabilities/workspace/diagnostics/refreshSupport"),
            refreshes_hints: is("/capabilities/workspace/inlayHint/refreshSupport"),
            refreshes_lenses: is("/capabilities/workspace/codeLens/refreshSupport"),
            snippets: is("/capabilities/textDocument/completion/completionItem/snippetSupport"),
            document_changes: is("/capabilities/workspace/workspaceEdit/documentChanges"),
            nested_symbols: is("/capabilities/textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
            action_literals: has("/capabilities/textDocument/codeAction/codeActionLiteralSupport"),
            watches: is("/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration"),
            watches_below: is("/capabilities/workspace/didChangeWatchedFiles/relativePatternSupport"),
            has_settings: is("/capabilities/workspace/configuration"),
            shows_plans: options.get("showsPlans").and_then(Value::as_bool).unwrap_or(false),
            folders: folders(params),
            wishes,
        }
    }
}

/// UTF-8 where the client offers it, because our own offsets count bytes.
fn encoding(params: &Value) -> Encoding {
    let offered = params.pointer("/capabilities/general/positionEncodings").and_then(Value::as_array);
    let offers = |name: &str| offered.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(name)));
    match () {
        () if offers("utf-8") => Encoding::Utf8,
        () if offers("utf-32") && !offers("utf-16") => Encoding::Utf32,
        () => Encoding::Utf16,
    }
}

fn folders(params: &Value) -> Vec<PathBuf> {
    let folders = params.get("workspaceFolders").and_then(Value::as_array);
    let folders: Vec<PathBuf> = folders
        .into_iter()
        .flatten()
        .filter_map(|folder| uris::file_path(folder.get("uri")?.as_str()?))
        .collect();
    if !folders.is_empty() {
        return folders;
    }
    let uri = params.get("rootUri").and_then(Value::as_str).and_then(uris::file_path);
    let path = || params.get("rootPath").and_then(Value::as_str).map(PathBuf::from);
    uri.or_else(path).into_iter().collect()
}
