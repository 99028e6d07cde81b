//! Findings that speak of several clients: what is silenced at one of them, and what a baseline takes for known.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use clientc_check::Diagnostic;
use clientc_tests::project::open;
use clientc_workspace::Analysis;

/// Checks these files, whose paths may begin with folders of several projects.
fn check(files: &[(&str, &str)]) -> Analysis {
    open(files.iter().copied()).analyse()
}

fn all(analysis: &Analysis) -> impl Iterator<Item = &Diagnostic> {
    analysis.projects.iter().flat_map(|project| &project.diagnostics)
}

/// What some rules say about, in order.
fn subjects(files: &[(&str, &str)], rules: &[&str]) -> Vec<String> {
    let analysis = check(files);
    let found = all(&analysis).filter(|found| rules.contains(&found.rule));
    found.map(|found| format!("{} {}", found.rule, found.subject)).collect()
}

fn client(name: &str) -> String {
    format!(
        "client<llm> {name} {{\n  provider openai\n  options {{\n    model m\n    api_key env.KEY_{name}\n  }}\n}}\n"
    )
}

const RULES: [&str; 2] = ["no-timeout", "unused-ignore"];

#[test]
fn an_override_silences_a_client_and_not_the_project() {
    let (old, new) = (client("A"), client("B"));
    let config = "[rules]\nno-timeout = \"error\"\n[[overrides]]\npaths = [\"baml_src/legacy/**\"]\n\
                  rules = { no-timeout = \"ignore\" }\n";
    let files = [("clientc.toml", config), ("baml_src/legacy/x.baml", &*old), ("baml_src/new/x.baml", &*new)];
    assert_eq!(subjects(&files, &RULES), ["no-timeout project/http: B"]);
    assert_eq!(subjects(&files[..2], &RULES), [""; 0]);
}

#[test]
fn a_comment_silences_a_client_and_not_the_project() {
    let comment = "// clientc: ignore[no-timeout] A is fine\n";
    let text = [comment, &client("A"), &client("B"), &client("C")].concat();
    assert_eq!(subjects(&[("baml_src/a.baml", &text)], &RULES), ["no-timeout project/http: B, C"]);
    let alone = [comment, &client("A")].concat();
    assert_eq!(subjects(&[("baml_src/a.baml", &alone)], &RULES), [""; 0]);
}

#[test]
fn a_comment_above_an_entry_silences_what_only_it_leads_to() {
    let fallback = |name: &str, members: &str| {
        format!("client<llm> {name} {{\n  provider fallback\n  options {{ strategy [{members}] }}\n}}\n")
    };
    let leaves = [client("A"), client("B"), client("C")].concat();
    let first = ["// clientc: ignore[no-timeout] soon gone\n", &fallback("F", "A, B")].concat();
    let text = [&*leaves, &first, &fallback("G", "B, C")].concat();
    assert_eq!(subjects(&[("baml_src/a.baml", &text)], &RULES), ["no-timeout project/http: B, C"]);
    let text = [&*leaves, &first].concat();
    assert_eq!(subjects(&[("baml_src/a.baml", &text)], &RULES), ["no-timeout project/http: C"]);
}

#[test]
fn one_more_client_without_a_limit_is_another_finding() {
    let one = [client("B"), client("A")].concat();
    let two = [client("B"), client("A"), client("C")].concat();
    assert_eq!(subjects(&[("baml_src/a.baml", &one)], &RULES), ["no-timeout project/http: A, B"]);
    assert_eq!(subjects(&[("baml_src/a.baml", &two)], &RULES), ["no-timeout project/http: A, B, C"]);
}

#[test]
fn a_client_that_may_be_unused_is_left_out_of_the_list() {
    let function = "function Ask(a: string) -> string {\n  client Used\n  prompt #\"{{ a }}\"#\n}\n";
    let comment = "// clientc: ignore[unused-client] a program names it\n";
    let text = [function, &client("Used"), comment, &client("A"), &client("B"), &client("C")].concat();
    let rules = ["unused-client", "unused-ignore"];
    assert_eq!(subjects(&[("baml_src/a.baml", &text)], &rules), ["unused-client B", "unused-client C"]);
    let text = [function, &client("Used"), comment, &client("A")].concat();
    assert_eq!(subjects(&[("baml_src/a.baml", &text)], &rules), [""; 0]);
}

#[test]
fn a_comment_silences_a_whole_file() {
    let text =
        ["// clientc: ignore-file[no-timeout] bounded by the proxy\n", &client("A"), &client("B")].concat();
    let files = [("baml_src/a.baml", &*text), ("baml_src/b.baml", &*client("C"))];
    let rules = ["no-timeout", "unused-ignore", "unknown-rule", "ignore-without-reason"];
    assert_eq!(subjects(&files, &rules), ["no-timeout project/http: C"]);
    let unused = ["// clientc: ignore-file[duplicate-member]\n", &*client("A")].concat();
    let found = subjects(&[("baml_src/a.baml", &unused)], &rules[1..]);
    let subject = "ignore-file[duplicate-member]";
    assert_eq!(found, [format!("ignore-without-reason {subject}"), format!("unused-ignore {subject}")]);
    let misspelt =
        ["// clientc: ignore_file[no-timeout] why\n// clientc: ignore-file all of it\n", &*client("A")];
    let found = subjects(&[("baml_src/a.baml", &misspelt.concat())], &["unknown-rule"]);
    assert_eq!(found, ["unknown-rule ignore_file", "unknown-rule ignore-file"]);
}

#[test]
fn what_is_wrong_with_shared_settings_is_told_once() {
    let files = [
        ("clientc.toml", "[rules]\nno-timeouts = \"warn\"\n"),
        ("one/baml_src/a.baml", &client("A")),
        ("two/baml_src/b.baml", &client("B")),
    ];
    assert_eq!(subjects(&files, &["invalid-config"]), ["invalid-config clientc.toml/no-timeouts"]);
}

/// Only programs that somebody has written are looked at, and only what stands in quotes.
#[test]
fn an_unused_client_tells_where_a_program_names_it() {
    let function = "function Ask(a: string) -> string {\n  client Used\n  prompt #\"{{ a }}\"#\n}\n";
    let text = [function, &client("Used"), &client("Quoted"), &client("Bare"), &client("Copied")].concat();
    let workspace = open([
        (".git/HEAD", ""),
        (".gitignore", "old\n"),
        ("baml_src/a.baml", &*text),
        ("app/main.py", "# Bare\nask(client='Quoted')\n"),
        ("app/baml_client/all.py", "'Copied'\n"),
        ("old/main.py", "'Copied'\n"),
        ("notes.txt", "'Copied'\n"),
    ]);
    let mut analysis = workspace.analyse();
    workspace.tell_mentions(&mut analysis);
    let found: Vec<_> = all(&analysis).filter(|found| found.rule == "unused-client").collect();
    let told: Vec<_> = found.iter().map(|found| format!("{found:?}").contains("app/main.py:2")).collect();
    let subjects: Vec<_> = found.iter().map(|found| &*found.subject).collect();
    assert_eq!((subjects, told), (vec!["Quoted", "Bare", "Copied"], vec![true, false, false]));
}
