//! What could be written.

use clientc_tests::{Editor, Folder};
use serde_json::{Value, json};

use crate::project::{self, CLIENTS, PATH};

/// The completions at `|` in a file beside the usual project.
fn items(marked: &str) -> Vec<Value> {
    let folder = project::folder();
    let mut editor = Editor::open(folder.path());
    let text = marked.replacen('|', "", 1);
    editor.open_text("baml_src/typed.baml", &text);
    let at = marked.find('|').unwrap();
    let (line, character) = clientc_tests::editor::position(&text, at);
    let params = editor.at("baml_src/typed.baml", line, character);
    editor.request("textDocument/completion", params)["items"].as_array().unwrap().clone()
}

fn labels(marked: &str) -> Vec<String> {
    let mut items = items(marked);
    items.sort_by_key(|item| item["sortText"].as_str().unwrap().to_owned());
    items.iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn each_place_offers_what_can_stand_there() {
    for (marked, some, none) in [
        ("|", &["client", "client fallback", "client round-robin", "retry_policy"][..], &["provider"][..]),
        ("client<llm> A {\n  |\n}\n", &["provider", "options", "retry_policy"], &["model", "http"]),
        ("client<llm> A {\n  provider |\n}\n", &["openai", "anthropic", "fallback"], &["options"]),
        ("client<llm> A {\n  provider openai\n  retry_policy |\n}\n", &["Twice"], &["FastClient"]),
        (
            "client<llm> A {\n  provider openai\n  options {\n    |\n  }\n}\n",
            &["model", "api_key", "http", "temperature", "max_tokens"],
            &["strategy", "top_k", "stream"],
        ),
        (
            "client<llm> A {\n  provider fallback\n  options {\n    |\n  }\n}\n",
            &["strategy", "http"],
            &["api_key", "temperature"],
        ),
        (
            "client<llm> A {\n  provider openai\n  options {\n    http {\n      |\n    }\n  }\n}\n",
            &["request_timeout_ms", "connect_timeout_ms"],
            &["total_timeout_ms"],
        ),
        (
            "client<llm> A {\n  provider fallback\n  options {\n    http {\n      |\n    }\n  }\n}\n",
            &["total_timeout_ms"],
            &["enable_connection_pooling"],
        ),
        (
            "client<llm> A {\n  provider fallback\n  options {\n    strategy [|]\n  }\n}\n",
            &["FastClient", "SlowClient", "MyFallback", "openai/gpt-4o"],
            &["A", "Twice"],
        ),
        // A member twice is a mistake in a fallback, and no client can lead to itself.
        (
            "client<llm> A {\n  provider fallback\n  options {\n    strategy [FastClient, |]\n  }\n}\n",
            &["SlowClient", "MyFallback"],
            &["FastClient"],
        ),
        (
            "client<llm> A {\n  provider fallback\n  options {\n    strategy [\n      FastClient\n      Fast|\n    ]\n  }\n}\n",
            &["SlowClient"],
            &["FastClient"],
        ),
        (
            "client<llm> A {\n  provider round-robin\n  options {\n    strategy [FastClient, |]\n  }\n}\n",
            &["FastClient", "SlowClient"],
            &[],
        ),
        (
            "client<llm> A {\n  provider fallback\n  options {\n    strategy [|]\n  }\n}\nclient<llm> B {\n  provider \
             fallback\n  options { strategy [A] }\n}\nclient<llm> C {\n  provider fallback\n  options { strategy [B] }\n}\n",
            &["FastClient"],
            &["B", "C"],
        ),
        (
            "client<llm> A {\n  provider openai\n  options {\n    temperature |\n  }\n}\n",
            &[],
            &["env.OPENAI_API_KEY"],
        ),
        (
            "client<llm> A {\n  provider openai\n  options {\n    supports_streaming |\n  }\n}\n",
            &["true", "false"],
            &["env.OPENAI_API_KEY"],
        ),
        (
            "client<llm> A {\n  provider openai\n  options {\n    model \"|\"\n  }\n}\n",
            &["gpt-4o", "gpt-4.1"],
            &["claude-3-5-haiku-20241022"],
        ),
        (
            "client<llm> A {\n  provider anthropic\n  options {\n    |\n  }\n}\n",
            &["top_k", "max_tokens"],
            &["n"],
        ),
        (
            "client<llm> A {\n  provider openai\n  options {\n    api_key env.|\n  }\n}\n",
            &["env.OPENAI_API_KEY", "env.ANTHROPIC_API_KEY"],
            &["model"],
        ),
        ("retry_policy R {\n  |\n}\n", &["max_retries", "strategy"], &["provider"]),
        ("retry_policy R {\n  strategy {\n    |\n", &["type", "delay_ms", "multiplier"], &["max_retries"]),
        (
            "retry_policy R {\n  strategy {\n    type |\n",
            &["constant_delay", "exponential_backoff"],
            &["delay_ms"],
        ),
        (
            "function F(a: string) -> string {\n  client |\n  prompt #\"\"#\n}\n",
            &["FastClient", "MyFallback"],
            &["Twice"],
        ),
        ("client<llm> A {\n  // clientc: ignore[|\n}\n", &["no-timeout", "unused-client"], &["syntax-error"]),
    ] {
        let labels = labels(marked);
        for label in some {
            assert!(labels.iter().any(|offered| offered == label), "{marked:?} offers {label}: {labels:?}");
        }
        for label in none {
            assert!(
                !labels.iter().any(|offered| offered == label),
                "{marked:?} does not offer {label}: {labels:?}"
            );
        }
    }
}

#[test]
fn the_settings_offer_their_keys_words_and_clients() {
    for (marked, some, none) in [
        ("|", &["rules", "entries", "limits"][..], &["client", "no-timeout"][..]),
        ("[|", &["rules", "models", "gateway"], &["baseline", "client"]),
        ("[defaults.|]\n", &["http", "fix"], &["rules"]),
        ("[rules]\n|\n", &["no-timeout", "syntax-error"], &["rules"]),
        ("[rules]\nno-timeout = |\n", &["error", "warn", "info", "ignore"], &["no-timeout"]),
        ("[rules]\nno-timeout = \"|\"\n", &["error"], &["no-timeout"]),
        (
            "[[overrides]]\npaths = [\"a/**\"]\nrules = { no-timeout = \"info\", | }\n",
            &["unused-client"],
            &["paths"],
        ),
        ("[[overrides]]\nrules = { no-timeout = | }\n", &["ignore"], &["paths"]),
        ("[entries]\nclients = [|]\n", &["FastClient", "MyFallback"], &["Twice"]),
        ("[entries]\nclients = [\n  \"FastClient\",\n  \"|\",\n]\n", &["SlowClient"], &["clients"]),
        ("[defaults.http]\n|\n", &["request_timeout_ms"], &["total_timeout_ms"]),
        ("[gateway]\notlp = |\n", &["true", "false"], &["\"true\""]),
        ("[profiles.fast.limits]\n|\n", &["max-requests"], &["rules"]),
        ("# |\n", &[], &["rules"]),
        ("[no.such]\n|\n", &[], &["rules"]),
    ] {
        let folder = project::folder();
        let text = marked.replacen('|', "", 1);
        folder.write("clientc.toml", &text);
        let mut editor = Editor::open(folder.path());
        editor.open_text("clientc.toml", &text);
        let (line, character) = clientc_tests::editor::position(&text, marked.find('|').unwrap());
        let params = editor.at("clientc.toml", line, character);
        let answer = editor.request("textDocument/completion", params);
        let labels: Vec<&str> =
            answer["items"].as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap()).collect();
        assert!(some.iter().all(|label| labels.contains(label)), "{marked:?} offers {some:?}: {labels:?}");
        assert!(
            !none.iter().any(|label| labels.contains(label)),
            "{marked:?} does not offer {none:?}: {labels:?}"
        );
        if marked.contains("no-timeout = |") {
            assert_eq!(answer["items"][0]["textEdit"]["newText"], "\"error\"", "{marked:?}");
        }
    }
}

#[test]
fn nothing_is_offered_in_comments_and_prompts() {
    for marked in [
        "// |\n",
        "client<llm> A {\n  // a |\n}\n",
        "function F(a: string) -> string {\n  client FastClient\n  prompt #\"\n    a |\n  \"#\n}\n",
        "class X {\n  a |\n}\n",
    ] {
        assert_eq!(labels(marked), [""; 0], "{marked:?}");
    }
}

#[test]
fn what_is_there_already_is_not_offered_again() {
    let marked = "client<llm> A {\n  provider openai\n  options {\n    model \"x\"\n    |\n  }\n}\n";
    let labels = labels(marked);
    assert!(
        !labels.iter().any(|label| label == "model") && labels.iter().any(|label| label == "api_key"),
        "{labels:?}"
    );
}

#[test]
fn the_key_of_a_provider_is_in_its_usual_variable() {
    let items = items("client<llm> A {\n  provider anthropic\n  options {\n    |\n  }\n}\n");
    let item = items.iter().find(|item| item["label"] == "api_key").unwrap();
    assert_eq!(item["textEdit"]["newText"], "api_key env.${1:ANTHROPIC_API_KEY}");
}

#[test]
fn what_must_be_there_comes_first() {
    assert_eq!(labels("client<llm> A {\n  |\n}\n")[0], "provider");
    assert_eq!(labels("client<llm> A {\n  provider openai\n  options {\n    |\n  }\n}\n")[0], "model");
}

#[test]
fn whole_blocks_are_without_a_finding() {
    for label in ["client", "client fallback", "client round-robin", "retry_policy", "retry_policy constant"]
    {
        let items = items("|");
        let item = items.iter().find(|item| item["label"] == label).unwrap();
        let snippet = item["textEdit"]["newText"].as_str().unwrap().to_owned();
        assert!(snippet.contains("${1:"), "{snippet}");
        let block = plain(&snippet)
            .replace("First", "FastClient")
            .replace("Second", "SlowClient")
            .replace("MyFallback", "Typed");
        let folder = project::folder();
        folder.write("baml_src/typed.baml", block);
        let run = folder.run("check --format concise");
        let errors: Vec<&str> = run.stdout.lines().filter(|line| line.contains(" error[")).collect();
        assert_eq!(errors, [""; 0], "{label}");
        assert_eq!(folder.run("fmt --check").code, 0, "{label}: {snippet}");
    }
}

/// A snippet as a client without snippets gets it.
fn plain(snippet: &str) -> String {
    let expression = regex::Regex::new(r"\$\{\d+(?::([^}]*)|\|([^,|]*)[^}]*)\}|\$\d").unwrap();
    expression.replace_all(snippet, "$1$2").into_owned()
}

#[test]
fn a_client_without_snippets_gets_plain_text() {
    let folder = project::folder();
    let more = json!({ "capabilities": { "textDocument": { "completion": { "completionItem": { "snippetSupport": false } } } } });
    let mut editor = Editor::with(folder.path(), more);
    editor.open_text("baml_src/typed.baml", "");
    let params = editor.at("baml_src/typed.baml", 0, 0);
    let answer = editor.request("textDocument/completion", params);
    for item in answer["items"].as_array().unwrap() {
        assert_eq!(item["insertTextFormat"], 1);
        assert!(!item["textEdit"]["newText"].as_str().unwrap().contains('$'), "{item}");
    }
}

#[test]
fn the_word_under_the_cursor_is_replaced() {
    let folder = Folder::with(&[(PATH, CLIENTS)]);
    let mut editor = Editor::open(folder.path());
    editor.open_file(PATH);
    let params = editor.on(PATH, CLIENTS, "FastClient,", 4);
    let answer = editor.request("textDocument/completion", params);
    let item =
        answer["items"].as_array().unwrap().iter().find(|item| item["label"] == "openai/gpt-4o").unwrap();
    let range = &item["textEdit"]["range"];
    assert_eq!(range["start"]["character"], 14);
    assert_eq!(range["end"]["character"], 24);
}
