//! Markdown with output of the program in it.
//!
//! A fenced block whose first line is `$ clientc …` holds that command and what it writes. Commands about the examples run in
//! the root of the repository, others in the project of their page. Between `<!-- generated: NAME -->` and `<!-- end -->` stands a part that a test makes.

use crate::run_in;
use crate::shared::repository;

/// The commands that only read.
const READING: [&str; 4] = ["check", "resolve", "explain", "schema"];

/// The options with which `check` writes, unless `--diff` stands beside them.
const WRITING: [&str; 4] = ["--fix", "--add-ignore", "--write-baseline", "--output-file"];

/// A Markdown text with the output of every command that runs in the root of the repository written anew.
#[must_use]
pub fn with_current_output(markdown: &str) -> String {
    with_blocks(markdown, |block| {
        let arguments = block.text.lines().next()?.strip_prefix("$ clientc ")?;
        is_run_in_repository(block).then(|| output(arguments))
    })
}

/// Whether the command that a block begins with is about the examples of the repository, or about the program alone. Others
/// are about the project of their page.
#[must_use]
pub fn is_run_in_repository(block: &Block) -> bool {
    let command = block.text.lines().next().and_then(|line| line.strip_prefix("$ clientc "));
    command.is_some_and(|command| command.contains("examples/") || command.contains("--help"))
}

/// A Markdown text in which each fenced block has the text that is made of it, or its own.
pub fn with_blocks(markdown: &str, mut text_of: impl FnMut(&Block) -> Option<String>) -> String {
    let mut result = String::with_capacity(markdown.len());
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        push_line(&mut result, line);
        if let Some(language) = line.strip_prefix("```") {
            let block = read_block(language, &mut lines);
            result.push_str(&text_of(&block).unwrap_or(block.text));
            push_line(&mut result, "```");
        }
    }
    result
}

/// The block that begins with this language, and the lines up to its end.
fn read_block<'t>(language: &str, lines: &mut impl Iterator<Item = &'t str>) -> Block {
    let lines = lines.by_ref().take_while(|line| *line != "```");
    Block { language: language.to_owned(), text: lines.flat_map(|line| [line, "\n"]).collect() }
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
            blocks.push(read_block(language, &mut lines));
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
