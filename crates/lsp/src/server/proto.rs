//! The types of the protocol: the only file that names them. Features become messages here.

use std::collections::HashMap;

use clientc_check::Level;
pub(super) use gen_lsp_types::Range;
use gen_lsp_types::*;
use serde_json::{Value, json};

use super::client::Client;
use crate::features::actions::ActionKind as FeatureActionKind;
use crate::features::completion::{Completion, CompletionKind};
use crate::features::diagnostics::Finding;
use crate::features::symbols::{Symbol, SymbolKind as FeatureSymbolKind};
use crate::features::tokens::{Token, TokenKind};
use crate::positions;

/// The name that tells our findings and actions from those of others.
pub(super) const SOURCE: &str = "clientc";
/// The kind of the action that fixes a whole file.
pub(super) const FIX_ALL: &str = "source.fixAll.clientc";
/// The command that shows the plan of a client.
pub(super) const SHOW_PLAN: &str = "clientc.showPlan";

/// A place in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) uri: String,
    pub(super) range: Range,
}

/// An edit of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlacedEdit {
    pub(super) place: Place,
    pub(super) version: Option<i32>,
    pub(super) text: String,
}

fn value(value: impl serde::Serialize) -> Value {
    // Every type of the protocol can be written as JSON.
    serde_json::to_value(value).unwrap_or(Value::Null)
}

pub(super) fn position(position: positions::Position) -> Position {
    Position { line: position.line, character: position.character }
}

pub(super) fn range((start, end): (positions::Position, positions::Position)) -> Range {
    Range { start: position(start), end: position(end) }
}

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
    value(InitializeResult { capabilities, server_info: Some(server_info) })
}

/// The request that asks the client to watch files.
pub(super) fn watch_files() -> Value {
    let watchers =
        ["**/*.baml", "**/clientc.toml", "**/.gitignore"].map(|glob| json!({ "globPattern": glob }));
    json!({ "registrations": [{
        "id": "clientc-files",
        "method": "workspace/didChangeWatchedFiles",
        "registerOptions": { "watchers": watchers },
    }] })
}

/// A finding with its place and the places that belong to it.
pub(super) fn diagnostic(finding: &Finding, place: &Place, related: Vec<(Place, String)>) -> Value {
    let severity = match finding.level {
        Level::Error => DiagnosticSeverity::Error,
        Level::Warning => DiagnosticSeverity::Warning,
        Level::Info => DiagnosticSeverity::Information,
    };
    let related: Vec<DiagnosticRelatedInformation> = related
        .into_iter()
        .map(|(place, message)| DiagnosticRelatedInformation { location: location(place), message })
        .collect();
    let mut json = json!({
        "range": value(place.range),
        "severity": value(severity),
        "code": finding.rule,
        "codeDescription": { "href": finding.address },
        "source": SOURCE,
        "message": finding.message,
    });
    if finding.is_unused {
        json["tags"] = value([DiagnosticTag::Unnecessary]);
    }
    if !related.is_empty() {
        json["relatedInformation"] = value(related);
    }
    json
}

pub(super) fn location(place: Place) -> Location {
    Location { uri: Uri(place.uri), range: place.range }
}

pub(super) fn hover(markdown: String, range: Range) -> Value {
    value(Hover { contents: Contents::MarkupContent(markup(markdown)), range: Some(range) })
}

fn markup(value: String) -> MarkupContent {
    MarkupContent { kind: MarkupKind::Markdown, value }
}

/// Edits of any number of documents.
pub(super) fn workspace_edit(edits: Vec<PlacedEdit>, client: &Client) -> Value {
    let mut documents: Vec<(String, Option<i32>, Vec<TextEdit>)> = Vec::new();
    for edit in edits {
        let text_edit = TextEdit { range: edit.place.range, new_text: edit.text };
        match documents.iter_mut().find(|(uri, ..)| *uri == edit.place.uri) {
            Some((_, _, edits)) => edits.push(text_edit),
            None => documents.push((edit.place.uri, edit.version, vec![text_edit])),
        }
    }
    if client.document_changes {
        let change = |(uri, version, edits): (String, Option<i32>, Vec<TextEdit>)| {
            DocumentChange::TextDocumentEdit(TextDocumentEdit {
                text_document: OptionalVersionedTextDocumentIdentifier {
                    version,
                    text_document_identifier: TextDocumentIdentifier { uri: Uri(uri) },
                },
                edits: edits.into_iter().map(Edit::TextEdit).collect(),
            })
        };
        let changes = documents.into_iter().map(change).collect();
        return value(WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() });
    }
    let changes: HashMap<Uri, Vec<TextEdit>> =
        documents.into_iter().map(|(uri, _, edits)| (Uri(uri), edits)).collect();
    value(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
}

pub(super) fn text_edits(edits: Vec<PlacedEdit>) -> Value {
    let edits = edits.into_iter().map(|edit| TextEdit { range: edit.place.range, new_text: edit.text });
    value(edits.collect::<Vec<_>>())
}

/// A code action. Without an edit it has `data`, from which `codeAction/resolve` makes the edit later.
pub(super) fn code_action(
    title: String,
    kind: FeatureActionKind,
    is_preferred: bool,
    diagnostics: Vec<Value>,
    edit: Option<Value>,
    data: Option<Value>,
) -> Value {
    let kind = match kind {
        FeatureActionKind::QuickFix => "quickfix",
        FeatureActionKind::Extract => "refactor.extract",
        FeatureActionKind::Rewrite => "refactor.rewrite",
        FeatureActionKind::FixAll => FIX_ALL,
    };
    let mut action = json!({ "title": title, "kind": kind });
    if !diagnostics.is_empty() {
        action["diagnostics"] = Value::Array(diagnostics);
    }
    if is_preferred {
        action["isPreferred"] = Value::Bool(true);
    }
    if let Some(edit) = edit {
        action["edit"] = edit;
    }
    if let Some(data) = data {
        action["data"] = data;
    }
    action
}

pub(super) fn completion(item: Completion, order: usize, range: Range, client: &Client) -> Value {
    let kind = match item.kind {
        CompletionKind::Snippet => CompletionItemKind::Snippet,
        CompletionKind::Key => CompletionItemKind::Property,
        CompletionKind::Client => CompletionItemKind::Class,
        CompletionKind::Policy => CompletionItemKind::Module,
        CompletionKind::Word => CompletionItemKind::EnumMember,
        CompletionKind::Model => CompletionItemKind::Value,
        CompletionKind::Variable => CompletionItemKind::Variable,
        CompletionKind::Rule => CompletionItemKind::Constant,
    };
    let new_text = if client.snippets { item.snippet } else { plain(&item.snippet) };
    let format = if client.snippets { InsertTextFormat::Snippet } else { InsertTextFormat::PlainText };
    let documentation =
        (!item.documentation.is_empty()).then(|| Documentation::MarkupContent(markup(item.documentation)));
    value(CompletionItem {
        kind: Some(kind),
        detail: (!item.detail.is_empty()).then_some(item.detail),
        documentation,
        sort_text: Some(format!("{}{order:04}", if item.is_important { "a" } else { "b" })),
        filter_text: Some(item.label.clone()),
        insert_text_format: Some(format),
        text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit { range, new_text })),
        label: item.label,
        ..CompletionItem::default()
    })
}

/// A snippet as plain text: each tab stop becomes what it proposes.
fn plain(snippet: &str) -> String {
    let mut out = String::new();
    let mut rest = snippet;
    while let Some(at) = rest.find(['$', '\\']) {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if rest[at..].starts_with('\\') {
            let next = after.chars().next();
            out.extend(next);
            rest = &after[next.map_or(0, char::len_utf8)..];
        } else if let Some(body) = after.strip_prefix('{') {
            let end = body.find('}').unwrap_or(body.len());
            let inside = body[..end].trim_start_matches(|c: char| c.is_ascii_digit());
            let choice = inside.strip_prefix('|').and_then(|words| words.split([',', '|']).next());
            out.push_str(choice.unwrap_or_else(|| inside.trim_start_matches(':')));
            rest = body.get(end + 1..).unwrap_or("");
        } else {
            rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        }
    }
    out + rest
}

pub(super) fn prepare_rename(range: Range, placeholder: &str) -> Value {
    value(PrepareRenamePlaceholder { range, placeholder: placeholder.to_owned() })
}

pub(super) fn inlay_hint(position: Position, label: String, tooltip: String) -> Value {
    value(InlayHint {
        position,
        label: Label::String(label),
        tooltip: (!tooltip.is_empty()).then(|| Tooltip::MarkupContent(markup(tooltip))),
        padding_left: Some(true),
        padding_right: None,
        kind: None,
        text_edits: None,
        data: None,
    })
}

pub(super) fn code_lens(range: Range, title: String, command: &str, arguments: Vec<Value>) -> Value {
    let command = Command { title, command: command.to_owned(), arguments: Some(arguments), tooltip: None };
    value(CodeLens { range, command: Some(command), data: None })
}

fn symbol_kind(kind: FeatureSymbolKind) -> SymbolKind {
    match kind {
        FeatureSymbolKind::Leaf => SymbolKind::Class,
        FeatureSymbolKind::Composite => SymbolKind::Interface,
        FeatureSymbolKind::Member => SymbolKind::Field,
        FeatureSymbolKind::Policy => SymbolKind::Module,
        FeatureSymbolKind::Function => SymbolKind::Function,
    }
}

/// A symbol with those inside it.
pub(super) fn document_symbol(
    symbol: &Symbol,
    range_of: &dyn Fn(clientc_syntax::TextRange) -> Range,
) -> Value {
    let children: Vec<Value> = symbol.children.iter().map(|child| document_symbol(child, range_of)).collect();
    let mut json = json!({
        "name": name_of(symbol),
        "detail": symbol.detail,
        "kind": value(symbol_kind(symbol.kind)),
        "range": value(range_of(symbol.range)),
        "selectionRange": value(range_of(symbol.selection)),
    });
    if !children.is_empty() {
        json["children"] = Value::Array(children);
    }
    json
}

/// Clients take no symbol without a name.
fn name_of(symbol: &Symbol) -> &str {
    if symbol.name.is_empty() { "?" } else { &symbol.name }
}

/// A symbol by itself, for lists over files.
pub(super) fn symbol_information(symbol: &Symbol, place: Place) -> Value {
    json!({
        "name": name_of(symbol),
        "kind": value(symbol_kind(symbol.kind)),
        "containerName": symbol.detail,
        "location": value(location(place)),
    })
}

pub(super) fn folding_range(start: Position, end: Position, is_comment: bool) -> Value {
    value(FoldingRange {
        start_line: start.line,
        start_character: Some(start.character),
        end_line: end.line,
        end_character: Some(end.character),
        kind: is_comment.then_some(FoldingRangeKind::Comment),
        ..FoldingRange::default()
    })
}

/// Ranges from the innermost outwards, as a chain of parents.
pub(super) fn selection_range(ranges: Vec<Range>) -> Value {
    let mut parent: Option<Box<SelectionRange>> = None;
    for range in ranges.into_iter().rev() {
        parent = Some(Box::new(SelectionRange { range, parent }));
    }
    value(parent)
}

pub(super) fn highlight(range: Range, is_definition: bool) -> Value {
    let kind = if is_definition { DocumentHighlightKind::Write } else { DocumentHighlightKind::Read };
    value(DocumentHighlight { range, kind: Some(kind) })
}

pub(super) fn call_item(
    node: &crate::features::calls::Node,
    uri: &str,
    range: Range,
    selection: Range,
) -> Value {
    let kind = if node.is_function { SymbolKind::Function } else { SymbolKind::Class };
    value(CallHierarchyItem {
        name: node.name.clone(),
        kind,
        tags: None,
        detail: Some(node.detail.clone()),
        uri: Uri(uri.to_owned()),
        range,
        selection_range: selection,
        data: Some(json!({ "isFunction": node.is_function })),
    })
}

/// Tokens as the protocol packs them: each relative to the one before. Those of several lines come in parts.
pub(super) fn semantic_tokens(tokens: &[Token], lines: &positions::Lines<'_>) -> Value {
    let mut data: Vec<u32> = Vec::with_capacity(tokens.len() * 5);
    let mut last = positions::Position::default();
    for token in tokens {
        let (start, end) = lines.range(token.range);
        for line in start.line..=end.line {
            let from = if line == start.line { start.character } else { 0 };
            let to = if line == end.line { end.character } else { lines.columns_of(line) };
            if to <= from {
                continue;
            }
            let delta_line = line - last.line;
            let delta_start = if delta_line == 0 { from.saturating_sub(last.character) } else { from };
            let modifiers = u32::from(token.is_definition);
            data.extend([delta_line, delta_start, to - from, token.kind as u32, modifiers]);
            last = positions::Position { line, character: from };
        }
    }
    json!({ "data": data })
}

pub(super) fn publish(uri: &str, version: Option<i32>, diagnostics: &[Value]) -> Value {
    let mut params = json!({ "uri": uri, "diagnostics": diagnostics });
    if let Some(version) = version {
        params["version"] = version.into();
    }
    params
}

pub(super) fn to_value(of: impl serde::Serialize) -> Value {
    value(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_becomes_plain_text() {
        for (snippet, expected) in [
            ("plain", "plain"),
            ("a ${1:b} c$0", "a b c"),
            ("x ${1|one,two|}", "x one"),
            ("m [$1]", "m []"),
            (r"a\$b\}", "a$b}"),
            ("env.${4:KEY}", "env.KEY"),
        ] {
            assert_eq!(plain(snippet), expected);
        }
    }
}
