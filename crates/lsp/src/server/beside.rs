//! The findings that `baml-cli lsp` reports itself, for editors to which both servers are attached.

use clientc_check::Diagnostic;

/// The rules whose findings BAML 0.226.3 reports too: it rejects every case of `tests/peer` in which one of them finds
/// something, except for what [`is_excepted`] names.
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

/// Whether BAML's own language server reports a finding.
pub(super) fn is_said_by_baml(diagnostic: &Diagnostic) -> bool {
    SAID_BY_BAML.contains(&diagnostic.rule) && !is_excepted(diagnostic)
}

/// BAML accepts a value that begins with `=` or a second colon, a shorthand of a composite, and a member from the
/// environment, but takes each of them for something else (peer/baml-facts.md 1.2).
fn is_excepted(diagnostic: &Diagnostic) -> bool {
    let says = |text: &str| diagnostic.message.contains(text);
    match diagnostic.rule {
        "syntax-error" => says("`=`") || says("second `:`"),
        "unknown-client" => says("/"),
        "invalid-strategy" => says("env."),
        _ => false,
    }
}
