//! Markdown with output of the program in it.
//!
//! A fenced block whose first line is `$ clientc …` holds that command and what it writes when it is run in the
//! root of the repository. Between `<!-- generated: NAME -->` and `<!-- end -->` stands a part that a test makes.

use crate::run_in;
use crate::shared::repository;

/// The commands that only read.
const READING: [&str; 4] = ["check", "resolve", "explain", "schema"];

/// The options with which `check` writes, unless `--diff` stands beside them.
const WRITING: [&str; 4] = ["--fix", "--add-ignore", "--write-baseline", "--output-file"];

/// A Markdown text with the output of every command in it written anew.
#[must_use]
pub fn with_current_output(markdown: &str) -> String {
    let mut result = String::with_capacity(markdown.len());
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        push_line(&mut result, line);
        if !line.starts_with("```") || line == "```" {
            continue;
        }
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        match block.first().and_then(|first| first.strip_prefix("$ clientc ")) {
            Some(arguments) => result.push_str(&output(arguments)),
            None => block.iter().for_each(|line| push_line(&mut result, line)),
        }
        push_line(&mut result, "```");
    }
    result
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// The command and what it writes: standard output, then standard error.
fn output(arguments: &str) -> String {
    let words = words(arguments);
    let has = |word: &str| words.iter().any(|found| found == word);
    let writes = WRITING.iter().any(|option| has(option)) && !has("--diff");
    let is_reading = words.first().is_some_and(|command| READING.contains(&&**command));
    let only_reads = has("--help") || (is_reading && !writes);
    assert!(only_reads, "`clientc {arguments}` must not be run here: write it into a block without `$`");
    let run = run_in(&repository(), &words);
    let mut text = format!("$ clientc {arguments}\n");
    for line in run.stdout.lines().chain(run.stderr.lines()) {
        push_line(&mut text, line.trim_end());
    }
    text
}

/// The words of a command; blanks between double quotes belong to a word.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (part, text) in command.split('"').enumerate() {
        let mut pieces = if part % 2 == 0 { text.split(' ').collect() } else { vec![text] }.into_iter();
        if let (Some(first), Some(word)) = (pieces.next(), words.last_mut()) {
            word.push_str(first);
        }
        words.extend(pieces.map(str::to_owned));
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A fenced block of a Markdown text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What stands behind the opening fence.
    pub language: String,
    /// What stands in it.
    pub text: String,
}

/// All fenced blocks of a Markdown text.
#[must_use]
pub fn blocks(markdown: &str) -> Vec<Block> {
    let (mut blocks, mut lines) = (Vec::new(), markdown.lines());
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let lines = lines.by_ref().take_while(|line| *line != "```");
            let text = lines.flat_map(|line| [line, "\n"]).collect();
            blocks.push(Block { language: language.to_owned(), text });
        }
    }
    blocks
}

/// A Markdown text with the generated part of this name replaced.
///
/// # Panics
///
/// If the text has no such part.
#[must_use]
pub fn with_generated_part(markdown: &str, name: &str, part: &str) -> String {
    let opening = format!("<!-- generated: {name} -->\n");
    let (before, rest) = markdown.split_once(&opening).unwrap_or_else(|| panic!("there is no part {name}"));
    let (_, after) =
        rest.split_once("<!-- end -->").unwrap_or_else(|| panic!("the part {name} does not end"));
    format!("{before}{opening}{part}<!-- end -->{after}")
}
