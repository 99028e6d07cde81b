//! Commands in the middle of a sentence, in a table or in a configuration: they are not run, but the program must have
//! their commands and options.

use std::collections::HashMap;

use clientc_tests::run_in;
use clientc_tests::shared::repository;
use regex::Regex;

use crate::pages;

#[test]
fn commands_in_sentences_have_options_that_exist() {
    let mention = Regex::new(r"\bclientc ((?:git-)?[a-z]+(?:-[a-z]+)*)((?: [^`\n|]*)?)").unwrap();
    let option = Regex::new(r"(?:^|[ \[])(--[a-z][a-z-]*)").unwrap();
    let commands = commands();
    let mut seen = 0;
    for path in pages::all() {
        let text = std::fs::read_to_string(repository().join(&path)).unwrap();
        // A command may be broken between two lines of a sentence.
        let text = text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        for found in mention.captures_iter(&text) {
            let Some(help) = commands.get(&found[1]) else { continue };
            for flag in option.captures_iter(&found[2]) {
                seen += 1;
                let flag = &flag[1];
                assert!(
                    has(help, flag),
                    "{path}: `{}`, and `clientc {}` has no `{flag}`",
                    &found[0],
                    &found[1]
                );
            }
        }
    }
    assert!(seen > 100, "only {seen} options were found");
}

/// The commands of the program, each with its help.
fn commands() -> HashMap<String, String> {
    let help = run_in(&repository(), &["--help"]).stdout;
    let names = Regex::new(r"(?m)^  ([a-z][a-z-]+)  ").unwrap();
    let help_of = |name: &str| run_in(&repository(), &[name, "--help"]).stdout;
    names.captures_iter(&help).map(|found| (found[1].to_owned(), help_of(&found[1]))).collect()
}

/// Whether a help describes an option.
fn has(help: &str, option: &str) -> bool {
    help.lines().any(|line| {
        let line = line.trim_start();
        let names = line.strip_prefix("-").is_some();
        names && line.split([' ', ',', '=', '[']).any(|word| word == option)
    })
}
