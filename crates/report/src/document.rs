//! The resolved JSON. Secrets in it are not masked, because the runtime needs every option.

use std::io::{self, Write};

use clientc_plan::document::Resolved;

/// Writes the document of one project over several lines.
pub fn write_document(writer: impl Write, document: &Resolved) -> io::Result<()> {
    document.write_pretty(writer)
}

/// Writes the documents of several projects, one per line.
pub fn write_document_lines<'d>(
    mut writer: impl Write,
    documents: impl IntoIterator<Item = &'d Resolved>,
) -> io::Result<()> {
    documents.into_iter().try_for_each(|document| document.write_line(&mut writer))
}
