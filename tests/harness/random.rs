//! Texts made at random: soups of tokens, and real texts with a few changes.

use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Pieces that mean something to the scanner or to the grammar.
pub const TOKENS: &[&str] = &[
    "client<llm> A {\n",
    "client<llm> ",
    "client ",
    "retry_policy ",
    "retry_policy R {\n",
    "function F() -> string {\n",
    "class C {\n",
    "enum E {\n",
    "type T = ",
    "generator g {\n",
    "test t {\n",
    "template_string t() #\"",
    "client",
    "Client<llm> ",
    "client <llm> ",
    "retry-policy ",
    "provider",
    "options",
    "http",
    "strategy",
    "openai",
    "model",
    "A",
    "B",
    "Name",
    "a",
    "a::b",
    "$x",
    "::",
    "env.X",
    "env.",
    "true",
    "null",
    "client<",
    "<llm>",
    "  provider openai\n",
    "  options {\n",
    "    model \"gpt-4o\"\n",
    "  }\n",
    "}\n",
    "    http { request_timeout_ms 5000 }\n",
    "    strategy [A, B]\n",
    "  retry_policy R\n",
    "  max_retries 3\n",
    "    strategy [\n      A\n      B\n    ]\n",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    "{{",
    "}}",
    "{{ x }}",
    "{//",
    "//}",
    "{// x //}",
    "//",
    "///",
    "// c\n",
    "/",
    "\"",
    "\"\"",
    "\"\"\"",
    "\"x\"",
    "\"a b\"",
    "\\",
    "\\\"",
    "\"\\\\\"",
    "#",
    "#\"",
    "\"#",
    "##\"",
    "\"##",
    "###\"",
    "######\"",
    "#\"x\"#",
    "##\"a\"#b\"##",
    "'",
    "'x'",
    "`",
    ";",
    ",",
    ", ",
    ",,",
    ":",
    ": ",
    "::",
    "=",
    "= ",
    "@",
    "@@",
    "@a",
    "@@b(c)",
    "@a.b",
    "@a(b",
    "(x)",
    "(x",
    "f(x)",
    "|",
    "-",
    "--",
    "/*",
    "*/",
    "+",
    ".",
    "!",
    "?",
    "%",
    "&",
    "*",
    "~",
    "^",
    "_",
    "0",
    "1",
    "5000",
    "-1",
    "1.5",
    ".5",
    "5.",
    "1e3",
    "007",
    "+1",
    "10_000",
    "0x10",
    "5s",
    "-",
    "- 5",
    " ",
    "  ",
    "    ",
    "      ",
    "\t",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\u{a0}",
    "\u{c}",
    "\u{b}",
    "\u{feff}",
    "\u{0}",
    "\u{7f}",
    "é",
    "→",
    "😀",
    "ß",
    "\u{301}",
    "\u{2028}",
];

/// Tokens side by side.
pub fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(select(TOKENS), 0..60).prop_map(|tokens| tokens.concat())
}

/// Tokens inside the body of a client.
pub fn body() -> impl Strategy<Value = String> {
    let tokens = prop::collection::vec(select(TOKENS), 0..30).prop_map(|tokens| tokens.concat());
    let frames = select(&[
        ("client<llm> A {\n", "\n}\n"),
        ("client<llm> A {\n  provider openai\n  options {\n", "\n  }\n}\n"),
        ("client<llm> A {\n  options {\n    x ", "\n  }\n}\n"),
        ("client<llm> A {\n  options {\n    x [", "]\n  }\n}\n"),
        ("client<llm> A {\n  options {\n    x [", ", B]\n  }\n}\nclient<llm> B {\n}\n"),
        ("retry_policy R {\n  max_retries ", "\n}\nclient<llm> B {\n}\n"),
        ("function F(a: int) -> string {\n  client ", "\n  prompt #\"x\"#\n}\nclient<llm> B {\n}\n"),
    ]);
    (frames, tokens).prop_map(|((before, after), tokens)| [before, &tokens, after].concat())
}

/// Values of entries, most of them as people write them.
const VALUES: &[&str] = &[
    "openai",
    "\"gpt-4o\"",
    "gpt-4o",
    "env.KEY",
    "5000",
    "-1",
    "0.5",
    "007",
    "5s",
    "true",
    "null",
    "a b",
    "a  b",
    "a // b",
    "a//b",
    "\"a\" // b",
    "\"a\"// b",
    "\"a\" b",
    "5 // b",
    "5// b",
    "https://x.y/z",
    "a{b",
    "a}b",
    "a[b",
    "a]",
    "a,",
    "a, b",
    "\"\"",
    "\"\\\"\"",
    "\"a, b\"",
    "\"}\"",
    "#\"raw\"#",
    "{{ x }}",
    "f(x)",
    "@a",
    "a @b",
    ": a",
    "= a",
    "é",
    "\u{a0}a",
    "a\t",
    "a\tb",
    "a ",
    "[A, B]",
    "[A,B]",
    "[A, B,]",
    "[ A]",
    "[A ]",
    "[]",
    "[\"a\", b]",
    "[A B]",
    "[A, \"b\"]",
    "[A, 5]",
    "[1, 02]",
    "[env.A]",
    "[[A]]",
    "[A",
    "[A, // b",
    "{}",
    "{ }",
    "{",
    "{ a 1 }",
    "",
    "_a",
    "-a",
    "+a",
    ".a",
    "a:b",
    "a::b",
    "a$b",
    "*",
    "/x",
    "a'b",
];

/// Keys of entries, most of them as people write them.
const KEYS: &[&str] = &[
    "provider",
    "options",
    "model",
    "retry_policy",
    "http",
    "request_timeout_ms",
    "strategy",
    "max_retries",
    "a-b",
    "a_b",
    "a::b",
    "$a",
    "\"a\"",
    "a:",
    "a :",
    "_a",
    "1a",
    "é",
    "a.b",
    "// c",
    "///",
    "{// c //}",
    "@@a",
    "a ",
    "client",
];

/// Blocks in nearly the usual layout: one entry a line, two blanks an indent.
pub fn tidy() -> impl Strategy<Value = String> {
    let entry = (0..4_usize, select(KEYS), select(VALUES))
        .prop_map(|(depth, key, value)| format!("{}{key} {value}\n", "  ".repeat(depth)));
    let open =
        (1..3_usize, select(KEYS)).prop_map(|(depth, key)| format!("{}{key} {{\n", "  ".repeat(depth)));
    let line = prop_oneof![8 => entry, 2 => open, 2 => Just("  }\n".to_owned()), 1 => Just("\n".to_owned())];
    let header = select(&[
        "client<llm> A {\n",
        "client A {\n",
        "retry_policy R {\n",
        "client<llm> A{\n",
        "client<llm> a-b {\n",
    ]);
    (header, prop::collection::vec(line, 0..12)).prop_map(|(header, lines)| {
        let body = lines.concat();
        let depth = body.matches('{').count().saturating_sub(body.matches('}').count());
        [header, &body, &"  }\n".repeat(depth), "}\n"].concat()
    })
}

/// One of these texts with a few changes.
pub fn changed(texts: Vec<String>) -> impl Strategy<Value = String> {
    let change = (any::<Index>(), 0..12_usize, prop::option::of(select(TOKENS)));
    (select(texts), prop::collection::vec(change, 0..8)).prop_map(|(mut text, changes)| {
        for (place, length, token) in changes {
            let start = boundary(&text, place.index(text.len() + 1));
            let end = boundary(&text, (start + length).min(text.len()));
            let token = token.unwrap_or_default();
            text.replace_range(start.min(end)..end, token);
        }
        text
    })
}

/// The boundary of a character at or before a place.
#[must_use]
pub fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
