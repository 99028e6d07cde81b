//! What holds for every text, over real texts and over texts made at random.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

use clientc_tests::{Checked, invariants, random, shared};
use proptest::prelude::*;

#[test]
fn the_tree_of_a_real_text_holds_all_of_it() {
    for (path, text) in shared::real_texts() {
        println!("{}", path.display());
        invariants::tree(&text);
    }
}

#[test]
fn the_tree_of_a_case_holds_all_of_it() {
    for text in shared::case_texts() {
        invariants::tree(&text);
    }
}

/// How many places a text is cut at.
const CUTS: usize = 40;

#[test]
fn a_cut_text_keeps_the_blocks_before_the_cut() {
    for (path, text) in shared::real_texts() {
        println!("{}", path.display());
        let parsed = clientc_syntax::parse(&text);
        let step = (text.len() / CUTS).max(1);
        // Another beginning for each file, so that cuts fall on everything.
        for cut in (text.len() % step..=text.len()).step_by(step) {
            let cut = random::boundary(&text, cut);
            invariants::keeps_blocks_before(&text, &parsed, cut);
            invariants::tree(&text[..cut]);
        }
    }
}

#[test]
fn a_text_cut_anywhere_in_its_clients_keeps_the_blocks_before_the_cut() {
    let texts: Vec<String> = shared::real_texts().into_iter().map(|(_, text)| text).collect();
    let with_clients = texts.iter().filter(|text| text.contains("client<llm>") && text.len() < 3000);
    for text in with_clients.step_by(5) {
        let parsed = clientc_syntax::parse(text);
        for cut in (0..=text.len()).filter(|cut| text.is_char_boundary(*cut)) {
            invariants::keeps_blocks_before(text, &parsed, cut);
        }
    }
}

#[test]
fn a_real_file_cut_inside_a_character_is_a_finding() {
    let texts = shared::real_texts();
    let with_others = texts.iter().filter(|(_, text)| !text.is_ascii()).take(20);
    for (path, text) in with_others {
        let cut = (1..text.len()).find(|at| !text.is_char_boundary(*at)).unwrap();
        let checked = Checked::files([("main.baml", &text.as_bytes()[..cut])]);
        assert!(checked.errors().any(|error| error.rule == "file-encoding"), "{}", path.display());
    }
}

fn cases() -> ProptestConfig {
    ProptestConfig {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(3000),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_tree_of_a_soup_of_tokens_holds_all_of_it(text in random::soup()) {
        invariants::tree(&text);
    }

    #[test]
    fn the_tree_of_a_body_of_tokens_holds_all_of_it(text in random::body()) {
        invariants::tree(&text);
    }

    #[test]
    fn the_tree_of_a_tidy_block_holds_all_of_it(text in random::tidy()) {
        invariants::tree(&text);
    }

    #[test]
    fn the_tree_of_any_characters_holds_all_of_it(text in any::<String>()) {
        invariants::tree(&text);
    }
}

#[test]
fn the_tree_of_a_changed_text_holds_all_of_it() {
    let mut texts = shared::case_texts();
    texts.extend(shared::real_texts().into_iter().map(|(_, text)| text).filter(|text| text.len() < 6000));
    if texts.is_empty() {
        return;
    }
    let mut runner = proptest::test_runner::TestRunner::new(cases());
    runner
        .run(&random::changed(texts), |text| {
            invariants::tree(&text);
            Ok(())
        })
        .unwrap();
}
