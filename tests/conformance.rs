//! Every chapter of the contract in `tests/conformance`: its source resolves to its plan, and its calls go as its
//! scripts say. `tests/conformance/README.md` describes the format.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

#[path = "conformance/chapter.rs"]
mod chapter;
#[path = "conformance/drive.rs"]
mod drive;
#[path = "conformance/script.rs"]
mod script;
#[path = "conformance/subset.rs"]
mod subset;

use std::path::PathBuf;

use self::chapter::Chapter;

macro_rules! chapters {
    ($($test:ident: $file:literal,)*) => {
        /// The chapters in the order of their files.
        const CHAPTERS: &[&str] = &[$($file),*];
        $(
            #[test]
            fn $test() {
                check($file);
            }
        )*
    };
}

chapters! {
    c01_worked_example: "01-worked-example.md",
    c02_documented_retry: "02-documented-retry.md",
    c03_inner_total_below_an_outer_retry: "03-inner-total-below-an-outer-retry.md",
    c04_round_robin_with_a_retry_twice: "04-round-robin-with-a-retry-twice.md",
    c05_a_delay_that_does_not_fit: "05-a-delay-that-does-not-fit.md",
    c06_an_attempt_cut_by_a_total: "06-an-attempt-cut-by-a-total.md",
    c07_a_default_beside_a_written_limit: "07-a-default-beside-a-written-limit.md",
    c08_a_default_that_is_not_filled_in: "08-a-default-that-is-not-filled-in.md",
    c09_ties: "09-ties.md",
    c10_retry_after: "10-retry-after.md",
    c11_policies_on_two_levels: "11-policies-on-two-levels.md",
    c12_no_limit_at_all: "12-no-limit-at-all.md",
    c13_start_of_a_round_robin: "13-start-of-a-round-robin.md",
    c14_a_duplicate_member: "14-a-duplicate-member.md",
    c15_a_shorthand: "15-a-shorthand.md",
    c16_jitter: "16-jitter.md",
    c17_overrides: "17-overrides.md",
    c18_what_is_retried: "18-what-is-retried.md",
    c19_exact_delays: "19-exact-delays.md",
    c20_nothing_left: "20-nothing-left.md",
    c21_worst_turns_of_a_round_robin: "21-worst-turns-of-a-round-robin.md",
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("conformance")
}

fn check(file: &str) {
    let text = std::fs::read_to_string(folder().join(file)).expect("the chapter can be read");
    let chapter = Chapter::read(&text);
    let compiled = clientc_tests::compiled::compile(chapter.files)
        .unwrap_or_else(|findings| panic!("{file} does not compile:\n{findings}"));
    let mut faults = Vec::new();
    for (line, expected) in &chapter.plans {
        let expected = serde_json::from_str(expected)
            .unwrap_or_else(|error| panic!("{file}:{line}: this is not JSON: {error}"));
        let differences = subset::differences(&expected, &compiled.json);
        faults.extend(differences.into_iter().map(|difference| format!("{file}:{line}: {difference}")));
    }
    let mut process = drive::Process::new(&compiled.document);
    for (line, text) in &chapter.scripts {
        let calls = script::read(text, *line).unwrap_or_else(|error| panic!("{file}:{error}"));
        faults
            .extend(calls.iter().flat_map(|call| process.call(call)).map(|fault| format!("{file}:{fault}")));
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn every_chapter_is_in_the_list() {
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .expect("the folder can be listed")
        .map(|entry| entry.expect("the folder can be listed").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".md") && name != "README.md")
        .collect();
    files.sort();
    assert_eq!(files, CHAPTERS);
}

#[test]
fn a_plan_is_a_part_of_the_document() {
    let differences =
        |expected: serde_json::Value, found: serde_json::Value| subset::differences(&expected, &found);
    use serde_json::json;
    assert!(differences(json!({"a": 1}), json!({"a": 1, "b": 2})).is_empty());
    assert!(differences(json!({"timeouts": {}}), json!({"timeouts": {}})).is_empty());
    assert_eq!(
        differences(json!({"timeouts": {}}), json!({"timeouts": {"x": 1}})),
        ["$.timeouts.x should not be there, and is 1"]
    );
    assert_eq!(differences(json!([1]), json!([1, 2])), ["$ should have 1 item, and has 2: [1,2]"]);
    assert_eq!(differences(json!({"a": [null]}), json!({"a": [3]})), ["$.a[0] should be null, and is 3"]);
    assert_eq!(differences(json!({"a": 1}), json!({})), ["$.a should be 1, and is not there"]);
}
