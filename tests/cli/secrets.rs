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

/// The formats of `check`, as its help lists them.
fn formats(folder: &Folder) -> Vec<String> {
    let help = folder.run("check --help").stdout;
    let (_, values) = help.split_once("--format <FORMAT>").expect("there is the option");
    let (values, _) = values.split_once("[default: full]").expect("it has a default");
    let names = values.lines().filter_map(|line| line.trim_start().strip_prefix("- ")?.split(':').next());
    names.map(str::to_owned).collect()
}

#[test]
fn check_masks_it_in_every_format() {
    let folder = folder();
    let formats = formats(&folder);
    assert!(formats.len() >= 9, "{formats:?}");
    for format in formats {
        let run = folder.run(&format!("check --format {format}"));
        assert_eq!(run.code, 1, "{run:#?}");
        assert!(!shows_secret(&run.stdout) && !shows_secret(&run.stderr), "{format}: {run:#?}");
    }
    let rules = folder.run(JSON).rules();
    let faults = rules.iter().filter(|rule| *rule != "hardcoded-secret").count();
    assert_eq!((faults, rules.len()), (3, 4), "the value of each faulty line stands in a message");
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
