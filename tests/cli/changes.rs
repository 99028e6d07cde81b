//! What `clientc check` writes into files: fixes, comments that silence, and baselines.

use clientc_tests::Folder;

use crate::CLEAN;

const TWO: &str = "client<llm> Fast {
  provider opnai // the fast one
  options {
    model \"gpt-4o\"
    api_key env.OPENAI_API_KEY
    http {
      time_to_first_token_timeout_ms 30000
      request_timeout_ms 20000
    }
  }
}
";

fn project() -> Folder {
    Folder::with(&[("baml_src/a.baml", TWO)])
}

fn read(folder: &Folder, path: &str) -> String {
    std::fs::read_to_string(folder.path().join(path)).unwrap()
}

#[test]
fn fix_writes_what_was_meant_and_shows_the_rest() {
    let folder = project();
    let run = folder.run("check --fix --format concise");
    assert_eq!(read(&folder, "baml_src/a.baml"), TWO.replace("opnai", "openai"));
    assert_eq!(run.stderr, "fixed 1 finding in 1 file: 1 unknown-provider\n");
    assert!(run.stdout.starts_with("baml_src/a.baml:7:38: error[ttft-exceeds-request]"), "{}", run.stdout);
    assert_eq!(run.code, 1);
}

#[test]
fn unsafe_fixes_are_asked_for() {
    let folder = project();
    let run = folder.run("check --fix --unsafe-fixes --format concise");
    assert_eq!(run.code, 0, "{}", run.stderr);
    // The two numbers were exchanged, so that neither limit hides the other.
    assert_eq!(run.stdout, "", "{}", run.stderr);
    let text = read(&folder, "baml_src/a.baml");
    assert!(text.contains("request_timeout_ms 30000"), "{text}");
    assert!(text.contains("time_to_first_token_timeout_ms 20000"), "{text}");
    assert_eq!(folder.run("check --unsafe-fixes").code, 2);
}

#[test]
fn diff_changes_nothing() {
    let folder = project();
    let run = folder.run("check --diff");
    insta::assert_snapshot!(run.stdout, @r#"
    --- baml_src/a.baml
    +++ baml_src/a.baml
    @@ -1,5 +1,5 @@
     client<llm> Fast {
    -  provider opnai // the fast one
    +  provider openai // the fast one
       options {
         model "gpt-4o"
         api_key env.OPENAI_API_KEY
    "#);
    assert_eq!((run.code, &*run.stderr), (1, "would fix 1 finding in 1 file: 1 unknown-provider\n"));
    assert_eq!(read(&folder, "baml_src/a.baml"), TWO);
    assert_eq!(Folder::with(&[("baml_src/a.baml", CLEAN)]).run("check --diff").code, 0);
}

#[test]
fn the_mended_text_of_standard_input_goes_to_standard_output() {
    let folder = project();
    let run = folder.run_with_stdin("check - --stdin-filename baml_src/a.baml --fix --format concise", TWO);
    assert_eq!(run.stdout, TWO.replace("opnai", "openai"));
    assert!(run.stderr.contains("error[ttft-exceeds-request]"), "{}", run.stderr);
    assert_eq!(read(&folder, "baml_src/a.baml"), TWO);
}

#[test]
fn only_named_files_are_fixed() {
    let folder = Folder::with(&[("baml_src/a.baml", TWO), ("baml_src/b.baml", &TWO.replace("Fast", "Slow"))]);
    folder.run("check --fix baml_src/b.baml");
    assert_eq!(read(&folder, "baml_src/a.baml"), TWO);
    assert!(read(&folder, "baml_src/b.baml").contains("openai"));
}

#[test]
fn a_fix_that_leads_to_a_new_error_is_left_out() {
    let text = "client<llm> Mian {\n  provider fallback\n  options { strategy [Main] }\n}\n";
    let folder = Folder::with(&[("baml_src/a.baml", text)]);
    let run = folder.run("check --fix --format concise");
    assert_eq!(read(&folder, "baml_src/a.baml"), text);
    assert!(run.stderr.contains("1 fix was skipped, because it would cause a new finding"), "{}", run.stderr);
}

#[test]
fn add_ignore_silences_what_may_be_silenced() {
    let folder = Folder::with(&[("baml_src/a.baml", &TWO.replace("opnai", "openai"))]);
    let run = folder.run_with_words(&["check", "--add-ignore", "the old gateway wants it"]);
    assert_eq!((run.code, &*run.stderr), (0, "silenced 1 finding in 1 file\n"));
    let text = read(&folder, "baml_src/a.baml");
    let comment = "      // clientc: ignore[ttft-exceeds-request] the old gateway wants it\n      time_to";
    assert!(text.contains(comment), "{text}");
    assert_eq!(folder.run("check --format concise").stdout, "");
    assert_eq!(folder.run("resolve --format json").code, 0);
}

#[test]
fn a_baseline_holds_what_is_known_and_is_free_of_lines() {
    let folder = Folder::with(&[("baml_src/a.baml", &TWO.replace("opnai", "openai"))]);
    let run = folder.run("check --baseline known.json --write-baseline --format concise");
    assert_eq!((run.code, &*run.stdout), (0, ""));
    insta::assert_snapshot!(read(&folder, "known.json"), @r#"
    {"schema": "clientc.baseline", "version": 1, "findings": [
      {"project":"baml_src","rule":"ttft-exceeds-request","subject":"Fast/http/time_to_first_token_timeout_ms","count":1}
    ]}
    "#);
    folder.write("baml_src/a.baml", format!("// moved\n\n{}", TWO.replace("opnai", "openai")));
    assert_eq!(folder.run("check --baseline known.json").code, 0);
    folder.write("baml_src/b.baml", TWO.replace("opnai", "openai").replace("Fast", "Slow"));
    let run = folder.run("check --baseline known.json --format concise");
    assert!(run.code == 1 && run.stdout.starts_with("baml_src/b.baml:7:38"), "{}", run.stdout);
}

#[test]
fn a_baseline_says_what_is_stale_and_what_it_cannot_hold() {
    let folder = project();
    let run = folder.run("check --baseline known.json --write-baseline --format concise");
    assert!(run.code == 1 && run.stdout.contains("error[unknown-provider]"), "{}", run.stdout);
    folder.write("baml_src/a.baml", CLEAN);
    let run = folder.run("check --baseline known.json");
    assert_eq!(run.code, 0);
    insta::assert_snapshot!(run.stderr, @r"
    1 finding in known.json is stale and can be removed with `--prune-baseline`:
      ttft-exceeds-request Fast/http/time_to_first_token_timeout_ms in baml_src
    ");
    folder.write("known.json", "{\"schema\": \"clientc.baseline\", \"version\": 2, \"findings\": []}");
    let run = folder.run("check --baseline known.json");
    assert!(run.code == 2 && run.stderr.contains("this program reads version 1"), "{}", run.stderr);
    assert_eq!(folder.run("check --baseline none.json").code, 2);
}

#[test]
fn a_comment_silences_and_an_unused_one_is_removed() {
    let comment =
        "      // clientc: ignore[ttft-exceeds-request, effective-ttft-exceeds-request] both are wanted\n";
    let text = TWO.replace("opnai", "openai").replace("      time_to", &format!("{comment}      time_to"));
    let folder = Folder::with(&[("baml_src/a.baml", &text)]);
    let run = folder.run("check --format concise");
    let line =
        "baml_src/a.baml:7:48: warning[unused-ignore]: `effective-ttft-exceeds-request` finds nothing here\n";
    assert_eq!((run.code, &*run.stdout), (0, line));
    assert_eq!(folder.run("check --error-on-warnings").code, 1);
    folder.run("check --fix");
    let expected = text.replace(", effective-ttft-exceeds-request", "");
    assert_eq!(read(&folder, "baml_src/a.baml"), expected);
}

#[test]
fn an_error_that_cannot_be_lowered_cannot_be_silenced() {
    let text = TWO.replace("  provider", "  // clientc: ignore[unknown-provider] please\n  provider");
    let run = Folder::with(&[("baml_src/a.baml", &text)]).run("check --format concise");
    assert!(
        run.stdout.contains("warning[unused-ignore]: `unknown-provider` cannot be ignored"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("error[unknown-provider]"), "{}", run.stdout);
}

#[test]
fn show_settings_is_a_clientc_toml() {
    let config =
        "[rules]\nunknown-rule = \"error\"\n[limits]\nmax-duration-ms = 5000\n[peer]\nbaml = \"off\"\n";
    let folder = Folder::with(&[("baml_src/a.baml", CLEAN), ("clientc.toml", config)]);
    let run = folder.run("check --show-settings --warn ttft-exceeds-request");
    insta::with_settings!({ filters => vec![(r"# \d+ rules", "# all rules")] }, {
        insta::assert_snapshot!(run.stdout, @r#"
        # baml_src: settings from clientc.toml
        [rules] # all rules; those not listed keep their default level
        ttft-exceeds-request = "warn" # default: error
        unknown-rule = "error" # default: warn

        [entries]
        clients = ["Fast"] # every client that is not a member

        [defaults.http]

        [defaults.fix]

        [limits]
        max-requests = 12
        max-duration-ms = 5000

        [platform]

        [peer]
        baml = "off" # no findings about BAML

        [runtime]
        calls = "clientc" # BAML does not read the project
        "#);
    });
    let again = Folder::with(&[("baml_src/a.baml", CLEAN), ("clientc.toml", &run.stdout)]);
    assert_eq!(again.run("check").code, 0, "{}", again.run("check").stdout);
}

#[test]
fn watch_checks_again_when_a_file_changes() {
    let folder = project();
    let mut watching = folder.start(&["check", "--watch", "--format", "concise"]);
    watching.wait_for_stdout("error[unknown-provider]");
    watching.wait_for_stderr("watching for changes");
    folder.write("baml_src/a.baml", TWO.replace("opnai", "nobody"));
    watching.wait_for_stdout("there is no provider `nobody`");
}

#[test]
fn watch_takes_up_settings_that_are_new() {
    let text = "client<llm> A {\n  provider openai\n  options {\n    model \"gpt-4o\"\n  }\n}\n";
    let folder = Folder::with(&[("baml_src/a.baml", text)]);
    let mut watching = folder.start(&["check", "--watch", "--format", "concise"]);
    watching.wait_for_stdout("warning[no-timeout]");
    watching.wait_for_stderr("watching for changes");
    folder.write("clientc.toml", "[rules]\nno-timeout = \"error\"\n");
    watching.wait_for_stdout("error[no-timeout]");
    folder.write("clientc.toml", "[rules]\nno-timeout = \"info\"\n");
    watching.wait_for_stdout("info[no-timeout]");
}

#[test]
fn add_ignore_writes_no_file_for_standard_input() {
    let folder = project();
    let buffer = TWO.replace("opnai", "openai");
    let stdin = ["check", "-", "--stdin-filename", "baml_src/a.baml", "--add-ignore", "known"];
    let run = folder.run_with_words_and_stdin(&stdin, &buffer);
    assert!(run.stdout.contains("// clientc: ignore[ttft-exceeds-request] known\n"), "{}", run.stdout);
    assert_eq!(read(&folder, "baml_src/a.baml"), TWO);
    let run = folder.run_with_words_and_stdin(&["check", "-", "--add-ignore", "known"], CLEAN);
    assert_eq!((run.code, &*run.stdout), (0, CLEAN));
    assert!(!folder.path().join("<stdin>").exists());
}

#[test]
fn a_reason_is_one_line_with_something_in_it() {
    let folder = Folder::with(&[("baml_src/a.baml", &TWO.replace("opnai", "openai"))]);
    for reason in ["", "  ", "--", "one\ntwo ]"] {
        let run = folder.run_with_words(&["check", "--add-ignore", reason]);
        assert_eq!(run.code, 2, "{reason:?}");
    }
    assert_eq!(read(&folder, "baml_src/a.baml"), TWO.replace("opnai", "openai"));
}

#[test]
fn findings_about_comments_and_settings_are_not_silenced_by_another_comment() {
    let text = CLEAN.replace("client<llm>", "// clientc: ignore[duplicate-member]\nclient<llm>");
    let config = "[defaults.http]\nidle_timeout_ms = 5\n";
    let folder = Folder::with(&[("baml_src/a.baml", &text), ("clientc.toml", config)]);
    let run = folder.run_with_words(&["check", "--add-ignore", "because"]);
    let note = "silenced 0 findings in 0 files\n3 findings cannot be ignored: run `clientc check`\n";
    assert_eq!((run.code, &*run.stderr), (1, note));
    assert_eq!(read(&folder, "baml_src/a.baml"), text);
}

#[test]
fn a_comment_may_silence_what_is_said_of_itself() {
    let comment = "// clientc: ignore[duplicate-member, unused-ignore, ignore-without-reason]\n";
    let folder =
        Folder::with(&[("baml_src/a.baml", &CLEAN.replace("client<llm>", &format!("{comment}client<llm>")))]);
    assert_eq!(folder.run("check --format concise").stdout, "");
}

#[test]
fn a_baseline_says_nothing_of_what_was_not_looked_at() {
    let conflict = TWO.replace("opnai", "openai");
    let folder = Folder::with(&[("one/baml_src/a.baml", &conflict), ("two/baml_src/a.baml", &conflict)]);
    folder.run("check . --baseline known.json --write-baseline");
    let both = read(&folder, "known.json");
    assert_eq!(both.matches("\"rule\"").count(), 2, "{both}");
    for arguments in
        ["check one --baseline known.json", "check . --baseline known.json --ignore ttft-exceeds-request"]
    {
        let run = folder.run(arguments);
        assert_eq!((run.code, &*run.stderr), (0, ""), "{arguments}");
    }
    folder.run("check one --baseline known.json --write-baseline");
    assert_eq!(read(&folder, "known.json"), both);
}

#[test]
fn what_was_not_read_is_not_said_to_be_right() {
    let run = Folder::with(&[]).run("check missing");
    assert_eq!((run.code, &*run.stdout), (2, ""));
}

#[test]
fn a_finding_about_several_clients_is_silenced_at_each() {
    let bare = |name: &str| {
        format!("client<llm> {name} {{\n  provider openai\n  options {{\n    model \"gpt-4o\"\n  }}\n}}\n")
    };
    let folder = Folder::with(&[("baml_src/a.baml", &[bare("A"), bare("B"), bare("C")].concat())]);
    let run = folder.run_with_words(&["check", "--add-ignore", "bounded elsewhere"]);
    assert_eq!(
        (run.code, &*run.stderr),
        (0, "silenced 1 finding in 1 file, and 2 more that appeared after them\n")
    );
    assert_eq!(folder.run("check --format concise").stdout, "");
}
