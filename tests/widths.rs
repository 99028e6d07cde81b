//! `clientc resolve` on narrow and wide terminals: nothing is cut, and the answer comes first.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use std::path::PathBuf;

use clientc_tests::program::{command_in, finished};
use clientc_tests::{Folder, run_in, shared};
use insta::assert_snapshot;
use serde_json::Value;

const WIDTHS: [usize; 4] = [60, 80, 120, 200];

/// Projects with eleven routes through three levels, and the client that their function calls.
fn incidents() -> Vec<(&'static str, PathBuf)> {
    let Some(folder) = shared::folder() else { return Vec::new() };
    let cases = folder.join("cases/ux").canonicalize().unwrap();
    ["incident-one", "incident-two", "incident-three"].map(|name| (name, cases.join(name))).into()
}

/// What the program writes into a pipe with this number in `COLUMNS`.
fn resolved(folder: &std::path::Path, arguments: &[&str], columns: Option<usize>) -> String {
    let mut command = command_in(folder, &[&["resolve"], arguments].concat());
    if let Some(columns) = columns {
        command.env("COLUMNS", columns.to_string());
    }
    let run = finished(command, b"");
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stdout
}

fn width(line: &str) -> usize {
    line.chars().count()
}

#[test]
fn incidents_are_readable_on_every_width() {
    for (name, folder) in incidents() {
        let mut shown = String::new();
        for columns in WIDTHS.map(Some).into_iter().chain([None]) {
            let table = resolved(&folder, &[], columns);
            let title = columns.map_or("a pipe".to_owned(), |columns| format!("{columns} columns"));
            shown += &format!("## {title}\n\n{table}\n");
        }
        assert_snapshot!(name, shown);
    }
}

#[test]
fn no_line_is_too_long_and_no_route_is_cut() {
    for (name, folder) in incidents() {
        let plan = run_in(&folder, &["resolve", "--format", "json"]).json();
        for columns in WIDTHS {
            for arguments in [&[][..], &["--why"], &["--why", "--verbose"]] {
                let text = resolved(&folder, arguments, Some(columns));
                for line in text.lines() {
                    assert!(width(line) <= columns, "{name}, {arguments:?}, {columns}: {line}");
                }
                assert!(!text.contains('…'), "{name}, {arguments:?}, {columns}: {text}");
                assert_routes_are_whole(&plan, &text);
            }
        }
    }
}

/// Checks that below the heading of each client every route of it stands whole, over one line or more.
fn assert_routes_are_whole(plan: &Value, text: &str) {
    for (name, client) in plan["clients"].as_object().unwrap() {
        let start = text.lines().position(|line| line == name || line.starts_with(&format!("{name}  ")));
        let start = start.unwrap_or_else(|| panic!("{name} has a heading in {text}"));
        let words = text.lines().skip(start).flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ");
        for route in client["routes"].as_array().unwrap() {
            let path = route["path"].as_array().unwrap();
            let names: Vec<&str> = path.iter().skip(1).map(|name| name.as_str().unwrap()).collect();
            if !names.is_empty() {
                let route = format!("> {}", names.join(" > "));
                assert!(words.contains(&route), "{name} {route} in {text}");
            }
        }
    }
}

#[test]
fn how_long_and_why_and_which_line_are_in_the_first_five_lines() {
    let place = regex::Regex::new(r"(baml_src/\w+\.baml):(\d+)").unwrap();
    for (name, folder) in incidents() {
        let plan = run_in(&folder, &["resolve", "--format", "json"]).json();
        let (_, function) = plan["functions"].as_object().unwrap().iter().next().unwrap();
        let called = function["client"].as_str().unwrap();
        let requests = &plan["clients"][called]["worst_case"]["requests"];
        for columns in WIDTHS {
            for arguments in [&[][..], &["--why"], &["--client", called], &["--why", "--client", called]] {
                let text = resolved(&folder, arguments, Some(columns));
                let head = text.lines().take(5).map(str::trim).collect::<Vec<_>>().join(" ");
                assert!(head.contains(&format!("worst case {requests} requests")), "{name}: {head}");
                assert!(head.contains("Nothing bounds") || head.contains("Decided by"), "{name}: {head}");
                let found = place.captures(&head).unwrap_or_else(|| panic!("{name}, {columns}: {head}"));
                let source = std::fs::read_to_string(folder.join(&found[1])).unwrap();
                let line = source.lines().nth(found[2].parse::<usize>().unwrap() - 1).unwrap();
                let is_reason = ["total_timeout_ms 300000", "openai/gpt-4o-mini", "client<llm> GeminiAp"];
                assert!(is_reason.iter().any(|reason| line.contains(reason)), "{name}: {line}");
            }
        }
    }
}

/// A fallback whose names are longer than a line.
fn long_names() -> String {
    let (first, second) = ("First".repeat(20), "Second".repeat(20));
    let leaf = |name: &str| {
        format!(
            "client<llm> {name} {{\n  provider openai\n  options {{\n    model \"m\"\n    http {{ request_timeout_ms 20000 }}\n  }}\n}}\n"
        )
    };
    format!(
        "{}{}client<llm> Both {{\n  provider fallback\n  options {{ strategy [{first}, {second}] }}\n}}\n",
        leaf(&first),
        leaf(&second)
    )
}

#[test]
fn a_pipe_gets_names_of_any_length_whole() {
    let folder = Folder::with(&[("baml_src/a.baml", &long_names())]);
    for columns in [None, Some(40), Some(60)] {
        for arguments in [&[][..], &["--why"]] {
            let text = resolved(folder.path(), arguments, columns);
            assert!(!text.contains('…'), "{text}");
            assert!(text.contains(&format!("> {}", "Second".repeat(20))), "{text}");
        }
    }
}

#[test]
fn columns_that_are_no_number_are_no_width() {
    let folder = Folder::with(&[("baml_src/a.baml", &long_names())]);
    let plain = folder.run("resolve").stdout;
    for columns in ["", "0", "wide", "-3"] {
        assert_eq!(folder.run_with_variable("resolve", "COLUMNS", columns).stdout, plain, "{columns}");
    }
}

#[test]
fn very_narrow_terminals_get_lists() {
    let folder = Folder::with(&[("baml_src/a.baml", &long_names())]);
    let text = folder.run_with_variable("resolve", "COLUMNS", "40").stdout;
    assert!(text.contains("\n    request 20s\n"), "{text}");
    assert!(!text.contains("first token"), "{text}");
}

#[test]
fn an_explanation_names_who_sets_a_limit_and_on_demand_everybody() {
    let group = "client<llm> Group {\n  provider fallback\n  options { strategy [Leaf, Other] }\n}\n";
    let leaf = |name: &str| {
        format!(
            "client<llm> {name} {{\n  provider openai\n  options {{\n    model \"{name}\"\n    http {{ request_timeout_ms 20000 }}\n  }}\n}}\n"
        )
    };
    let text = format!("{}{}{group}", leaf("Leaf"), leaf("Other"));
    let folder = Folder::with(&[("baml_src/a.baml", &text)]);
    let named = |arguments: &str| {
        let text = folder.run(&format!("resolve --why --client Group {arguments}")).stdout;
        text.lines().filter(|line| line.contains("none  Group")).count()
    };
    assert_eq!((named(""), named("--verbose")), (0, 2));
}

#[test]
fn a_composite_has_its_own_total_below_its_heading() {
    for (name, folder) in incidents().into_iter().filter(|(name, _)| *name == "incident-two") {
        let text = resolved(&folder, &[], None);
        let own = text.lines().find(|line| line.trim_start().starts_with("itself")).unwrap();
        assert!(own.trim_end().ends_with(" 5m"), "{name}: {text}");
        assert!(text.contains("worst case 12 requests, 5m (300,000 ms)"), "{name}: {text}");
    }
}

#[test]
fn nothing_is_said_of_progress_in_a_pipe() {
    let mut text = String::new();
    for index in 0..3000 {
        text += &format!(
            "client<llm> Leaf{index} {{\n  provider openai\n  options {{\n    model \"m{index}\"\n    http {{ request_timeout_ms 20000 }}\n  }}\n}}\n"
        );
    }
    let folder = Folder::with(&[("baml_src/a.baml", &text)]);
    for arguments in ["resolve --format json", "check --quiet", "resolve --why", "diff --against baml_src"] {
        assert_eq!(folder.run(arguments).stderr, "", "{arguments}");
    }
}
