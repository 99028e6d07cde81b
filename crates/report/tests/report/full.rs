//! Findings with their source.

use clientc_check::{Diagnostic, Label, Level, Safety};
use clientc_report::{Links, Options};
use insta::assert_snapshot;

use crate::sources::{Files, assert_linear, at, example, finding, fix, full};

/// One finding that points at a piece of a file.
fn pointing(file: &str, piece: &str, text: &str) -> String {
    let files = Files::new(&[("a.baml", file)]);
    let label = files.label(0, piece, text);
    full(&files, &[error(label)], &Options { width: 80, ..Options::default() })
}

fn error(label: Label) -> Diagnostic {
    finding(Level::Error, "some-rule", "something is wrong", label)
}

fn label(start: usize, end: usize, text: &str) -> Label {
    Label { span: at(0, start, end), text: text.into() }
}

#[test]
fn findings_are_shown_with_their_sources() {
    let (files, diagnostics) = example();
    assert_snapshot!(full(&files, &diagnostics, &Options::default()));
}

#[test]
fn findings_are_shown_in_colour_with_links() {
    let (files, diagnostics) = example();
    let links = Links {
        rule: Some("https://clientc.dev/rules/{rule}".into()),
        file: Some("file:///a folder/{path}#{line}:{column}".into()),
    };
    assert_snapshot!(full(&files, &diagnostics, &Options { colour: true, links, ..Options::default() }));
}

#[test]
fn findings_are_shown_in_ascii_and_narrow() {
    let (files, diagnostics) = example();
    assert_snapshot!(full(
        &files,
        &diagnostics,
        &Options { unicode: false, width: 50, ..Options::default() }
    ));
}

#[test]
fn line_breaks_of_all_kinds_end_a_line() {
    assert_snapshot!(pointing("one\r\ntwo three\r\nfour\r\n", "three", "here"));
    assert_snapshot!(pointing("one\rtwo three\rfour", "three", "here"));
}

#[test]
fn a_byte_order_mark_takes_no_column() {
    assert_snapshot!(pointing("\u{feff}client Name", "client", "here"));
}

#[test]
fn tabs_and_wide_characters_keep_the_label_below_its_text() {
    assert_snapshot!(pointing("\t日本\tname \"über\" // 語", "über", "here"));
    assert_snapshot!(pointing("e\u{301}e\u{301} 👩‍🚀 name", "name", "here"));
}

#[test]
fn characters_that_a_terminal_would_obey_are_replaced() {
    assert_snapshot!(pointing("\u{1b}[31mred\u{1b}[0m \u{202e}name\u{7}", "name", "not \u{1b}[1m bold"));
}

#[test]
fn an_empty_span_is_an_arrow() {
    let files = Files::new(&[("a.baml", "client Name {\n  provider openai\n")]);
    let end = 33;
    let diagnostics = [
        error(label(end - 2, end - 2, "in a line")),
        error(label(end - 1, end, "a break")),
        error(label(99, 99, "end")),
    ];
    assert_snapshot!(full(&files, &diagnostics, &Options::default()));
}

#[test]
fn an_empty_file_has_no_excerpt() {
    let files = Files::new(&[("a.baml", "")]);
    assert_snapshot!(full(&files, &[error(label(0, 0, "this is not UTF-8"))], &Options::default()));
}

#[test]
fn a_span_over_several_lines_is_shown_on_its_first() {
    assert_snapshot!(pointing("a {\n  b {\n    c\n  }\n}\n", "b {\n    c\n  }", "this block"));
}

#[test]
fn labels_that_cover_each_other_are_drawn_apart() {
    let files = Files::new(&[("a.baml", "strategy [One, Two, Three]\n")]);
    let mut diagnostic = error(files.label(0, "[One, Two, Three]", "the list"));
    diagnostic.related.push(files.label(0, "Two", "a member"));
    diagnostic.related.push(files.label(0, "strategy", "the key"));
    diagnostic.related.push(files.label(0, "[One, Two, Three]", "the same list"));
    assert_snapshot!(full(&files, &[diagnostic], &Options::default()));
}

#[test]
fn long_texts_are_wrapped() {
    let files = Files::new(&[("a.baml", "provider openai\n")]);
    let words = "many words that say something about it ".repeat(5);
    let mut diagnostic = error(files.label(0, "openai", words.trim()));
    diagnostic.message = words.trim().into();
    diagnostic.help = Some(format!("{words}\nand a second paragraph"));
    diagnostic.fix = fix(words.trim(), Safety::Safe, &[]);
    assert_snapshot!(full(&files, &[diagnostic], &Options { width: 60, ..Options::default() }));
}

#[test]
fn many_places_are_cut() {
    let text = "name\n\n\n\n\n".repeat(40);
    let files = Files::new(&[("a.baml", &text)]);
    let mut diagnostic = error(label(0, 4, ""));
    diagnostic.related = (1..30).map(|index| label(index * 9, index * 9 + 4, "")).collect();
    let output = full(&files, &[diagnostic], &Options::default());
    assert_eq!(output.matches("a.baml:").count(), 12);
    assert!(output.contains("  note: and 18 more places that are not shown\n"), "{output}");
}

#[test]
fn a_long_line_is_cut_around_its_label() {
    let line = format!("{} target {}", "left ".repeat(100), "right ".repeat(100));
    assert_snapshot!(pointing(&line, "target", "here"));
    assert_snapshot!(pointing(&line, "left left", "at the start"));
    let start = line.len() - 6;
    let files = Files::new(&[("a.baml", &line)]);
    let mut diagnostic = error(label(start, start + 5, "at the end"));
    diagnostic.related.push(label(5, 9, "out of sight"));
    assert_snapshot!(full(&files, &[diagnostic], &Options { width: 60, ..Options::default() }));
}

#[test]
fn findings_on_a_huge_line_are_shown_in_a_time_that_fits_their_number() {
    assert_linear(200, |findings| {
        let files = Files::new(&[("a.baml", &"client Name { provider openai } ".repeat(findings * 30))]);
        let at = |index: usize| label(index * 900 + 7, index * 900 + 11, "here");
        let diagnostics: Vec<_> = (0..findings).map(|index| error(at(index))).collect();
        let output = full(&files, &diagnostics, &Options::default());
        assert!(output.len() < findings * 700, "{}", output.len());
    });
}

#[test]
fn spans_without_sense_do_no_harm() {
    let files = Files::new(&[("a.baml", "日本\r\n\u{feff}\r語\n"), ("b.baml", "")]);
    for start in 0..20 {
        for end in [0, start, start + 1, start + 7, u32::MAX as usize] {
            let mut diagnostic = error(label(start, end, "x\ny"));
            diagnostic.related.push(label(end.min(30), 30, ""));
            diagnostic.related.push(Label { span: at(1, start, end), text: String::new() });
            for width in [0, 1, 40, 200] {
                let options = Options { width, ..Options::default() };
                assert!(full(&files, &[diagnostic.clone()], &options).contains("a.baml:"));
            }
        }
    }
}
