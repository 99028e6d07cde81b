//! Real projects with random edits, of `clientc.toml` as well: after each edit the diagnostics are those of `clientc check`
//! on the same texts, whether they are saved or not.
//!
//! `CLIENTC_LSP_EDITS` sets the number of edits a project; `CLIENTC_LSP_PROJECTS` how many projects are taken. A long run
//! says how far it is with `--nocapture`, and goes on from there with `CLIENTC_LSP_FROM`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clientc_tests::editor::position;
use clientc_tests::{Editor, Folder, shared};
use serde_json::{Value, json};

use crate::agreement;

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

/// What is put into `clientc.toml`. `FOLDER` stands for a folder of the project.
const SETTINGS: [&str; 12] = [
    "",
    "exclude = [\"FOLDER\"]\n",
    "exclude = [\"FOLD",
    "exclude = [\"**/*.baml\", \"nothing\"]\n",
    "[rules]\nno-timeout = \"ignore\"\n",
    "[rules]\nno-timeout = \"igno",
    "[entries]\nclients = [\"A\"]\n",
    "[[overrides]]\npaths = [\"FOLDER\"]\nrules = { unused-client = \"error\" }\n",
    "[runtime]\ncalls = \"baml\"\n",
    "extend = \"shared/base.toml\"\n",
    "baseline = \"known.json\"\n",
    "baseline = \"known.json\"\nexclude = [\"FOLDER\"]\n",
];
const CONFIG: &str = "clientc.toml";

/// Where the texts of a session are: as the editor has them, and as they are saved.
struct Texts {
    typed: Folder,
    saved: Folder,
    all: BTreeMap<String, String>,
}

fn session(project: &Path, seed: u64, edits: usize) {
    let mut random = Random(seed);
    let mut texts = Texts::of(project);
    if texts.all.is_empty() {
        return;
    }
    let paths: Vec<String> = texts.all.keys().cloned().collect();
    texts.all.insert(CONFIG.to_owned(), String::new());
    texts.save(CONFIG);
    let mut editor = Editor::open(texts.saved.path());
    let mut open: Vec<String> = Vec::new();
    let mut undo: Vec<(String, String)> = Vec::new();
    for number in 0..edits {
        let is_config = random.below(4) == 0;
        let path = if is_config { CONFIG.to_owned() } else { random.of(&paths).clone() };
        if !open.contains(&path) {
            editor.open_text(&path, &texts.all[&path]);
            open.push(path.clone());
        }
        let before = texts.all[&path].clone();
        let after = match (random.below(10), undo.pop()) {
            _ if is_config => {
                let below = random.of(&paths).split_once('/').map_or("baml_src", |(folder, _)| folder);
                let text = random.of(&SETTINGS).replace("FOLDER", below);
                editor.change_all(&path, &text);
                text
            }
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
        texts.typed.write(&path, &after);
        texts.all.insert(path.clone(), after.clone());
        editor.wait_for(&path);
        if random.below(3) == 0 {
            texts.save(&path);
            let changes = json!({ "changes": [{ "uri": editor.uri(&path), "type": 2 }] });
            editor.notify("workspace/didChangeWatchedFiles", changes);
            if random.below(2) == 0 {
                editor.close_file(&path);
                open.retain(|open| *open != path);
                undo.clear();
            }
        }
        // What is published for other files comes before an answer that needs the same analysis.
        let about = format!("edit {number} of {}: {path}, {after:?}", project.display());
        agreement::wait(&mut editor, &texts.typed, &about);
    }
    assert_eq!(editor.shut_down(), 0);
}

impl Texts {
    /// The texts of a project, with settings that others extend, a baseline, and a program that names some clients.
    fn of(project: &Path) -> Self {
        let mut texts = Self { typed: Folder::with(&[]), saved: Folder::with(&[]), all: BTreeMap::new() };
        copy(project, project, &mut texts);
        let names = texts.all.values().flat_map(|text| text.split("client<llm> ").skip(1));
        let names = names.filter_map(|rest| rest.split_whitespace().next()).step_by(2);
        let program: String = names.map(|name| format!("use(\"{name}\")\n")).collect();
        for folder in [&texts.typed, &texts.saved] {
            folder.write("program.py", &program);
            folder.write("shared/base.toml", "[rules]\nno-timeout = \"info\"\n");
            if !texts.all.is_empty() {
                folder.run("check . --baseline known.json --write-baseline");
            }
        }
        texts
    }

    fn save(&self, path: &str) {
        self.saved.write(path, &self.all[path]);
        self.typed.write(path, &self.all[path]);
    }
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

fn copy(root: &Path, folder: &Path, into: &mut Texts) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            copy(root, &path, into);
            continue;
        }
        let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
        let bytes = std::fs::read(&path).unwrap();
        into.typed.write(&name, &bytes);
        into.saved.write(&name, &bytes);
        if let (true, Ok(text)) = (name.ends_with(".baml"), String::from_utf8(bytes))
            && !text.replace("\r\n", "").contains('\r')
        {
            into.all.insert(name, text);
        }
    }
}
