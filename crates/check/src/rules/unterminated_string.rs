use clientc_semantic::Span;

use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};

pub(crate) static RULE: Rule = Rule {
    name: "unterminated-string",
    summary: "a string that never ends",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("unterminated_string.md"),
};

pub(crate) fn string(span: Span) -> Finding {
    Finding::new(span, "string", "this string is never closed").label("opened here").help(
        "close it with `\"` on its own line; text over several lines stands between `#\"` and `\"#`",
    )
}

pub(crate) fn raw_string(span: Span, hashes: u8) -> Finding {
    let end = format!("\"{}", "#".repeat(usize::from(hashes)));
    Finding::new(span, "string", format!("this raw string is never closed: no `{end}` follows"))
        .label("opened here")
        .help(format!("close it with `{end}` before the next block"))
}
