//! A secret in a file shows in no output but the resolved JSON.

use clientc_tests::Folder;
use clientc_tests::formats::{Format, formats};

use crate::JSON;

const SECRET: &str = "sk-proj-9aK2mQ7xT4vB8nL1pR6wZ3cY5dF0hJ";

fn folder() -> Folder {
    let text = format!(
        "client<llm> Fast {{
  provider openai
  options {{
    api_key \"{SECRET}\" // {SECRET}
    base_url 5
    http {{
      request_timeout_ms \"{SECRET}\"
    }}
  }}
}}

client<llm> Other {{
  provider {SECRET}
}}
"
    );
    Folder::with(&[("baml_src/a.baml", &text)])
}

/// The part of a secret that must not be seen; its beginning may stay readable.
fn shows_secret(text: &str) -> bool {
    text.contains(&SECRET[10..])
}

#[test]
fn check_masks_it_in_every_format() {
    let folder = folder();
    for Format { name, .. } in formats() {
        let run = folder.run(&format!("check --format {name}"));
        assert_eq!(run.code, 1, "{run:#?}");
        assert!(!shows_secret(&run.stdout) && !shows_secret(&run.stderr), "{name}: {run:#?}");
    }
    let rules = folder.run(JSON).rules();
    let faults = rules.iter().filter(|rule| *rule != "hardcoded-secret").count();
    assert_eq!((faults, rules.len()), (3, 4), "the value of each faulty line stands in a message");
}

/// What stands in no certificate by chance.
const BODY: &str = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";

#[test]
fn a_private_key_is_found_and_masked() {
    let (begin, end) = ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----");
    let lines = format!("{begin}\n{BODY}\n{BODY}\nx9Qz==\n{end}");
    for (value, is_whole) in [
        (format!("credentials {{ private_key \"{begin}\\n{BODY}\\n\" }}"), true),
        (format!("credentials {{ private_key \"{begin}\\n{BODY}\\nx9Qz==\\n{end}\\n\" }}"), true),
        (
            format!("credentials_content \"{{\\\"private_key\\\": \\\"{begin}\\\\n{BODY}\\\\n{end}\\\"}}\""),
            false,
        ),
        (format!("credentials_content #\"{{ \"private_key\": \"{begin}\\n{BODY}\" }}\"#"), false),
        (format!("credentials {{ private_key #\"{lines}\"# }}"), true),
        (format!("credentials {{ private_key #\"{}\"# }}", lines.replace("PRIVATE", "RSA PRIVATE")), true),
    ] {
        let text = format!(
            "client<llm> Fast {{\n  provider vertex-ai\n  options {{\n    model m\n    location l\n    {value}\n    temprature 1\n  }}\n}}\n// {begin} stands above.\n"
        );
        let folder = Folder::with(&[("baml_src/a.baml", &text)]);
        for Format { name, .. } in formats() {
            let run = folder.run(&format!("check --format {name}"));
            let shown = [run.stdout, run.stderr].concat();
            assert!(!shown.contains(&BODY[4..20]) && !shown.contains("x9Qz"), "{name}: {shown}");
        }
        let run = folder.run("check --format json");
        let json = run.json();
        let found = json["diagnostics"].as_array().unwrap().iter();
        let secrets: Vec<_> = found.filter(|found| found["rule"] == "hardcoded-secret").collect();
        assert_eq!(secrets.len(), 1, "{text}\n{json:#}");
        assert_eq!(secrets[0]["help"].as_str().unwrap().contains("write `env."), is_whole, "{json:#}");
    }
}

#[test]
fn resolve_masks_it_in_diagnostics() {
    let run = folder().run("resolve --format json");
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(!shows_secret(&run.stderr), "{}", run.stderr);
}

#[test]
fn the_resolved_json_keeps_it_and_the_table_does_not_show_it() {
    let text =
        format!("client<llm> Fast {{\n  provider openai\n  options {{\n    api_key \"{SECRET}\"\n  }}\n}}\n");
    let folder = Folder::with(&[("baml_src/a.baml", &text)]);
    let json = folder.run("resolve --format json").json();
    assert_eq!(json["clients"]["Fast"]["options"]["api_key"], SECRET);
    assert!(!shows_secret(&folder.run("resolve").stdout));
}
