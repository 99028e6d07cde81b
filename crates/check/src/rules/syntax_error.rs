use clientc_semantic::Span;
use clientc_syntax::{SyntaxFault, SyntaxFaultKind, TextRange, Unterminated};

use crate::context::Context;
use crate::core::diagnostic::Safety;
use crate::core::finding::Finding;
use crate::core::rule::{Rule, Setting};
use crate::text::words::short;

pub(crate) static RULE: Rule = Rule {
    name: "syntax-error",
    summary: "text that is not the client language",
    level: Setting::Error,
    is_fixed: true,
    page: include_str!("syntax_error.md"),
};

/// The finding of a fault; `None` for the kinds that have rules of their own.
pub(crate) fn finding(context: &Context<'_>, span: Span, fault: &SyntaxFault) -> Option<Finding> {
    let text = context.text(span);
    let related = fault.related.map(|range| Span::new(span.file, range));
    let key = related.map(|related| context.text(related)).unwrap_or_default();
    let new = |message: String| Finding::new(span, short(text), message);
    Some(match fault.kind {
        SyntaxFaultKind::Unterminated(Unterminated::Comment) => {
            new("this comment is never closed".into()).label("opened here").help("a block comment ends with `//}`")
        }
        SyntaxFaultKind::NoBlock => no_block(new, text),
        SyntaxFaultKind::StrayBrace => new("this `}` closes nothing".into())
            .help("remove it, or look for a block above that is closed too early"),
        SyntaxFaultKind::NearKeyword { policy } => near_keyword(span, text, policy),
        SyntaxFaultKind::MissingName => new(format!("this `{text}` has no name"))
            .label("a name must follow on this line")
            .help(format!("write `{text} MyName {{`")),
        SyntaxFaultKind::MissingBody => new("this block has no body".into()).help("open its body with `{`"),
        SyntaxFaultKind::HeaderJunk => header_junk(context, span, text, new),
        SyntaxFaultKind::MissingBrace => missing_brace(context, span, related),
        SyntaxFaultKind::MissingBracket => {
            new("this array is never closed".into()).label("no `]` for this `[`").help("close it with `]`")
        }
        SyntaxFaultKind::MissingValue => new(format!("`{text}` has no value"))
            .label("a value must follow on this line")
            .help(format!("write the value after the key, such as `{text} \"...\"`, or remove the key")),
        SyntaxFaultKind::ValueOnNextLine => {
            let finding = new(format!("the value of `{text}` is not on its line"));
            let finding = finding.label("a value must follow on this line");
            with_related(finding, related, "this is read as an entry of its own")
                .help("only a block `{ ... }` may begin on the next line")
        }
        SyntaxFaultKind::MissingKey => new(format!("this `{text}` has no key before it"))
            .help("every entry of a block is a key and a value, such as `headers { ... }`"),
        SyntaxFaultKind::MissingSeparator => missing_separator(text, new, related),
        SyntaxFaultKind::SwallowedEntry => swallowed(text, new),
        SyntaxFaultKind::StrayComma => new("this comma separates nothing".into())
            .help("a comma comes after an entry, on the same line"),
        SyntaxFaultKind::UnbracketedList => new("a list of clients needs square brackets".into())
            .help(format!("write `[{}]`", short(text)))
            .replace(Safety::Safe, "add brackets", span, format!("[{text}]")),
        SyntaxFaultKind::Calculation => new(format!("`{}` is not evaluated", short(text)))
            .help("write the result as one number"),
        SyntaxFaultKind::EqualsSign => stray_sign(context, span, key, "=")
            .help("write a key and its value as `key value` or `key: value`"),
        SyntaxFaultKind::SecondColon => stray_sign(context, span, key, "the second `:`").help("one `:` after the key is enough"),
        SyntaxFaultKind::SingleQuotes => single_quotes(context, span, new),
        SyntaxFaultKind::Semicolon => new("an entry does not end with `;`".into())
            .help("remove it: an entry ends with its line or with a comma")
            .replace(Safety::Safe, "remove `;`", first_byte(span), ""),
        SyntaxFaultKind::SemicolonInArray => new("members are not separated by `;`".into())
            .help("separate them with commas or line breaks")
            .replace(Safety::Safe, "write `,`", first_byte(span), ","),
        SyntaxFaultKind::TripleQuotes => new("`\"\"\"` does not begin a string".into())
            .help("write a string over several lines between `#\"` and `\"#`"),
        SyntaxFaultKind::TooManyHashes => new("a raw string has at most five `#`".into())
            .help("one is enough for most strings: `#\"...\"#`"),
        SyntaxFaultKind::MarkInText => mark_in_text(context, new, span, key),
        SyntaxFaultKind::ForeignComment => foreign_comment(new, text),
        SyntaxFaultKind::BadEscape => new(format!("`{text}` is not an escape: two hexadecimal digits follow `\\x`"))
            .help("write `\\x41` for the character with the number 41, or `\\\\x` for a backslash and an x"),
        SyntaxFaultKind::BlockAttribute => new(format!("`{}` does not belong in a client or a retry policy", short(text)))
            .help("remove it: attributes are for classes, enums and tests"),
        SyntaxFaultKind::Attribute => new(format!("`{}` is not allowed inside a block of values", short(text)))
            .help("remove it, or put the string in quotes"),
        SyntaxFaultKind::NestedBlock => new("a block cannot be defined inside another".into())
            .help("define it at the top of the file and write its name here"),
        SyntaxFaultKind::Parenthesised => new("a value cannot be in parentheses".into())
            .help("write a list as `[A, B]` and a block as `{ key value }`"),
        SyntaxFaultKind::BadKey => new(format!("`{}` is not a key", short(text))).help(
            "a key begins with a letter and has only letters, digits, `_` and `-`; any other key needs double quotes",
        ),
        SyntaxFaultKind::Unexpected if is_invisible(text) => new(format!("unexpected {}", visible(text)))
            .help("it looks like a space but is not one: write a space")
            .replace(Safety::Safe, "write a space", span, " "),
        SyntaxFaultKind::Unexpected => new(format!("unexpected {}", visible(text)))
            .help("expected a key and its value on a line of their own, such as `model \"gpt-4o\"`"),
        SyntaxFaultKind::Unterminated(Unterminated::String | Unterminated::RawString(_))
        | SyntaxFaultKind::MissingOpeningQuote
        | SyntaxFaultKind::MalformedNumber
        | SyntaxFaultKind::TooDeep => return None,
    })
}

/// Whether a text begins with a character that cannot be seen.
fn is_invisible(text: &str) -> bool {
    let is_mark = |c: char| matches!(c, '\u{feff}' | '\u{200b}');
    text.chars().next().is_some_and(|first| first.is_control() || first.is_whitespace() || is_mark(first))
}

fn mark_in_text(context: &Context<'_>, new: impl Fn(String) -> Finding, span: Span, before: &str) -> Finding {
    let source = context.sources.text(span.file).get(span.range.end as usize..).unwrap_or_default();
    let mark = context.text(span);
    if mark == "#" && source.starts_with('"') {
        return new(format!("`{}` does not belong before a raw string", short(before))).help("remove it");
    }
    new(format!("an unquoted string cannot contain {}", visible(mark)))
        .help("put the whole string in double quotes: `\"...\"`")
}

/// A text in backticks, or the name of a character that cannot be seen.
fn visible(text: &str) -> String {
    match text.chars().next() {
        Some(first) if is_invisible(text) => {
            format!("character U+{:04X}", u32::from(first))
        }
        _ => format!("`{}`", short(text)),
    }
}

fn with_related(finding: Finding, related: Option<Span>, text: &str) -> Finding {
    match related {
        Some(span) => finding.related(span, text),
        None => finding,
    }
}

fn first_byte(span: Span) -> Span {
    Span::new(span.file, TextRange::new(span.range.start, span.range.start + 1))
}

fn no_block(new: impl Fn(String) -> Finding, text: &str) -> Finding {
    if is_invisible(text) {
        return new(format!("unexpected {}", visible(text))).help("remove it");
    }
    if text.starts_with('#') || text.starts_with("/*") || text.starts_with("--") {
        return foreign_comment(new, text);
    }
    if matches!(text, "," | ";") {
        return new(format!("`{text}` does not belong between blocks")).help("remove it");
    }
    new(format!("`{}` opens no block", short(text)))
        .help("a file holds blocks such as `client<llm> Name { ... }`; a comment begins with `//`")
}

/// A text in single quotes that is longer is not put in double quotes.
const LONGEST_QUOTED: usize = 200;

fn single_quotes(context: &Context<'_>, span: Span, new: impl Fn(String) -> Finding) -> Finding {
    let finding =
        new("a string cannot be in single quotes".into()).help("write it in double quotes: `\"...\"`");
    let source = context.sources.text(span.file).get(span.range.start as usize + 1..).unwrap_or_default();
    let stop = source.bytes().take(LONGEST_QUOTED).position(|byte| b"'\"\\\n\r".contains(&byte));
    let Some(inner) = stop.and_then(|stop| source.get(..stop).filter(|_| source.as_bytes()[stop] == b'\''))
    else {
        return finding;
    };
    let length = u32::try_from(inner.len() + 2).unwrap_or(u32::MAX);
    let quoted =
        Span::new(span.file, TextRange::new(span.range.start, span.range.start.saturating_add(length)));
    finding.replace(Safety::Safe, "write double quotes", quoted, format!("\"{inner}\""))
}

fn foreign_comment(new: impl Fn(String) -> Finding, text: &str) -> Finding {
    let opening = if text.starts_with('#') { "#" } else { text.get(..2).unwrap_or(text) };
    new(format!("`{opening}` does not begin a comment"))
        .help("a comment begins with `//` and ends with its line, or is between `{//` and `//}`")
}

fn near_keyword(span: Span, text: &str, policy: bool) -> Finding {
    let (keyword, shape) =
        if policy { ("retry_policy", "retry_policy Name {") } else { ("client<llm>", "client<llm> Name {") };
    Finding::new(span, short(text), format!("`{}` does not open a block", short(text)))
        .label(format!("write `{keyword}`"))
        .help(format!("a block begins with `{shape}`"))
        .replace(Safety::Safe, format!("write `{keyword}`"), span, keyword)
}

fn missing_brace(context: &Context<'_>, span: Span, next: Option<Span>) -> Finding {
    let source = context.sources.text(span.file);
    let before = source.get(..span.range.start as usize).unwrap_or_default().trim_end();
    let header = before.rsplit(['\n', '\r']).next().unwrap_or_default().trim();
    let what = if header.is_empty() { "this block".to_owned() } else { format!("`{}`", short(header)) };
    let finding =
        Finding::new(span, short(header), format!("{what} is never closed")).label("no `}` for this `{`");
    with_related(finding, next, "the next block begins here").help("close it with `}` on a line of its own")
}

/// Words between a name and its brace. `extends` is how other languages take over what another block has.
fn header_junk(context: &Context<'_>, span: Span, text: &str, new: impl Fn(String) -> Finding) -> Finding {
    let source = context.sources.text(span.file);
    let before = source.get(..span.range.start as usize).unwrap_or_default().trim_end();
    if before.ends_with("extends") || text == "extends" {
        return new(format!(
            "a client inherits nothing from another, so `extends` has no effect here: `{}`",
            short(text)
        ))
        .help(format!("remove `extends`, and repeat the provider and the options of `{}`", short(text)));
    }
    new(format!("`{}` does not belong between a name and its `{{`", short(text)))
        .help("write `client<llm> Name {` or `retry_policy Name {`")
}

/// A block on the line of a value without quotes, which runs to the end of its line.
fn swallowed(text: &str, new: impl Fn(String) -> Finding) -> Finding {
    let (value, key) = text.trim_end().rsplit_once([' ', '\t']).unwrap_or((text, ""));
    let value = value.trim_end();
    let message = match key {
        "" => format!("what follows was read as part of the value `{}`", short(value)),
        key => format!("`{}` was read as part of the value `{}`", short(key), short(value)),
    };
    new(message)
        .label("a value without quotes runs to the end of its line")
        .help("start it on a new line, or put the value in quotes")
}

fn missing_separator(text: &str, new: impl Fn(String) -> Finding, previous: Option<Span>) -> Finding {
    let word = text.split([' ', '\t', '\n', '\r', '{']).find(|word| !word.is_empty());
    let before = word.map_or("this".to_owned(), |word| format!("`{}`", short(word)));
    let finding = new(format!("missing comma or line break before {before}"));
    let Some(previous) = previous else { return finding };
    let end = Span::new(previous.file, TextRange::empty(previous.range.end));
    finding
        .related(previous, "a comma or a line break must follow this")
        .help("put a comma or a line break between them")
        .replace(Safety::Safe, "add a comma", end, ",")
}

fn stray_sign(context: &Context<'_>, span: Span, key: &str, sign: &str) -> Finding {
    let source = context.sources.text(span.file);
    let rest = source.get(span.range.end as usize..).unwrap_or_default();
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let end = u32::try_from(blanks).map_or(span.range.end, |blanks| span.range.end + blanks);
    let removed = Span::new(span.file, TextRange::new(span.range.start, end));
    let sign = if sign == "=" { "`=`" } else { sign };
    Finding::new(span, short(key), format!("{sign} does not belong before a value"))
        .label("it would become part of the string")
        .replace(Safety::Safe, format!("remove {sign}"), removed, "")
}
