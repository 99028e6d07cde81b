//! `clientc.toml` and the settings of the editor.

use clientc_tests::{Editor, Folder};
use serde_json::json;

use crate::agreement;
use crate::project::{self, CLIENTS, PATH};

#[test]
fn a_settings_file_that_is_being_typed_takes_effect() {
    let folder = project::folder();
    folder.write("clientc.toml", "");
    let mut editor = project::editor(&folder);
    editor.wait_for(PATH);
    let before = editor.rules(PATH).len();
    editor.open_text("clientc.toml", "");
    editor.wait_for("clientc.toml");
    editor.change_all("clientc.toml", "[limits]\nmax-requests = 1\n");
    editor.wait_for("clientc.toml");
    // The findings of other files come with the same analysis.
    let until = |editor: &Editor| editor.rules(PATH).contains(&"retry-amplification");
    while !until(&editor) {
        editor.receive().expect("the client is found");
    }
    editor.change_all("clientc.toml", "[limits]\nmax-request = 1\n");
    editor.wait_for("clientc.toml");
    assert_eq!(editor.rules("clientc.toml"), ["invalid-config"]);
    while editor.rules(PATH).len() != before {
        editor.receive().expect("the finding is gone");
    }
    editor.close_file("clientc.toml");
    while !editor.rules("clientc.toml").is_empty() {
        editor.receive().expect("the finding in the settings is gone");
    }
    assert_eq!(editor.shut_down(), 0);
}

#[test]
fn a_settings_file_that_changes_on_the_disk_takes_effect() {
    let folder = project::folder();
    let mut editor = project::editor(&folder);
    editor.wait_for(PATH);
    for (text, kind, is_there) in [
        ("[limits]\nmax-requests = 1\n", 1, true),
        ("[limits]\nmax-requests = 100\n", 2, false),
        ("[limits]\nmax-requests = 2\n", 2, true),
    ] {
        folder.write("clientc.toml", text);
        let changes = json!({ "changes": [{ "uri": editor.uri("clientc.toml"), "type": kind }] });
        editor.notify("workspace/didChangeWatchedFiles", changes);
        while editor.rules(PATH).contains(&"retry-amplification") != is_there {
            editor.receive().expect("the settings take effect");
        }
    }
    std::fs::remove_file(folder.path().join("clientc.toml")).unwrap();
    let changes = json!({ "changes": [{ "uri": editor.uri("clientc.toml"), "type": 3 }] });
    editor.notify("workspace/didChangeWatchedFiles", changes);
    while editor.rules(PATH).contains(&"retry-amplification") {
        editor.receive().expect("without settings there is no finding");
    }
}

#[test]
fn beside_baml_its_own_errors_are_left_to_it() {
    let folder = project::folder();
    let text = CLIENTS.replace("strategy [FastClient, SlowClient]", "strategy [FastClient, Nobody]");
    folder.write(PATH, text);
    let mut editor = project::editor(&folder);
    editor.wait_for(PATH);
    assert!(editor.rules(PATH).contains(&"unknown-client"));
    let settings = json!({ "settings": { "clientc": { "peer": "beside" } } });
    editor.notify("workspace/didChangeConfiguration", settings);
    while editor.rules(PATH).contains(&"unknown-client") {
        editor.receive().expect("the finding is left to BAML");
    }
    let mut other = Editor::with(folder.path(), json!({ "initializationOptions": { "peer": "beside" } }));
    other.open_file(PATH);
    other.wait_for(PATH);
    assert_eq!(other.rules(PATH), editor.rules(PATH));
}

const BROKEN: &str = "client<llm> Broken {\n  provider opnai\n}\n";

/// Writes a file in both folders, or removes it, and tells the editor's server what happened to its own.
fn change(editor: &mut Editor, folders: [&Folder; 2], path: &str, text: Option<&str>, kind: u32) {
    for folder in folders {
        match text {
            Some(text) => drop(folder.write(path, text)),
            None => std::fs::remove_file(folder.path().join(path)).unwrap(),
        }
    }
    report(editor, path, kind);
}

/// A change of a file on the disk, as an editor reports it.
fn report(editor: &mut Editor, path: &str, kind: u32) {
    let changes = json!({ "changes": [{ "uri": editor.uri(path), "type": kind }] });
    editor.notify("workspace/didChangeWatchedFiles", changes);
}

/// Two folders with the same files: one is open in the editor, the other has the texts as they were typed.
fn twice(files: &[(&str, &str)]) -> (Folder, Folder) {
    (Folder::with(files), Folder::with(files))
}

#[test]
fn what_is_excluded_is_no_longer_shown_and_comes_back() {
    let exclude = "exclude = [\"gen\"]\n";
    let (folder, typed) = twice(&[("baml_src/a.baml", BROKEN), ("gen/b.baml", BROKEN), ("clientc.toml", "")]);
    let mut editor = Editor::open(folder.path());
    agreement::wait(&mut editor, &typed, "at first");
    // On the disk, and nobody has it open.
    for (text, about) in [(exclude, "changed"), ("", "changed back")] {
        folder.write("clientc.toml", text);
        typed.write("clientc.toml", text);
        report(&mut editor, "clientc.toml", 2);
        agreement::wait(&mut editor, &typed, about);
    }
    // Typed and not saved, while what is excluded is open.
    editor.open_text("clientc.toml", "");
    editor.open_text("gen/b.baml", BROKEN);
    for text in [exclude, "exclude = [\"ge", "exclude = [\"nothing\"]\n", "exclude = [\"*\"]\n", "", exclude]
    {
        editor.change_all("clientc.toml", text);
        typed.write("clientc.toml", text);
        editor.wait_for("clientc.toml");
        agreement::wait(&mut editor, &typed, text);
        editor.change_all("gen/b.baml", BROKEN);
        editor.wait_for("gen/b.baml");
        agreement::expect(&editor, &typed, text);
    }
    // What was never saved is gone when it is closed.
    editor.close_file("clientc.toml");
    typed.write("clientc.toml", "");
    agreement::wait(&mut editor, &typed, "closed");
    assert_eq!(editor.shut_down(), 0);
}

#[test]
fn settings_that_are_new_split_off_their_project() {
    let user = "function F() -> string {\n  client Broken\n  prompt #\"x\"#\n}\n";
    let (folder, typed) = twice(&[("a.baml", user), ("pkg/b.baml", BROKEN)]);
    let mut editor = Editor::open(folder.path());
    editor.open_text("a.baml", user);
    editor.wait_for("a.baml");
    agreement::expect(&editor, &typed, "one project");
    editor.open_text("pkg/clientc.toml", "");
    typed.write("pkg/clientc.toml", "");
    agreement::wait(&mut editor, &typed, "it is open and not saved");
    folder.write("pkg/clientc.toml", "");
    report(&mut editor, "pkg/clientc.toml", 1);
    editor.change_all("a.baml", user);
    editor.wait_for("a.baml");
    agreement::expect(&editor, &typed, "it is saved");
    std::fs::remove_file(folder.path().join("pkg/clientc.toml")).unwrap();
    std::fs::remove_file(typed.path().join("pkg/clientc.toml")).unwrap();
    editor.close_file("pkg/clientc.toml");
    report(&mut editor, "pkg/clientc.toml", 3);
    agreement::wait(&mut editor, &typed, "it is gone");
}

#[test]
fn settings_that_others_extend_are_followed_whatever_they_are_called() {
    let base = |level: &str| format!("[rules]\nunknown-provider = \"error\"\nno-timeout = \"{level}\"\n");
    let leaf = "client<llm> A {\n  provider openai\n  options {\n    model \"gpt-4o\"\n  }\n}\n";
    for name in ["shared/base.toml", "shared/base.settings"] {
        let extend = format!("extend = \"{name}\"\n");
        let (folder, typed) =
            twice(&[("baml_src/a.baml", leaf), ("clientc.toml", &extend), (name, &base("ignore"))]);
        let mut editor = Editor::open(folder.path());
        editor.open_text("baml_src/a.baml", leaf);
        editor.wait_for("baml_src/a.baml");
        agreement::expect(&editor, &typed, "at first");
        let change = |text: &str, is_typed: bool, editor: &mut Editor| {
            typed.write(name, text);
            if !is_typed {
                folder.write(name, text);
                report(editor, name, 2);
            }
        };
        change(&base("error"), false, &mut editor);
        agreement::wait(&mut editor, &typed, "the disk has changed");
        editor.open_text(name, &base("error"));
        editor.wait_for(name);
        agreement::expect(&editor, &typed, "it is open");
        change(&base("info"), true, &mut editor);
        editor.change_all(name, &base("info"));
        agreement::wait(&mut editor, &typed, "it was typed");
        // Another keystroke in the file that extends it changes nothing about that.
        editor.open_text("clientc.toml", &extend);
        for text in [String::new(), extend.clone()] {
            typed.write("clientc.toml", &text);
            editor.change_all("clientc.toml", &text);
            agreement::wait(&mut editor, &typed, "extended again");
        }
    }
}

#[test]
fn a_document_that_settings_begin_to_name_counts_as_it_is_open() {
    let leaf = "client<llm> A {\n  provider openai\n  options {\n    model \"gpt-4o\"\n  }\n}\n";
    let (folder, typed) = twice(&[("baml_src/a.baml", leaf), ("clientc.toml", ""), ("base.settings", "")]);
    let mut editor = Editor::open(folder.path());
    let base = "[rules]\nno-timeout = \"error\"\n";
    editor.open_text("base.settings", base);
    typed.write("base.settings", base);
    editor.open_text("clientc.toml", "extend = \"base.settings\"\n");
    typed.write("clientc.toml", "extend = \"base.settings\"\n");
    agreement::wait(&mut editor, &typed, "extended");
    editor.change_all("base.settings", "");
    typed.write("base.settings", "");
    agreement::wait(&mut editor, &typed, "typed");
}

#[test]
fn a_project_without_files_reports_nothing() {
    let (folder, typed) = twice(&[
        ("baml_src/a.baml", BROKEN),
        ("baml_src/clientc.toml", "[rules]\nno-such = \"error\"\n"),
        ("baml.toml", "[package]\n"),
    ]);
    let mut editor = Editor::open(folder.path());
    agreement::wait(&mut editor, &typed, "at first");
    for (text, kind) in [(None, 3), (Some(BROKEN), 2)] {
        change(&mut editor, [&folder, &typed], "baml_src/a.baml", text, kind);
        agreement::wait(&mut editor, &typed, "after a change");
    }
}

#[test]
fn baml_toml_is_followed_too() {
    let (folder, typed) = twice(&[("baml_src/a.baml", "client<llm> A {\n  provider openai\n}\n")]);
    let mut editor = Editor::open(folder.path());
    for (text, kind) in [(Some("[package]\n"), 1), (None, 3)] {
        change(&mut editor, [&folder, &typed], "baml.toml", text, kind);
        agreement::wait(&mut editor, &typed, "baml.toml");
    }
    editor.open_text("baml.toml", "[package]\n");
    typed.write("baml.toml", "[package]\n");
    agreement::wait(&mut editor, &typed, "open and not saved");
}

#[test]
fn what_the_baseline_accepts_is_not_shown() {
    let leaf = |name: &str| {
        format!("client<llm> {name} {{\n  provider openai\n  options {{\n    temprature 1\n  }}\n}}\n")
    };
    let settings = "baseline = \"known.json\"\nexclude = [\"nothing\"]\n";
    let (folder, typed) = twice(&[
        ("one/baml_src/a.baml", &leaf("A")),
        ("two/baml_src/b.baml", &leaf("B")),
        ("clientc.toml", settings),
    ]);
    for folder in [&folder, &typed] {
        folder.run("check . --write-baseline");
    }
    let mut editor = Editor::open(folder.path());
    let path = "one/baml_src/a.baml";
    editor.open_text(path, &leaf("A"));
    editor.open_text("clientc.toml", settings);
    editor.wait_for(path);
    editor.wait_for("clientc.toml");
    agreement::expect(&editor, &typed, "everything is known");
    assert_eq!(editor.rules(path), [""; 0]);
    // Another finding of the same kind about another client is new.
    let both = leaf("A") + &leaf("New");
    typed.write(path, &both);
    editor.change_all(path, &both);
    editor.wait_for(path);
    agreement::expect(&editor, &typed, "one is new");
    assert_ne!(editor.rules(path), [""; 0]);
    // Another baseline on the disk counts, and so does none.
    for folder in [&typed, &folder] {
        folder.write("known.json", r#"{"schema": "clientc.baseline", "version": 1, "findings": []}"#);
    }
    report(&mut editor, "known.json", 2);
    agreement::wait(&mut editor, &typed, "nothing is known");
    let without = settings.replace("baseline", "# baseline");
    typed.write("clientc.toml", &without);
    editor.change_all("clientc.toml", &without);
    agreement::wait(&mut editor, &typed, "there is no baseline");
    // One that cannot be used is named, and accepts nothing.
    folder.write("known.json", "{}");
    report(&mut editor, "known.json", 2);
    editor.change_all("clientc.toml", settings);
    editor.wait_for("clientc.toml");
    let is_named = |told: &serde_json::Value| {
        told["method"] == "window/showMessage"
            && told["params"]["message"].as_str().unwrap().contains("known.json")
    };
    assert_eq!(editor.told.iter().filter(|told| is_named(told)).count(), 1);
    assert_ne!(editor.rules(path), [""; 0]);
}

#[test]
fn a_program_that_names_a_client_is_told_of() {
    let leaf = |name: &str| {
        format!("client<llm> {name} {{\n  provider openai\n  options {{\n    model \"m\"\n  }}\n}}\n")
    };
    let user = "function F() -> string {\n  client A\n  prompt #\"x\"#\n}\n";
    let text = |name: &str| leaf("A") + &leaf(name) + user;
    let (folder, typed) =
        twice(&[("baml_src/a.baml", &text("Spare")), ("app.py", "x = 1\nuse(\"Spare\", 'Other')\n")]);
    let mut editor = Editor::open(folder.path());
    let path = "baml_src/a.baml";
    editor.open_text(path, &text("Spare"));
    for name in ["Spare", "Spar", "Other"] {
        typed.write(path, text(name));
        editor.change_all(path, &text(name));
        editor.wait_for(path);
        agreement::expect(&editor, &typed, name);
    }
    for program in ["use(\"Nobody\")\n", "\n\nuse(`Other`)\n"] {
        folder.write("app.py", program);
        typed.write("app.py", program);
        report(&mut editor, "app.py", 2);
        agreement::wait(&mut editor, &typed, program);
    }
    // An editor that watches nothing has at least saved something.
    folder.write("app.py", "");
    typed.write("app.py", "");
    let saved = editor.of(path);
    editor.notify("textDocument/didSave", saved);
    agreement::wait(&mut editor, &typed, "saved");
}
