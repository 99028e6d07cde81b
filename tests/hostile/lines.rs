//! Formatting many blocks on few lines takes work that grows with the text and not with its square.

use clientc_fmt::{SkipReason, format};
use clientc_syntax::work;

/// What is formatted, and a text with so many pieces of it.
type Case = (&'static str, fn(usize) -> String);

const CASES: &[Case] = &[
    ("clients on one line", |n| (0..n).map(client).collect()),
    ("clients on one line with a comment that silences", |n| {
        (0..n).map(client).chain(["// clientc: ignore[no-timeout] why\n".to_owned()]).collect()
    }),
    ("clients on one line before a comment on the next", |n| {
        (0..n).map(client).chain(["\n// clientc: ignore[no-timeout] why\n".to_owned(), client(n)]).collect()
    }),
    ("clients each on a line with a comment", |n| {
        (0..n).map(|n| client(n) + "// clientc: ignore[no-timeout] why\n").collect()
    }),
    ("options on one line with a comment in it", |n| {
        let options: String = (0..n).map(|n| format!("k{n} 1, ")).collect();
        format!(
            "client<llm> A {{ provider openai, options {{ {options} }} }} // clientc: ignore[no-timeout] why\n"
        )
    }),
];

fn client(number: usize) -> String {
    format!("client<llm> C{number} {{ provider openai, options {{ model \"x\" }} }} ")
}

#[test]
fn twice_as_many_blocks_take_at_most_twice_the_work() {
    const PIECES: usize = 200;
    let mut wrong = Vec::new();
    for (what, text) in CASES {
        let [once, twice] = [PIECES, 2 * PIECES].map(|pieces| {
            let text = text(pieces);
            let before = work::steps();
            let _ = format(&text);
            work::steps() - before
        });
        if once < PIECES as u64 || twice > 2 * once + once / 10 {
            wrong.push(format!("{what}: {once} and {twice} steps"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_few_blocks_on_a_line_with_a_comment_are_compared_and_many_are_left() {
    let text = |clients| CASES[1].1(clients);
    // The comment goes on covering the first one, which ends on its line, and all behind it.
    for (clients, left) in [(1, 0), (2, 1), (8, 7), (9, 9)] {
        let formatted = format(&text(clients));
        let reasons: Vec<_> = formatted.skipped.iter().map(|skipped| skipped.reason).collect();
        assert_eq!(reasons, vec![SkipReason::Silencing; left], "{clients} clients: {}", formatted.text);
    }
}
