//! What `clientc resolve --why` says to people.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use clientc_report::Options;
use clientc_tests::compiled::compile;
use clientc_tests::{Folder, Run};
use insta::assert_snapshot;

const CONFIG: &str = "[defaults.http]\ntime_to_first_token_timeout_ms = 12500\nrequest_timeout_ms = 45000\n";

/// Everything that an explanation can speak of.
const CLIENTS: &str = r#"
retry_policy Patient {
  max_retries 3
  strategy { type exponential_backoff }
}

retry_policy Twice {
  max_retries 2
  strategy {
    type constant_delay
    delay_ms 500
  }
}

client<llm> FastClient {
  provider openai
  options {
    model "gpt-4o-mini"
    http {
      connect_timeout_ms 3000
      request_timeout_ms 10000
    }
  }
}

client<llm> SlowClient {
  provider anthropic
  retry_policy Patient
  options {
    model "claude"
    http {
      connect_timeout_ms 8000
      request_timeout_ms 60000
    }
  }
}

client<llm> Spare {
  provider openai
  options { model "gpt-4o" }
}

client<llm> Pool {
  provider round-robin
  options { strategy [FastClient, Spare] }
}

client<llm> Checkout {
  provider fallback
  retry_policy Twice
  options {
    strategy [FastClient, SlowClient, Pool]
    http {
      connect_timeout_ms 5000
      idle_timeout_ms 15000
      total_timeout_ms 90000
    }
  }
}

client<llm> Everything {
  provider fallback
  options { strategy [Checkout, Pool, SlowClient] }
}
"#;

/// The explanation of one client.
fn why(client: &str, options: &Options) -> String {
    let files = [("clientc.toml", CONFIG), ("baml_src/clients.baml", CLIENTS)];
    explained(&files, client, options)
}

fn explained(files: &[(&str, &str)], client: &str, options: &Options) -> String {
    let mut compiled = compile(files.iter().copied()).expect("the project has no errors");
    for (name, other) in &mut compiled.document.clients {
        if &**name != client {
            other.schedule = None;
        }
    }
    compiled.why(options)
}

fn columns(width: usize) -> Options {
    Options { width, ..Options::default() }
}

#[test]
fn a_total_decides() {
    assert_snapshot!(why("Checkout", &columns(80)));
}

#[test]
fn a_sum_decides_in_eighty_columns() {
    assert_snapshot!(why("Everything", &columns(80)));
}

#[test]
fn wide_terminals_show_more() {
    let wide = why("Everything", &columns(140));
    assert_snapshot!(wide.split_once("When every").unwrap().1);
}

#[test]
fn ascii_and_colour_are_options() {
    let options = Options { unicode: false, colour: true, ..columns(80) };
    assert_snapshot!(why("Pool", &options).replace('\u{1b}', "^"));
}

/// The sentences of an explanation: what decides, and how it ends.
fn sentences(clients: &str, client: &str) -> String {
    let text = explained(&[("baml_src/main.baml", clients)], client, &columns(100));
    let paragraph = |part: &str, indent: &str| {
        let is_said = |line: &&str| {
            line.strip_prefix(indent)
                .is_some_and(|rest| !rest.starts_with(' ') && !rest.starts_with("retry "))
        };
        part.lines().filter(is_said).map(str::trim).collect::<Vec<_>>().join(" ")
    };
    let (first, rest) = text.split_once("\n\n").unwrap();
    let (_, last) = rest.split_once("When every attempt times out").unwrap();
    format!("{}\n{}", paragraph(first, "    "), paragraph(last, "  "))
}

/// Two leaves, A of 30 s and B without a limit, and these blocks.
fn with_leaves(more: &str) -> String {
    format!(
        "client A {{\n  provider openai\n  options {{\n    model a\n    http {{ request_timeout_ms 30000 }}\n  }}\n}}\n\
         client B {{\n  provider openai\n  options {{ model b }}\n}}\n\
         retry_policy P {{\n  max_retries 1\n  strategy {{\n    type constant_delay\n    delay_ms 25000\n  }}\n}}\n{more}"
    )
}

#[test]
fn the_sentences_say_why() {
    let group = |provider: &str, members: &str, http: &str| {
        with_leaves(&format!(
            "client G {{\n  provider {provider}\n  retry_policy P\n  options {{\n    strategy [{members}]\n    http {{ {http} }}\n  }}\n}}\n"
        ))
    };
    assert_snapshot!(sentences(&group("fallback", "A", "idle_timeout_ms 5"), "A"), @r"
    Decided by the request limit of A: baml_src/main.baml:5
    Ends after 1 request and 30s (30,000 ms): everything was tried. No call takes longer.
    ");
    assert_snapshot!(sentences(&group("fallback", "A", "idle_timeout_ms 5"), "B"), @r"
    Nothing bounds it (baml_src/main.baml:8): no request limit is set.
    It may never end: the last attempt has no limit.
    ");
    assert_snapshot!(sentences(&group("fallback", "A", "idle_timeout_ms 5"), "G"), @r"
    The largest part, 1m of 1m 25s, is 2 times the request limit of A: baml_src/main.baml:5
    Ends after 2 requests and 1m 25s (85,000 ms): everything was tried. No call takes longer.
    ");
    assert_snapshot!(sentences(&group("fallback", "A", "total_timeout_ms 50000"), "G"), @r"
    Decided by the total limit of G: baml_src/main.baml:24
    Ends after 1 request and 30s (30,000 ms): the total limit of G leaves no time for more. The bound is 20s and 1 request more, because a delay that no longer fits is not waited for, and attempts that fail sooner leave time for others.
    ");
    assert_snapshot!(sentences(&group("fallback", "A, B", "total_timeout_ms 50000"), "G"), @r"
    Decided by the total limit of G: baml_src/main.baml:24
    Ends after 2 requests and 50s (50,000 ms): cut short by the total limit of G. The bound is 2 requests more, because attempts that fail sooner leave time for others.
    ");
    assert_snapshot!(sentences(&group("fallback", "A, B, B", "idle_timeout_ms 5"), "G"), @r"
    Nothing bounds B (baml_src/main.baml:8): it and 1 more route have neither a request limit nor a total.
    It may never end: the last attempt has no limit.
    ");
    let pool = group("round-robin", "A, B", "idle_timeout_ms 5").replace("  retry_policy P\n", "");
    assert_snapshot!(sentences(&pool, "G"), @r"
    Nothing bounds B (baml_src/main.baml:8): it has neither a request limit nor a total.
    Ends after 1 request and 30s (30,000 ms): everything was tried. There is no bound, because G has members without a limit.
    ");
}

#[test]
fn a_selection_is_explained_alone() {
    let folder = Folder::with(&[("clientc.toml", CONFIG), ("baml_src/clients.baml", CLIENTS)]);
    let run: Run = folder.run("resolve --why --client Pool");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.stdout.matches("When every attempt times out").count(), 1, "{}", run.stdout);
    let json = folder.run("resolve --why --format json --client Pool");
    let json = clientc_plan::json::Value::parse(&json.stdout).unwrap();
    let clients = json["clients"].as_object().unwrap();
    assert_eq!(clients.keys().collect::<Vec<_>>(), ["FastClient", "Spare", "Pool"]);
    assert!(clients.values().all(|client| client["schedule"]["attempts"].is_array()));
    let json = folder.run("resolve --format json").json();
    assert!(json["clients"].as_object().unwrap().values().all(|client| client.get("schedule").is_none()));
    let lines = folder.run("resolve --why --format json-lines");
    assert_eq!(lines.stdout.lines().count(), 1);
    assert_eq!(lines.json()["clients"]["Everything"]["schedule"]["end"], "completed");
}
