//! A project in which all that a format can show occurs: every level, several files, names that need escapes, related
//! places in the same file and in another one, fixes, and findings of one rule about one subject.

use clientc_tests::Folder;
use serde_json::Value;

const LEAVES: &str = "// clientc: ignore[missing-provider] nothing is silenced here
client<llm> Fast {
  provider opnai
  options {
    model \"m, 100%: ü\"
    http {
      request_timeout_ms 0
      request_timeout_ms 20
      time_to_first_token_timeout_ms 0
    }
  }
}
client<llm> Slow {
  provider openai
  options {
    model \"m\"
    http {
      time_to_first_token_timeout_ms 20000
    }
  }
}
client<llm> Odd {
  provider openai
  options {
    model \"m\"
    http {
      time_to_first_token_timeout_ms 20000
      request_timeout_ms 10000
    }
  }
}
";

const PLAN: &str =
    "client<llm> Äußerst { provider opnai options { model \"ü\" http { connect_timeout_ms 0 } } }
client<llm> Answer {
  provider fallback
  options {
    strategy [Slow]
    http {
      request_timeout_ms 10000
    }
  }
}
client<llm> Fast {
  provider openai
}
";

const SETTINGS: &str = "[rules]
ttft-exceeds-request = \"info\"
";

/// The project.
pub(crate) fn folder() -> Folder {
    Folder::with(&[
        ("baml_src/a b.baml", LEAVES),
        ("baml_src/über,100%.baml", PLAN),
        ("clientc.toml", SETTINGS),
    ])
}

/// The source text of a file of the project.
pub(crate) fn text(path: &str) -> &'static str {
    if path.contains("a b") { LEAVES } else { PLAN }
}

/// What is written in a format.
pub(crate) fn output(format: &str) -> String {
    let run = folder().run(&format!("check --format {format}"));
    assert_eq!((run.code, &*run.stderr), (1, ""));
    run.stdout
}

/// The findings, in the order of our own JSON.
pub(crate) fn findings() -> Vec<Value> {
    let document: Value = serde_json::from_str(&output("json")).unwrap();
    document["diagnostics"].as_array().unwrap().clone()
}

/// Text of a JSON value.
pub(crate) fn string(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

#[test]
fn all_that_a_format_can_show_occurs() {
    let findings = findings();
    for level in ["error", "warning", "info"] {
        assert!(findings.iter().any(|finding| finding["level"] == level), "no {level}");
    }
    for file in ["baml_src/a b.baml", "baml_src/über,100%.baml"] {
        assert!(findings.iter().any(|finding| finding["file"] == file), "nothing in {file}");
    }
    let related = |finding: &Value| finding["related"].as_array().unwrap().clone();
    let elsewhere = |finding: &Value, is_other: bool| {
        related(finding).iter().any(|place| (place["file"] != finding["file"]) == is_other)
    };
    assert!(findings.iter().any(|finding| elsewhere(finding, true)));
    assert!(findings.iter().any(|finding| elsewhere(finding, false)));
    assert!(findings.iter().any(|finding| finding["fix"]["safe"] == true));
    assert!(findings.iter().any(|finding| finding["fix"]["safe"] == false));
    assert!(findings.iter().any(|finding| !finding["help"].is_null()));
}
