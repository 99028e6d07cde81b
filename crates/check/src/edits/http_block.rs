//! Edits of `http` blocks that keep comments and layout.

use clientc_plan::Field;
use clientc_semantic::ClientFacts;
use clientc_syntax::{TextRange, work};

use crate::core::diagnostic::FileEdit;
use crate::core::layout::Layout;

/// Writes these limits, which the client does not set, into its `http` block, or into a new one, and one further line
/// after them; `None` where the client has no braces to write into.
#[must_use]
pub fn add_limits(
    layout: Layout<'_>,
    client: &ClientFacts,
    limits: &[(Field, u64)],
    further: Option<&str>,
) -> Option<FileEdit> {
    let line = |(field, ms): &(Field, u64)| Entry::Line(format!("{} {ms}", field.key()));
    let further = further.map(|line| Entry::Line(line.to_owned()));
    let entries = limits.iter().map(line).chain(further).collect::<Vec<_>>();
    if let Some(http) = &client.http {
        return add(layout, http.range, &entries);
    }
    let http = Entry::Block("http", entries);
    match client.options_range {
        Some(range) => add(layout, range, &[http]),
        None => add_options(layout, client.range, http),
    }
}

/// Writes an entry at the end of a block; `None` where the block has no braces to write into.
#[must_use]
pub fn add_line(layout: Layout<'_>, block: TextRange, line: &str) -> Option<FileEdit> {
    add(layout, block, &[Entry::Line(line.to_owned())])
}

/// Writes the options of a client that has none. BAML rejects a second property on the line of the first
/// (peer/cases/probe_one_line_whole).
fn add_options(layout: Layout<'_>, block: TextRange, http: Entry) -> Option<FileEdit> {
    let options = [Entry::Block("options", vec![http])];
    let whole = block.slice(layout.text);
    if whole.contains(['\n', '\r']) {
        return add(layout, block, &options);
    }
    let kept = block.start as usize + whole.strip_suffix('}')?.trim_end().len();
    let indent = layout.line(block.start as usize).indent;
    let line_break = layout.line_break(block.start as usize);
    let line = format!("{line_break}{indent}  {}{line_break}{indent}", inline(&options));
    let range = TextRange::of(kept, (block.end as usize).checked_sub(1)?);
    Some(layout.edit(range, line))
}

/// Something to be written into a block.
enum Entry {
    Line(String),
    Block(&'static str, Vec<Self>),
}

/// Adds entries at the end of a block: inline where the block is on one line, else each on a line of its own. BAML
/// reads no entry after a block comment (peer/cases/misc_blockc_trail_http), so then they are added at the beginning.
fn add(layout: Layout<'_>, block: TextRange, entries: &[Entry]) -> Option<FileEdit> {
    let text = layout.text;
    let whole = block.slice(text);
    work::add(whole.len());
    let (header, _) = whole.split_once('{').filter(|(header, _)| !header.contains("//"))?;
    let open = header.len() + block.start as usize + 1;
    let close = (block.end as usize).checked_sub(1)?;
    let inside = text.get(open..close).filter(|_| text.get(close..=close) == Some("}"))?;
    // After a name, a brace that is directly followed by slashes opens a comment.
    if !header.trim().is_empty() && inside.starts_with("//") {
        return None;
    }
    let edit = |start: usize, end: usize, text: String| layout.edit(TextRange::of(start, end), text);
    let kept = inside.trim_end();
    let is_commented = kept.ends_with("//}");
    if !inside.contains(['\n', '\r']) {
        if is_commented {
            let is_entry = !kept.trim_start().starts_with('{');
            return is_entry.then(|| edit(open, open, format!(" {},", inline(entries))));
        }
        let lead = match kept.chars().last() {
            None => " ",
            Some(',') => " ",
            Some(_) => ", ",
        };
        return Some(edit(open + kept.len(), close, format!("{lead}{} ", inline(entries))));
    }
    let line_start = open + inside.rfind(['\n', '\r'])? + 1;
    let line_break = layout.line_break(open);
    let last_line = text.get(line_start..close)?;
    let close_indent = if last_line.trim().is_empty() { last_line } else { layout.line(open).indent };
    let indent = first_indent(inside).filter(|indent| indent.len() > close_indent.len());
    let step = indent.and_then(|indent| indent.strip_prefix(close_indent)).unwrap_or("  ").to_owned();
    let indent = indent.map_or_else(|| format!("{close_indent}{step}"), str::to_owned);
    let mut lines = String::new();
    write_lines(entries, &indent, &step, line_break, &mut lines);
    if is_commented {
        let first = layout.line(open);
        let behind_brace = text.get(open..first.end)?.trim();
        let is_free = behind_brace.is_empty() || behind_brace.starts_with("//");
        return is_free.then(|| edit(first.next, first.next, lines));
    }
    if last_line.trim().is_empty() {
        return Some(edit(line_start, line_start, lines));
    }
    Some(edit(open + kept.len(), close, format!("{line_break}{lines}{close_indent}")))
}

fn inline(entries: &[Entry]) -> String {
    let parts: Vec<String> = entries
        .iter()
        .map(|entry| match entry {
            Entry::Line(line) => line.clone(),
            Entry::Block(key, entries) => format!("{key} {{ {} }}", inline(entries)),
        })
        .collect();
    parts.join(", ")
}

fn write_lines(entries: &[Entry], indent: &str, step: &str, line_break: &str, out: &mut String) {
    for entry in entries {
        out.push_str(indent);
        match entry {
            Entry::Line(line) => out.push_str(line),
            Entry::Block(key, entries) => {
                out.push_str(key);
                out.push_str(" {");
                out.push_str(line_break);
                write_lines(entries, &format!("{indent}{step}"), step, line_break, out);
                out.push_str(indent);
                out.push('}');
            }
        }
        out.push_str(line_break);
    }
}

/// The indentation of the first line that is not blank, after the first one.
fn first_indent(inside: &str) -> Option<&str> {
    let line = inside.split(['\n', '\r']).skip(1).find(|line| !line.trim().is_empty())?;
    line.get(..line.len() - line.trim_start().len())
}

/// Removes an entry: with its line where it is alone there, else with the comma that separated it from the others. No
/// comma is left before the brace, because BAML would reject it (peer/cases/httpleaf_trailc). Nothing before the client
/// is read.
pub(crate) fn remove(
    layout: Layout<'_>,
    client: &ClientFacts,
    key: TextRange,
    value: TextRange,
) -> Option<Vec<FileEdit>> {
    remove_from(layout, client.range.start as usize, key.cover(value))
}

fn remove_from(layout: Layout<'_>, from: usize, entry: TextRange) -> Option<Vec<FileEdit>> {
    let text = layout.text;
    let (start, end) = (entry.start as usize, entry.end as usize);
    let (before, after) = (text.get(..start)?, text.get(end..)?);
    let blanks_before = before.len() - before.trim_end_matches([' ', '\t']).len();
    let comma = after.trim_start_matches([' ', '\t']).strip_prefix(',');
    let rest = comma.unwrap_or(after).trim_start_matches([' ', '\t']);
    let line_start = start - blanks_before;
    let is_first_on_line = before.get(..line_start)?.ends_with(['\n', '\r']);
    let line_end = ["\r\n", "\n", "\r"].into_iter().find(|line_end| rest.starts_with(line_end));
    let rest_at = text.len() - rest.len();
    let range = match (is_first_on_line, line_end) {
        (true, Some(line_end)) => (line_start, rest_at + line_end.len()),
        (true, None) => (start, rest_at),
        _ if comma.is_some() => (start, rest_at),
        // The last of several on a line: the comma before it goes.
        _ => match before.trim_end_matches([' ', '\t']).strip_suffix(',') {
            Some(kept) => (kept.len(), end),
            None => (start, end),
        },
    };
    let edit = |start, end| layout.edit(TextRange::of(start, end), "");
    let mut edits = vec![edit(range.0, range.1)];
    if only_comments_and_a_brace(text.get(range.1..)?)
        && let Some(comma) = comma_at_the_end(text.get(from..range.0)?)
    {
        edits.insert(0, edit(from + comma, from + comma + 1));
    }
    Some(edits)
}

fn only_comments_and_a_brace(text: &str) -> bool {
    let mut rest = text.trim_start();
    while rest.starts_with("//") {
        rest = rest.find(['\n', '\r']).map_or("", |end| &rest[end..]).trim_start();
    }
    rest.starts_with('}')
}

/// The offset of the comma after the last entry of a text; comments after it do not count.
fn comma_at_the_end(text: &str) -> Option<usize> {
    let mut rest = text;
    loop {
        let line_start = rest.rfind(['\n', '\r']).map_or(0, |end| end + 1);
        let line = rest.get(line_start..)?;
        work::add(line.len());
        let code = line.find("//").map_or(line, |comment| &line[..comment]).trim_end();
        if !code.trim().is_empty() || line_start == 0 {
            return code.ends_with(',').then(|| line_start + code.len() - 1);
        }
        rest = rest.get(..line_start - 1)?;
    }
}

#[cfg(test)]
mod tests {
    use clientc_semantic::FileId;
    use clientc_syntax::{LineIndex, apply};

    use super::*;

    /// Adds a request limit to the block that begins at the first brace.
    fn added(text: &str) -> String {
        let block = TextRange::of(text.find('{').unwrap_or(0), text.rfind('}').map_or(0, |end| end + 1));
        let entries = vec![Entry::Block("http", vec![Entry::Line("a 1".into()), Entry::Line("b 2".into())])];
        let lines = LineIndex::new(text);
        let edit = add(Layout::new(FileId(0), text, &lines), block, &entries);
        apply(text, edit.iter().map(|edit| &edit.edit))
    }

    #[test]
    fn lines_are_added_before_the_brace() {
        assert_eq!(
            added("  options {\n    m 1 // one\n    // two\n  }\n"),
            "  options {\n    m 1 // one\n    // two\n    http {\n      a 1\n      b 2\n    }\n  }\n"
        );
        assert_eq!(
            added("\toptions {\r\n\t\tm 1\r\n\t}"),
            "\toptions {\r\n\t\tm 1\r\n\t\thttp {\r\n\t\t\ta 1\r\n\t\t\tb 2\r\n\t\t}\r\n\t}"
        );
        assert_eq!(added("options {\n}"), "options {\n  http {\n    a 1\n    b 2\n  }\n}");
        assert_eq!(
            added("options { m 1\n  n 2 }"),
            "options { m 1\n  n 2\n  http {\n    a 1\n    b 2\n  }\n}"
        );
    }

    #[test]
    fn what_is_on_one_line_stays_there() {
        assert_eq!(added("options { m 1 }"), "options { m 1, http { a 1, b 2 } }");
        assert_eq!(added("options {m 1,}"), "options {m 1, http { a 1, b 2 } }");
        assert_eq!(added("options {}"), "options { http { a 1, b 2 } }");
    }

    #[test]
    fn nothing_stands_behind_a_block_comment() {
        let one_line = added("options { m 1 {// why //} }");
        assert_eq!(one_line, "options { http { a 1, b 2 }, m 1 {// why //} }");
        assert_eq!(
            added("options { // all\n  m 1\n  n 2 {// why //}\n}"),
            "options { // all\n  http {\n    a 1\n    b 2\n  }\n  m 1\n  n 2 {// why //}\n}"
        );
        let unclear = ["options { {// why //} }", "options { m 1\n  n 2 {// why //}\n}"];
        for text in unclear {
            assert_eq!(added(text), text);
        }
    }

    #[test]
    fn options_stand_on_a_line_of_their_own() {
        let text = "client<llm> A { provider openai }\n";
        let block = TextRange::of(0, text.len() - 1);
        let lines = LineIndex::new(text);
        let layout = Layout::new(FileId(0), text, &lines);
        let edit = add_options(layout, block, Entry::Block("http", vec![Entry::Line("a 1".into())]));
        let out = apply(text, edit.iter().map(|edit| &edit.edit));
        assert_eq!(out, "client<llm> A { provider openai\n  options { http { a 1 } }\n}\n");
    }

    /// Removes the entry between `<` and `>`.
    fn removed(marked: &str) -> String {
        let (start, end) = (marked.find('<').unwrap_or(0), marked.find('>').map_or(0, |end| end - 1));
        let text = marked.replace(['<', '>'], "");
        let lines = LineIndex::new(&text);
        let edits = remove_from(Layout::new(FileId(0), &text, &lines), 0, TextRange::of(start, end));
        apply(&text, edits.iter().flatten().map(|edit| &edit.edit))
    }

    #[test]
    fn an_entry_goes_with_its_line_or_its_comma() {
        assert_eq!(removed("{\n  a 1\n  <b 2>\n  c 3\n}"), "{\n  a 1\n  c 3\n}");
        assert_eq!(removed("{\n  <b 2>,\n  c 3\n}"), "{\n  c 3\n}");
        assert_eq!(removed("{\n  <b 2> // why\n}"), "{\n  // why\n}");
        assert_eq!(removed("{ a 1, <b 2> }"), "{ a 1 }");
        assert_eq!(removed("{ <a 1>, b 2 }"), "{ b 2 }");
        assert_eq!(removed("{ <a 1> }"), "{  }");
        assert_eq!(removed("{\n  a 1,\n  <b 2>\n}"), "{\n  a 1\n}");
        assert_eq!(removed("{\n  a 1, // why\n  // not\n\n  <b 2>\n}"), "{\n  a 1 // why\n  // not\n\n}");
        assert_eq!(removed("{\n  a 1,\n  <b 2> // why\n  // not\n}"), "{\n  a 1\n  // why\n  // not\n}");
        assert_eq!(removed("{\n  a 1,\n  <b 2>\n  c 3\n}"), "{\n  a 1,\n  c 3\n}");
    }
}
