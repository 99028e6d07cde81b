//! Compositions at and above their limits, through the program: it answers, and what it cannot list it counts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use std::fmt::Write as _;

use clientc_tests::{Folder, Run};
use serde_json::Value;

/// A project with one client that makes requests, which takes at most 5 ms, and these further blocks.
fn project(more: &str) -> Folder {
    let leaf = "client<llm> L {\n  provider openai\n  options {\n    model m\n    http { request_timeout_ms 5 }\n  }\n}\n";
    Folder::with(&[("baml_src/main.baml", &format!("{leaf}{more}"))])
}

/// A fallback over these members, with more properties.
fn fallback(name: &str, members: &[&str], properties: &str) -> String {
    let members = members.join(", ");
    format!(
        "client<llm> {name} {{\n  provider fallback\n  {properties}\n  options {{ strategy [{members}] }}\n}}\n"
    )
}

/// A line of fallbacks, each over the one before, as often as said.
fn tower(layers: usize, times: usize, properties: &str) -> String {
    let mut text = String::new();
    let mut below = "L".to_owned();
    for layer in 1..=layers {
        let name = format!("F{layer}");
        text.push_str(&fallback(&name, &vec![&*below; times], properties));
        below = name;
    }
    text
}

fn policy(retries: u32, delay_ms: u64) -> String {
    format!(
        "retry_policy P {{\n  max_retries {retries}\n  strategy {{\n    type constant_delay\n    delay_ms {delay_ms}\n  }}\n}}\n"
    )
}

/// The only error of a check: its rule, its line and its message.
fn only_error(folder: &Folder) -> (String, u64, String) {
    let run = folder.run("check --format json");
    assert_eq!(run.code, 1, "{}", run.stderr);
    let json = run.json();
    let findings = json["diagnostics"].as_array().expect("diagnostics are an array");
    let errors: Vec<&Value> = findings.iter().filter(|finding| finding["level"] == "error").collect();
    let [error] = errors[..] else { panic!("there is not one error: {errors:?}") };
    let text = |key: &str| error[key].as_str().expect("a text").to_owned();
    (text("rule"), error["line"].as_u64().expect("a line"), text("message"))
}

/// Resolves a client and returns its part of the document, with its schedule.
fn resolved(folder: &Folder, client: &str) -> Value {
    resolved_with(folder, client, "--why")
}

fn resolved_with(folder: &Folder, client: &str, options: &str) -> Value {
    let run = folder.run(&format!("resolve --format json --client {client} {options}"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.json()["clients"][client].clone()
}

fn table(folder: &Folder, client: &str) -> Run {
    let run = folder.run(&format!("resolve --why --client {client}"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

/// The line of a client whose block has five lines, by its number after the leaf.
fn line_of(layer: u64) -> u64 {
    7 + 5 * (layer - 1) + 1
}

#[test]
fn a_diamond_of_sixty_layers_is_counted_and_not_listed() {
    let folder = project(&tower(60, 2, ""));
    // Layer 13 has 2^13 = 8,192 routes, layer 14 has 16,384.
    let (rule, line, message) = only_error(&folder);
    assert_eq!((&*rule, line), ("too-many-routes", line_of(14)));
    assert!(message.contains("16,384") || message.contains("16384"), "{message}");
    let run = folder.run("resolve --why");
    assert_eq!((run.code, &*run.stdout), (1, ""));
}

#[test]
fn a_diamond_that_is_within_is_listed() {
    let client = resolved(&project(&tower(13, 2, "")), "F13");
    assert_eq!(client["routes"].as_array().unwrap().len(), 8192);
    assert_eq!(client["worst_case"]["requests"], 8192);
    assert_eq!(client["worst_case"]["duration_ms"], 8192 * 5);
    assert_eq!(client["schedule"]["end_ms"], 8192 * 5);
    assert_eq!(client["schedule"]["end"], "completed");
}

#[test]
fn a_chain_of_six_hundred_is_too_long_once() {
    // The leaf and 512 fallbacks above it are 513 clients.
    let (rule, line, message) = only_error(&project(&tower(600, 1, "")));
    assert_eq!((&*rule, line), ("route-too-long", line_of(512)));
    assert!(message.contains("513"), "{message}");
}

#[test]
fn a_chain_of_the_longest_length_is_explained_in_few_lines() {
    let folder = project(&tower(511, 1, ""));
    let client = resolved(&folder, "F511");
    assert_eq!(client["routes"][0]["path"].as_array().unwrap().len(), 512);
    assert_eq!(client["worst_case"]["duration_ms"], 5);
    let table = table(&folder, "F511");
    // The route is shown whole, over many lines; what is said about it takes few.
    let is_route = |line: &&str| line.contains(" > F") || line.trim_start().starts_with("> ");
    assert!(table.stdout.lines().filter(|line| !is_route(line)).count() < 40, "{}", table.stdout);
    assert!(table.stdout.lines().all(|line| line.len() <= 110), "{}", table.stdout);
}

#[test]
fn fifty_thousand_members_are_too_many_routes() {
    let mut text = String::new();
    let names: Vec<String> = (0..50_000).map(|index| format!("M{index}")).collect();
    for name in &names {
        writeln!(text, "client<llm> {name} {{\n  provider openai\n  options {{ model m }}\n}}").unwrap();
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    text.push_str(&fallback("All", &names, ""));
    let (rule, line, message) = only_error(&project(&text));
    assert_eq!((&*rule, line), ("too-many-routes", 7 + 4 * 50_000 + 1));
    assert!(message.contains("50,000") || message.contains("50000"), "{message}");
}

#[test]
fn ten_thousand_routes_are_listed_and_shown_in_part() {
    let folder = project(&fallback("All", &["L"; 10_000], ""));
    let client = resolved(&folder, "All");
    assert_eq!(client["routes"].as_array().unwrap().len(), 10_000);
    assert_eq!(client["worst_case"]["duration_ms"], 50_000);
    assert_eq!(client["schedule"]["attempts"].as_array().unwrap().len(), 10_000);
    assert_eq!(client["schedule"]["end"], "completed");
    let table = table(&folder, "All");
    assert!(table.stdout.lines().count() < 200, "{}", table.stdout);
    assert!(table.stdout.contains("9,984 more routes"), "{}", table.stdout);
    assert!(table.stdout.contains("9,984 more attempts"), "{}", table.stdout);
}

#[test]
fn a_tower_of_policies_is_bounded_exactly_and_followed_in_part() {
    let text = policy(100, 1) + &tower(4, 1, "retry_policy P");
    let folder = project(&text);
    // 101^4 attempts of 5 ms; the delays of the innermost composite are 100 for each of its 101^3 visits, and so on.
    let client = resolved(&folder, "F4");
    assert_eq!(client["worst_case"]["requests"], 104_060_401);
    let delays = 100 * (101u64.pow(3) + 101 * 101 + 101 + 1);
    assert_eq!(client["worst_case"]["duration_ms"], 104_060_401 * 5 + delays);
    let schedule = &client["schedule"];
    let attempts = schedule["attempts"].as_array().unwrap();
    assert_eq!(
        (attempts.len(), &schedule["end"], &schedule["end_ms"]),
        (10_000, &"not_followed".into(), &Value::Null)
    );
    // Before the last of them there were 9,999 attempts, and a delay of 1 ms after each.
    assert_eq!(attempts[9999]["start_ms"], 9999 * 6);
    let table = table(&folder, "F4");
    assert!(table.stdout.lines().count() < 80, "{}", table.stdout);
    assert!(table.stdout.contains("104,060,401"), "{}", table.stdout);
}

#[test]
fn bounds_stop_at_the_largest_number() {
    let text = policy(100, 86_400_000) + &tower(60, 1, "retry_policy P");
    let client = resolved_with(&project(&text), "F60", "");
    assert_eq!(client["worst_case"]["requests"], 9_007_199_254_740_991u64);
    assert_eq!(client["worst_case"]["duration_ms"], 9_007_199_254_740_991u64);
}
