//! The blocks of real projects as three readers see them: the scanner with the rules for the usual layout, the general
//! grammar alone, and the tree-sitter grammar of others. Each difference is a row of `grammars.md` with its reason.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clientc_syntax::{Block, BlockKind, Function, Parse, parse, parse_general};
use clientc_tests::{shared, tools};
use serde_json::Value;

/// The kind of a block, its name, and the byte at which it begins.
type Seen = BTreeSet<(&'static str, String, u64)>;

/// A difference: the file, the kind and the name of the block, and who sees it.
type Row = [String; 4];

fn ours(text: &str, parsed: &Parse) -> Seen {
    let block = |node| {
        let (kind, name) = match Block::cast(node) {
            Some(block) => match block.kind() {
                BlockKind::Client => ("client", block.name(text)),
                BlockKind::Policy => ("retry_policy", block.name(text)),
            },
            None => ("function", Function::cast(node)?.name()),
        };
        let name = name.map_or("", |name| name.text(text)).trim_matches('"');
        Some((kind, name.to_owned(), u64::from(node.range().start)))
    };
    parsed.tree.items().filter_map(block).collect()
}

/// What the grammar of others sees in each file below a folder.
fn theirs(python: &Path, folder: &Path) -> BTreeMap<String, Seen> {
    let script = shared::repository().canonicalize().unwrap().join("tests/corpus/blocks.py");
    let run = tools::run(python, folder, &[script.to_str().unwrap(), folder.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let block = |block: &Value| {
        let kind = ["client", "retry_policy", "function"].into_iter().find(|kind| block[0] == *kind).unwrap();
        (kind, block[1].as_str().unwrap().to_owned(), block[2].as_u64().unwrap())
    };
    let file = |line: &str| {
        let file: Value = serde_json::from_str(line).unwrap();
        let seen = file["blocks"].as_array().unwrap().iter().map(block).collect();
        (file["file"].as_str().unwrap().to_owned(), seen)
    };
    run.stdout.lines().map(file).collect()
}

/// The rows of the table that have a reason.
fn explained() -> BTreeSet<Row> {
    let table = include_str!("grammars.md");
    let cells = |line: &str| -> Option<Vec<String>> {
        let line = line.strip_prefix("| ")?.strip_suffix(" |")?;
        Some(line.split(" | ").map(|cell| cell.trim_matches('`').to_owned()).collect())
    };
    let rows = table.lines().filter_map(cells).skip(1);
    rows.map(|row| {
        let [file, kind, name, seen_by, reason] = row.try_into().unwrap();
        assert!(!reason.is_empty(), "{file}: {name} has no reason");
        [file, kind, name, seen_by]
    })
    .collect()
}

#[test]
fn three_readers_see_the_same_blocks_but_for_what_is_explained() {
    let Some(folder) = shared::folder().map(|shared| shared.join("corpus/projects")) else { return };
    let Some(python) = python_with("treesitter_chunker_baml_grammar") else { return };
    let folder = folder.canonicalize().unwrap();
    let (mut differences, mut blocks) = (BTreeSet::new(), 0);
    for (file, theirs) in theirs(&python, &folder) {
        let Ok(text) = std::fs::read_to_string(folder.join(&file)) else { continue };
        let all = [
            ("clientc", ours(&text, &parse(&text))),
            ("the general grammar", ours(&text, &parse_general(&text))),
            ("tree-sitter", theirs),
        ];
        let union: Seen = all.iter().flat_map(|(_, seen)| seen.iter().cloned()).collect();
        blocks += union.len();
        for block in union {
            let who: Vec<&str> =
                all.iter().filter(|(_, seen)| seen.contains(&block)).map(|(who, _)| *who).collect();
            if who.len() < all.len() {
                let (kind, name, _) = block;
                differences.insert([file.clone(), kind.to_owned(), name, who.join(", ")]);
            }
        }
    }
    assert!(blocks > 1_000, "only {blocks} blocks are seen");
    assert_eq!(differences, explained());
}

/// The Python of the tools, where it has a module.
fn python_with(module: &str) -> Option<PathBuf> {
    let python = tools::tool("bin/python")?;
    let found = tools::run(&python, &shared::repository(), &["-c", &format!("import {module}")]);
    if found.code != 0 {
        assert!(!shared::is_required(), "{module} is missing: run scripts/test_tools.sh");
        shared::say_skipped(&format!("{module} is missing; scripts/test_tools.sh installs it"));
        return None;
    }
    Some(python)
}
