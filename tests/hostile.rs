//! Hostile texts: the work grows with the text and not with its square. Work is counted and not timed, so that a
//! busy machine changes nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "hostile/fixing.rs"]
mod fixing;
#[path = "hostile/lines.rs"]
mod lines;
#[path = "hostile/monorepos.rs"]
mod monorepos;
#[path = "hostile/session.rs"]
mod session;
#[path = "hostile/steps.rs"]
mod steps;

use clientc_syntax::{bytes_read, parse};
use clientc_tests::Checked;

/// A text of about so many bytes: a beginning, a piece again and again, and an end.
type Text = (&'static str, &'static str, &'static str);

const OPTIONS: &str = "client<llm> A {\n  provider openai\n  options {\n";
const END: &str = "\n  }\n}\n";

const TEXTS: &[Text] = &[
    // What never closes.
    (OPTIONS, "a {", ""),
    (OPTIONS, "a {\n", ""),
    (OPTIONS, "a [", ""),
    ("", "client<llm> A {\n", ""),
    ("", "client<llm> A { ", ""),
    ("", "client<llm> A { x #\"\n}\n", ""),
    ("", "function F() -> string {\n x #\"\n}\n", ""),
    ("", "class A {\n {// \n", ""),
    ("", "{// \n", ""),
    ("", "class A {\n \"\"\" \n", ""),
    ("class A {\n x \"", "\\\"", "\n}\n"),
    (OPTIONS, "a \"\\\"\n", END),
    // What closes only at the very end.
    ("", "foo (#\"\n", "\"#\n"),
    ("", "foo ({// \n", "//}\n"),
    ("", "type a = (#\"\n", "\"#\n"),
    // Lines that open nothing, and heads that go on.
    ("", "foo (\n", ""),
    ("", "foo (", ""),
    ("", "foo (\"\"\"\n", ""),
    ("foo (\"", "\\\"", "\n"),
    ("", "client\n", ""),
    ("", "client A\n// c\n", ""),
    ("client A\n", "// c\n", ""),
    ("foo\n", "// c\n", ""),
    ("", "type a = b |\n", ""),
    ("", "} ", ""),
    ("", "}\n", ""),
    // Many blocks on a line.
    ("", "client<llm> A { } ", ""),
    ("", "client<llm> A { } } ", ""),
    ("", "\u{a0}client<llm> A { } ", ""),
    // Many faults in a block, on lines of their own and on one line.
    (OPTIONS, "    a = b\n", END),
    (OPTIONS, "    'a'\n", END),
    (OPTIONS, " 'a',", END),
    (OPTIONS, " a = b,", END),
    (OPTIONS, "    k\n", END),
    (OPTIONS, "    k\n // c\n", END),
    (OPTIONS, "a [,", END),
    ("client<llm> A { a [", ",", "]\n}\n"),
    ("client<llm> A { a [", "1,", "]\n}\n"),
    ("client<llm> A { a ", "( ", "\n}\n"),
    ("client<llm> A { a f", "(", "\n}\n"),
    ("client<llm> A { a 1 ", "@a(", "\n}\n"),
    ("client<llm> A { a [", "{{ x } },", "]\n}\n"),
    ("client<llm> A { ", "a {{ x } },", "\n}\n"),
    ("client<llm> A ", "( ", "{\n}\n"),
    ("client<llm> A ", "b ", "{\n}\n"),
    // Long, but in order.
    ("", "// c\n", ""),
    (OPTIONS, "    // c\n", END),
    (OPTIONS, "  {// c //}\n", END),
    (OPTIONS, "    k 1\n", END),
    ("client<llm> A {\n  x \"", "x", "\"\n}\n"),
    ("client<llm> A {\n  x #\"", "x\n", "\"#\n}\n"),
    ("client<llm> A {\n  provider fallback\n  options { strategy [", "B, ", "B] }\n}\n"),
    ("function F() -> string {\n", "client A\n", "}\n"),
];

fn text((start, piece, end): Text, length: usize) -> String {
    [start, &piece.repeat(length / piece.len()), end].concat()
}

/// The nodes of a tree, and the work of making it.
fn work(text: &str) -> (u64, u64) {
    let parsed = parse(text);
    (bytes_read(text), u64::from(parsed.tree.len()) + parsed.faults.len() as u64)
}

#[test]
fn a_text_twice_as_long_makes_at_most_twice_the_work() {
    const LENGTH: usize = 20_000;
    for hostile in TEXTS {
        let (read, nodes) = work(&text(*hostile, LENGTH));
        let (read_twice, nodes_twice) = work(&text(*hostile, 2 * LENGTH));
        // The beginning and the end do not grow with the text.
        let slack = 2_000 + read / 20;
        assert!(read_twice <= 2 * read + slack, "{hostile:?}: {read} and {read_twice} bytes are read");
        assert!(nodes_twice <= 2 * nodes + slack, "{hostile:?}: {nodes} and {nodes_twice} nodes are made");
    }
}

#[test]
fn every_byte_is_read_a_few_times_only() {
    for hostile in TEXTS {
        let text = text(*hostile, 50_000);
        let times = bytes_read(&text) / text.len() as u64;
        // The head of something that is stepped over may take a hundred lines, and each may begin one.
        assert!(times <= if text.starts_with("foo (") { 110 } else { 6 }, "{hostile:?}: {times} times");
    }
}

#[test]
fn a_long_text_is_answered() {
    for hostile in TEXTS {
        let checked = Checked::text(&text(*hostile, 50_000));
        assert_eq!(checked.analysis.projects.len(), 1);
    }
}

#[test]
fn a_map_nested_very_deep_is_one_fault() {
    let deep = [OPTIONS, &"a {\n".repeat(100_000), &"}\n".repeat(100_002)].concat();
    let rules: Vec<_> = Checked::text(&deep).errors().map(|error| error.rule).collect();
    assert_eq!(rules, ["nesting-too-deep"]);
}

#[test]
fn braces_that_never_close_are_one_fault_a_block() {
    let unclosed =
        ["client<llm> A {\n", &"a {\n".repeat(200), "client<llm> B {\n", &"a {\n".repeat(200)].concat();
    let rules: Vec<_> = Checked::text(&unclosed).errors().map(|error| error.rule).collect();
    assert_eq!(rules, ["syntax-error"; 2]);
    let unclosed = "client<llm> A {\n".repeat(50_000);
    let checked = Checked::text(&unclosed);
    let (braces, names): (Vec<_>, Vec<_>) = checked.errors().partition(|error| error.rule == "syntax-error");
    assert_eq!((braces.len(), names.len()), (50_000, 49_999));
}

#[test]
fn a_string_of_many_megabytes_is_an_option() {
    let long = [OPTIONS, "    model \"", &"x".repeat(30_000_000), "\"", END].concat();
    assert!(!Checked::text(&long).is_rejected());
}

#[test]
fn a_long_cycle_and_a_wide_strategy_are_answered() {
    let client = |name: usize, member: usize| {
        format!("client<llm> C{name} {{ provider fallback, options {{ strategy [C{member}] }} }}\n")
    };
    let cycle: String = (0..20_000).map(|name| client(name, (name + 1) % 20_000)).collect();
    let rules: Vec<_> = Checked::text(&cycle).errors().map(|error| error.rule).collect();
    assert_eq!(rules, ["client-cycle"]);
    let members = vec!["A"; 100_000].join(", ");
    let wide = format!(
        "client<llm> A {{ provider openai }}\nclient<llm> B {{ provider fallback, options {{ strategy [{members}] }} }}\n"
    );
    let rules: Vec<_> = Checked::text(&wide).errors().map(|error| error.rule).collect();
    assert_eq!(rules, ["too-many-routes"]);
}

#[test]
fn many_unknown_names_among_many_clients_are_answered() {
    let client = |n: usize| {
        format!("client<llm> Client{n} {{ provider fallback, options {{ strategy [Klient{n}x] }} }}\n")
    };
    let text: String = (0..500).map(client).collect();
    let checked = Checked::text(&text);
    assert_eq!(checked.errors().filter(|error| error.rule == "unknown-client").count(), 500);
}

#[test]
fn a_key_that_stands_very_often_in_a_map_is_reported_each_time() {
    let text = [OPTIONS, &"    k 1\n".repeat(50_000), END].concat();
    assert_eq!(Checked::text(&text).errors().filter(|error| error.rule == "duplicate-key").count(), 49_999);
}
