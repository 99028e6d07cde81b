//! Answers to requests: parameters in, a feature, and its result in the form of the protocol.

use std::collections::{HashMap, HashSet};

use clientc_semantic::FileId;
use clientc_syntax::TextRange;
use lsp_server::ErrorCode;
use serde_json::{Value, json};

use super::completion_item::completion_item;
use super::params::{Invalid, Params};
use super::proto::{self, SHOW_PLAN};
use super::state::State;
use crate::features::actions::{self, Action, ActionKind};
use crate::features::completion::Completion;
use crate::features::lenses::{self, Target};
use crate::features::{
    calls, completion, definition, folding, format, highlights, hover, inlay_hints, plan, references, rename,
    selection, symbols, tokens,
};
use crate::scene::Scene;

/// Why a request has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: i32,
    pub(super) message: String,
    pub(super) data: Option<Value>,
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Self::new(ErrorCode::InvalidParams, invalid.0)
    }
}

impl Refusal {
    pub(super) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code: code as i32, message: message.into(), data: None }
    }

    /// A request for diagnostics that a newer edit has overtaken: the client is to ask again.
    pub(super) fn overtaken() -> Self {
        let data = Some(json!({ "retriggerRequest": true }));
        Self { data, ..Self::new(ErrorCode::ServerCancelled, "a newer edit is to be checked first") }
    }

    fn failed(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::RequestFailed, message)
    }
}

type Answer = Result<Value, Refusal>;

/// Answers a request about texts. Requests about the life of the server are answered elsewhere.
pub(super) fn answer(state: &mut State, method: &str, params: Params<'_>) -> Answer {
    match method {
        "textDocument/hover" => hover(state, params),
        "textDocument/definition" => definition(state, params),
        "textDocument/references" => {
            let with_definition = params.find("context").is_some_and(|context| {
                context.0.get("includeDeclaration").and_then(Value::as_bool).unwrap_or(false)
            });
            let (found, state) = of_each(state, params, |scene, file, offset| {
                references::references(scene, file, offset, with_definition)
            })?;
            let mut seen = HashSet::new();
            let spans = found.into_iter().flatten().filter(|span| seen.insert(*span));
            let places = spans.filter_map(|span| state.place(span));
            Ok(proto::to_value(places.map(proto::location).collect::<Vec<_>>()))
        }
        "textDocument/documentHighlight" => at(state, params, highlight),
        "textDocument/prepareRename" => at(state, params, prepare_rename),
        "textDocument/rename" => {
            let name = params.text("newName")?.to_owned();
            let position = params.position("position")?;
            let Some((scenes, file)) = state.relatives(params.uri()?) else { return Ok(Value::Null) };
            let offset = state.offset(file, position);
            let edits = rename::rename(&scenes, file, offset, &name).map_err(Refusal::failed)?;
            Ok(proto::workspace_edit(state.placed(&edits), &state.client))
        }
        "textDocument/completion" => complete(state, params),
        "textDocument/codeAction" => code_actions(state, params),
        "codeAction/resolve" => resolve_action(state, params),
        "textDocument/inlayHint" => within(state, params, inlay),
        "textDocument/codeLens" => of_document(state, params, lens),
        "textDocument/documentSymbol" => of_document(state, params, outline),
        "workspace/symbol" => search(state, params),
        "textDocument/foldingRange" => of_document(state, params, fold),
        "textDocument/selectionRange" => select(state, params),
        "textDocument/semanticTokens/full" => of_document(state, params, |state, scene, file| {
            Ok(proto::semantic_tokens(&tokens::tokens(scene, file, None), &state.lines(file)))
        }),
        "textDocument/semanticTokens/range" => within(state, params, |state, scene, file, range| {
            Ok(proto::semantic_tokens(&tokens::tokens(scene, file, Some(range)), &state.lines(file)))
        }),
        "textDocument/formatting" => of_document(state, params, |state, scene, file| {
            Ok(proto::text_edits(state.placed(&format::edits(scene, file, None))))
        }),
        "textDocument/rangeFormatting" => within(state, params, |state, scene, file, range| {
            Ok(proto::text_edits(state.placed(&format::edits(scene, file, Some(range)))))
        }),
        "textDocument/prepareCallHierarchy" => at(state, params, |state, scene, file, offset| {
            let items = calls::prepare(scene, file, offset).and_then(|node| call_item(state, &node));
            Ok(items.map_or(Value::Null, |item| json!([item])))
        }),
        "callHierarchy/outgoingCalls" => call(state, params, true),
        "callHierarchy/incomingCalls" => call(state, params, false),
        "workspace/executeCommand" => execute(state, params),
        _ => Err(Refusal::new(ErrorCode::MethodNotFound, format!("there is no method `{method}`"))),
    }
}

/// Answers a request about a document; with null where the document is not ours.
fn of_document(
    state: &mut State,
    params: Params<'_>,
    answer: impl FnOnce(&State, &Scene, FileId) -> Answer,
) -> Answer {
    match state.scene(params.uri()?) {
        Some((scene, file)) => answer(state, &scene, file),
        None => Ok(Value::Null),
    }
}

/// Answers a request about a position.
fn at(
    state: &mut State,
    params: Params<'_>,
    answer: impl FnOnce(&State, &Scene, FileId, u32) -> Answer,
) -> Answer {
    let position = params.position("position")?;
    of_document(state, params, |state, scene, file| answer(state, scene, file, state.offset(file, position)))
}

/// Answers a request about a range.
fn within(
    state: &mut State,
    params: Params<'_>,
    answer: impl FnOnce(&State, &Scene, FileId, TextRange) -> Answer,
) -> Answer {
    let range = params.range("range")?;
    of_document(state, params, |state, scene, file| answer(state, scene, file, state.bytes(file, range)))
}

/// What each project of a document says about a position, each thing once: those that share settings may say different
/// things about a name in them.
fn of_each<'s, T: PartialEq>(
    state: &'s mut State,
    params: Params<'_>,
    ask: impl Fn(&Scene, FileId, u32) -> T,
) -> Result<(Vec<T>, &'s State), Refusal> {
    let position = params.position("position")?;
    let mut answers = Vec::new();
    if let Some((scenes, file)) = state.scenes(params.uri()?) {
        let offset = state.offset(file, position);
        for scene in &scenes {
            let answer = ask(scene, file, offset);
            if !answers.contains(&answer) {
                answers.push(answer);
            }
        }
    }
    Ok((answers, state))
}

fn hover(state: &mut State, params: Params<'_>) -> Answer {
    let ask = |scene: &Scene, file, offset| {
        hover::hover(scene, file, offset).map(|hover| ((file, hover.range), hover.markdown))
    };
    let (hovers, state) = of_each(state, params, ask)?;
    let mut hovers = hovers.into_iter().flatten().peekable();
    let Some(((file, range), _)) = hovers.peek() else { return Ok(Value::Null) };
    let range = state.range(*file, *range);
    let cards: Vec<String> = hovers.map(|(_, card)| card).collect();
    Ok(proto::hover(cards.join("\n\n---\n\n"), range))
}

fn definition(state: &mut State, params: Params<'_>) -> Answer {
    let (spans, state) = of_each(state, params, definition::definition)?;
    let places: Vec<Value> = spans
        .into_iter()
        .flatten()
        .filter_map(|span| state.place(span))
        .map(|place| proto::to_value(proto::location(place)))
        .collect();
    Ok(match places.as_slice() {
        [] => Value::Null,
        [one] => one.clone(),
        _ => Value::Array(places),
    })
}

fn highlight(state: &State, scene: &Scene, file: FileId, offset: u32) -> Answer {
    let found = highlights::highlights(scene, file, offset).into_iter();
    Ok(found.map(|found| proto::highlight(state.range(file, found.range), found.is_definition)).collect())
}

fn prepare_rename(state: &State, scene: &Scene, file: FileId, offset: u32) -> Answer {
    match rename::prepare(scene, file, offset) {
        Ok((span, name)) => Ok(proto::prepare_rename(state.range(file, span.range), name)),
        Err(None) => Ok(Value::Null),
        Err(Some(why)) => Err(Refusal::failed(why)),
    }
}

fn complete(state: &mut State, params: Params<'_>) -> Answer {
    let ask = |scene: &Scene, file, offset| (file, completion::completions(scene, file, offset));
    let (found, state) = of_each(state, params, ask)?;
    let mut items: Vec<(FileId, Completion)> = Vec::new();
    for (file, of_project) in found {
        let known: HashSet<String> = items.iter().map(|(_, item)| item.label.clone()).collect();
        let new = of_project.into_iter().filter(|item| !known.contains(&item.label));
        items.extend(new.map(|item| (file, item)));
    }
    let items = items.into_iter().enumerate().map(|(order, (file, item))| {
        let range = state.range(file, item.range);
        completion_item(item, order, range, &state.client)
    });
    let items: Vec<Value> = items.collect();
    Ok(json!({ "isIncomplete": false, "items": items }))
}

fn code_actions(state: &mut State, params: Params<'_>) -> Answer {
    let range = params.range("range")?;
    let uri = params.uri()?.to_owned();
    let only = params.find("context").and_then(|context| context.0.get("only")).and_then(Value::as_array);
    let wants = |kind: &str| {
        only.is_none_or(|only| {
            let mut kinds = only.iter().filter_map(Value::as_str);
            kinds.any(|wanted| {
                kind == wanted || kind.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('.'))
            })
        })
    };
    if !state.client.action_literals {
        return Ok(json!([]));
    }
    let given =
        params.find("context").and_then(|context| context.0.get("diagnostics")).and_then(Value::as_array);
    let given = Given::new(given.into_iter().flatten());
    let Some((scene, file)) = state.scene(&uri) else { return Ok(Value::Null) };
    let bytes = state.bytes(file, range);
    let mut answers = Vec::new();
    let mut found = actions::quick_fixes(&scene, file, bytes);
    // These try what they would lead to, which costs a check of the project.
    if wants(kind_name(ActionKind::Extract)) || wants(kind_name(ActionKind::Rewrite)) {
        found.extend(actions::refactorings(&scene, file, bytes));
    }
    found.retain(|action| wants(kind_name(action.kind)));
    answers.extend(found.into_iter().map(|action| code_action(state, file, action, &given)));
    let is_safe = |fix: &clientc_check::Fix| fix.safety == clientc_check::Safety::Safe;
    let has_safe_fix = scene.findings(file).iter().any(|found| found.fix.as_ref().is_some_and(is_safe));
    if has_safe_fix && wants(proto::FIX_ALL) {
        // It is costly, so it is made when it is chosen, or when a client asks for nothing else.
        let is_alone = only.is_some();
        let made = if is_alone { actions::fix_all(&state.workspace, file) } else { None };
        let title = "Apply all safe fixes".to_owned();
        let edit = made.map(|made| proto::workspace_edit(state.placed(&made.edits), &state.client));
        if !is_alone || edit.is_some() {
            let data = edit.is_none().then(|| json!({ "fixAll": uri }));
            answers.push(proto::code_action(title, ActionKind::FixAll, false, Vec::new(), edit, data));
        }
    }
    Ok(Value::Array(answers))
}

fn kind_name(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::QuickFix => "quickfix",
        ActionKind::Extract => "refactor.extract",
        ActionKind::Rewrite => "refactor.rewrite",
        ActionKind::FixAll => proto::FIX_ALL,
    }
}

/// The diagnostics that a client asks about, by their codes and places.
struct Given<'p>(HashMap<(&'p str, String), Vec<&'p Value>>);

impl<'p> Given<'p> {
    fn new(diagnostics: impl Iterator<Item = &'p Value>) -> Self {
        let mut given: HashMap<_, Vec<_>> = HashMap::new();
        for diagnostic in diagnostics {
            let code = diagnostic.get("code").and_then(Value::as_str).unwrap_or_default();
            let range = diagnostic.get("range").unwrap_or(&Value::Null);
            given.entry((code, range.to_string())).or_default().push(diagnostic);
        }
        Self(given)
    }

    /// The client's own diagnostics of a rule and a place, so that it recognises them.
    fn of(&self, rule: &str, range: &Value) -> Vec<Value> {
        let found = self.0.get(&(rule, range.to_string())).into_iter().flatten();
        found.map(|diagnostic| (*diagnostic).clone()).collect()
    }
}

fn code_action(state: &State, file: FileId, action: Action, given: &Given<'_>) -> Value {
    let of = action.of.map(|(rule, span)| (rule, proto::to_value(state.range(file, span.range))));
    let diagnostics = of.map_or_else(Vec::new, |(rule, range)| given.of(rule, &range));
    let edit = proto::workspace_edit(state.placed(&action.edits), &state.client);
    proto::code_action(action.title, action.kind, action.is_preferred, diagnostics, Some(edit), None)
}

fn resolve_action(state: &mut State, params: Params<'_>) -> Answer {
    let mut action = params.0.clone();
    let uri = params.0.pointer("/data/fixAll").and_then(Value::as_str);
    let Some(file) = uri.and_then(|uri| state.file(uri)) else { return Ok(action) };
    if let Some(made) = actions::fix_all(&state.workspace, file) {
        action["edit"] = proto::workspace_edit(state.placed(&made.edits), &state.client);
    }
    Ok(action)
}

fn inlay(state: &State, scene: &Scene, file: FileId, range: TextRange) -> Answer {
    if state.client.wishes.hides_hints {
        return Ok(json!([]));
    }
    let hints = inlay_hints::hints(scene, file, range).into_iter();
    Ok(hints
        .map(|hint| {
            let position = proto::position(state.lines(file).position(hint.offset));
            proto::inlay_hint(position, hint.label, hint.tooltip)
        })
        .collect())
}

fn lens(state: &State, scene: &Scene, file: FileId) -> Answer {
    if state.client.wishes.hides_lenses {
        return Ok(json!([]));
    }
    let uri = state.uri(file).unwrap_or_default();
    let mut answers = Vec::new();
    for lens in lenses::lenses(scene, file) {
        let range = state.range(file, lens.range);
        match lens.leads_to {
            Target::Plan(name) => {
                answers.push(proto::code_lens(range, lens.title, SHOW_PLAN, vec![json!(uri), json!(name)]));
            }
            // The client shows references itself, and only one that knows our commands can.
            Target::Uses(_) if state.client.shows_plans => {
                let arguments = vec![json!(uri), proto::to_value(range.start)];
                answers.push(proto::code_lens(range, lens.title, "clientc.showUses", arguments));
            }
            Target::Uses(_) => {}
        }
    }
    Ok(Value::Array(answers))
}

fn outline(state: &State, scene: &Scene, file: FileId) -> Answer {
    let symbols = symbols::outline(scene, file);
    if state.client.nested_symbols {
        let range = |range: TextRange| state.range(file, range);
        return Ok(symbols.iter().map(|symbol| proto::document_symbol(symbol, &range)).collect());
    }
    let place = |symbol: &symbols::Symbol| state.place(symbols::place(file, symbol));
    Ok(symbols.iter().filter_map(|symbol| Some(proto::symbol_information(symbol, place(symbol)?))).collect())
}

/// The most symbols that a search returns.
const MOST_SYMBOLS: usize = 500;

fn search(state: &mut State, params: Params<'_>) -> Answer {
    let query = params.text("query")?.to_owned();
    let mut answers = Vec::new();
    for number in 0..state.projects() {
        let Some(scene) = state.scene_of(number) else { continue };
        for (file, symbol) in symbols::search(&scene, &query) {
            if answers.len() == MOST_SYMBOLS {
                return Ok(Value::Array(answers));
            }
            if let Some(place) = state.place(symbols::place(file, &symbol)) {
                answers.push(proto::symbol_information(&symbol, place));
            }
        }
    }
    Ok(Value::Array(answers))
}

fn fold(state: &State, scene: &Scene, file: FileId) -> Answer {
    let lines = state.lines(file);
    let folds = folding::folds(scene, file).into_iter();
    let ranges = folds.filter_map(|fold| {
        let (start, mut end) = lines.range(fold.range);
        // The line of the closing brace stays visible.
        if !fold.is_comment && end.line > start.line {
            end =
                crate::positions::Position { line: end.line - 1, character: lines.columns_of(end.line - 1) };
        }
        (end.line > start.line)
            .then(|| proto::folding_range(proto::position(start), proto::position(end), fold.is_comment))
    });
    Ok(ranges.collect())
}

fn select(state: &mut State, params: Params<'_>) -> Answer {
    let mut positions = Vec::new();
    for item in params.items("positions")? {
        positions.push(crate::positions::Position {
            line: item.number("line")?,
            character: item.number("character")?,
        });
    }
    of_document(state, params, |state, scene, file| {
        let chain = |position: &crate::positions::Position| {
            let ranges = selection::ranges(scene, file, state.offset(file, *position));
            proto::selection_range(ranges.into_iter().map(|range| state.range(file, range)).collect())
        };
        Ok(positions.iter().map(chain).collect())
    })
}

fn call_item(state: &State, node: &calls::Node) -> Option<Value> {
    let place = state.place(node.span)?;
    let selection = state.range(node.span.file, node.selection);
    Some(proto::call_item(node, &place.uri, place.range, selection))
}

fn call(state: &mut State, params: Params<'_>, is_outgoing: bool) -> Answer {
    let item = params.get("item")?;
    let (uri, name) = (item.text("uri")?.to_owned(), item.text("name")?.to_owned());
    let is_function = item.0.pointer("/data/isFunction").and_then(Value::as_bool).unwrap_or(false);
    let Some((scene, _)) = state.scene(&uri) else { return Ok(Value::Null) };
    let found = match (is_outgoing, is_function) {
        (true, _) => calls::outgoing(&scene, &name, is_function),
        (false, true) => Vec::new(),
        (false, false) => calls::incoming(&scene, &name),
    };
    // The ranges of an outgoing call lie in the caller asked about, those of an incoming one in the other end.
    let caller = state.file(&uri);
    let answer = |call: calls::Call| {
        let file = if is_outgoing { caller? } else { call.node.span.file };
        let ranges: Vec<Value> =
            call.places.iter().map(|range| proto::to_value(state.range(file, *range))).collect();
        let key = if is_outgoing { "to" } else { "from" };
        Some(json!({ key: call_item(state, &call.node)?, "fromRanges": ranges }))
    };
    Ok(found.into_iter().filter_map(answer).collect())
}

fn execute(state: &mut State, params: Params<'_>) -> Answer {
    let command = params.text("command")?;
    if command != SHOW_PLAN {
        return Err(Refusal::new(ErrorCode::InvalidParams, format!("there is no command `{command}`")));
    }
    let arguments: Vec<&str> =
        params.items("arguments")?.filter_map(|argument| argument.0.as_str()).collect();
    let [uri, name] = arguments.as_slice() else {
        return Err(Refusal::new(
            ErrorCode::InvalidParams,
            format!("`{SHOW_PLAN}` takes the address of a document and the name of a client"),
        ));
    };
    let Some((scene, _)) = state.scene(uri) else {
        return Err(Refusal::failed(format!("{uri} is not a document of a project")));
    };
    plan::plan(&scene, name).map(Value::String).map_err(Refusal::failed)
}
