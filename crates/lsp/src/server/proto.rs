//! The types of the protocol. Features become messages here.

use std::collections::HashMap;

use clientc_check::Level;
pub(super) use gen_lsp_types::Range;
use gen_lsp_types::*;
use serde_json::{Value, json};

use super::client::Client;
use crate::features::actions::ActionKind as FeatureActionKind;
use crate::features::diagnostics::Finding;
use crate::features::symbols::{Symbol, SymbolKind as FeatureSymbolKind};
use crate::features::tokens::Token;
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

/// What a type of the protocol is as JSON.
pub(super) fn to_value(value: impl serde::Serialize) -> Value {
    // Every type of the protocol can be written as JSON.
    serde_json::to_value(value).unwrap_or(Value::Null)
}

pub(super) fn position(position: positions::Position) -> Position {
    Position { line: position.line, character: position.character }
}

pub(super) fn range((start, end): (positions::Position, positions::Position)) -> Range {
    Range { start: position(start), end: position(end) }
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
        "range": to_value(place.range),
        "severity": to_value(severity),
        "code": finding.rule,
        "codeDescription": { "href": finding.address },
        "source": SOURCE,
        "message": finding.message,
    });
    if finding.is_unused {
        json["tags"] = to_value([DiagnosticTag::Unnecessary]);
    }
    if !related.is_empty() {
        json["relatedInformation"] = to_value(related);
    }
    json
}

pub(super) fn location(place: Place) -> Location {
    Location { uri: Uri(place.uri), range: place.range }
}

pub(super) fn hover(markdown: String, range: Range) -> Value {
    to_value(Hover { contents: Contents::MarkupContent(markup(markdown)), range: Some(range) })
}

pub(super) fn markup(value: String) -> MarkupContent {
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
        return to_value(WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() });
    }
    let changes: HashMap<Uri, Vec<TextEdit>> =
        documents.into_iter().map(|(uri, _, edits)| (Uri(uri), edits)).collect();
    to_value(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
}

pub(super) fn text_edits(edits: Vec<PlacedEdit>) -> Value {
    let edits = edits.into_iter().map(|edit| TextEdit { range: edit.place.range, new_text: edit.text });
    to_value(edits.collect::<Vec<_>>())
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

pub(super) fn prepare_rename(range: Range, placeholder: &str) -> Value {
    to_value(PrepareRenamePlaceholder { range, placeholder: placeholder.to_owned() })
}

pub(super) fn inlay_hint(position: Position, label: String, tooltip: String) -> Value {
    to_value(InlayHint {
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
    to_value(CodeLens { range, command: Some(command), data: None })
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
        "kind": to_value(symbol_kind(symbol.kind)),
        "range": to_value(range_of(symbol.range)),
        "selectionRange": to_value(range_of(symbol.selection)),
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
        "kind": to_value(symbol_kind(symbol.kind)),
        "containerName": symbol.detail,
        "location": to_value(location(place)),
    })
}

pub(super) fn folding_range(start: Position, end: Position, is_comment: bool) -> Value {
    to_value(FoldingRange {
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
    to_value(parent)
}

pub(super) fn highlight(range: Range, is_definition: bool) -> Value {
    let kind = if is_definition { DocumentHighlightKind::Write } else { DocumentHighlightKind::Read };
    to_value(DocumentHighlight { range, kind: Some(kind) })
}

pub(super) fn call_item(
    node: &crate::features::calls::Node,
    uri: &str,
    range: Range,
    selection: Range,
) -> Value {
    let kind = if node.is_function { SymbolKind::Function } else { SymbolKind::Class };
    to_value(CallHierarchyItem {
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
