//! What is shown and how much is said: `--select`, `--min-level`, `-q`, `-v`, and what closes a report.

use clientc_tests::Folder;

use crate::{CLEAN, CONFLICT, FAULTY, JSON};

/// One error that cannot be lowered, one that can, and a warning.
fn mixed() -> Folder {
    let second = CONFLICT.replace("Fast", "Second");
    let third = CLEAN.replace("Fast", "Third").replace("20000", "20");
    Folder::with(&[("baml_src/a.baml", &[&*third, &second].concat()), ("baml_src/b.baml", FAULTY)])
}

#[test]
fn rules_are_selected_and_what_blocks_a_plan_is_always_shown() {
    let folder = mixed();
    let rules = |arguments: &str| folder.run(&format!("{JSON} {arguments}")).rules();
    assert_eq!(rules(""), ["suspicious-unit", "ttft-exceeds-request", "unknown-provider"]);
    assert_eq!(rules("--select suspicious-unit"), ["suspicious-unit", "unknown-provider"]);
    let both = rules("--select suspicious-unit,ttft-exceeds-request");
    assert_eq!(both.len(), 3);
    let run = folder.run("check --select suspicous-unit");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("did you mean `suspicious-unit`?"), "{}", run.stderr);
}

#[test]
fn a_least_level_hides_and_does_not_count_what_is_below() {
    let folder = Folder::with(&[("baml_src/a.baml", &CLEAN.replace("20000", "20"))]);
    assert_eq!(folder.run("check --error-on-warnings").code, 1);
    let run = folder.run("check --error-on-warnings --min-level error --format concise");
    assert_eq!((run.code, &*run.stdout), (0, ""));
    assert_eq!(folder.run(&format!("{JSON} --min-level warn")).rules(), ["suspicious-unit"]);
}

#[test]
fn rules_may_be_joined_with_commas() {
    let folder = mixed();
    let run = folder.run(&format!("{JSON} --ignore suspicious-unit,ttft-exceeds-request"));
    assert_eq!(run.rules(), ["unknown-provider"]);
    assert_eq!(folder.run("check --ignore Suspicious_Unit --format concise").stdout.lines().count(), 2);
}

#[test]
fn errors_of_a_file_come_first() {
    let run = mixed().run("check");
    let heads: Vec<&str> = run
        .stdout
        .lines()
        .filter(|line| line.starts_with("error[") || line.starts_with("warning["))
        .collect();
    let rules: Vec<_> = heads.iter().filter_map(|line| line.split_once(']')).map(|(rule, _)| rule).collect();
    assert_eq!(rules, ["error[ttft-exceeds-request", "warning[suspicious-unit", "error[unknown-provider"]);
    let last = run.stdout.lines().last().unwrap();
    assert_eq!(last, "See `clientc explain ttft-exceeds-request` for what it means and what to do.");
}

#[test]
fn quiet_says_findings_only_and_verbose_says_what_was_read() {
    let folder = mixed();
    let run = folder.run("check -q");
    assert!(!run.stdout.contains("Checked") && run.stdout.contains("error["), "{}", run.stdout);
    let run = folder.run("check -q --fix --format concise");
    assert_eq!(run.stderr, "");
    folder.write("clientc.toml", "extend = \"base.toml\"\n[profiles.prod]\n");
    folder.write("base.toml", "");
    let run = folder.run("check -v --profile prod");
    assert_eq!(run.stderr, "baml_src: 2 files, settings: clientc.toml, on top of base.toml, profile prod\n");
    assert_eq!(folder.run("check -q -v").code, 2);
}

#[test]
fn a_file_for_output_leaves_the_summary_on_standard_output() {
    let folder = mixed();
    let run = folder.run("check --format sarif --output-file out.sarif");
    assert_eq!(run.stdout.lines().next(), Some("Checked 3 clients in 2 files: 2 errors, 1 warning."));
    assert_eq!(folder.run("check --format sarif --output-file out.sarif -q").stdout, "");
}

#[test]
fn force_color_is_obeyed_and_no_color_wins() {
    let folder = mixed();
    let is_coloured =
        |value: &str| folder.run_with_variable("check", "FORCE_COLOR", value).stdout.contains('\u{1b}');
    assert!(is_coloured("1") && is_coloured("true") && is_coloured("3"));
    assert!(!is_coloured("0") && !is_coloured("") && !is_coloured("false"));
    let never = folder.run_with_variable("check --color never", "FORCE_COLOR", "1");
    assert!(!never.stdout.contains('\u{1b}'));
}

#[test]
fn findings_carry_the_address_of_their_page() {
    let json = mixed().run(JSON).json();
    let url = json["diagnostics"][0]["url"].as_str().unwrap();
    assert!(url.starts_with("https://") && url.ends_with("/rules/suspicious_unit.md"), "{url}");
}
