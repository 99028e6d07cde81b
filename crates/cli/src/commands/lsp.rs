//! `clientc lsp`: the language server, over standard input and output.

use std::io::BufReader;

use clientc_lsp::Ended;

use crate::exit::Exit;

pub(crate) fn run() -> anyhow::Result<Exit> {
    match clientc_lsp::serve(BufReader::new(std::io::stdin()), std::io::stdout()) {
        Ended::InOrder => Ok(Exit::Clean),
        // The protocol requires this exit code.
        Ended::Early => Ok(Exit::Findings),
    }
}
