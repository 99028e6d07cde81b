//! What `baml-cli lsp` says itself, where both are attached to one editor.

use clientc_check::Diagnostic;

/// The rules whose findings BAML 0.226.3 reports too: it rejects every case of `tests/peer` in which one of them finds
/// something, but for what is excepted below.
const SAID_BY_BAML: [&str; 14] = [
    "baml-rejects",
    "client-cycle",
    "duplicate-name",
    "invalid-http",
    "invalid-name",
    "missing-option",
    "missing-provider",
    "syntax-error",
    "unknown-client",
    "unknown-http-field",
    "unknown-property",
    "unknown-provider",
    "unknown-retry-policy",
    "invalid-strategy",
];

/// Whether BAML's own language server says what was found.
pub(super) fn is_said_by_baml(diagnostic: &Diagnostic) -> bool {
    SAID_BY_BAML.contains(&diagnostic.rule) && !is_excepted(diagnostic)
}

/// BAML takes a value that begins with `=` or a second colon, a shorthand of a composite, and a member out of the
/// environment, each for something that was not meant
/// (peer/baml-facts.md 1.2).
fn is_excepted(diagnostic: &Diagnostic) -> bool {
    let says = |text: &str| diagnostic.message.contains(text);
    match diagnostic.rule {
        "syntax-error" => says("`=`") || says("second `:`"),
        "unknown-client" => says("/"),
        "invalid-strategy" => says("env."),
        _ => false,
    }
}
