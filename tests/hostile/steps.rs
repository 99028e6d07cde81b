//! Work of every kind that once grew with the square of a text: each place counts its steps, and twice as much text
//! makes at most twice as many.

use clientc_syntax::work;
use clientc_tests::Checked;

/// What is counted, and a text with so many pieces of it.
type Case = (&'static str, fn(usize) -> String);

const CASES: &[Case] = &[
    ("letters of an unknown name among known names as long", |n| {
        let name = "a".repeat(n);
        format!(
            "client<llm> {name}bcd {{ provider openai }}\nfunction F() -> string {{\n  client {name}\n}}\n"
        )
    }),
    ("policies that do not exist", |n| {
        let policies = (0..10).map(|n| format!("retry_policy Known{n} {{ max_retries 1 }}\n"));
        let client = |n| format!("client<llm> C{n} {{\n  provider openai\n  retry_policy Knwon{n}\n}}\n");
        policies.chain((0..n).map(client)).collect()
    }),
    ("stray text on a long line of a map", |n| {
        format!("client<llm> A {{ provider openai, options {{ model 1 {} }} }}\n", "+ 1 ".repeat(n))
    }),
    ("members that are tried again", |n| {
        let again = "A, ".repeat(n);
        let fallback = format!("provider fallback, options {{ strategy [{again}A] }}");
        format!("client<llm> A {{ provider openai }}\nclient<llm> F {{ {fallback} }}\n")
    }),
    ("comments that silence", |n| {
        let client = |n| {
            format!("// clientc: ignore[no-timeout] because\nclient<llm> C{n} {{\n  provider openai\n}}\n")
        };
        (0..n).map(client).collect()
    }),
    ("comments that silence one line", |n| {
        format!(
            "{}client<llm> A {{ provider openai }}\n",
            "// clientc: ignore[no-timeout] because\n".repeat(n)
        )
    }),
    ("findings on one line with letters beyond ASCII", |n| {
        on_one_line(n, "model \"\u{1f980}\", temprature 1")
    }),
    ("limits that are taken out of one line", |n| {
        on_one_line(n, "model \"x\", http { request_timeout_ms 1000, connect_timeout_ms 2000 }")
    }),
    ("options that are taken out of one line", |n| on_one_line(n, "model \"o1\", temperature 1")),
    ("limits that are written into one line", |n| on_one_line(n, "model \"x\"")),
    ("blocks that stand on one line", |n| {
        let policies: String = (0..n).map(|n| format!("retry_policy R{n} {{ max_retries 1 }} ")).collect();
        format!("client<llm> A {{ provider openai }}\n{policies}")
    }),
    ("blocks that are taken out with their lines", |n| {
        let policy = |n| format!("// why\nretry_policy R{n} {{\n  max_retries 1\n}}\n\n");
        format!("client<llm> A {{\n  provider openai\n}}\n{}", (0..n).map(policy).collect::<String>())
    }),
    ("one line that begins with a long blank", |n| {
        format!("{}{}", " ".repeat(20 * n), on_one_line(n, "model \"x\""))
    }),
    ("totals of clients that cannot have one", |n| {
        let client = |n| {
            format!(
                "client<llm> C{n} {{\n  provider openai\n  retry_policy R\n  options {{\n    http {{\n      \
                 total_timeout_ms 9000\n    }}\n  }}\n}}\n"
            )
        };
        format!("retry_policy R {{\n  max_retries 1\n}}\n{}", (0..n).map(client).collect::<String>())
    }),
    ("options that are moved", |n| {
        let client = |n| {
            format!(
                "client<llm> C{n} {{\n  provider openai\n  options {{\n    model \"x\"\n    timeout 3000\n  }}\n}}\n"
            )
        };
        (0..n).map(client).collect()
    }),
];

fn on_one_line(clients: usize, options: &str) -> String {
    let client = |n| format!("client<llm> C{n} {{ provider openai, options {{ {options} }} }} ");
    (0..clients).map(client).collect()
}

/// The steps from the text to the lines of the findings.
fn steps(text: &str) -> u64 {
    let before = work::steps();
    let checked = Checked::text(text);
    let _ = checked.concise();
    work::steps() - before
}

#[test]
fn of_twice_the_text_are_at_most_twice_as_many() {
    const PIECES: usize = 400;
    let mut wrong = Vec::new();
    for (what, text) in CASES {
        let (once, twice) = (steps(&text(PIECES)), steps(&text(2 * PIECES)));
        // A place that counts nothing would show nothing.
        if once < PIECES as u64 || twice > 2 * once + once / 10 + 2_000 {
            wrong.push(format!("{what}: {once} and {twice} steps"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
