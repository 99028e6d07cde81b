//! Fixes that cause new findings elsewhere: twice as many of them take only a few more checks, and what can be fixed is
//! fixed.

use clientc_check::{Levels, Safety};
use clientc_tests::project::open;
use clientc_workspace::{Fixed, Unfinished};

/// What is fixed, a text with so many pieces of it, and how many fixes are then applied and refused.
type Case = (&'static str, fn(usize) -> String, fn(usize) -> (usize, usize));

const CASES: &[Case] = &[
    ("policies of leaves whose retries are too many for a fallback of three", amplified, |n| {
        (2 * n / 3, n / 3)
    }),
    ("misspelt members of which two make a cycle", |n| cycles(2, n), |n| (n, n)),
    ("misspelt members of which all make a cycle", |n| cycles(n, 1), |n| (n - 1, 1)),
    ("providers with which a client lacks an option", lacking, |n| (0, n)),
];

fn amplified(leaves: usize) -> String {
    let fallback = |n: usize| {
        let members = [n, n + 1, n + 2].map(|member| name(member % leaves)).join(", ");
        format!("client<llm> E{n} {{ provider fallback, options {{ strategy [{members}] }} }}\n")
    };
    let pieces: String = (0..leaves).map(|n| leaf(n) + &fallback(n)).collect();
    format!("retry_policy Five {{ max_retries 4 }}\n{pieces}")
}

fn one_fallback(leaves: usize) -> String {
    let members: String = (0..leaves).map(|n| name(n) + ", ").collect();
    let leaves: String = (0..leaves).map(leaf).collect();
    let policy = "retry_policy Five { max_retries 4 }\n";
    format!("{policy}{leaves}client<llm> E {{ provider fallback, options {{ strategy [{members}] }} }}\n")
}

/// A leaf whose retry policy stands where it does not count.
fn leaf(number: usize) -> String {
    let options = "    model \"x\"\n    retry_policy Five\n    http { request_timeout_ms 5000 }\n";
    format!("client<llm> {} {{\n  provider openai\n  options {{\n{options}  }}\n}}\n", name(number))
}

/// So many cycles of so many fallbacks, each with a misspelt member.
fn cycles(length: usize, count: usize) -> String {
    let client = |cycle: usize, n: usize| {
        let (own, next) = (name(cycle * length + n), name(cycle * length + (n + 1) % length));
        let next = &next[..next.len() - 1];
        format!("client<llm> {own} {{ provider fallback, options {{ strategy [{next}, L] }} }}\n")
    };
    let all = (0..count).flat_map(|cycle| (0..length).map(move |n| client(cycle, n)));
    format!("client<llm> L {{ provider openai }}\n{}", all.collect::<String>())
}

fn lacking(clients: usize) -> String {
    let client = |n| {
        format!("client<llm> C{n} {{ provider azur-openai, options {{ model \"x\", api_key env.KEY }} }}\n")
    };
    (0..clients).map(client).collect()
}

/// A name that resembles no other one.
fn name(number: usize) -> String {
    let mut state = number as u64;
    let letter = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + u8::try_from((state >> 33) % 26).unwrap())
    };
    format!("N{}{number}x", (0..10).map(letter).collect::<String>())
}

/// Fixes a text with these settings.
fn fixing(text: &str, settings: &str) -> Fixed {
    let mut workspace = open([("clientc.toml", settings), ("baml_src/main.baml", text)]);
    workspace.fix(&Levels::new(), Safety::Safe, &|_, _| true)
}

#[test]
fn twice_as_many_take_a_few_more_checks() {
    const PIECES: usize = 60;
    let mut wrong = Vec::new();
    for (what, text, expected) in CASES {
        let [once, twice] = [PIECES, 2 * PIECES].map(|pieces| fixing(&text(pieces), ""));
        // Twice as many suspects are halved once more.
        if twice.checks > once.checks + 4 || twice.checks > 40 {
            wrong.push(format!("{what}: {} and {} checks", once.checks, twice.checks));
        }
        let found = (twice.applied.len(), twice.refused.len());
        if found != expected(2 * PIECES) || twice.unfinished.is_some() {
            wrong.push(format!("{what}: {found:?} are applied and refused, {:?}", twice.unfinished));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn fixes_that_have_to_be_tried_one_by_one_are_given_up() {
    let fixed = fixing(&one_fallback(100), "[limits]\nmax-requests = 108\n");
    assert_eq!((fixed.applied.len(), fixed.unfinished), (2, Some(Unfinished::TooLong)));
    assert!(fixed.checks <= 110, "{} checks", fixed.checks);
}
