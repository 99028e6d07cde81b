//! The command from outside: exit codes, streams, formats and flags.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

#[path = "cli/baselines.rs"]
mod baselines;
#[path = "cli/changes.rs"]
mod changes;
#[path = "cli/check.rs"]
mod check;
// Its shells are those of Unix.
#[cfg(unix)]
#[path = "cli/completing.rs"]
mod completing;
#[path = "cli/exclusions.rs"]
mod exclusions;
#[path = "cli/exit_codes.rs"]
mod exit_codes;
#[path = "cli/explain.rs"]
mod explain;
#[path = "cli/failures.rs"]
mod failures;
#[path = "cli/filters.rs"]
mod filters;
#[path = "cli/fixing.rs"]
mod fixing;
#[path = "cli/flags.rs"]
mod flags;
#[path = "cli/input.rs"]
mod input;
#[path = "cli/profiles.rs"]
mod profiles;
#[path = "cli/replay.rs"]
mod replay;
#[path = "cli/resolve.rs"]
mod resolve;
#[path = "cli/schemas.rs"]
mod schemas;
#[path = "cli/secrets.rs"]
mod secrets;
#[path = "cli/settings.rs"]
mod settings;
#[path = "cli/stability.rs"]
mod stability;
#[path = "cli/version.rs"]
mod version;
#[cfg(unix)]
#[path = "cli/writing.rs"]
mod writing;

/// A project with one client and nothing wrong.
const CLEAN: &str = "client<llm> Fast {
  provider openai
  options {
    model \"gpt-4o\"
    api_key env.OPENAI_API_KEY
    http {
      request_timeout_ms 20000
    }
  }
}
";

/// A project with one error, which keeps it from being resolved.
const FAULTY: &str = "client<llm> Fast {
  provider opnai
}
";

/// A project whose only fault is an error that can be lowered.
const CONFLICT: &str = "client<llm> Fast {
  provider openai
  options {
    api_key env.OPENAI_API_KEY
    http {
      request_timeout_ms 10000
      time_to_first_token_timeout_ms 20000
    }
  }
}
";

/// The formats of `check` that are one JSON document.
const JSON: &str = "check --format json";
