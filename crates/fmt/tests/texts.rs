//! Line ends, byte order marks, the end of a file, and what is said about skipped blocks.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail loudly")]

mod common;

use clientc_fmt::{SkipReason, edits, format};

fn formatted(text: &str) -> String {
    common::check(text).unwrap_or_else(|broken| panic!("{broken}"))
}

#[test]
fn line_ends_stay() {
    for line_end in ["\n", "\r\n", "\r"] {
        let text =
            "client<llm> A{\nprovider openai // c\noptions {\nlist [a\nb]\n\n\nm {a 1, b 2}\n}}\n// end\n";
        let expected = "client<llm> A {\n  provider openai // c\n  options {\n    list [a, b]\n\n    m {\n      a 1,\n      b 2\n    }\n  }\n}\n// end\n";
        assert_eq!(formatted(&text.replace('\n', line_end)), expected.replace('\n', line_end));
    }
}

#[test]
fn a_block_takes_the_line_end_that_it_uses_most() {
    let mixed = "class X {}\n\n\n\n\nclient<llm> A {\r\nprovider openai\r\noptions {}\n}\n";
    assert_eq!(
        formatted(mixed),
        "class X {}\n\n\n\n\nclient<llm> A {\r\n  provider openai\r\n  options {}\r\n}\n"
    );
}

#[test]
fn line_ends_inside_of_raw_strings_do_not_count() {
    let text = "client<llm> A {\nprovider openai\noptions { a #\"\r\n\r\n\r\n\r\n\"# }\n}\n";
    let expected = "client<llm> A {\n  provider openai\n  options {\n    a #\"\r\n\r\n\r\n\r\n\"#\n  }\n}\n";
    assert_eq!(formatted(text), expected);
}

#[test]
fn a_block_on_one_line_takes_the_line_end_of_its_file() {
    let text = "// one\r\n// two\r\nclient<llm> A { provider openai }";
    assert_eq!(formatted(text), "// one\r\n// two\r\nclient<llm> A {\r\n  provider openai\r\n}\r\n");
}

#[test]
fn a_byte_order_mark_stays() {
    assert_eq!(formatted("\u{feff}  client<llm> A { }"), "\u{feff}client<llm> A {}\n");
    assert_eq!(formatted("\u{feff}"), "\u{feff}");
}

#[test]
fn the_last_line_ends_in_a_file_with_a_block() {
    assert_eq!(formatted(""), "");
    assert_eq!(formatted("// a"), "// a");
    assert_eq!(formatted("class B {}"), "class B {}");
    assert_eq!(formatted("client<llm> A {}\n// a"), "client<llm> A {}\n// a\n");
    assert_eq!(formatted("// a\n\n\n"), "// a\n\n\n");
    assert_eq!(formatted("client<llm> A {}   "), "client<llm> A {}\n");
    assert_eq!(formatted("client<llm> A {}\nclass B {}  "), "client<llm> A {}\nclass B {}  \n");
}

#[test]
fn a_file_that_ends_in_a_fault_is_not_ended() {
    for text in ["client<llm> A {\n  provider \"openai", "{// never ends", "client<llm> A {}\n{// never ends"]
    {
        let formatted = format(text);
        assert_eq!(formatted.text, text);
        assert!(!formatted.changed);
    }
}

#[test]
fn skipped_blocks_are_named() {
    let text = "client<llm> A{}\nclient<llm> B{ a }\nclient<llm> C{ a \"b\\\\\" }\n";
    let formatted = format(text);
    let skipped = formatted.skipped.iter().map(|skipped| (skipped.range.slice(text), skipped.reason));
    let expected =
        [("client<llm> B{ a }", SkipReason::Fault), ("client<llm> C{ a \"b\\\\\" }", SkipReason::Ambiguous)];
    assert_eq!(skipped.collect::<Vec<_>>(), expected);
    assert_eq!(formatted.text, text.replace("A{", "A {"));
}

#[test]
fn changes_are_small() {
    let text = "client<llm> A {\n  provider openai\n  options   {}\n}\n\nclient<llm> B {}\n";
    let edits = edits(text);
    assert_eq!(edits.len(), 1);
    assert_eq!(edits[0].range.slice(text), "  ");
    assert_eq!(edits[0].text, "");
}

#[test]
fn changes_do_not_part_characters() {
    let text = "client<llm> A {\r\n  a [\"é\"\r\n,\"è\"]\r\n}\r\n";
    formatted(text);
    formatted("client<llm> A {\n  a \"é\"  \r\n\r\n\r\n  b \"è\"}\r\n");
    formatted("client<llm> A {\r\n  a x\r\r\n}\r\n");
}

#[test]
fn nesting_as_deep_as_it_may_be_is_laid_out() {
    let deep = 254;
    let text = format!("client<llm> A {{ a {}1{} }}", "[{ b ".repeat(deep / 2), "}]".repeat(deep / 2));
    assert_eq!(formatted(&text).lines().count(), 2 * deep + 3);
    assert!(format(&text).skipped.is_empty());
    let arrays = format!("client<llm> A {{ a {}{} }}", "[".repeat(deep), "]".repeat(deep));
    assert_eq!(common::keys(&formatted(&arrays)), ["a"]);
    let too_deep = format!("client<llm> A {{ a {}{} }}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(format(&too_deep).skipped.len(), 1);
}
