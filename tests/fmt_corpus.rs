//! What must hold for every text that is formatted, over real projects and over the cases that BAML was asked about.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

#[path = "../crates/fmt/tests/common/mod.rs"]
mod common;

use clientc_tests::{random, shared};

#[test]
fn holds_for_real_projects() {
    let texts = shared::real_texts();
    let mut skipped = 0;
    for (path, text) in &texts {
        common::check(text).unwrap_or_else(|broken| panic!("{}: {broken}", path.display()));
        skipped += clientc_fmt::format(text).skipped.len();
        let windows = text.replace("\r\n", "\n").replace('\n', "\r\n");
        common::check(&windows).unwrap_or_else(|broken| panic!("{} with CRLF: {broken}", path.display()));
    }
    println!("{} texts, {skipped} blocks skipped", texts.len());
}

#[test]
fn holds_for_the_cases() {
    for text in shared::case_texts() {
        common::check(&text).unwrap_or_else(|broken| panic!("{broken}"));
        let old_mac = text.replace('\n', "\r");
        common::check(&old_mac).unwrap_or_else(|broken| panic!("with CR: {broken}"));
    }
}

/// Files cut off anywhere, as they are while someone types.
#[test]
fn holds_for_cut_files() {
    for text in shared::case_texts().into_iter().filter(|text| text.len() < 2000) {
        for cut in (0..text.len()).step_by(3) {
            common::check(&text[..random::boundary(&text, cut)]).unwrap_or_else(|broken| panic!("{broken}"));
        }
    }
}
