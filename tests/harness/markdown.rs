//! Markdown with output of the program in it.
//!
//! A fenced block whose first line is `$ clientc …` holds that command and what it writes when it is run in the
//! root of the repository. Between `<!-- generated: NAME -->` and `<!-- end -->` stands a part that a test makes.

use crate::run_in;
use crate::shared::repository;

/// The commands that only read.
const READING: [&str; 4] = ["check", "resolve", "explain", "schema"];

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
    let words: Vec<&str> = arguments.split_whitespace().collect();
    let only_reads =
        words.contains(&"--help") || words.first().is_some_and(|command| READING.contains(command));
    assert!(only_reads, "`clientc {arguments}` must not be run here: write it into a block without `$`");
    let run = run_in(&repository(), &words);
    let mut text = format!("$ clientc {arguments}\n");
    for line in run.stdout.lines().chain(run.stderr.lines()) {
        push_line(&mut text, line.trim_end());
    }
    text
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
