//! The outline of a file, and names of the whole workspace.

use clientc_plan::providers::ProviderKind;
use clientc_semantic::{FileFacts, FileId, Span};
use clientc_syntax::TextRange;

use crate::scene::Scene;

/// What a symbol is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SymbolKind {
    /// A client that makes requests.
    Leaf,
    /// A fallback or a round-robin.
    Composite,
    /// A member of a composite.
    Member,
    /// A retry policy.
    Policy,
    /// A function.
    Function,
}

/// A symbol of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Symbol {
    /// Its name.
    pub(crate) name: String,
    /// A few words: the provider and the model, the retries.
    pub(crate) detail: String,
    /// What it is.
    pub(crate) kind: SymbolKind,
    /// The whole of it.
    pub(crate) range: TextRange,
    /// Its name.
    pub(crate) selection: TextRange,
    /// The symbols inside it.
    pub(crate) children: Vec<Self>,
}

/// The clients, policies and functions of a file, in the order of the text.
#[must_use]
pub(crate) fn outline(scene: &Scene, file: FileId) -> Vec<Symbol> {
    let Some(facts) = scene.facts(file) else { return Vec::new() };
    let mut symbols = of_facts(facts);
    symbols.sort_by_key(|symbol| symbol.range);
    symbols
}

/// The symbols of a project whose names contain the letters of a query in this order, in any case, each with its file.
#[must_use]
pub(crate) fn search(scene: &Scene, query: &str) -> Vec<(FileId, Symbol)> {
    let mut found = Vec::new();
    for facts in &scene.project.files {
        let matching = of_facts(facts).into_iter().filter(|symbol| is_in_order(query, &symbol.name));
        found.extend(matching.map(|symbol| (facts.file, Symbol { children: Vec::new(), ..symbol })));
    }
    found
}

/// Whether a name contains the letters of a query in this order.
fn is_in_order(query: &str, name: &str) -> bool {
    let mut left = name.chars().flat_map(char::to_lowercase);
    query
        .chars()
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_whitespace())
        .all(|c| left.any(|own| own == c))
}

fn of_facts(facts: &FileFacts) -> Vec<Symbol> {
    let clients = facts.clients.iter().map(|client| {
        let is_composite = client.provider.is_some_and(|provider| provider.kind != ProviderKind::Leaf);
        let member = |member: &clientc_semantic::Member| Symbol {
            name: member.text.to_string(),
            detail: String::new(),
            kind: SymbolKind::Member,
            range: member.range,
            selection: member.range,
            children: Vec::new(),
        };
        let model =
            client.options.iter().find(|option| option.key == "model").and_then(|model| model.value.text());
        let parts = client.provider.map(|provider| provider.name).into_iter().chain(model);
        Symbol {
            name: client.name.text.to_string(),
            detail: parts.collect::<Vec<_>>().join(" "),
            kind: if is_composite { SymbolKind::Composite } else { SymbolKind::Leaf },
            range: client.range,
            selection: client.name.range,
            children: client.members.iter().map(member).collect(),
        }
    });
    let policies = facts.policies.iter().map(|policy| Symbol {
        name: policy.name.text.to_string(),
        detail: clientc_report::plural(u64::from(policy.policy.max_retries), "retry")
            .replace("retrys", "retries"),
        kind: SymbolKind::Policy,
        range: policy.range,
        selection: policy.name.range,
        children: Vec::new(),
    });
    let functions = facts.functions.iter().map(|function| {
        let client = function.client.as_ref();
        let end = client.map_or(function.name.range.end, |client| client.range.end);
        Symbol {
            name: function.name.text.to_string(),
            detail: client.and_then(|client| client.text.as_deref().ok()).unwrap_or("").to_owned(),
            kind: SymbolKind::Function,
            range: TextRange::new(function.name.range.start, end),
            selection: function.name.range,
            children: Vec::new(),
        }
    });
    clients.chain(policies).chain(functions).collect()
}

/// The place of a symbol.
#[must_use]
pub(crate) fn place(file: FileId, symbol: &Symbol) -> Span {
    Span::new(file, symbol.selection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_letters_in_their_order() {
        assert!(is_in_order("", "MyFallback"));
        assert!(is_in_order("myfb", "MyFallback"));
        assert!(is_in_order("Fall Back", "MyFallback"));
        assert!(!is_in_order("bf", "MyFallback"));
        assert!(!is_in_order("myfallbacks", "MyFallback"));
    }
}
