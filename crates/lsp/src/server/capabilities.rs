//! What the server says it can do, and what it asks of the client.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clientc_workspace::PROGRAMS;
use gen_lsp_types::*;
use serde_json::{Value, json};

use super::client::Client;
use super::proto::{FIX_ALL, SHOW_PLAN, SOURCE, to_value};
use super::uris;
use crate::features::tokens::TokenKind;
use crate::positions;

/// The answer to `initialize`.
pub(super) fn initialize_result(client: &Client) -> Value {
    let encoding = match client.encoding {
        positions::Encoding::Utf8 => PositionEncodingKind::UTF8,
        positions::Encoding::Utf16 => PositionEncodingKind::UTF16,
        positions::Encoding::Utf32 => PositionEncodingKind::UTF32,
    };
    let kinds = [
        CodeActionKind::QuickFix,
        CodeActionKind::RefactorExtract,
        CodeActionKind::RefactorRewrite,
        CodeActionKind::new(FIX_ALL),
    ];
    let capabilities = ServerCapabilities {
        position_encoding: Some(encoding),
        text_document_sync: Some(TextDocumentSync::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::Incremental),
            save: Some(Save::Bool(true)),
            ..TextDocumentSyncOptions::default()
        })),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some([" ", ".", "\"", "[", "/"].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(HoverProvider::Bool(true)),
        definition_provider: Some(DefinitionProvider::Bool(true)),
        references_provider: Some(ReferencesProvider::Bool(true)),
        document_highlight_provider: Some(DocumentHighlightProvider::Bool(true)),
        document_symbol_provider: Some(DocumentSymbolProvider::Bool(true)),
        workspace_symbol_provider: Some(WorkspaceSymbolProvider::Bool(true)),
        code_action_provider: Some(CodeActionProvider::CodeActionOptions(CodeActionOptions {
            code_action_kinds: Some(kinds.to_vec()),
            resolve_provider: Some(true),
            ..CodeActionOptions::default()
        })),
        code_lens_provider: Some(CodeLensOptions {
            resolve_provider: Some(false),
            ..CodeLensOptions::default()
        }),
        document_formatting_provider: Some(DocumentFormattingProvider::Bool(true)),
        document_range_formatting_provider: Some(DocumentRangeFormattingProvider::Bool(true)),
        rename_provider: Some(RenameProvider::RenameOptions(RenameOptions {
            prepare_provider: Some(true),
            ..RenameOptions::default()
        })),
        folding_range_provider: Some(FoldingRangeProvider::Bool(true)),
        selection_range_provider: Some(SelectionRangeProvider::Bool(true)),
        call_hierarchy_provider: Some(CallHierarchyProvider::Bool(true)),
        inlay_hint_provider: Some(InlayHintProvider::Bool(true)),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: vec![SHOW_PLAN.to_owned()],
            ..ExecuteCommandOptions::default()
        }),
        semantic_tokens_provider: Some(SemanticTokensProvider::SemanticTokensOptions(
            SemanticTokensOptions {
                legend: SemanticTokensLegend {
                    token_types: TokenKind::NAMES.map(str::to_owned).to_vec(),
                    token_modifiers: vec!["definition".to_owned()],
                },
                range: Some(SemanticTokensOptionsRange::Bool(true)),
                full: Some(Full::Bool(true)),
                ..SemanticTokensOptions::default()
            },
        )),
        diagnostic_provider: client.pulls.then(|| {
            DiagnosticProvider::DiagnosticOptions(DiagnosticOptions {
                identifier: Some(SOURCE.to_owned()),
                inter_file_dependencies: true,
                workspace_diagnostics: true,
                ..DiagnosticOptions::default()
            })
        }),
        workspace: Some(WorkspaceOptions {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(ChangeNotifications::Bool(true)),
            }),
            ..WorkspaceOptions::default()
        }),
        ..ServerCapabilities::default()
    };
    let server_info =
        ServerInfo { name: "clientc".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) };
    to_value(InitializeResult { capabilities, server_info: Some(server_info) })
}

/// The files that are watched in every project.
const WATCHED: [&str; 5] = ["**/*.baml", "**/clientc.toml", "**/baml.toml", "**/.gitignore", "**/.ignore"];

/// The request that asks the client to watch files.
pub(super) fn watch_files() -> Value {
    let programs = format!("**/*.{{{}}}", PROGRAMS.join(","));
    let globs = WATCHED.into_iter().chain([&*programs]);
    registration("clientc-files", globs.map(|glob| json!({ "globPattern": glob })).collect())
}

/// The request that asks the client to watch the files that settings name as well.
pub(super) fn watch_named(files: &BTreeSet<PathBuf>, client: &Client) -> Value {
    let watcher = |file: &PathBuf| {
        let name = file.file_name()?.to_string_lossy();
        let folder = file.parent().and_then(uris::of_path)?;
        // A plain pattern finds files in the folders of the client only.
        Some(if client.watches_below {
            json!({ "globPattern": { "baseUri": folder, "pattern": name } })
        } else {
            json!({ "globPattern": format!("**/{name}") })
        })
    };
    registration(NAMED, files.iter().filter_map(watcher).collect())
}

/// The request that takes [`watch_named`] back.
pub(super) fn forget_named() -> Value {
    // The misspelling is the protocol's.
    json!({ "unregisterations": [{ "id": NAMED, "method": WATCHING }] })
}

const NAMED: &str = "clientc-named";
const WATCHING: &str = "workspace/didChangeWatchedFiles";

fn registration(id: &str, watchers: Vec<Value>) -> Value {
    json!({ "registrations": [{
        "id": id,
        "method": WATCHING,
        "registerOptions": { "watchers": watchers },
    }] })
}
