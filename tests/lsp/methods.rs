//! What an editor may ask and tell, for sessions at random: the tests and the fuzz target both use it.

/// Every method that the server answers or obeys, and one that does not exist.
pub(crate) const METHODS: [&str; 30] = [
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/documentHighlight",
    "textDocument/prepareRename",
    "textDocument/rename",
    "textDocument/completion",
    "textDocument/codeAction",
    "codeAction/resolve",
    "textDocument/inlayHint",
    "textDocument/codeLens",
    "textDocument/documentSymbol",
    "workspace/symbol",
    "textDocument/foldingRange",
    "textDocument/selectionRange",
    "textDocument/semanticTokens/full",
    "textDocument/semanticTokens/range",
    "textDocument/formatting",
    "textDocument/rangeFormatting",
    "textDocument/prepareCallHierarchy",
    "callHierarchy/outgoingCalls",
    "callHierarchy/incomingCalls",
    "workspace/executeCommand",
    "textDocument/diagnostic",
    "textDocument/didChange",
    "textDocument/didOpen",
    "textDocument/didClose",
    "workspace/didChangeWatchedFiles",
    "workspace/didChangeConfiguration",
    "no/such",
];

/// Whether a message of a method is told and not asked, so that nothing answers it.
pub(crate) fn is_told(method: &str) -> bool {
    method.contains("/did")
}
