//! What the gateway reads before it serves anything.

use std::path::Path;

use clientc_gateway::{Loaded, Source};
use clientc_plan::WorstCase;
use clientc_report::Options;
use clientc_workspace::ConfigChoice;

/// A project whose calls BAML would make: it has a generator block.
const CLIENTS: &str = r#"generator target {
  output_type "python/pydantic"
  output_dir "../"
  version "0.226.3"
}

client<llm> Chat {
  provider openai
  options {
    model "gpt-4o"
    api_key env.KEY
  }
}
"#;

fn load(source: &Source) -> Loaded {
    source.load(&Options::default()).expect("the plan can be served")
}

fn project(folder: &Path) -> Source {
    Source::Project {
        paths: Vec::new(),
        working_folder: folder.to_owned(),
        config: ConfigChoice::Nearest,
        profile: None,
    }
}

#[test]
fn its_own_run_time_is_judged_and_shown_whoever_makes_the_calls_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).unwrap();
    std::fs::create_dir(folder.path().join("baml_src")).unwrap();
    write("baml_src/a.baml", CLIENTS);
    for calls in ["", "[runtime]\ncalls = \"baml\"\n"] {
        write("clientc.toml", &format!("{calls}[defaults.http]\nrequest_timeout_ms = 120000\n"));
        let loaded = load(&project(folder.path()));
        let chat = &loaded.document.clients["Chat"];
        assert_eq!(chat.cost(), WorstCase { requests: 1, duration_ms: Some(120_000) });
        assert!(chat.through_baml().is_none());
        // The default holds here, so nothing is without a limit.
        assert_eq!(loaded.warnings, 0);
    }
    // A document that was resolved for BAML has its figures; they are of no matter here.
    let mut document = load(&project(folder.path())).document;
    let baml = clientc_plan::document::RunTimeFigures {
        measured_with: "0.226.3".into(),
        version: None,
        worst_case: WorstCase { requests: 1, duration_ms: Some(300_000) },
        effective: Vec::new(),
        schedule: None,
    };
    document.clients["Chat"].runtimes = Some(clientc_plan::document::Runtimes { baml });
    let path = folder.path().join("plan.json");
    document.write_pretty(std::fs::File::create(&path).unwrap()).unwrap();
    assert_eq!(load(&Source::Resolved(path)).document.clients["Chat"].cost().duration_ms, Some(120_000));
}
