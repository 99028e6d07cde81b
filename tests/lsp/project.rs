//! The project that most sessions open.

use clientc_tests::{Editor, Folder};

/// The clients.
pub(crate) const CLIENTS: &str = r#"client<llm> FastClient {
  provider openai
  options {
    model "gpt-4o"
    api_key env.OPENAI_API_KEY
    http {
      connect_timeout_ms 3000
      request_timeout_ms 20000
    }
  }
}

client<llm> SlowClient {
  provider anthropic
  retry_policy Twice
  options {
    model "claude-3-5-haiku-20241022"
    api_key env.ANTHROPIC_API_KEY
    http {
      connect_timeout_ms 9000
      request_timeout_ms 60000
    }
  }
}

client<llm> MyFallback {
  provider fallback
  options {
    strategy [FastClient, SlowClient]
    http {
      connect_timeout_ms 5000
      idle_timeout_ms 15000
      total_timeout_ms 120000
    }
  }
}
"#;

/// The policies.
pub(crate) const POLICIES: &str = r#"retry_policy Twice {
  max_retries 2
  strategy {
    type constant_delay
    delay_ms 1500
  }
}
"#;

/// The functions.
pub(crate) const FUNCTIONS: &str = r##"class Resume {
  name string
}

function Extract(text: string) -> Resume {
  client MyFallback
  prompt #"
    { client FastClient }
  "#
}
"##;

/// A folder with the project.
pub(crate) fn folder() -> Folder {
    Folder::with(&[
        ("baml_src/clients.baml", CLIENTS),
        ("baml_src/policies.baml", POLICIES),
        ("baml_src/functions.baml", FUNCTIONS),
    ])
}

/// An editor with the clients open.
pub(crate) fn editor(folder: &Folder) -> Editor {
    let mut editor = Editor::open(folder.path());
    editor.open_file("baml_src/clients.baml");
    editor
}

/// The path of the clients.
pub(crate) const PATH: &str = "baml_src/clients.baml";
