//! What is said where BAML's own run time makes the calls.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

#[path = "baml_calls/advice.rs"]
mod advice;
#[path = "baml_calls/pictures.rs"]
mod pictures;
#[path = "baml_calls/v1.rs"]
mod v1;

use clientc_tests::{Folder, shared};

const CLIENTS: &str = r##"
generator target {
  output_type "python/pydantic"
  output_dir "../"
  version "0.226.3"
}

retry_policy R {
  max_retries 2
  strategy {
    type exponential_backoff
  }
}

client<llm> A {
  provider openai
  retry_policy R
  options {
    model "gpt-4o"
    api_key env.K
  }
}

client<llm> B {
  provider anthropic
  options {
    model "claude-3-5-haiku-latest"
    api_key env.K2
  }
}

client<llm> F {
  provider fallback
  options {
    strategy [A, B]
  }
}

function X(a: string) -> string {
  client F
  prompt #"{{a}}"#
}
"##;

const DEFAULTS: &str = "[defaults.http]\nrequest_timeout_ms = 120000\n";

fn folder(config: &str) -> Folder {
    Folder::with(&[("baml_src/a.baml", CLIENTS), ("clientc.toml", config)])
}

/// 3 attempts of 300 s with delays of 300 and 450 ms, and one more attempt.
const THROUGH_BAML: u64 = 4 * 300_000 + 300 + 450;
/// The same with the limit of `clientc.toml` and delays of 200 and 300 ms.
const THROUGH_CLIENTC: u64 = 4 * 120_000 + 200 + 300;

#[test]
fn a_default_of_clientc_toml_bounds_nothing_there() {
    let run = folder(DEFAULTS).run("check --format concise");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("warning[no-timeout]"), "{}", run.stdout);
    assert!(run.stdout.contains("4 requests and take 1,200,750 ms"), "{}", run.stdout);
    assert!(
        run.stdout.contains("clientc.toml:2:1: warning[baml-ignores]: BAML does not read clientc.toml"),
        "{}",
        run.stdout
    );
}

#[test]
fn the_gateway_obeys_it() {
    for calls in ["gateway", "clientc"] {
        let run =
            folder(&format!("{DEFAULTS}[runtime]\ncalls = \"{calls}\"\n")).run("check --format concise");
        assert!(!run.stdout.contains("no-timeout") && !run.stdout.contains("clientc.toml"), "{}", run.stdout);
    }
}

#[test]
fn the_document_holds_the_figures_of_both() {
    let json = folder(DEFAULTS).run("resolve --format json").json();
    let fallback = &json["clients"]["F"];
    assert_eq!(fallback["worst_case"]["duration_ms"], THROUGH_CLIENTC);
    let baml = &fallback["runtimes"]["baml"];
    assert_eq!(baml["worst_case"]["duration_ms"], THROUGH_BAML);
    assert_eq!(baml["effective"][0]["request_timeout_ms"], 300_000);
    assert_eq!(baml["effective"][0]["connect_timeout_ms"], 10_000);
    let run = folder(DEFAULTS).run("resolve --format json --runtime clientc");
    assert!(!run.stdout.contains("runtimes"));
    let config = format!("{DEFAULTS}[runtime]\ncalls = \"gateway\"\n");
    assert!(!folder(&config).run("resolve --format json").stdout.contains("runtimes"));
    let asked = folder(&config).run("resolve --format json --runtime baml").json();
    assert_eq!(asked["clients"]["F"]["runtimes"], fallback["runtimes"]);
}

#[test]
fn a_document_whose_figures_do_not_follow_is_refused() {
    let text = folder(DEFAULTS).run("resolve --format json").stdout;
    assert!(clientc_plan::document::Resolved::read(&text).unwrap().plan().is_ok());
    let edited = text.replace(&THROUGH_BAML.to_string(), "7");
    let version = "\"measured_with\": \"0.226.3\"";
    assert!(edited.contains(version), "{edited}");
    for checked in [&edited, &edited.replace(&format!("{version},"), "")] {
        let error = clientc_plan::document::Resolved::read(checked).unwrap().plan().unwrap_err();
        assert!(error.path.ends_with("runtimes.baml.worst_case"), "{error}");
    }
    // With another version of BAML other things may have been measured.
    let other = edited.replace(version, "\"measured_with\": \"0.227.0\"");
    assert!(clientc_plan::document::Resolved::read(&other).unwrap().plan().is_ok());
}

#[test]
fn the_table_leads_with_the_run_time_that_makes_the_calls() {
    let run = folder(DEFAULTS).run("resolve");
    assert!(run.stdout.contains("worst case in BAML 4 requests, 20m 0.75s"), "{}", run.stdout);
    assert!(run.stdout.contains("in clientc's library or gateway: 4 requests, 8m 0.5s"), "{}", run.stdout);
    assert!(run.stdout.contains("not in BAML: request 2m (clientc.toml)"), "{}", run.stdout);
    let ours = folder(DEFAULTS).run("resolve --runtime clientc");
    assert!(!ours.stdout.contains("BAML"), "{}", ours.stdout);
}

#[test]
fn what_baml_refuses_is_an_error_where_it_makes_the_calls() {
    let clients =
        CLIENTS.replace("    strategy [A, B]\n", "    strategy [A, B]\n    http { idle_timeout_ms 15000 }\n");
    let with = |config: &str| Folder::with(&[("baml_src/a.baml", &*clients), ("clientc.toml", config)]);
    let run = with("").run("check --format concise");
    assert!(run.code == 1 && run.stdout.contains("error[baml-rejects]"), "{}", run.stdout);
    let run = with("[rules]\nbaml-rejects = \"info\"\n").run("check --format concise");
    assert!(run.code == 0 && run.stdout.contains("info[baml-rejects]"), "{}", run.stdout);
    let run = with("[runtime]\ncalls = \"gateway\"\n").run("check --format concise");
    assert!(run.code == 0 && run.stdout.contains("warning[baml-rejects]"), "{}", run.stdout);
}

#[test]
fn the_report_that_found_no_problem_gets_its_finding_and_its_way_out() {
    let Some(case) = shared::folder().map(|folder| folder.join("cases/ux/baml-makes-the-calls")) else {
        return;
    };
    let read = |path: &str| std::fs::read_to_string(case.join(path)).unwrap();
    let (clients, settings) = (read("baml_src/a.baml"), read("clientc.toml"));
    let folder = Folder::with(&[("baml_src/a.baml", &*clients), ("clientc.toml", &*settings)]);
    let found = folder.run("check --format concise").stdout;
    assert!(found.contains("warning[no-timeout]") && found.contains("take 1,200,750 ms"), "{found}");
    let full = folder.run("check").stdout;
    assert!(full.contains("write an `http` block with `request_timeout_ms` into each client"), "{full}");
    assert!(folder.run("resolve").stdout.contains("worst case in BAML 4 requests, 20m 0.75s"));
    // The way out that the help names leaves limits that BAML obeys.
    let block = "    http {\n      request_timeout_ms 60000\n      enable_connection_pooling true\n    }\n";
    folder.write("baml_src/a.baml", clients.replace("    api_key", &format!("{block}    api_key")));
    let fixed = folder.run("check --format concise").stdout;
    assert!(!fixed.contains("no-timeout") && !fixed.contains("warning["), "{fixed}");
    // So does its fix: the settings that BAML does not read are no longer the only bound, which is less of a finding.
    folder.write("baml_src/a.baml", &clients);
    folder.run("check --fix");
    let fixed = folder.run("check --format concise").stdout;
    assert!(!fixed.contains("no-timeout") && fixed.contains("info[baml-ignores]"), "{fixed}");
    folder.write("baml_src/a.baml", &clients);
    folder.write("clientc.toml", format!("[runtime]\ncalls = \"gateway\"\n\n{settings}"));
    let clean = folder.run("check --format concise");
    assert!(!clean.stdout.contains("warning[") && !clean.stdout.contains("error["), "{}", clean.stdout);
}
