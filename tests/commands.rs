//! The commands that the README and the book show: each is run in a project of its own page, in the order of the page, and
//! what a page shows of its output is what the program writes.

// The commands on the pages are those of a shell of Unix.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

#[path = "commands/inline.rs"]
mod inline;
#[path = "commands/packages.rs"]
mod packages;
#[path = "commands/pages.rs"]
mod pages;
#[path = "commands/sandbox.rs"]
mod sandbox;
#[path = "commands/shell.rs"]
mod shell;

use std::fmt::Write as _;

use clientc_tests::generated::assert_current;
use clientc_tests::markdown::{Block, blocks, is_run_in_repository, with_blocks};
use clientc_tests::shared::repository;

use self::pages::{Page, SHOWN, reason_not_to_run};
use self::sandbox::Sandbox;

/// Whether a block holds commands.
fn has_commands(block: &Block) -> bool {
    matches!(block.language.as_str(), "sh" | "console")
}

#[test]
fn every_page_with_commands_is_run() {
    for path in pages::all() {
        let text = std::fs::read_to_string(repository().join(&path)).unwrap();
        let is_listed = SHOWN.iter().any(|page| page.path == path);
        let has_commands =
            blocks(&text).iter().any(|block| has_commands(block) && !is_run_in_repository(block));
        assert_eq!(
            is_listed, has_commands,
            "{path}: whether it is in the table, and whether it has commands to run"
        );
    }
}

#[test]
fn every_command_runs_and_writes_what_its_page_shows() {
    let mut faults = Vec::new();
    for page in SHOWN {
        let path = repository().join(page.path);
        let text = std::fs::read_to_string(&path).unwrap();
        let mut sandbox = Sandbox::new(page);
        let text = with_blocks(&text, |block| current(page, block, &mut sandbox));
        if sandbox.faults.is_empty() {
            assert_current(&path, &text);
        }
        faults.append(&mut sandbox.faults);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A block as it should be: its commands are run, and a file that it shows is written.
fn current(page: &Page, block: &Block, sandbox: &mut Sandbox) -> Option<String> {
    if let Some(name) = file_name(block) {
        sandbox.write(name, &block.text);
        return None;
    }
    if is_run_in_repository(block) {
        return None;
    }
    match block.language.as_str() {
        "sh" => shell::commands(&block.text).iter().for_each(|command| run(page, command, sandbox)),
        "console" => return Some(transcript(block, sandbox)),
        _ => {}
    }
    None
}

/// The path in the comment that a block begins with, if it is one: such a block is a file of the page's project.
fn file_name(block: &Block) -> Option<&str> {
    let mark = match block.language.as_str() {
        "baml" => "// ",
        "toml" | "yaml" => "# ",
        _ => return None,
    };
    let name = block.text.lines().next()?.strip_prefix(mark)?;
    let is_path =
        !name.contains(' ') && [".baml", ".toml", ".yml", ".yaml"].iter().any(|end| name.ends_with(end));
    is_path.then_some(name)
}

fn run(page: &Page, command: &str, sandbox: &mut Sandbox) {
    if reason_not_to_run(page.path, command).is_some() {
        return;
    }
    if sandbox.lacks_packages(command) || sandbox.lacks_gateway(command) {
        return;
    }
    if command.starts_with(packages::SERVER) {
        return sandbox.serve(command);
    }
    // A command that finds something ends with 1, and its page may be about that.
    let may_find = command.starts_with("clientc ") || command.starts_with("git diff ");
    sandbox.run_to_code(command, if may_find { 1 } else { 0 });
}

/// The commands of a block, each with what it writes now.
fn transcript(block: &Block, sandbox: &mut Sandbox) -> String {
    let mut text = String::new();
    for command in block.text.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let output = sandbox.run_to_code(command, 1);
        writeln!(text, "$ {command}").unwrap();
        output.lines().for_each(|line| writeln!(text, "{}", line.trim_end()).unwrap());
    }
    assert!(!text.is_empty(), "a console shows no command:\n{}", block.text);
    text
}

#[test]
fn what_is_not_run_is_on_its_page() {
    for (path, start, reason) in pages::NOT_RUN {
        let text = std::fs::read_to_string(repository().join(path)).unwrap();
        let blocks = blocks(&text).into_iter().filter(|block| block.language == "sh");
        let mut commands = blocks.flat_map(|block| shell::commands(&block.text));
        assert!(commands.any(|command| command.starts_with(start)), "{path} shows no `{start}`");
        assert!(!reason.is_empty());
    }
}
