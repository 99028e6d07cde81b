//! Edits that move an option to where it belongs, with its comment and in the layout of the file.

use std::borrow::Cow;

use clientc_semantic::{ClientFacts, Property};
use clientc_syntax::TextRange;

use crate::core::diagnostic::FileEdit;
use crate::core::layout::{Layout, Line};

/// Moves options of one client.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moves<'a> {
    pub(crate) layout: Layout<'a>,
    pub(crate) client: &'a ClientFacts,
}

impl<'a> Moves<'a> {
    /// The line of an option and its text, where it can be taken out and nothing else changes. A comma after it goes
    /// with it and is not part of the text.
    pub(crate) fn entry(&self, option: &Property) -> Option<(Line<'a>, Cow<'a, str>)> {
        let options = self.client.options_range?;
        let entry = option.key_range.cover(option.value.range);
        let others = self.client.options.iter().map(|other| other.value.range.end);
        let previous = others.filter(|end| *end <= entry.start).max().unwrap_or(options.start);
        if self.slice(entry.end, entry.end.saturating_add(1)) == Some(",") {
            let (line, _) = self.layout.alone(TextRange::new(entry.start, entry.end + 1))?;
            let comment = self.layout.text.get(entry.end as usize + 1..line.end)?.trim_end();
            let text = [entry.slice(self.layout.text), comment].concat();
            return self.client.options_are_whole.then_some((line, Cow::Owned(text)));
        }
        // A comma before it would be left without an entry after it, which BAML rejects (peer/cases/httpleaf_trailc).
        let is_free = !self.slice(previous, entry.start)?.contains(',');
        let (line, text) = self.layout.alone(entry).filter(|_| is_free && self.client.options_are_whole)?;
        Some((line, Cow::Borrowed(text)))
    }

    /// Edits that write a policy after the line of the provider.
    pub(crate) fn beside_provider(&self, option: &Property, policy: &str) -> Option<Vec<FileEdit>> {
        let (line, _) = self.entry(option)?;
        let provider = self.layout.line(self.client.provider_range?.start as usize);
        let written = self.layout.text.get(provider.start..provider.end)?.trim();
        if !self.client.is_whole || written.ends_with(',') || written.contains(['{', '}']) {
            return None;
        }
        let behind = self.layout.text.get(option.value.range.end as usize..line.end)?;
        let comment = behind.strip_prefix(',').unwrap_or(behind).trim_end();
        let moved = format!(
            "{}retry_policy {policy}{comment}{}",
            provider.indent,
            self.layout.line_break(provider.start)
        );
        let behind = TextRange::of(provider.next, provider.next);
        Some(vec![self.layout.edit(behind, moved), self.layout.edit(line.whole(), "")])
    }

    /// Edits that move options into the `http` block, or write one instead of the first. Each option comes with what is
    /// written there. One further line is written after them.
    pub(crate) fn http_edits(
        &self,
        options: &[(&Property, String)],
        further: Option<&str>,
    ) -> Option<Vec<FileEdit>> {
        let block = self.client.http.as_ref().map(|http| http.range);
        if block.is_none() && self.has_faulty_http() {
            return None;
        }
        self.block_edits("http", block, options, further)
    }

    /// Edits that move options into a block of the options, or write one instead of the first. Each option comes with
    /// what is written there; one that cannot be moved is left. One further line is written after them.
    pub(crate) fn block_edits(
        &self,
        name: &str,
        block: Option<TextRange>,
        options: &[(&Property, String)],
        further: Option<&str>,
    ) -> Option<Vec<FileEdit>> {
        let moved: Vec<(Line<'a>, String)> = options
            .iter()
            .filter_map(|(option, written)| {
                let (line, entry) = self.entry(option)?;
                let length = option.key_range.cover(option.value.range).len();
                Some((line, [written, entry.get(length as usize..)?].concat()))
            })
            .collect();
        let (first, _) = moved.first()?;
        let entries: Vec<&str> = moved.iter().map(|(_, entry)| &**entry).chain(further).collect();
        let mut edits: Vec<FileEdit> =
            moved.iter().map(|(line, _)| self.layout.edit(line.whole(), "")).collect();
        match block {
            Some(block) => edits.push(self.added(block, &entries)?),
            None => {
                let (indent, step, end) = (first.indent, first.step(), self.layout.line_break(first.start));
                let inner: String =
                    entries.iter().map(|entry| format!("{indent}{step}{entry}{end}")).collect();
                edits.first_mut()?.edit.text = format!("{indent}{name} {{{end}{inner}{indent}}}{end}");
            }
        }
        edits.sort_by_key(|edit| edit.edit.range);
        Some(edits)
    }

    /// The edit that adds entries at the end of a block, or at its beginning where a block comment follows the last
    /// entry: BAML reads no entry after that (peer/cases/misc_blockc_trail_http).
    fn added(&self, block: TextRange, entries: &[&str]) -> Option<FileEdit> {
        let inner = TextRange::new(block.start + 1, block.end.checked_sub(1)?);
        let written = inner.slice(self.layout.text);
        let kept = written.trim_end();
        if kept.ends_with(',') {
            return None;
        }
        if !written.contains(['\n', '\r']) {
            return self.on_its_line(inner, kept.trim_start(), entries);
        }
        let (first, last) = (self.layout.line(inner.start as usize), self.layout.line(inner.end as usize));
        let last_entry = kept.lines().last().filter(|line| !line.trim().is_empty())?;
        if !self.layout.text.get(last.start..inner.end as usize)?.trim().is_empty() {
            return None;
        }
        let indent = &last_entry[..last_entry.len() - last_entry.trim_start().len()];
        let end = self.layout.line_break(first.start);
        let added: String = entries.iter().map(|entry| format!("{indent}{entry}{end}")).collect();
        let behind_brace = self.slice(inner.start, u32::try_from(first.end).ok()?)?.trim();
        let at = match kept.ends_with("//}") {
            false => last.start,
            true if behind_brace.is_empty() || behind_brace.starts_with("//") => first.next,
            true => return None,
        };
        Some(self.layout.edit(TextRange::of(at, at), added))
    }

    fn on_its_line(&self, inner: TextRange, kept: &str, entries: &[&str]) -> Option<FileEdit> {
        let has_comment = |text: &str| text.contains("//");
        if has_comment(kept) || entries.iter().any(|entry| has_comment(entry)) {
            return None;
        }
        let kept = Some(kept).filter(|kept| !kept.is_empty());
        let all: Vec<&str> = kept.into_iter().chain(entries.iter().copied()).collect();
        Some(self.layout.edit(inner, format!(" {} ", all.join(", "))))
    }

    /// Whether there is an `http` that is not a block. A second one would be a duplicate.
    fn has_faulty_http(&self) -> bool {
        let options = self.client.options_range.map_or("", |range| range.slice(self.layout.text));
        let is_http = |line: &str| {
            let key = line.trim_start().trim_start_matches('"').strip_prefix("http");
            key.is_some_and(|rest| {
                rest.trim_start_matches('"').starts_with([' ', '\t', ':', '{']) && !rest.starts_with("://")
            })
        };
        options.lines().any(is_http)
    }

    fn slice(&self, start: u32, end: u32) -> Option<&'a str> {
        self.layout.text.get(start as usize..end as usize)
    }
}
