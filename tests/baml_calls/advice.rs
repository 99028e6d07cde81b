//! Where BAML makes the calls no help and no fix names what BAML ignores.

use std::fmt::Write as _;

use clientc_tests::Folder;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value;

/// What BAML accepts and does not obey.
const IGNORED: [&str; 3] = ["total_timeout_ms", "defaults.http", "jitter"];

/// So many projects are looked at.
const PROJECTS: usize = 150;

/// What people write into a client that makes requests, right and wrong.
const IN_LEAF: [&str; 14] = [
    "total_timeout 5",
    "timeout 60",
    "request_timeout_ms 60000",
    "total_timeout_ms 60000",
    "max_retries 3",
    "http { request_timeout_ms 20000 }",
    "http { request_timeout_ms 20 }",
    "http { total_timeout_ms 60000 }",
    "http { overall_timeout 60 }",
    "http { deadline_ms 60000 }",
    "http { request_timeout_ms env.LIMIT }",
    "http { request_timeout_ms 0 }",
    "http { total_timeout 30 }",
    "http { idle_timeout_ms 9000 time_to_first_token_timeout_ms 400000 }",
];
const IN_COMPOSITE: [&str; 7] = [
    "http { total_timeout_ms 30 }",
    "http { total_timeout_ms 90000 }",
    "http { totl_timeout_ms 90000 }",
    "http { request_timeout_ms 90000 }",
    "http { total_timeout_ms env.LIMIT }",
    "http { deadline_ms 5 }",
    "timeout 60",
];
const IN_BLOCK: [&str; 4] = ["total_timeout_ms 60000", "timeout 5", "max_retries 3", "jitter true"];
const IN_STRATEGY: [&str; 4] = ["jitter true", "jitter True", "jiter true", "jitter 5"];
const SETTINGS: [&str; 5] = [
    "[limits]\nmax-duration-ms = 1000\nmax-requests = 1\n",
    "[platform]\nceiling-ms = 900000\n",
    "[defaults.http]\nrequest_timeout_ms = 50\n",
    "[defaults.http]\ntotal_timeout_ms = 5000\n",
    "[[servers]]\nbase-url = \"http://localhost:4000/v1\"\ntimeout-ms = 900000\nretries = 3\n",
];

/// A project of two policies, some leaves and some composites.
fn project() -> impl Strategy<Value = (String, String)> {
    let block = || prop::option::weighted(0.15, select(&IN_BLOCK[..]));
    let policy = || prop::option::of(select(&["P", "Q"][..]));
    let leaf = (prop::option::weighted(0.7, select(&IN_LEAF[..])), policy(), block());
    let members = prop::collection::vec(0usize..100, 1..4);
    let composite =
        ((any::<bool>(), members), prop::option::weighted(0.6, select(&IN_COMPOSITE[..])), policy(), block());
    let strategy = prop::option::of(select(&IN_STRATEGY[..]));
    let policies = prop::collection::vec((0u32..8, any::<bool>(), strategy), 2);
    let clients = (prop::collection::vec(leaf, 1..4), prop::collection::vec(composite, 0..4));
    let settings = subsequence(SETTINGS.to_vec(), 0..4);
    (policies, clients, settings).prop_map(|(policies, (leaves, composites), settings)| {
        let mut text = String::from(
            "generator g {\n  output_type \"python/pydantic\"\n  output_dir \"../\"\n  version \"0.226.3\"\n}\n",
        );
        for ((retries, grows, extra), name) in policies.into_iter().zip(["P", "Q"]) {
            let kind = if grows { "exponential_backoff" } else { "constant_delay" };
            let extra = extra.unwrap_or_default();
            let _ = writeln!(
                text,
                "retry_policy {name} {{\n  max_retries {retries}\n  strategy {{\n    type {kind}\n    {extra}\n  }}\n}}"
            );
        }
        let mut names: Vec<String> = Vec::new();
        let client = |text: &mut String, name: &str, provider: &str, policy: Option<&str>, block: Option<&str>, options: &str| {
            let policy = policy.map(|policy| format!("  retry_policy {policy}\n")).unwrap_or_default();
            let block = block.map(|block| format!("  {block}\n")).unwrap_or_default();
            let _ = writeln!(
                text,
                "client<llm> {name} {{\n  provider {provider}\n{policy}{block}  options {{\n{options}  }}\n}}"
            );
        };
        for (extra, policy, block) in leaves {
            let name = format!("C{}", names.len());
            let options = format!(
                "    model \"gpt-4o\"\n    base_url \"http://localhost:4000/v1\"\n    {}\n",
                extra.unwrap_or_default()
            );
            client(&mut text, &name, "openai-generic", policy, block, &options);
            names.push(name);
        }
        for ((is_fallback, members), extra, policy, block) in composites {
            let name = format!("C{}", names.len());
            let members: Vec<&str> = members.iter().map(|index| &*names[index % names.len()]).collect();
            let provider = if is_fallback { "fallback" } else { "round-robin" };
            let options =
                format!("    strategy [{}]\n    {}\n", members.join(", "), extra.unwrap_or_default());
            client(&mut text, &name, provider, policy, block, &options);
            names.push(name);
        }
        let last = names.last().map_or("C0", |name| name);
        let _ = writeln!(text, "function X(a: string) -> string {{\n  client {last}\n  prompt #\"{{{{a}}}}\"#\n}}");
        // A table stands once: the later one of the same name is left out.
        let mut written = String::new();
        for part in settings {
            let head = part.lines().next().unwrap_or_default();
            if !written.contains(head) {
                written.push_str(part);
            }
        }
        (text, written)
    })
}

/// Many projects side by side, all with this run time.
fn projects(calls: &str) -> Folder {
    let folder = Folder::with(&[]);
    let mut runner = TestRunner::deterministic();
    for number in 0..PROJECTS {
        let (text, settings) = project().new_tree(&mut runner).unwrap().current();
        folder.write(&format!("p{number}/baml_src/a.baml"), text);
        folder
            .write(&format!("p{number}/clientc.toml"), format!("[runtime]\ncalls = \"{calls}\"\n{settings}"));
    }
    folder
}

/// What each finding advises: its help, and the texts that its fix writes.
fn advice(folder: &Folder) -> Vec<(String, String)> {
    let json = folder.run("check --format json").json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of_finding = |finding: &Value| {
        let edits = finding["fix"]["edits"].as_array().into_iter().flatten();
        let written: Vec<String> = edits.map(|edit| text(&edit["text"])).collect();
        let place = format!("{} {}", text(&finding["rule"]), finding["file"]);
        (
            place,
            format!("{}\n{}\n{}", text(&finding["help"]), text(&finding["fix"]["title"]), written.join("\n")),
        )
    };
    json["diagnostics"].as_array().unwrap().iter().map(of_finding).collect()
}

#[test]
fn no_help_and_no_fix_names_what_baml_ignores() {
    let all = advice(&projects("baml"));
    assert!(all.len() > 5 * PROJECTS, "{} findings", all.len());
    let wrong: Vec<_> =
        all.iter().filter(|(_, advice)| IGNORED.iter().any(|key| advice.contains(key))).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    // The same projects get such advice where clientc makes the calls, so that the words are the right ones.
    let ours = advice(&projects("clientc"));
    for key in IGNORED {
        assert!(ours.iter().any(|(_, advice)| advice.contains(key)), "{key} is advised nowhere");
    }
}

#[test]
fn no_fix_writes_what_baml_ignores() {
    let folder = projects("baml");
    let count = || -> usize {
        let texts = (0..PROJECTS).map(|number| {
            std::fs::read_to_string(folder.path().join(format!("p{number}/baml_src/a.baml"))).unwrap()
        });
        let texts: Vec<String> = texts.collect();
        texts.iter().map(|text| IGNORED.iter().map(|key| text.matches(key).count()).sum::<usize>()).sum()
    };
    let before = count();
    let run = folder.run("check --fix --unsafe-fixes");
    assert!(run.stdout.contains("fixed") || run.stderr.contains("fixed"), "{}{}", run.stdout, run.stderr);
    assert!(count() <= before, "fixes wrote {} more", count() - before);
}

#[test]
fn what_is_ignored_is_told_once_a_project_each() {
    let clients = crate::CLIENTS
        .replace("type exponential_backoff", "type exponential_backoff\n    jitter true")
        .replace("    strategy [A, B]\n", "    strategy [A, B]\n    http { total_timeout_ms 9000 }\n");
    let more = clients.replace("client<llm> F", "client<llm> F2").replace("client F", "client F2");
    let second = &more[more.find("client<llm> F2").unwrap()..].replace("function X", "function Y");
    let folder = Folder::with(&[
        ("baml_src/a.baml", &*clients),
        ("baml_src/b.baml", second),
        ("clientc.toml", crate::DEFAULTS),
    ]);
    let lines = |folder: &Folder| -> Vec<String> {
        let found = folder.run("check --format concise").stdout;
        found.lines().filter(|line| line.contains("[baml-ignores]")).map(str::to_owned).collect()
    };
    let found = lines(&folder);
    assert_eq!(found.len(), 3, "{found:#?}");
    let level = |found: &[String], part: &str| {
        let line =
            found.iter().find(|line| line.contains(part)).unwrap_or_else(|| panic!("{part}: {found:#?}"));
        if line.contains("warning[") { "warning" } else { "info" }
    };
    // Nothing else bounds a call, so what is ignored counts.
    assert_eq!(level(&found, "never ends a call to `F` after 9,000 ms, and 1 other"), "warning");
    assert_eq!(level(&found, "does not read clientc.toml"), "warning");
    assert_eq!(level(&found, "BAML has no `jitter`"), "info");
    // With limits on the leaves it is a note.
    let own = "    http {\n      request_timeout_ms 60000\n      enable_connection_pooling true\n    }\n";
    let bounded = clients.replace("    model \"gpt-4o\"\n", &format!("    model \"gpt-4o\"\n{own}")).replace(
        "    model \"claude-3-5-haiku-latest\"\n",
        &format!("    model \"claude-3-5-haiku-latest\"\n{own}"),
    );
    folder.write("baml_src/a.baml", bounded);
    let found = lines(&folder);
    assert_eq!(level(&found, "never ends a call to `F`"), "info");
    assert_eq!(level(&found, "does not read clientc.toml"), "info");
}

#[test]
fn limits_of_composites_are_ignored_where_it_is_said_that_they_are_not_refused() {
    let clients = crate::CLIENTS
        .replace("    strategy [A, B]\n", "    strategy [A, B]\n    http { idle_timeout_ms 15000 }\n");
    let folder = Folder::with(&[
        ("baml_src/a.baml", &*clients),
        ("clientc.toml", "[rules]\nbaml-rejects = \"ignore\"\n"),
    ]);
    let found = folder.run("check --format concise").stdout;
    let part =
        "warning[baml-ignores]: BAML bounds no attempt below `F` by the 15,000 ms of its `idle_timeout_ms`";
    assert!(found.contains(part), "{found}");
    folder.write("clientc.toml", "");
    let found = folder.run("check --format concise").stdout;
    assert!(found.contains("error[baml-rejects]") && !found.contains("[baml-ignores]"), "{found}");
}
