//! What is said when the cursor rests somewhere.

use clientc_tests::{Editor, Folder};
use serde_json::Value;

use crate::project::{self, CLIENTS, FUNCTIONS, PATH, POLICIES};

fn hover(editor: &mut Editor, path: &str, text: &str, word: &str, further: u32) -> String {
    let params = editor.on(path, text, word, further);
    let answer = editor.request("textDocument/hover", params);
    if answer == Value::Null {
        return String::new();
    }
    assert_eq!(answer["contents"]["kind"], "markdown");
    answer["contents"]["value"].as_str().unwrap().to_owned()
}

#[test]
fn a_client_shows_its_limits_on_each_route_and_its_worst_case() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    let card = hover(&mut editor, PATH, CLIENTS, "MyFallback", 2);
    insta::assert_snapshot!(card);
    let card = hover(&mut editor, PATH, CLIENTS, "SlowClient]", 2);
    insta::assert_snapshot!(card);
}

#[test]
fn where_baml_makes_the_calls_its_worst_case_stands_beside_ours() {
    let folder = project::folder();
    folder.write("baml_src/generators.baml", "generator g {\n  output_type \"python/pydantic\"\n}\n");
    let mut editor = project::editor(&folder);
    // BAML does not carry out the total of the fallback.
    let card = hover(&mut editor, PATH, CLIENTS, "MyFallback", 2);
    assert!(card.contains("Worst case through BAML: **4 requests, 3m 23s**"), "{card}");
    assert!(card.contains("Through clientc's gateway or library: **4 requests, 2m**"), "{card}");
    let card = hover(&mut editor, PATH, CLIENTS, "FastClient", 2);
    assert!(!card.contains("clientc's gateway"), "{card}");
}

#[test]
fn what_nothing_bounds_is_said_once() {
    let text = "client<llm> Bare {\n  provider openai\n  options { model \"m\" }\n}\n\nclient<llm> Half {\n  provider openai\n  \
                options {\n    model \"m\"\n    http { connect_timeout_ms 3000 }\n  }\n}\n";
    let folder = Folder::with(&[(PATH, text)]);
    let mut editor = Editor::open(folder.path());
    editor.open_file(PATH);
    let card = hover(&mut editor, PATH, text, "Bare", 1);
    assert!(card.ends_with("\n\nWorst case: **1 request, unbounded**\n\nNo limit is set here."), "{card}");
    let card = hover(&mut editor, PATH, text, "Half", 1);
    assert!(card.contains("**1 request, unbounded**  \nno request limit is set\n\n| route |"), "{card}");
}

#[test]
fn where_baml_makes_the_calls_the_arithmetic_is_that_of_baml() {
    let text = [
        "client<llm> Bare {\n  provider openai\n  retry_policy Growing\n  options { model \"m\" }\n}\n",
        "client<llm> Limited {\n  provider openai\n  options {\n    model \"m\"\n    http { request_timeout_ms 20000 }\n  }\n}\n",
        "client<llm> Both {\n  provider fallback\n  retry_policy Twice\n  options {\n    strategy [Limited, Bare]\n    \
         http { total_timeout_ms 60000 }\n  }\n}\n",
        "client<llm> Turns {\n  provider round-robin\n  retry_policy Twice\n  options { strategy [Limited, Bare] }\n}\n",
        "retry_policy Growing {\n  max_retries 2\n  strategy {\n    type exponential_backoff\n    delay_ms 300\n  }\n}\n",
        "retry_policy Twice {\n  max_retries 2\n}\n",
    ]
    .concat();
    let folder = Folder::with(&[
        (PATH, &text),
        ("baml_src/g.baml", "generator g {\n  output_type \"python/pydantic\"\n}\n"),
    ]);
    let mut editor = Editor::open(folder.path());
    editor.open_file(PATH);
    for (word, expected) in [
        ("Bare", "\n3 × 5m + 1.125s of delays = 15m 1.125s  \n"),
        ("Bare", "\n\nNo limit is set here. BAML ends each attempt after 5m."),
        // Each of the four attempts of the first two rounds waits, the last of `Bare` in a round for the policy above it.
        ("Both", "\n3 × (20s + 15m 1.125s) + 800ms of delays = 46m 4.175s  \n"),
        ("Both", "| Both → Bare | 10s *(BAML)* | – | – | 5m *(BAML)* |"),
        ("Turns", "\nthe 3 members in a row that take longest, with their delays = 30m 22.65s  \n"),
        ("total_timeout_ms", "Here: 1m. BAML does not enforce it."),
        ("Growing", "Delays through BAML (exponential backoff): 450ms, 675ms. Together 1.125s.  \n"),
        (
            "Growing",
            "\nDelays through clientc's gateway or library (exponential backoff): 300ms, 450ms. Together 750ms.",
        ),
    ] {
        let card = hover(&mut editor, PATH, &text, word, 1);
        assert!(card.contains(expected), "{word}: {card}");
    }
}

#[test]
fn a_policy_shows_its_delays_and_a_function_its_client() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    editor.open_file("baml_src/policies.baml");
    editor.open_file("baml_src/functions.baml");
    let card = hover(&mut editor, "baml_src/policies.baml", POLICIES, "Twice", 0);
    insta::assert_snapshot!(card);
    let card = hover(&mut editor, "baml_src/functions.baml", FUNCTIONS, "Extract", 0);
    assert!(card.starts_with("function `Extract` calls:\n\n**client `MyFallback`**"), "{card}");
}

#[test]
fn keys_providers_and_numbers_are_explained() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    for (word, further, expected) in [
        ("provider openai", 1, "**`provider`** (required)"),
        ("openai", 1, "Key where none is given: `env.OPENAI_API_KEY`"),
        ("connect_timeout_ms 9000", 3, "It never takes effect: `MyFallback` leaves at most 5s."),
        ("connect_timeout_ms 3000", 3, "In milliseconds.\n\nNot set: no limit."),
        ("9000", 1, "9,000 ms = **9s**"),
        ("total_timeout_ms", 1, "Here: 2m."),
        ("model", 1, "**`model`**"),
        ("retry_policy Twice", 1, "**`retry_policy`**"),
    ] {
        let card = hover(&mut editor, PATH, CLIENTS, word, further);
        assert!(card.contains(expected), "{word}: {card}");
    }
    assert_eq!(hover(&mut editor, PATH, CLIENTS, "gpt-4o", 1), "");
}

#[test]
fn a_field_of_the_request_and_a_round_robin_are_explained() {
    let text = "client<llm> A {\n  provider openai\n  options {\n    model \"gpt-4o\"\n    temperature 0.5\n    http {\n      \
                request_timeout_ms 20000\n    }\n  }\n}\n\nclient<llm> Turns {\n  provider round-robin\n  options {\n    \
                strategy [A, A]\n  }\n}\n";
    let folder = Folder::with(&[(PATH, text)]);
    let mut editor = Editor::open(folder.path());
    editor.open_file(PATH);
    let card = hover(&mut editor, PATH, text, "temperature", 1);
    assert_eq!(card, "**`temperature`**\n\nA field of the request, sent on as it is written.");
    let card = hover(&mut editor, PATH, text, "Turns", 1);
    assert!(card.contains("Worst case: **1 request, 20s**  \nthe longest member, 20s\n"), "{card}");
}

#[test]
fn the_rule_of_a_comment_shows_its_page_and_a_key_its_mask() {
    let text = "// clientc: ignore[no-timeout] the platform cuts it\nclient<llm> A {\n  provider openai\n  options {\n    \
                model \"sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJ\"\n  }\n}\n";
    let folder = Folder::with(&[("baml_src/a.baml", text)]);
    let mut editor = Editor::open(folder.path());
    editor.open_file("baml_src/a.baml");
    let page = hover(&mut editor, "baml_src/a.baml", text, "no-timeout", 2);
    assert!(page.contains("no-timeout"), "{page}");
    let card = hover(&mut editor, "baml_src/a.baml", text, "client<llm> A", 12);
    assert!(card.contains("client `A`") && !card.contains("abcdefghijklmnop"), "{card}");
}

#[test]
fn every_key_and_rule_of_the_settings_is_explained() {
    let page = clientc_tests::shared::repository().join("docs/src/reference/clientc-toml.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, example) = page.split_once("```toml\n").unwrap();
    let example = example.split_once("```").unwrap().0;
    let folder = project::folder();
    folder.write("clientc.toml", example);
    let mut editor = Editor::open(folder.path());
    editor.open_text("clientc.toml", example);
    let key = regex::Regex::new(r"([A-Za-z_-]+)(?: =|[\].])").unwrap();
    // The name of a profile, and words of two paths.
    let others = ["prod", "clientc", "clientc-baseline"];
    let mut explained = Vec::new();
    for found in key.captures_iter(example) {
        let name = found.get(1).unwrap();
        let (line, column) = clientc_tests::editor::position(example, name.start() + 1);
        let params = editor.at("clientc.toml", line, column);
        let answer = editor.request("textDocument/hover", params);
        let card = answer["contents"]["value"].as_str().unwrap_or_default();
        if !others.contains(&name.as_str()) {
            assert!(card.starts_with(&format!("**`{}`**\n\n", name.as_str())), "{}: {answer}", name.as_str());
            assert!(card.len() > name.len() + 12, "{card}");
            explained.push(name.as_str());
        }
    }
    assert!(explained.len() > 30 && explained.contains(&"http"), "{explained:?}");
    for (word, further, expected) in [
        ("max-requests", 2, "**`max-requests`**\n\nThe most requests; default: 12."),
        ("calls = ", 1, "One of `\"baml\"`, `\"clientc\"`, `\"gateway\"`."),
        ("connect_timeout_ms", 1, "In milliseconds."),
        (
            "effective-ttft-exceeds-request = \"warn\"",
            1,
            "A time to first token above the request limit it meets on a route.\n\nDefault: `error`.",
        ),
        (
            "effective-ttft-exceeds-request = \"ignore\"",
            1,
            "/crates/check/src/rules/effective_ttft_exceeds_request.md)",
        ),
    ] {
        let card = hover(&mut editor, "clientc.toml", example, word, further);
        assert!(card.contains(expected), "{word}: {card}");
    }
    for (word, further) in [("\"warn\"", 2), ("29000", 1), ("vendor", 1), ("Chat", 1)] {
        assert_eq!(hover(&mut editor, "clientc.toml", example, word, further), "", "{word}");
    }
    let text = "# no-timeout\n[rules]\nsyntax-error = \"error\"\nno-such-rule = \"warn\"\n";
    editor.change_all("clientc.toml", text);
    let card = hover(&mut editor, "clientc.toml", text, "syntax-error", 1);
    assert!(card.contains("Default: `error`, which cannot be lowered."), "{card}");
    for word in ["no-timeout", "no-such-rule"] {
        assert_eq!(hover(&mut editor, "clientc.toml", text, word, 1), "", "{word}");
    }
}

#[test]
fn what_is_too_large_to_list_is_said_so() {
    let mut text = String::from("client<llm> C0 {\n  provider openai\n  options { model \"m\" }\n}\n");
    for level in 1..16 {
        let member = format!("C{}", level - 1);
        text.push_str(&format!(
            "client<llm> C{level} {{\n  provider fallback\n  options {{ strategy [{member}, {member}] }}\n}}\n"
        ));
    }
    let folder = Folder::with(&[("baml_src/a.baml", &text)]);
    let mut editor = Editor::open(folder.path());
    editor.open_file("baml_src/a.baml");
    let card = hover(&mut editor, "baml_src/a.baml", &text, "C15", 0);
    assert!(card.contains("There are too many routes to list."), "{card}");
}
