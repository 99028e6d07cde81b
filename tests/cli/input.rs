//! What is read: paths, standard input and settings.

use clientc_tests::Folder;

use crate::{CLEAN, CONFLICT, FAULTY, JSON};

#[test]
fn standard_input_is_one_file() {
    let folder = Folder::with(&[("baml_src/a.baml", FAULTY)]);
    let run = folder.run_with_stdin(&format!("{JSON} -"), CONFLICT);
    assert_eq!((run.code, run.rules()), (1, vec!["ttft-exceeds-request".to_owned()]));
    assert_eq!(run.json()["diagnostics"][0]["file"], "<stdin>");
    assert_eq!(run.json()["summary"]["files"], 1);
}

#[test]
fn an_empty_standard_input_has_nothing_wrong() {
    let run = Folder::with(&[]).run_with_stdin("check -", "");
    assert_eq!(run.code, 0, "{run:#?}");
}

#[test]
fn standard_input_may_take_the_place_of_a_file() {
    let folder = Folder::with(&[("baml_src/a.baml", FAULTY), ("baml_src/b.baml", FAULTY)]);
    let text = "client<llm> Plan {\n  provider fallback\n  options {\n    strategy [Fast, Fats]\n  }\n}\n";
    let run = folder.run_with_stdin(&format!("{JSON} - --stdin-filename baml_src/b.baml"), text);
    assert_eq!(run.rules(), ["unknown-client"], "only what is wrong in b.baml is shown, and Fast is known");
    assert_eq!(run.json()["diagnostics"][0]["file"], "baml_src/b.baml");
}

#[test]
fn standard_input_may_be_a_new_file() {
    let folder = Folder::with(&[("baml_src/a.baml", CLEAN)]);
    let run = folder.run_with_stdin(&format!("{JSON} - --stdin-filename baml_src/new.baml"), CLEAN);
    assert_eq!((run.code, run.rules()), (1, vec!["duplicate-name".to_owned()]));
}

#[test]
fn standard_input_stands_alone() {
    let folder = Folder::with(&[("baml_src/a.baml", CLEAN)]);
    let run = folder.run_with_stdin("check - baml_src", CLEAN);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.stderr,
        "error: `-` reads standard input and cannot be combined with other paths: remove them\n"
    );
    let run = folder.run("check --stdin-filename baml_src/a.baml");
    assert_eq!(run.code, 2);
    assert_eq!(run.stderr, "error: --stdin-filename needs `-`, which reads standard input\n");
}

#[test]
fn one_file_selects_its_whole_project() {
    let folder = Folder::with(&[("baml_src/a.baml", FAULTY), ("baml_src/deep/b.baml", CONFLICT)]);
    assert_eq!(folder.run(&format!("{JSON} baml_src/deep/b.baml")).json()["summary"]["files"], 2);
}

#[test]
fn a_folder_is_found_upwards() {
    let folder = Folder::with(&[("baml_src/a.baml", FAULTY), ("src/deep/main.py", "")]);
    assert_eq!(folder.run_below("src/deep", JSON).rules(), ["unknown-provider"]);
}

#[test]
fn the_nearest_settings_hold_wherever_the_run_starts() {
    let lowered = "[rules]\nttft-exceeds-request = \"info\"\n";
    let folder = Folder::with(&[
        ("clientc.toml", lowered),
        ("a/baml_src/a.baml", CONFLICT),
        ("b/clientc.toml", ""),
        ("b/baml_src/b.baml", CONFLICT),
    ]);
    for (below, path) in [(".", "a/baml_src"), ("a", ""), ("b", "../a")] {
        assert_eq!(folder.run_below(below, &format!("check {path}")).code, 0, "{below} {path}");
    }
    assert_eq!(folder.run_below("a", "check ../b").code, 1);
}

#[test]
fn other_settings_can_be_named_or_refused() {
    let folder = Folder::with(&[
        ("baml_src/a.baml", CONFLICT),
        ("clientc.toml", "[rules]\nttft-exceeds-request = \"warn\"\n"),
        ("strict/other.toml", "[rules]\nttft-exceeds-request = \"ignore\"\n"),
    ]);
    let summary = |arguments: &str| folder.run(&format!("{JSON} {arguments}")).json()["summary"].clone();
    assert_eq!(summary("")["warnings"], 1);
    assert_eq!(summary("--config strict/other.toml")["warnings"], 0);
    assert_eq!(summary("--isolated")["errors"], 1);
    assert_eq!(folder.run("check --isolated --config strict/other.toml").code, 2);
}

#[test]
fn settings_that_are_named_must_be_there() {
    let folder = Folder::with(&[("baml_src/a.baml", CLEAN)]);
    let run = folder.run(&format!("{JSON} --config nowhere.toml"));
    assert_eq!((run.code, run.rules()), (2, Vec::<String>::new()));
    assert_eq!(run.stderr, "error: --config: there is no file nowhere.toml\n");
    assert_eq!(run.json()["problems"][0]["message"], "--config: there is no file nowhere.toml");
}

#[test]
fn shared_entries_leave_a_project_without_any_of_them_as_it_is() {
    let bare = |name: &str| CLEAN.replace("Fast", name).replace("request_timeout_ms", "connect_timeout_ms");
    let config = "[entries]\nclients = [\"Fast\"]\n";
    let folder = Folder::with(&[
        ("a/baml_src/a.baml", &*bare("Fast")),
        ("b/baml_src/b.baml", &bare("Other")),
        ("clientc.toml", config),
    ]);
    let run = folder.run(JSON);
    assert_eq!(run.rules(), ["no-timeout", "no-timeout"], "{}", run.stdout);
    folder.write("clientc.toml", "[entries]\nclients = []\n");
    let run = folder.run("check --format concise");
    assert_eq!(run.code, 2);
    assert!(
        run.stdout.contains("clientc.toml:2:11: error[invalid-config]: `entries.clients` cannot be empty"),
        "{}",
        run.stdout
    );
}

#[test]
fn entries_of_shared_settings_are_known_wherever_the_run_starts() {
    let other = CLEAN.replace("Fast", "Other");
    let config = "[entries]\nclients = [\"Fast\", \"Other\"]\n";
    let folder = Folder::with(&[
        ("a/baml_src/a.baml", CLEAN),
        ("b/baml_src/b.baml", &other),
        ("clientc.toml", config),
    ]);
    for path in ["", "a", "b/baml_src/b.baml"] {
        let run = folder.run(&format!("check --format concise {path}"));
        assert_eq!((run.code, &*run.stdout), (0, ""), "{path}");
    }
    folder.write("clientc.toml", config.replace("Other", "Othr"));
    for path in ["", "a", "b/baml_src/b.baml"] {
        let run = folder.run(&format!("check --format concise {path}"));
        assert_eq!(run.code, 2, "{path}");
        assert!(run.stdout.contains("clientc.toml:2:20: error[invalid-config]"), "{}", run.stdout);
    }
}
