//! Plans as pictures: trees, graphs and pages.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use std::path::Path;

use clientc_tests::{Folder, run_in, shared::repository, tools};

const PLAN: &str = r##"client<llm> Fast {
  provider openai
  options {
    model "gpt-4o"
    api_key "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD"
    http {
      request_timeout_ms 20000
    }
  }
}

client<llm> Inner {
  provider round-robin
  options {
    strategy [Fast, "openai/gpt-4o-mini"]
    http {
      total_timeout_ms 30000
    }
  }
}

client<llm> Chat {
  provider fallback
  options {
    strategy [Inner, Fast, Inner]
  }
}

function Answer(text: string) -> string {
  client Chat
  prompt #"<script>alert(1)</script> {{ text }}"#
}
"##;

fn resolved(format: &str) -> String {
    let run = Folder::with(&[("baml_src/a.baml", PLAN)]).run(&format!("resolve --format {format}"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stdout
}

#[test]
fn a_tree_has_the_members_of_a_composite_once() {
    let tree = resolved("tree");
    let names: Vec<&str> = tree.lines().map(|line| line.split("  ").next().unwrap()).collect();
    assert_eq!(names, ["Chat", "├─ 1. Inner", "│", "│", "├─ 2. Fast", "└─ 3. Inner",], "{tree}");
    assert!(tree.contains("total 30s"), "{tree}");
    assert!(tree.contains("(members above)"), "{tree}");
}

#[test]
fn a_graph_has_each_pair_of_a_composite_and_a_member_once() {
    let dot = resolved("dot");
    assert_eq!(dot.matches("\"Chat\" -> \"Inner\"").count(), 1, "{dot}");
    assert!(dot.contains("\"Chat\" -> \"Inner\" [label=\"1, 3\"]"), "{dot}");
    let mermaid = resolved("mermaid");
    assert!(mermaid.starts_with("flowchart LR\n"), "{mermaid}");
    assert!(mermaid.contains("-->|\"1, 3\"|"), "{mermaid}");
}

#[test]
fn graphviz_accepts_every_graph() {
    let dot = Path::new("/usr/bin/dot");
    if !dot.exists() {
        assert!(!clientc_tests::shared::is_required(), "graphviz is missing");
        return clientc_tests::shared::say_skipped("graphviz is missing");
    }
    let hostile = PLAN.replace("gpt-4o-mini", "gpt \\\\ < > & ; # | \u{1f600}");
    for text in [PLAN, &*hostile] {
        let folder = Folder::with(&[("baml_src/a.baml", text)]);
        let run = folder.run("resolve --format dot");
        assert_eq!(run.code, 0, "{}", run.stderr);
        std::fs::write(folder.path().join("plan.dot"), &run.stdout).unwrap();
        let drawn = tools::run(dot, folder.path(), &["-Tsvg", "plan.dot", "-o", "plan.svg"]);
        assert_eq!((drawn.code, &*drawn.stderr), (0, ""), "{}", run.stdout);
    }
}

#[test]
fn a_page_holds_everything_and_loads_nothing() {
    let page = resolved("html");
    for address in ["src=", "<link", "@import", "url(http", "fetch("] {
        assert!(!page.contains(address), "{address}");
    }
    assert_eq!(page.matches("<script").count(), 2, "the prompt of a function is text");
    assert!(page.contains("\\u003cscript>alert(1)"), "the source is on the page");
}

#[test]
fn a_page_has_no_secret_and_no_options() {
    let page = resolved("html");
    assert!(!page.contains("abcdefghijklmnopqrstuvwxyz0123456789ABCD"));
    assert!(!page.contains("\"api_key\""), "options stay out of the plan");
    assert!(page.contains("gpt-4o"), "models do not");
}

#[test]
fn without_sources_a_document_does_not_change_with_the_layout() {
    let moved = PLAN.replace("client<llm> Fast {", "// A comment.\n\nclient<llm> Fast {");
    let document = |text: &str| {
        let folder = Folder::with(&[("baml_src/a.baml", text)]);
        let run = folder.run("resolve --format json --no-source");
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stdout
    };
    assert_eq!(document(PLAN), document(&moved));
    assert!(!document(PLAN).contains("\"line\""));
}

#[test]
fn what_holds_one_project_says_so() {
    let folder = Folder::with(&[("a/baml_src/a.baml", PLAN), ("b/baml_src/a.baml", PLAN)]);
    for format in ["mermaid", "html"] {
        let run = folder.run(&format!("resolve --format {format} ."));
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains(&format!("`--format {format}` writes one project")), "{}", run.stderr);
    }
}

#[test]
fn a_browser_shows_pages_of_any_size() {
    let Some(modules) = tools::tool("node_modules/playwright-core") else { return };
    let script = repository().join("scripts/page_test.cjs").canonicalize().unwrap();
    let (thirty, thousand) = (many(30), many(1000));
    let folder = Folder::with(&[
        ("one/baml_src/a.baml", PLAN),
        ("thirty/baml_src/a.baml", &thirty),
        ("thousand/baml_src/a.baml", &thousand),
        ("diff/baml_src/a.baml", &PLAN.replace("30000", "50000").replace("20000", "70000")),
    ]);
    let run = run_in(&folder.path().join("diff"), &["diff", "--against", "../one", "--format", "html"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    std::fs::write(folder.path().join("diff.html"), run.stdout).unwrap();
    for project in ["one", "thirty", "thousand"] {
        let run = run_in(&folder.path().join(project), &["resolve", "--format", "html"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        std::fs::write(folder.path().join(format!("{project}.html")), run.stdout).unwrap();
    }
    let hostile = PLAN.replace("gpt-4o-mini", "gpt \\\\ < > & ; # | end subgraph \u{1f600}");
    std::fs::create_dir_all(folder.path().join("hostile/baml_src")).unwrap();
    std::fs::write(folder.path().join("hostile/baml_src/a.baml"), hostile).unwrap();
    let run = run_in(&folder.path().join("hostile"), &["resolve", "--format", "mermaid"]);
    std::fs::write(folder.path().join("plan.mmd"), run.stdout).unwrap();
    let modules = modules.parent().unwrap().to_str().unwrap().to_owned();
    let pages = ["one.html", "thirty.html", "thousand.html", "diff.html", "plan.mmd"];
    let arguments = [&[script.to_str().unwrap(), &modules], &pages[..]].concat();
    let run = tools::run(Path::new("node"), folder.path(), &arguments);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.stdout.lines().filter(|line| line.ends_with(": good")).count(), 5, "{}", run.stdout);
}

/// Leaves, and a fallback over each ten of them.
fn many(count: usize) -> String {
    let mut text = String::new();
    for index in 0..count {
        text += &format!(
            "client<llm> Leaf{index} {{\n  provider openai\n  options {{\n    model \"gpt-4o\"\n    http {{\n      request_timeout_ms 20000\n    }}\n  }}\n}}\n\n"
        );
        if index % 10 == 9 {
            let members: Vec<String> = (index - 9..=index).map(|member| format!("Leaf{member}")).collect();
            text += &format!(
                "client<llm> Group{index} {{\n  provider fallback\n  options {{\n    strategy [{}]\n  }}\n}}\n\n",
                members.join(", ")
            );
        }
    }
    text
}
