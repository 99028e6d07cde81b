use clientc_semantic::Span;
use clientc_syntax::TextRange;

use crate::core::diagnostic::Safety;
use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};
use crate::text::words::short;

pub(crate) static RULE: Rule = Rule {
    name: "unterminated-string",
    summary: "a string that never ends",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("unterminated_string.md"),
};

pub(crate) fn string(span: Span) -> Finding {
    Finding::new(span, "string", "this string is never closed")
        .label("opened here")
        .help("close it with `\"` on its own line; write a string over several lines between `#\"` and `\"#`")
}

pub(crate) fn without_opening(span: Span, text: &str) -> Finding {
    let start = Span::new(span.file, TextRange::empty(span.range.start));
    Finding::new(span, "string", format!("`{}` ends with a quote and does not begin with one", short(text)))
        .label("a quote is missing before it")
        .help("put quotes on both sides: `\"...\"`")
        .replace(Safety::Safe, "write the missing quote", start, "\"")
}

pub(crate) fn raw_string(span: Span, hashes: u8) -> Finding {
    let end = format!("\"{}", "#".repeat(usize::from(hashes)));
    Finding::new(span, "string", format!("this raw string is never closed: no `{end}` follows"))
        .label("opened here")
        .help(format!("close it with `{end}` before the next block"))
}
