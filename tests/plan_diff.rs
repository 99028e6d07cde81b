//! `clientc diff`: each change is one difference of the right kind, and layout is none.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

#[path = "plan_diff/mutations.rs"]
mod mutations;

use std::path::Path;
use std::process::Command;

use clientc_tests::program::finished;
use clientc_tests::{Folder, Run, run_in};
use serde_json::Value;

const BEFORE: &str = r##"retry_policy Twice {
  max_retries 2
}

client<llm> Fast {
  provider openai
  retry_policy Twice
  options {
    model "gpt-4o"
    http {
      connect_timeout_ms 3000
      request_timeout_ms 20000
    }
  }
}

client<llm> Slow {
  provider anthropic
  options {
    model "claude-3-5-haiku-latest"
    http {
      request_timeout_ms 60000
    }
  }
}

client<llm> Chat {
  provider fallback
  options {
    strategy [Fast, Slow]
    http {
      idle_timeout_ms 15000
    }
  }
}

function Answer(text: string) -> string {
  client Chat
  prompt #"{{ text }}"#
}
"##;

/// Compares two texts of one project, as JSON.
fn diff(before: &[(&str, &str)], after: &[(&str, &str)], arguments: &str) -> Run {
    let named = |side: &str, files: &[(&str, &str)]| -> Vec<(String, String)> {
        files.iter().map(|(path, text)| (format!("{side}/baml_src/{path}"), (*text).to_owned())).collect()
    };
    let files = [named("before", before), named("after", after)].concat();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
    Folder::with(&files).run(&format!("diff after --against before {arguments}"))
}

/// The kinds and subjects of all changes of one text into another.
fn changes(after: &str) -> Vec<(String, String)> {
    let run = diff(&[("a.baml", BEFORE)], &[("a.baml", after)], "--format json");
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    let json = run.json();
    let changes = json["projects"][0]["changes"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    changes.iter().map(|change| (text(&change["kind"]), text(&change["subject"]))).collect()
}

#[test]
fn each_change_is_one_difference_of_its_kind() {
    for (old, new, kind, subject) in [
        ("request_timeout_ms 20000", "request_timeout_ms 25000", "raised", "Fast"),
        ("request_timeout_ms 60000", "request_timeout_ms 50000", "lowered", "Slow"),
        ("      connect_timeout_ms 3000\n", "", "lost", "Fast"),
        ("idle_timeout_ms 15000", "idle_timeout_ms 15000\n      total_timeout_ms 70000", "gained", "Chat"),
        ("[Fast, Slow]", "[Slow, Fast]", "members", "Chat"),
        ("[Fast, Slow]", "[Fast, Slow, \"openai/gpt-4o-mini\"]", "members", "Chat"),
        ("max_retries 2", "max_retries 3", "retry", "Twice"),
        ("  retry_policy Twice\n", "", "retry", "Fast"),
        ("\"gpt-4o\"", "\"gpt-4o-mini\"", "options", "Fast"),
        ("client Chat\n", "client Slow\n", "members", "Answer"),
        ("function Answer", "function Reply", "renamed", "Reply"),
    ] {
        let after = BEFORE.replace(old, new);
        assert_ne!(after, BEFORE, "{old} is in the text");
        assert_eq!(changes(&after), [(kind.to_owned(), subject.to_owned())], "{old} becomes {new}");
    }
}

#[test]
fn a_name_that_changes_everywhere_is_one_difference() {
    assert_eq!(changes(&BEFORE.replace("Slow", "Steady")), [("renamed".to_owned(), "Steady".to_owned())]);
    assert_eq!(changes(&BEFORE.replace("Chat", "Talk")), [("renamed".to_owned(), "Talk".to_owned())]);
    assert_eq!(changes(&BEFORE.replace("Twice", "Again")), [("renamed".to_owned(), "Again".to_owned())]);
}

#[test]
fn of_two_clients_that_look_alike_none_is_renamed() {
    let leaf = |name: &str| {
        format!(
            "client<llm> {name} {{\n  provider openai\n  options {{\n    model \"m\"\n    http {{ request_timeout_ms 9 }}\n  }}\n}}\n"
        )
    };
    let kinds = |before: &str, after: &str| {
        let json = diff(&[("a.baml", before)], &[("a.baml", after)], "--format json").json();
        let changes = json["projects"][0]["changes"].as_array().unwrap().clone();
        changes.iter().map(|change| change["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (one, two) = (leaf("Early") + &leaf("Soon"), leaf("Late") + &leaf("Later"));
    assert_eq!(kinds(&one, &two), ["removed", "removed", "added", "added"]);
    // Where one of both is still there, the other one is the renamed one.
    assert_eq!(kinds(&one, &(leaf("Early") + &leaf("Late"))), ["renamed"]);
}

#[test]
fn clients_that_are_more_than_renamed_come_and_go() {
    let talk = BEFORE.replace("Chat", "Talk");
    let fallback = "provider fallback\n  options {\n    strategy [Fast, Slow]";
    assert!(talk.contains(fallback));
    let turns = |more: &str| {
        talk.replace(
            fallback,
            &fallback
                .replace("fallback", "round-robin")
                .replace("\n    strategy", &format!("{more}\n    strategy")),
        )
    };
    let kinds = |before: &str, after: &str| {
        let json = diff(&[("a.baml", before)], &[("a.baml", after)], "--format json").json();
        let changes = json["projects"][0]["changes"].as_array().unwrap().clone();
        changes.iter().map(|change| change["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let both = ["removed", "added", "members"];
    assert_eq!(kinds(BEFORE, &talk), ["renamed"]);
    assert_eq!(kinds(BEFORE, &turns("")), both);
    let first = turns("\n    start 1").replace("Talk", "Chat");
    assert_eq!(kinds(&first, &turns("\n    start 1")), ["renamed"]);
    assert_eq!(kinds(&first, &turns("")), both);
    // Clients that differ are told apart where several are renamed.
    let models = |first: &str, second: &str| {
        let leaf = |name: &str, model: &str| {
            format!("client<llm> {name} {{\n  provider openai\n  options {{ model \"{model}\" }}\n}}\n")
        };
        leaf(first, "m") + &leaf(second, "n")
    };
    assert_eq!(kinds(&models("A", "B"), &models("C", "D")), ["renamed", "renamed"]);
}

#[test]
fn json_follows_its_schema() {
    let schema = Folder::with(&[]).run("schema diff").json();
    let after = BEFORE.replace("max_retries 2", "max_retries 3");
    let json = diff(&[("a.baml", BEFORE)], &[("a.baml", &after)], "--format json").json();
    assert_eq!(clientc_tests::schema::faults(&schema, &json), [""; 0], "{json:#}");
}

#[test]
fn layout_is_no_difference() {
    let (first, second) = BEFORE.split_at(BEFORE.find("client<llm> Slow").unwrap());
    let commented = BEFORE.replace("  provider", "  // which one\n\n    provider");
    for after in [
        vec![("a.baml", second), ("z.baml", first)],
        vec![("other.baml", BEFORE)],
        vec![("a.baml", &*commented)],
    ] {
        let run = diff(&[("a.baml", BEFORE)], &after, "");
        assert_eq!(
            (run.code, &*run.stdout),
            (0, "No difference: both plans are equivalent.\n"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn a_limit_names_the_routes_it_is_felt_on_with_both_origins() {
    let after = BEFORE.replace("request_timeout_ms 60000", "request_timeout_ms 90000");
    let run = diff(&[("a.baml", BEFORE)], &[("a.baml", &after)], "");
    assert_eq!(run.code, 1);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(lines[0].starts_with("1 change (1 raised); worst case of "), "{}", run.stdout);
    assert!(run.stdout.contains("error[raised]: `request_timeout_ms` of `Slow` is raised from 1m to 1m 30s"));
    assert!(run.stdout.contains("Chat > Slow: request 1m (Slow, a.baml:"), "{}", run.stdout);
}

#[test]
fn what_makes_a_call_longer_is_an_error_and_what_makes_it_shorter_is_none() {
    let level = |old: &str, new: &str| {
        let after = BEFORE.replace(old, new);
        let run = diff(&[("a.baml", BEFORE)], &[("a.baml", &after)], "--format json");
        run.json()["projects"][0]["changes"][0]["level"].as_str().unwrap().to_owned()
    };
    assert_eq!(level("request_timeout_ms 20000", "request_timeout_ms 25000"), "error");
    assert_eq!(level("      request_timeout_ms 20000\n", ""), "error");
    assert_eq!(level("max_retries 2", "max_retries 3"), "error");
    assert_eq!(level("request_timeout_ms 60000", "request_timeout_ms 50000"), "info");
    assert_eq!(level("max_retries 2", "max_retries 1"), "info");
}

#[test]
fn only_what_can_have_raised_a_worst_case_is_an_error() {
    let lone = "client<llm> Lone {\n  provider openai\n  options {\n    model \"m\"\n    http {\n      \
                idle_timeout_ms 5000\n      request_timeout_ms 10000\n    }\n  }\n}\n";
    let before = format!("{BEFORE}{lone}");
    // Slow makes Chat dearer. Another idle limit costs nothing, and Lone is on no route of a client that costs more.
    let after = before
        .replace("request_timeout_ms 60000", "request_timeout_ms 90000")
        .replace("idle_timeout_ms 5000", "idle_timeout_ms 6000");
    let run = diff(&[("a.baml", &before)], &[("a.baml", &after)], "--format json");
    let json = run.json();
    let changes = json["projects"][0]["changes"].as_array().unwrap();
    let found: Vec<_> = changes
        .iter()
        .map(|change| (change["subject"].as_str().unwrap(), change["level"].as_str().unwrap()))
        .collect();
    assert_eq!(found, [("Slow", "error"), ("Lone", "info")]);
}

#[test]
fn approved_changes_are_left_out() {
    let after = BEFORE.replace("request_timeout_ms 60000", "request_timeout_ms 90000");
    let run = diff(&[("a.baml", BEFORE)], &[("a.baml", &after)], "--format json");
    let fingerprint = run.json()["projects"][0]["changes"][0]["fingerprint"].as_str().unwrap().to_owned();
    assert_eq!(fingerprint, "after/baml_src:raised:Slow:request_timeout_ms:60000:90000");
    let folder = Folder::with(&[
        ("before/baml_src/a.baml", BEFORE),
        ("after/baml_src/a.baml", &after),
        ("approved.txt", &format!("# The model needs it.\n{fingerprint}\n")),
    ]);
    assert_eq!(folder.run("diff after --against before --approved approved.txt").code, 0);
}

#[test]
fn an_approval_is_one_of_its_project() {
    let after = BEFORE.replace("request_timeout_ms 60000", "request_timeout_ms 90000");
    let folder = Folder::with(&[
        ("one/baml_src/a.baml", BEFORE),
        ("two/baml_src/a.baml", BEFORE),
        ("approved.txt", "one/baml_src:raised:Slow:request_timeout_ms:60000:90000\n"),
    ]);
    folder.write("before.jsonl", folder.run("resolve . --format json-lines").stdout);
    folder.write("one/baml_src/a.baml", &after);
    folder.write("two/baml_src/a.baml", &after);
    let run = folder.run("diff . --against before.jsonl --approved approved.txt --format json");
    assert_eq!(run.code, 1, "{}", run.stderr);
    let json = run.json();
    let left: Vec<&Value> = json["projects"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|project| project["changes"].as_array().unwrap())
        .map(|change| &change["fingerprint"])
        .collect();
    assert_eq!(left, ["two/baml_src:raised:Slow:request_timeout_ms:60000:90000"]);
}

#[test]
fn only_named_kinds_fail() {
    let after = BEFORE.replace("request_timeout_ms 60000", "request_timeout_ms 50000");
    let code =
        |kinds: &str| diff(&[("a.baml", BEFORE)], &[("a.baml", &after)], &format!("--fail-on {kinds}")).code;
    assert_eq!(code("raised,lost,removed"), 0);
    assert_eq!(code("lowered"), 1);
    assert_eq!(code("louder"), 2);
}

#[test]
fn every_format_says_the_same() {
    let after = BEFORE.replace("request_timeout_ms 60000", "request_timeout_ms 90000");
    for (format, part) in [
        ("concise", "error[raised]: `request_timeout_ms` of `Slow`"),
        ("github", "::error title=clientc diff raised::`request_timeout_ms` of `Slow`"),
        ("markdown", "<details><summary>"),
        ("html", "What a change does to the limits"),
    ] {
        let run = diff(&[("a.baml", BEFORE)], &[("a.baml", &after)], &format!("--format {format}"));
        assert_eq!(run.code, 1);
        assert!(run.stdout.contains(part), "{format}: {}", run.stdout);
    }
}

/// A repository whose first commit has the text as it was, and whose work tree has another one.
fn repository(after: &str) -> Folder {
    let folder = Folder::with(&[("baml_src/a.baml", BEFORE)]);
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "first"]);
    std::fs::write(folder.path().join("baml_src/a.baml"), after).unwrap();
    folder
}

fn git(folder: &Path, arguments: &[&str]) -> Run {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null");
    let run = finished(command, b"");
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

#[test]
fn a_revision_is_read_without_touching_the_work_tree() {
    let after = BEFORE.replace("max_retries 2", "max_retries 3");
    let folder = repository(&after);
    let run = folder.run("diff --against HEAD --format concise");
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.contains("[retry]"), "{}", run.stdout);
    let status = git(folder.path(), &["status", "--porcelain"]).stdout;
    assert_eq!(status, " M baml_src/a.baml\n");
    let within =
        run_in(&folder.path().join("baml_src"), &["diff", "--against", "HEAD", "--format", "concise"]);
    assert_eq!(within.stdout, run.stdout);
}

#[test]
fn a_revision_that_is_not_there_is_refused_with_advice() {
    let folder = repository(BEFORE);
    let run = folder.run("diff --against nowhere");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("the repository has no revision `nowhere`"), "{}", run.stderr);
    let shallow = Folder::with(&[]);
    let origin = format!("file://{}", folder.path().display());
    git(shallow.path(), &["clone", "--quiet", "--depth=1", &origin, "clone"]);
    let run = run_in(&shallow.path().join("clone"), &["diff", "--against", "HEAD~1"]);
    assert!(run.stderr.contains("git fetch --depth=1 origin"), "{}", run.stderr);
}

#[test]
fn a_json_of_before_is_compared_too() {
    let folder = repository(BEFORE);
    let json = folder.run("resolve --format json --no-source").stdout;
    std::fs::write(folder.path().join("plan.json"), json).unwrap();
    assert_eq!(folder.run("diff --against plan.json").code, 0);
    std::fs::write(folder.path().join("baml_src/a.baml"), BEFORE.replace("60000", "61000")).unwrap();
    assert_eq!(folder.run("diff --against plan.json").code, 1);
}

#[test]
fn git_shows_what_a_change_means() {
    let after = BEFORE.replace("max_retries 2", "max_retries 3");
    let folder = repository(&after);
    std::fs::write(folder.path().join(".gitattributes"), "*.baml diff=baml\n").unwrap();
    let driver = format!("{} git-diff-driver", clientc_tests::program::program().display());
    git(folder.path(), &["config", "diff.baml.command", &driver]);
    let shown = git(folder.path(), &["--no-pager", "diff"]).stdout;
    assert!(shown.contains("+  max_retries 3"), "{shown}");
    assert!(shown.contains("1 change (1 retry)"), "{shown}");
}

#[test]
fn errors_on_a_side_are_named_with_the_side() {
    let run = diff(&[("a.baml", "client<llm> A {\n}\n")], &[("a.baml", BEFORE)], "");
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("Nothing was compared: before has these errors."), "{}", run.stderr);
}
