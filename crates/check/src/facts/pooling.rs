//! Whether connections are kept between requests, on which BAML and clientc differ unless a client says so
//! (peer/baml-facts.md 3.2).

use clientc_plan::providers::{POOLING_KEY, Provider};
use clientc_semantic::{ClientFacts, Span};
use clientc_syntax::TextRange;

use crate::core::input::Input;

/// A client with limits, in a project that BAML reads too and where no client says whether connections are kept.
pub(crate) struct Unsaid<'a> {
    pub(crate) client: &'a ClientFacts,
    /// The opening brace of its `http` block.
    pub(crate) brace: Span,
}

/// The first client of the project that sets limits and could say whether connections are kept, where none says it.
pub(crate) fn unsaid<'a>(input: &Input<'a>) -> Option<Unsaid<'a>> {
    if !input.is_read_by_baml() || is_said(input) {
        return None;
    }
    let clients = input.files().flat_map(|file| file.clients.iter().map(move |client| (file.file, client)));
    let mut limited = clients.filter_map(|(file, client)| {
        let http = client.http.as_ref().filter(|http| !http.limits.is_empty() && has_key(client.provider))?;
        let brace = TextRange::new(http.range.start, http.range.start + 1);
        Some(Unsaid { client, brace: Span::new(file, brace) })
    });
    limited.next()
}

/// What a fix that writes the first limits of the project adds about connections: what is true now of the runtime that
/// makes the calls. `None` where a client has limits already, or nothing needs to be said.
pub(crate) fn to_be_said(input: &Input<'_>) -> Option<bool> {
    let is_needed = input.is_read_by_baml() && !is_said(input) && unsaid(input).is_none();
    is_needed.then(|| !input.is_called_by_baml())
}

/// The line that says it in the `http` block of a client that can have one.
pub(crate) fn line(keeps: Option<bool>, provider: Option<&Provider>) -> Option<String> {
    keeps.filter(|_| has_key(provider)).map(|keeps| format!("{POOLING_KEY} {keeps}"))
}

fn is_said(input: &Input<'_>) -> bool {
    let mut clients = input.files().flat_map(|file| &file.clients);
    clients.any(|client| client.http.as_ref().is_some_and(|http| http.connection_pooling.is_some()))
}

fn has_key(provider: Option<&Provider>) -> bool {
    provider.is_some_and(|provider| provider.http_keys().any(|key| key.name == POOLING_KEY))
}
