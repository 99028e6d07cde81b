//! The sources of all crates, without comments and without their tests.

use std::path::{Path, PathBuf};

use clientc_tests::shared::repository;

/// A source file of a crate.
pub(crate) struct Source {
    /// The folder of its crate.
    pub(crate) room: String,
    /// Its path from the folder of the crates.
    path: PathBuf,
    /// Its text without comments and without its tests.
    code: String,
}

impl Source {
    /// Where it lies, from the folder of the crates.
    pub(crate) fn place(&self) -> String {
        self.path.to_string_lossy().replace('\\', "/")
    }

    /// Its text without comments and without its tests.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// Whether it is the root of a program.
    pub(crate) fn is_binary(&self) -> bool {
        self.path.ends_with("src/main.rs")
    }

    /// Whether it names a crate or a module, by its full path or in a list such as `use std::{env, fs}`.
    pub(crate) fn names(&self, path: &str) -> bool {
        match path.split_once("::") {
            None => self.has_word(path),
            Some((parent, child)) => self.has_word(path) || self.imports(parent, child),
        }
    }

    fn imports(&self, parent: &str, child: &str) -> bool {
        let opening = format!("use {parent}::{{");
        let lists = self.code.split(&opening).skip(1);
        lists.filter_map(|rest| rest.split(';').next()).any(|list| has_word(list, child))
    }

    fn has_word(&self, word: &str) -> bool {
        has_word(&self.code, word)
    }

    /// Whether it calls a macro.
    pub(crate) fn calls(&self, name: &str) -> bool {
        self.has_word(name)
    }
}

/// Whether a text has a word that is no part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    text.match_indices(word).any(|(at, _)| {
        let bytes = text.as_bytes();
        !is_part(at.checked_sub(1).and_then(|before| bytes.get(before)))
            && !is_part(bytes.get(at + word.len()))
    })
}

/// All sources below `crates/*/src`, in the order of their paths.
pub(crate) fn sources() -> Vec<Source> {
    let crates = repository().join("crates");
    let mut found = Vec::new();
    for room in entries(&crates) {
        let name = room.file_name().expect("a folder has a name").to_string_lossy().into_owned();
        collect(&crates, &name, &room.join("src"), &mut found);
    }
    assert!(found.len() > 50, "there are only {} sources", found.len());
    found
}

fn collect(crates: &Path, room: &str, folder: &Path, found: &mut Vec<Source>) {
    for path in entries(folder) {
        if path.is_dir() {
            collect(crates, room, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test(&path) {
            let code = code(&std::fs::read_to_string(&path).expect("a source can be read"));
            let path = path.strip_prefix(crates).expect("a source lies in a crate").to_owned();
            found.push(Source { room: room.to_owned(), path, code });
        }
    }
}

fn is_test(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem == "tests" || stem == "testing")
        || path.parent().is_some_and(|folder| folder.ends_with("tests"))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a folder can be listed").path()).collect();
    paths.sort();
    paths
}

/// A text without comments and without the tests at its end.
fn code(text: &str) -> String {
    let without_tests = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    let is_comment = |line: &&str| line.trim_start().starts_with("//");
    let lines = without_tests.lines().filter(|line| !is_comment(line));
    lines.map(|line| line.split(" // ").next().unwrap_or(line)).collect::<Vec<_>>().join("\n")
}
