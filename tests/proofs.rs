//! The program against a naive reference over random projects as BAML text, and what must not change its answer.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

#[path = "reference/expected.rs"]
mod expected;
#[path = "reference/model.rs"]
mod model;
#[path = "reference/naive.rs"]
mod naive;
#[path = "reference/random.rs"]
mod random;
#[path = "reference/text.rs"]
mod text;

use std::collections::BTreeSet;

use clientc_report::Options;
use clientc_tests::compiled::compile;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Map, Value};

use self::model::{Model, Shape};
use self::text::Layout;

/// So many cases, or more where `PROPTEST_CASES` says so.
fn config(cases: u32) -> Config {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(cases);
    Config { cases, failure_persistence: None, max_shrink_iters: 4096, ..Config::default() }
}

/// What the program says of a project.
fn resolved(model: &Model, layout: &Layout) -> Result<Value, TestCaseError> {
    let written = text::write(model, layout);
    let shown =
        || written.files.iter().map(|(path, text)| format!("==> {path}\n{text}\n")).collect::<String>();
    let compiled = compile(written.files.iter().map(|(path, text)| (path, text.as_str())));
    compiled
        .map(|compiled| compiled.json)
        .map_err(|findings| TestCaseError::fail(format!("{findings}\n{}", shown())))
}

/// A document as text, one line a value, so that a difference is seen.
fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("a value can be written")
}

proptest! {
    #![proptest_config(config(160))]

    #[test]
    fn the_program_says_what_the_reference_says(model in random::model(), layout in random::layout()) {
        let found = resolved(&model, &layout)?;
        let written = text::write(&model, &layout);
        let expected = expected::document(&model, &written);
        for key in ["defaults", "functions"] {
            prop_assert_eq!(pretty(&expected[key]), pretty(&found[key]));
        }
        let names = |document: &Value| -> Vec<String> {
            document["clients"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
        };
        prop_assert_eq!(names(&expected), names(&found));
        for name in names(&expected) {
            let (expected, found) = (&expected["clients"][&name], &found["clients"][&name]);
            if expected != found || pretty(expected) != pretty(found) {
                let files = written.files.iter().map(|(path, text)| format!("==> {path}\n{text}\n"));
                let files: String = files.collect();
                prop_assert_eq!(pretty(expected), pretty(found), "{}\n{}", name, files);
            }
        }
    }
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn order_files_and_layout_change_only_places(
        model in random::model(), first in random::layout(), second in random::layout(),
    ) {
        let (first, second) = (without_places(&resolved(&model, &first)?), without_places(&resolved(&model, &second)?));
        // Objects are the same in any order of their keys.
        prop_assert_eq!(first, second);
    }

    #[test]
    fn names_change_only_names(model in random::model(), layout in random::layout()) {
        let before = without_places(&resolved(&model, &layout)?);
        let mut renamed = model.clone();
        for client in &mut renamed.clients {
            if !matches!(client.shape, Shape::Shorthand) {
                // The order of the new names is that of the old ones turned round.
                client.name = renamed_client(&client.name);
            }
        }
        let after = without_places(&resolved(&renamed, &layout)?);
        prop_assert_eq!(with_new_names(&before), after);
    }

    #[test]
    fn one_more_limit_never_raises_another(
        model in random::model(), layout in random::layout(), client in any::<Index>(), field in 0usize..5,
        ms in prop_oneof![Just(400u64), Just(900), Just(1000), 400u64..4000],
    ) {
        let mut before = model;
        before.defaults = [None; 5];
        let client = client.index(before.clients.len());
        let is_composite = !before.members(client).is_empty();
        prop_assume!(!matches!(before.clients[client].shape, Shape::Shorthand));
        prop_assume!(is_composite || field != model::TOTAL);
        let mut after = before.clone();
        let ms = if field == 1 { ms / 10 } else { ms };
        let limit = &mut after.clients[client].limits[field];
        *limit = Some(limit.map_or(ms, |old| old.min(ms)));
        let (before, after) = (resolved(&before, &layout)?, resolved(&after, &layout)?);
        for (name, client) in before["clients"].as_object().unwrap() {
            let changed = &after["clients"][name];
            prop_assert!(is_at_most(&changed["worst_case"]["duration_ms"], &client["worst_case"]["duration_ms"]));
            prop_assert_eq!(&changed["worst_case"]["requests"], &client["worst_case"]["requests"]);
            for (old, new) in client["routes"].as_array().unwrap().iter().zip(changed["routes"].as_array().unwrap()) {
                prop_assert_eq!(&old["path"], &new["path"]);
                for key in model::KEYS {
                    prop_assert!(is_at_most(&new["effective"][key], &old["effective"][key]), "{} {}", name, key);
                }
            }
        }
    }

    #[test]
    fn an_explanation_fits_its_columns(model in random::model(), layout in random::layout()) {
        let written = text::write(&model, &layout);
        let compiled = compile(written.files.iter().map(|(path, text)| (path, text.as_str())));
        let compiled = compiled.map_err(TestCaseError::fail)?;
        for width in [80, 100, 160] {
            let text = compiled.why(&Options { width, ..Options::default() });
            for line in text.lines() {
                prop_assert!(line.chars().count() <= width, "{line:?} in {text}");
            }
        }
    }

    #[test]
    fn a_schedule_stays_within_the_worst_case(model in random::model(), layout in random::layout()) {
        for (name, client) in resolved(&model, &layout)?["clients"].as_object().unwrap() {
            let (schedule, worst) = (&client["schedule"], &client["worst_case"]);
            let attempts = schedule["attempts"].as_array().unwrap().len() as u64;
            prop_assert!(attempts <= worst["requests"].as_u64().unwrap(), "{}", name);
            if schedule["end"] == "completed" || schedule["end"] == "deadline" {
                prop_assert!(is_at_most(&schedule["end_ms"], &worst["duration_ms"]), "{}", name);
            }
        }
    }
}

/// The random projects have everything that the proofs are about.
#[test]
fn random_projects_show_everything() {
    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    for _ in 0..300 {
        let model = random::model().new_tree(&mut runner).expect("a project can be made").current();
        for client in 0..model.clients.len() {
            let schedule = naive::schedule(&model, client);
            seen.insert(schedule.end);
            let limits = schedule.attempts.iter().filter_map(|attempt| attempt.limit);
            seen.extend(limits.map(|(_, key, setter)| if setter.is_some() { key } else { "default" }));
            let routes = naive::routes(&model, client);
            let unfilled = |route: &Vec<usize>| {
                let found = naive::effective(&model, route);
                model.defaults[1].is_some() && found[1].is_none()
            };
            seen.extend(routes.iter().any(unfilled).then_some("a default that is not filled in"));
            seen.extend((routes.len() > 20).then_some("many routes"));
            seen.extend(routes.iter().any(|route| route.len() > 4).then_some("a deep route"));
            seen.extend(
                matches!(model.clients[client].shape, Shape::RoundRobin(_, 1..)).then_some("a start"),
            );
        }
    }
    let expected = [
        "a deep route",
        "a default that is not filled in",
        "a start",
        "completed",
        "deadline",
        "default",
        "many routes",
        "never_ends",
        "not_followed",
        "request_timeout_ms",
        "total_timeout_ms",
    ];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), expected);
}

/// Whether a number is at most another one, where nothing and null mean no limit.
fn is_at_most(first: &Value, second: &Value) -> bool {
    match (first.as_u64(), second.as_u64()) {
        (Some(first), Some(second)) => first <= second,
        (_, None) => true,
        (None, Some(_)) => false,
    }
}

/// A document without places and without the name of the project.
fn without_places(value: &Value) -> Value {
    changed(value, &|key, _| !matches!(key, "file" | "line" | "column"), &str::to_owned)
}

fn renamed_client(name: &str) -> String {
    match name.strip_prefix("Leaf") {
        Some(number) => format!("Z{number}"),
        None => format!("A{}", name.trim_start_matches("Group")),
    }
}

fn with_new_names(value: &Value) -> Value {
    let is_name = |text: &str| text.starts_with("Leaf") || text.starts_with("Group");
    changed(value, &|_, _| true, &|text| if is_name(text) { renamed_client(text) } else { text.to_owned() })
}

/// A copy of a value with some keys left out and every text changed, keys included.
fn changed(value: &Value, keep: &dyn Fn(&str, &Value) -> bool, change: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.iter().filter(|(key, value)| keep(key, value));
            let entries: Map<String, Value> =
                kept.map(|(key, value)| (change(key), changed(value, keep, change))).collect();
            Value::Object(entries)
        }
        Value::Array(items) => items.iter().map(|item| changed(item, keep, change)).collect(),
        Value::String(text) => Value::String(change(text)),
        other => other.clone(),
    }
}
