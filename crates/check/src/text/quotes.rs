//! The inside of quotes.

use clientc_semantic::Span;
use clientc_syntax::TextRange;

/// The place of a text inside its quotes, given what is written at its place.
pub(crate) fn unquoted(written: &str, span: Span) -> Span {
    let hashes = written.bytes().take_while(|byte| *byte == b'#').count();
    let inset = match written.as_bytes().get(hashes) {
        Some(b'"') => u32::try_from(hashes + 1).unwrap_or(0),
        _ => 0,
    };
    let range = span.range;
    Span::new(span.file, TextRange::new(range.start + inset, range.end.saturating_sub(inset)))
}

/// Whether a value that ends here could be written without quotes and would end here too.
pub(crate) fn may_lose_quotes(text: &str, end: u32) -> bool {
    let behind = text.get(end as usize..).unwrap_or_default();
    let rest = behind.trim_start_matches([' ', '\t']);
    let is_comment = rest.starts_with("//") && rest.len() < behind.len();
    rest.is_empty() || is_comment || rest.starts_with([',', '}', ']', '\n', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_may_lose_its_quotes_where_its_line_ends_with_it() {
        for (behind, may) in
            [("", true), (" }", true), (", b", true), ("\r\n", true), (" // c", true), ("]", true)]
                .into_iter()
                .chain([("//c", false), (" b", false), ("{// c //}", false), (" @a", false)])
        {
            assert_eq!(may_lose_quotes(&["x", behind].concat(), 1), may, "{behind}");
        }
    }
}
