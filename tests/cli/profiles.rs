//! Profiles, overrides of more than levels, and settings that build on others.

use clientc_tests::Folder;

/// A client that has no limit of its own.
const OPEN: &str = "client<llm> Fast {
  provider openai
  options {
    model \"gpt-4o\"
    api_key env.OPENAI_API_KEY
  }
}
";

const PROFILES: &str = "[defaults.http]
request_timeout_ms = 20000
[profiles.prod]
limits.max-duration-ms = 30000
defaults.http.request_timeout_ms = 60000
[profiles.batch]
limits.max-duration-ms = 50000
defaults.http.request_timeout_ms = 60000
";

#[test]
fn a_profile_is_chosen_at_check_and_resolve_time() {
    let folder = Folder::with(&[("baml_src/a.baml", OPEN), ("clientc.toml", PROFILES)]);
    let limit = |arguments: &str| {
        let run = folder.run(&format!("resolve --format json {arguments}"));
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.json()["clients"]["Fast"]["routes"][0]["effective"]["request_timeout_ms"].clone()
    };
    assert_eq!(limit(""), 20000);
    assert_eq!(limit("--profile prod"), 60000);
    let rules = |arguments: &str| folder.run(&format!("check --format json {arguments}")).rules();
    assert_eq!(rules(""), [""; 0]);
    assert_eq!(rules("--profile prod"), ["duration-over-budget"]);
    let shown = folder.run("check --show-settings --profile prod").stdout;
    assert!(shown.contains("max-duration-ms = 30000") && shown.contains("= 60000"), "{shown}");
}

#[test]
fn all_profiles_are_checked_in_one_run_and_named() {
    let folder = Folder::with(&[("baml_src/a.baml", OPEN), ("clientc.toml", PROFILES)]);
    let run = folder.run("check --all-profiles --format concise");
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!((run.code, lines.len()), (0, 2), "{}", run.stdout);
    assert!(lines[0].ends_with("(profile `batch`)") && lines[0].contains("50,000"), "{}", lines[0]);
    assert!(lines[1].ends_with("(profile `prod`)") && lines[1].contains("30,000"), "{}", lines[1]);
    assert_eq!(folder.run("check --all-profiles --error-on-warnings").code, 1);
    folder.write("clientc.toml", PROFILES.replace("50000", "30000"));
    let run = folder.run("check --all-profiles --format concise");
    // The two budgets have different places in the story, and the same words.
    assert!(run.stdout.contains("(profiles `batch`, `prod`)"), "{}", run.stdout);
}

#[test]
fn a_profile_that_is_not_there_is_wrong_usage() {
    let folder = Folder::with(&[("a/baml_src/a.baml", OPEN), ("a/clientc.toml", PROFILES)]);
    let error = |arguments: &str| {
        let run = folder.run(arguments);
        assert_eq!((run.code, &*run.stdout), (2, ""), "{arguments}");
        run.stderr
    };
    assert_eq!(
        error("check --profile prd"),
        "error: there is no profile `prd`; did you mean `prod`? there is `batch`, `prod`\n"
    );
    folder.write("b/baml_src/b.baml", OPEN);
    assert!(error("resolve --profile prod --format json-lines").contains("b/baml_src among them"));
    assert!(error("check b --profile prod").contains("no clientc.toml has a `[profiles.prod]`"));
    assert!(error("check --config nowhere.toml").contains("--config: there is no file nowhere.toml"));
}

#[test]
fn an_override_sets_limits_entries_and_defaults_for_a_project() {
    let settings = "[[overrides]]
paths = [\"slow\"]
limits.max-duration-ms = 1000
entries.clients = [\"Fast\"]
defaults.http.request_timeout_ms = 5000
";
    let folder = Folder::with(&[
        ("slow/baml_src/a.baml", OPEN),
        ("other/baml_src/a.baml", OPEN),
        ("clientc.toml", settings),
    ]);
    let run = folder.run("check --format json");
    let found: Vec<_> = run.json()["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| format!("{} {}", found["file"].as_str().unwrap(), found["rule"].as_str().unwrap()))
        .collect();
    assert_eq!(found, ["other/baml_src/a.baml no-timeout", "slow/baml_src/a.baml duration-over-budget"]);
    folder.write("slow/baml_src/b.baml", OPEN.replace("Fast", "Second"));
    folder.write("clientc.toml", settings.replace("\"slow\"", "\"slow/baml_src/b.baml\""));
    let run = folder.run("check --format concise");
    assert_eq!(run.code, 2);
    assert!(run.stdout.contains("covers 1 of the 2 files of a project"), "{}", run.stdout);
}

#[test]
fn settings_build_on_others() {
    let folder = Folder::with(&[
        ("baml_src/a.baml", OPEN),
        ("clientc.toml", "extend = \"shared/base.toml\"\n[limits]\nmax-requests = 3\n"),
        ("shared/base.toml", "[limits]\nmax-requests = 7\n[rules]\nno-timeout = \"error\"\n"),
    ]);
    assert_eq!(folder.run("check").code, 1);
    let shown = folder.run("check --show-settings").stdout;
    assert!(shown.contains("max-requests = 3") && shown.contains("no-timeout = \"error\""), "{shown}");
    folder.write("shared/base.toml", "extend = \"../clientc.toml\"\n");
    let run = folder.run("check --format concise");
    assert_eq!(run.code, 2);
    assert!(
        run.stdout.contains("extend themselves: clientc.toml -> shared/base.toml -> clientc.toml"),
        "{}",
        run.stdout
    );
    folder.write("clientc.toml", "extend = \"nowhere.toml\"\n");
    let run = folder.run("check --format concise");
    assert!(run.stdout.contains("clientc.toml:1:10: error[invalid-config]: there is no file `nowhere.toml`"));
    // What is wrong in the file that is built on is said at its place.
    folder.write("clientc.toml", "extend = \"shared/base.toml\"\n");
    folder.write("shared/base.toml", "[limit]\n");
    let run = folder.run("check --format concise");
    assert!(run.stdout.contains("shared/base.toml:1:2: error[invalid-config]"), "{}", run.stdout);
}

#[test]
fn limits_that_contradict_each_other_across_layers_are_a_mistake() {
    let folder = Folder::with(&[
        ("baml_src/a.baml", OPEN),
        (
            "clientc.toml",
            "[defaults.http]\nrequest_timeout_ms = 20000\n[profiles.prod.defaults.http]\n\
             time_to_first_token_timeout_ms = 30000\n",
        ),
    ]);
    let run = folder.run("check --format concise");
    assert_eq!(run.code, 2);
    assert!(run.stdout.contains("clientc.toml:4:1: error[invalid-config]"), "{}", run.stdout);
}
