//! `clientc check`: its formats and its colours.

use clientc_tests::{Folder, Run};

use crate::{CLEAN, CONFLICT, FAULTY, JSON};

const ESCAPE: char = '\u{1b}';

fn faulty() -> Folder {
    Folder::with(&[("baml_src/a.baml", FAULTY)])
}

#[test]
fn full_shows_the_source_and_a_summary() {
    insta::assert_snapshot!(faulty().run("check").stdout, @r"
    error[unknown-provider]: there is no provider `opnai`
       ╭─[baml_src/a.baml:2:12]
     1 │ client<llm> Fast {
     2 │   provider opnai
       ·            ─────
     3 │ }
       ╰────
      help: did you mean `openai`?
      fix:  write `openai`

    Checked 1 client in 1 file: 1 error.
    1 can be fixed with `clientc check --fix`.
    See `clientc explain unknown-provider` for what it means and what to do.
    ");
}

#[test]
fn concise_is_one_line_a_finding() {
    let line = "baml_src/a.baml:2:12: error[unknown-provider]: there is no provider `opnai`\n";
    assert_eq!(faulty().run("check --format concise").stdout, line);
    let clean = Folder::with(&[("baml_src/a.baml", CLEAN)]);
    assert_eq!(clean.run("check --format concise").stdout, "");
}

#[test]
fn ascii_draws_with_ascii() {
    let run = faulty().run("check --ascii");
    assert!(run.stdout.is_ascii(), "{}", run.stdout);
}

#[test]
fn json_lines_are_one_object_a_line() {
    let folder = Folder::with(&[("a/baml_src/a.baml", FAULTY), ("b/baml_src/b.baml", CONFLICT)]);
    let run = folder.run("check --format json-lines");
    let lines: Vec<serde_json::Value> =
        run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let rules: Vec<_> = lines.iter().map(|line| line["rule"].as_str()).collect();
    assert_eq!(rules, [Some("unknown-provider"), Some("ttft-exceeds-request"), None]);
    assert_eq!(lines[2]["summary"]["errors"], 2);
    assert_eq!(run.code, 1);
}

#[test]
fn json_of_several_projects_is_one_document() {
    let folder = Folder::with(&[("a/baml_src/a.baml", FAULTY), ("b/baml_src/b.baml", CONFLICT)]);
    let json = folder.run(JSON).json();
    let files: Vec<_> = json["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["file"].as_str().unwrap())
        .collect();
    assert_eq!(files, ["a/baml_src/a.baml", "b/baml_src/b.baml"]);
}

#[test]
fn output_format_is_the_same_option() {
    let folder = faulty();
    assert_eq!(folder.run("check --output-format json"), folder.run(JSON));
    let clean = Folder::with(&[("baml_src/a.baml", CLEAN)]);
    assert_eq!(clean.run("resolve --output-format json"), clean.run("resolve --format json"));
}

#[test]
fn an_unknown_format_is_refused_with_the_formats_there_are() {
    let run = faulty().run("check --format jsn");
    assert!(run.stderr.contains("json-lines"), "{}", run.stderr);
}

#[test]
fn files_are_named_from_the_working_folder() {
    let folder = faulty();
    folder.write("docs/notes.txt", "");
    let file = |run: Run| run.json()["diagnostics"][0]["file"].as_str().unwrap().to_owned();
    assert_eq!(file(folder.run(JSON)), "baml_src/a.baml");
    assert_eq!(file(folder.run_below("baml_src", JSON)), "a.baml");
    assert_eq!(file(folder.run_below("docs", JSON)), "../baml_src/a.baml");
}

#[test]
fn there_is_no_colour_off_a_terminal() {
    assert!(!faulty().run("check").stdout.contains(ESCAPE));
}

#[test]
fn colour_can_be_asked_for_and_refused() {
    let folder = faulty();
    assert!(folder.run("check --color always").stdout.contains(ESCAPE));
    assert!(!folder.run("check --color never").stdout.contains(ESCAPE));
    assert!(folder.run("--color always check").stdout.contains(ESCAPE));
    assert!(!folder.run(&format!("{JSON} --color always")).stdout.contains(ESCAPE));
}

#[test]
fn no_color_wins_over_every_wish_but_the_flag() {
    let folder = faulty();
    let forced = folder.run_with_variable("check", "CLICOLOR_FORCE", "1");
    assert!(forced.stdout.contains(ESCAPE), "{}", forced.stdout);
    assert!(!folder.run_with_variable("check", "NO_COLOR", "1").stdout.contains(ESCAPE));
    let flag = folder.run_with_variable("check --color always", "NO_COLOR", "1");
    assert!(flag.stdout.contains(ESCAPE));
}
