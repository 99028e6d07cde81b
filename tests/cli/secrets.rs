//! A secret in a file shows in no output but the resolved JSON.

use crate::JSON;
use clientc_tests::Folder;

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
    for format in ["full", "concise", "json", "json-lines"] {
        let run = folder.run(&format!("check --format {format}"));
        assert_eq!(run.code, 1, "{run:#?}");
        assert!(!shows_secret(&run.stdout) && !shows_secret(&run.stderr), "{format}: {run:#?}");
    }
    assert_eq!(folder.run(JSON).rules().len(), 3, "the value of each faulty line stands in a message");
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
