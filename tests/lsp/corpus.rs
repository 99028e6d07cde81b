//! Real projects with random edits: after each edit the diagnostics are those of `clientc check` on the same texts.
//!
//! `CLIENTC_LSP_EDITS` sets the number of edits a project; `CLIENTC_LSP_PROJECTS` how many projects are taken. A long run
//! says how far it is with `--nocapture`, and goes on from there with `CLIENTC_LSP_FROM`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clientc_tests::editor::{offset, position};
use clientc_tests::{Editor, Folder, shared};
use serde_json::{Value, json};

/// A small generator, so that a failure can be seen again.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }

    fn of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }
}

/// What is typed or pasted.
const TEXTS: [&str; 16] = [
    "x",
    " ",
    "\n",
    "\r\n",
    "{",
    "}",
    "\"",
    "#",
    "\u{1f600}",
    "\u{e9}",
    "client<llm> New {\n  provider openai\n}\n",
    "request_timeout_ms 5",
    "// clientc: ignore[no-timeout] so\n",
    "strategy [A, B]",
    "retry_policy R {\n  max_retries 2\n}\n",
    "\u{feff}",
];

fn number(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|number| number.parse().ok()).unwrap_or(usual)
}

#[test]
#[allow(clippy::print_stdout, reason = "a long run says how far it is")]
fn after_each_edit_the_diagnostics_are_those_of_check() {
    let Some(corpus) = shared::folder().map(|shared| shared.join("corpus/projects")) else { return };
    let mut projects: Vec<PathBuf> = std::fs::read_dir(corpus)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    projects.sort();
    let (edits, most) = (number("CLIENTC_LSP_EDITS", 6), number("CLIENTC_LSP_PROJECTS", 24));
    let step = projects.len().div_ceil(most.max(1)).max(1);
    let from = number("CLIENTC_LSP_FROM", 0);
    for (seed, project) in projects.iter().step_by(step).enumerate().skip(from) {
        session(project, seed as u64, edits);
        println!("{seed}: {edits} edits of {}", project.display());
    }
}

fn session(project: &Path, seed: u64, edits: usize) {
    let folder = Folder::with(&[]);
    let mut texts = BTreeMap::new();
    copy(project, project, &folder, &mut texts);
    if texts.is_empty() {
        return;
    }
    let mut random = Random(seed);
    let paths: Vec<String> = texts.keys().cloned().collect();
    let mut editor = Editor::open(folder.path());
    let mut open: Vec<String> = Vec::new();
    let mut undo: Vec<(String, String)> = Vec::new();
    for _ in 0..edits {
        let path = random.of(&paths).clone();
        if !open.contains(&path) {
            editor.open_text(&path, &texts[&path]);
            open.push(path.clone());
        }
        let before = texts[&path].clone();
        let after = match (random.below(10), undo.pop()) {
            (0, Some((undone, text))) if undone == path => {
                editor.change_all(&path, &text);
                text
            }
            _ => {
                let (change, after) = edit(&mut random, &before);
                editor.change(&path, json!([change]));
                after
            }
        };
        undo.push((path.clone(), before));
        texts.insert(path.clone(), after.clone());
        folder.write(&path, &after);
        editor.wait_for(&path);
        // What is published for other files comes before the next answer.
        let params = editor.of(&path);
        editor.request("textDocument/foldingRange", params);
        compare(&editor, &folder, &texts, project);
    }
    assert_eq!(editor.shut_down(), 0);
}

/// A change at random, with positions that may be odd, and the text after it.
fn edit(random: &mut Random, text: &str) -> (Value, String) {
    let border = |random: &mut Random| {
        let mut at = random.below(text.len() + 1);
        while !text.is_char_boundary(at) || splits_line_end(text, at) {
            at -= 1;
        }
        at
    };
    let (first, second) = (border(random), border(random));
    let length = random.below(30);
    let start = first.min(second);
    let mut end = (start + length).min(text.len());
    while !text.is_char_boundary(end) || splits_line_end(text, end) {
        end -= 1;
    }
    let end = if random.below(3) == 0 { end.max(start) } else { start };
    let new = *random.of(&TEXTS);
    let mut place = |at: usize| {
        let (line, character) = position(text, at);
        // Half of a surrogate pair is no place of its own; it means the character.
        let is_pair = text[at..].chars().next().is_some_and(|char| char.len_utf16() == 2);
        let half = u32::from(is_pair && random.below(2) == 0);
        json!({ "line": line, "character": character + half })
    };
    let change = json!({ "range": { "start": place(start), "end": place(end) }, "text": new });
    (change, format!("{}{new}{}", &text[..start], &text[end..]))
}

/// No editor can name the place between the two characters of a line end, and a lone carriage return ends a line for
/// the protocol but not for the helper that counts lines here.
fn splits_line_end(text: &str, at: usize) -> bool {
    text[..at].ends_with('\r')
}

fn compare(editor: &Editor, folder: &Folder, texts: &BTreeMap<String, String>, project: &Path) {
    let run = folder.run("check --format json");
    let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for found in run.json()["diagnostics"].as_array().unwrap() {
        let path = found["file"].as_str().unwrap().to_owned();
        let help = found["help"].as_str().map(|help| format!("\n{help}")).unwrap_or_default();
        let level = found["level"].as_str().unwrap();
        let (rule, message) = (found["rule"].as_str().unwrap(), found["message"].as_str().unwrap());
        let line = format!("{} {level} {rule} {message}{help}", found["offset"]);
        expected.entry(path).or_default().push(line);
    }
    let mut got: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, found) in &editor.diagnostics {
        for found in found {
            let start = &found["range"]["start"];
            let text = texts.get(path).map_or("", String::as_str);
            let offset = offset(text, start["line"].as_u64().unwrap(), start["character"].as_u64().unwrap());
            let level = ["", "error", "warning", "info"][found["severity"].as_u64().unwrap() as usize];
            let (rule, message) = (found["code"].as_str().unwrap(), found["message"].as_str().unwrap());
            got.entry(path.clone()).or_default().push(format!("{offset} {level} {rule} {message}"));
        }
    }
    assert_eq!(got, expected, "{}", project.display());
}

fn copy(root: &Path, folder: &Path, into: &Folder, texts: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            copy(root, &path, into, texts);
        } else if path.extension().is_some_and(|extension| extension == "baml") {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            if let Ok(text) = std::fs::read_to_string(&path)
                && !text.replace("\r\n", "").contains('\r')
            {
                into.write(&name, &text);
                texts.insert(name, text);
            }
        }
    }
}
