//! A limit that is added where a client of Azure sets none, and that its model rejects.

use clientc_semantic::Property;
use clientc_syntax::TextRange;

use super::request::Request;
use crate::core::diagnostic::{FileEdit, Safety};
use crate::core::finding::Finding;
use crate::facts::tables::refusals::{ADDED_MAX_TOKENS, Refusal};
use crate::text::words::{grouped, short};

/// The provider that adds a limit where none is written.
pub(super) const AZURE: &str = "azure-openai";

impl Request<'_> {
    /// The finding of such a limit.
    pub(super) fn added(&self) -> Option<Finding> {
        let is_azure_provider = self.leaf.provider.name == AZURE;
        let has_limit = ["max_tokens", "max_completion_tokens"];
        if !is_azure_provider || has_limit.iter().any(|limit| self.leaf.option(limit).is_some()) {
            return None;
        }
        let refuses = |row: &Refusal| row.parameters.iter().any(|refused| refused.name == "max_tokens");
        let (_, model) = self.rows().find(|(row, _)| refuses(row))?;
        let (model, client) = (model?, self.client());
        let message = format!(
            "`{}` rejects `max_tokens`, and {} is added to every request of `{client}`, because it sets no limit: \
             every call fails",
            short(model.text),
            grouped(ADDED_MAX_TOKENS)
        );
        let finding = Finding::new(model.span, format!("{client}/max_tokens"), message)
            .label(format!("no `max_tokens`, so {} is sent", grouped(ADDED_MAX_TOKENS)))
            .help(
                "write `max_completion_tokens` with a limit that has room for the thinking, such as 16384, or \
                 `max_tokens null` for no limit",
            );
        let naming = ["model", "deployment_id", "deployment"].iter().filter_map(|key| self.leaf.option(key));
        let beside = naming.into_iter().find(|option| self.leaf.span(&option.value) == model.span)?;
        Some(match self.line_behind(beside, "max_tokens null") {
            Some(edits) => finding.fix(Safety::Unsafe, "write `max_tokens null`", edits),
            None => finding,
        })
    }

    /// Edits that write an entry on a line of its own after an option that is alone on its line.
    fn line_behind(&self, option: &Property, entry: &str) -> Option<Vec<FileEdit>> {
        let file = self.leaf.span(&option.value).file;
        let layout = self.context.layout(file);
        let mut range = option.key_range.cover(option.value.range);
        let has_comma = layout.text.get(range.end as usize..)?.starts_with(',');
        range.end += u32::from(has_comma);
        let (line, _) = layout.alone(range)?;
        let comma = if has_comma { "," } else { "" };
        let written = format!("{}{entry}{comma}{}", line.indent, layout.line_break(line.start));
        let at = TextRange::of(line.next, line.next);
        Some(vec![layout.edit(at, written)])
    }
}
