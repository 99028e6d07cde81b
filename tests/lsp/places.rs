//! Real projects: nothing is offered in their prompts, and keys are known in every layout.

use clientc_tests::editor::position;
use clientc_tests::{Editor, Folder, shared};
use serde_json::{Value, json};

const PATH: &str = "baml_src/a.baml";

/// Where strings with hashes begin and end in a text, found without a look at what they are in.
fn long_strings(text: &str) -> Vec<(usize, usize)> {
    let opening = regex::Regex::new("(?m)//.*$|\"(?:[^\"\\\\\n]|\\\\.)*\"|(#+)\"").unwrap();
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(next) = opening.captures_at(text, at) {
        at = next.get(0).unwrap().end();
        let Some(hashes) = next.get(1) else { continue };
        let close = format!("\"{}", hashes.as_str());
        let Some(length) = text[at..].find(&close) else { break };
        found.push((at, at + length));
        at += length + close.len();
    }
    found
}

/// Where the words in a part of a text end that begin a line without a blank before them, and some that do not.
fn ends_of_words(text: &str, (start, end): (usize, usize)) -> Vec<usize> {
    let word = regex::Regex::new("(?m)^[A-Za-z]+").unwrap();
    let mut ends: Vec<usize> = word.find_iter(&text[start..end]).map(|word| start + word.end()).collect();
    ends.extend([start, end]);
    ends
}

fn ask(editor: &mut Editor, method: &str, text: &str, at: usize) -> Value {
    let (line, character) = position(text, at);
    let params = editor.at(PATH, line, character);
    editor.request(method, params)
}

fn labels(editor: &mut Editor, text: &str, at: usize) -> Vec<String> {
    let answer = ask(editor, "textDocument/completion", text, at);
    let items = answer["items"].as_array().unwrap().iter();
    items.map(|item| item["label"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn nothing_is_offered_in_a_prompt_of_a_real_project() {
    let folder = Folder::with(&[]);
    let mut editor = Editor::open(folder.path());
    let (mut prompts, mut unindented) = (0, 0);
    for (path, text) in shared::real_texts() {
        let strings = long_strings(&text);
        if strings.is_empty() {
            continue;
        }
        editor.open_text(PATH, &text);
        for string in strings {
            let ends = ends_of_words(&text, string);
            prompts += 1;
            unindented += ends.len() - 2;
            for at in ends {
                let offered = labels(&mut editor, &text, at);
                assert!(offered.is_empty(), "{}, {:?}: {offered:?}", path.display(), position(&text, at));
            }
        }
        editor.close_file(PATH);
    }
    if shared::folder().is_some() {
        assert!(
            prompts > 100 && unindented > 100,
            "{prompts} prompts, {unindented} lines in the first column"
        );
    }
}

#[test]
fn lines_of_a_prompt_that_look_like_a_block_are_none() {
    let head = "function F(a: string) -> string {\n  client A\n  prompt";
    for marked in [
        format!("{head} #\"\nclient B {{\n  pro|\n\"#\n}}\n"),
        format!("{head} #\"\nclient B {{\n  options {{\n    |\n\"#\n}}\n"),
        format!("{head} ##\"\n\"#\nretry_policy R {{\n  |\n\"##\n}}\n"),
        format!("{head} \"\"\"\nclient |\n\"\"\"\n}}\n"),
        format!("{head} #\"\n// clientc: ignore[|\n\"#\n}}\n"),
        "template_string X(a: string) #\"\nhello\nc|\n\"#\n".to_owned(),
    ] {
        let folder = Folder::with(&[]);
        let mut editor = Editor::open(folder.path());
        let text = marked.replacen('|', "", 1);
        editor.open_text(PATH, &text);
        let at = marked.find('|').unwrap();
        assert_eq!(labels(&mut editor, &text, at), [""; 0], "{marked}");
        assert_eq!(ask(&mut editor, "textDocument/hover", &text, at), Value::Null, "{marked}");
    }
}

/// A text without the blanks that begin its lines, and how many each line has lost.
fn unindented(text: &str) -> (String, Vec<usize>) {
    let lines = text.split_inclusive('\n').map(|line| line.trim_start_matches([' ', '\t']));
    let lost = text.split_inclusive('\n').zip(lines.clone()).map(|(line, left)| line.len() - left.len());
    (lines.clone().collect(), lost.collect())
}

/// What is offered and said at each of these keys, given by their lines and columns.
fn known(editor: &mut Editor, text: &str, keys: &[(usize, usize)]) -> Vec<(Vec<String>, Value)> {
    let starts: Vec<usize> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let mut known = Vec::new();
    for (line, column) in keys {
        let at = starts[*line] + column;
        let hover = ask(editor, "textDocument/hover", text, at)["contents"]["value"].clone();
        known.push((labels(editor, text, at), hover));
    }
    known
}

#[test]
fn keys_are_known_in_blocks_without_indentation() {
    let key = regex::Regex::new("^[ \t]+[a-z_]+\\b").unwrap();
    let folder = Folder::with(&[]);
    let mut editor = Editor::open(folder.path());
    let (mut asked, mut offered) = (0, 0);
    for (path, text) in shared::real_texts() {
        let text = text.replace("\r\n", "\n");
        let strings = long_strings(&text);
        let (mut keys, mut is_ours, mut at) = (Vec::new(), false, 0);
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let is_string = strings.iter().any(|(start, end)| *start <= at && at <= *end);
            let is_header = line.starts_with("client<llm>") || line.starts_with("retry_policy");
            is_ours = is_header || is_ours && (is_string || !line.starts_with('}'));
            if is_ours
                && !is_string
                && let Some(key) = key.find(line)
            {
                keys.push((number, key.end()));
            }
            at += line.len();
        }
        if keys.is_empty() {
            continue;
        }
        let (bare, lost) = unindented(&text);
        let bare_keys: Vec<_> = keys.iter().map(|(line, column)| (*line, column - lost[*line])).collect();
        editor.open_text(PATH, &text);
        let usual = known(&mut editor, &text, &keys);
        editor.change_all(PATH, &bare);
        let found = known(&mut editor, &bare, &bare_keys);
        for (number, (usual, found)) in usual.iter().zip(&found).enumerate() {
            assert_eq!(found, usual, "{}, line {}", path.display(), keys[number].0 + 1);
            asked += 1;
            offered += usize::from(!usual.0.is_empty());
        }
        editor.close_file(PATH);
    }
    if shared::folder().is_some() {
        assert!(asked > 1_000 && offered * 2 > asked, "{asked} keys, {offered} with an offer");
    }
    let bare = "client<llm> B {\nprovider openai\noptions {\nmod\n}\n}\n";
    editor.open_text(PATH, bare);
    let at = bare.find("mod").unwrap() + 3;
    assert!(labels(&mut editor, bare, at).contains(&"model".to_owned()));
    assert_eq!(json!(labels(&mut editor, bare, bare.find("options").unwrap() + 3))[0], "retry_policy");
}
