//! Projects and files of BAML v1: one finding, and nothing else.

use clientc_tests::Folder;

/// Clients that are constants.
const CONSTANTS: &str = r#"client Fast = openai.ChatClient.new(
    model = "gpt-4o-mini",
    api_key = env.OPENAI_API_KEY,
    timeout = ai.LlmTimeoutOptions {
        timeout: baml.time.Duration.from_seconds(10),
        connect_timeout: baml.time.Duration.from_seconds(60),
    },
);

client Other = anthropic.MessagesClient.new(model = "claude-3-5-haiku-latest", api_key = env.ANTHROPIC_API_KEY);

function Answer(x: string) -> string {
  client: Fast
  prompt: `hi ${x}`
}
"#;

/// A retry over a fallback, nested.
const NESTED: &str = r#"client Fast = openai.ChatClient.new(model = "gpt-4o-mini");
client Slow = openai.ChatClient.new(model = "gpt-4o");
client Both = ai.clients.Retry.new(
    ai.clients.Fallback { members: [ai.clients.Retry.new(Fast, max_attempts = 2), Slow] },
    max_attempts = 1000000,
);

function Answer(x: string) -> string {
  client: Both
  prompt: `hi ${x}`
}
"#;

/// A client that is chosen when the program runs.
const DYNAMIC: &str = r#"client Cheap = openai.ChatClient.new(model = "gpt-4o-mini");
client Good = openai.ChatClient.new(model = "gpt-4o");

function pick(premium: bool) -> ai.Client {
  if (premium) { return Good; }
  return Cheap;
}

client Chosen = pick(env.PREMIUM == "1");

function Answer(x: string) -> string {
  client: Chosen
  prompt: `hi ${x}`
}
"#;

/// A function of v1 without a client block beside it.
const FUNCTION: &str = "function Ask(x: string) -> string {\n  client: env.MODEL\n  prompt: `hi ${x}`\n}\n";

const V0: &str = r##"client<llm> Old {
  provider openai
  options {
    model "gpt-4o"
    http {
      request_timeout_ms 20000
    }
  }
}

client<llm> Mixed {
  provider fallback
  options {
    strategy [Old, Fast]
  }
}

function Ask(x: string) -> string {
  client Mixed
  prompt #"{{x}}"#
}
"##;

/// The findings of a project, without the name of its folder.
fn found(files: &[(&str, &str)]) -> (i32, Vec<String>) {
    let run = Folder::with(files).run("check --format concise");
    let lines = run.stdout.lines().filter(|line| line.contains(".baml:") || line.contains(".toml:"));
    (run.code, lines.map(str::to_owned).collect())
}

#[test]
fn each_file_of_v1_gets_one_finding_and_passes() {
    for (text, name) in [(CONSTANTS, "Fast"), (NESTED, "Fast"), (DYNAMIC, "Cheap")] {
        let (code, lines) = found(&[("baml_src/a.baml", text)]);
        assert_eq!((code, lines.len()), (0, 1), "{lines:#?}");
        let start = format!("baml_src/a.baml:1:8: warning[baml-v1]: `{name}` is a client in BAML v1 syntax");
        assert!(lines[0].starts_with(&start), "{lines:#?}");
    }
}

#[test]
fn three_files_of_one_project_get_one_finding() {
    let (code, lines) = found(&[
        ("baml_src/a.baml", CONSTANTS),
        ("baml_src/b.baml", &NESTED.replace("Fast", "Quick").replace("Answer", "Reply")),
        ("baml_src/c.baml", &DYNAMIC.replace("Answer", "Say")),
    ]);
    assert_eq!((code, lines.len()), (0, 1), "{lines:#?}");
}

#[test]
fn what_is_of_v0_beside_it_is_judged_and_may_refer_to_it() {
    let (code, lines) = found(&[("baml_src/a.baml", CONSTANTS), ("baml_src/b.baml", V0)]);
    assert_eq!((code, lines.len()), (0, 1), "{lines:#?}");
    let open = V0.replace("    http {\n      request_timeout_ms 20000\n    }\n", "")
        + "\nfunction Also(x: string) -> string {\n  client Old\n  prompt #\"{{x}}\"#\n}\n";
    let (code, lines) = found(&[("baml_src/a.baml", CONSTANTS), ("baml_src/b.baml", &open)]);
    assert_eq!((code, lines.len()), (0, 2), "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains("b.baml:") && line.contains("[no-timeout]")), "{lines:#?}");
}

#[test]
fn a_baml_toml_makes_a_project_of_v1() {
    let toml = "[project]\nname = \"demo\"\n";
    for place in ["baml.toml", "baml_src/baml.toml"] {
        let (code, lines) = found(&[(place, toml), ("baml_src/a.baml", FUNCTION)]);
        assert_eq!((code, lines.len()), (0, 1), "{lines:#?}");
        let start = format!("{place}:1:1: warning[baml-v1]: this file marks a BAML v1 project");
        assert!(lines[0].starts_with(&start), "{lines:#?}");
    }
    // Loose files are a project too, and one above another project is none of its business.
    let (_, lines) =
        found(&[("app/baml.toml", toml), ("app/src/a.baml", FUNCTION), ("app/b.baml", FUNCTION)]);
    assert!(lines.iter().all(|line| line.contains("[baml-v1]")), "{lines:#?}");
    let (_, lines) = found(&[("baml.toml", toml), ("old/app/baml_src/a.baml", V0)]);
    assert!(lines.iter().all(|line| !line.contains("[baml-v1]")), "{lines:#?}");
    // With clients of v1 the finding stands at the first of them, and there is still one.
    let (code, lines) =
        found(&[("baml.toml", toml), ("baml_src/a.baml", CONSTANTS), ("baml_src/b.baml", V0)]);
    assert_eq!((code, lines.len()), (0, 1), "{lines:#?}");
    assert!(lines[0].starts_with("baml_src/a.baml:1:8:"), "{lines:#?}");
}

#[test]
fn it_can_be_made_an_error() {
    let files = [
        ("baml.toml", ""),
        ("baml_src/a.baml", FUNCTION),
        ("clientc.toml", "[rules]\nbaml-v1 = \"error\"\n"),
    ];
    let (code, lines) = found(&files);
    assert_eq!((code, lines.len()), (1, 1), "{lines:#?}");
    assert!(lines[0].contains("error[baml-v1]"), "{lines:#?}");
}
