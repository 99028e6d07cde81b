//! `NAME.baml` in `fixtures` is formatted as `NAME.expected.baml` says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail loudly")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

fn inputs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut inputs: Vec<_> = paths
        .filter(|path| {
            let name = path.to_string_lossy();
            name.ends_with(".baml") && !name.ends_with(".expected.baml")
        })
        .collect();
    inputs.sort();
    inputs
}

/// With `CLIENTC_UPDATE=1` the expected texts are written anew; read the difference before you keep them.
#[test]
fn fixtures_come_out_as_expected() {
    let inputs = inputs();
    assert!(inputs.len() > 10, "the fixtures are missing");
    let update = std::env::var_os("CLIENTC_UPDATE").is_some_and(|value| value == "1");
    for input in inputs {
        let text = fs::read_to_string(&input).unwrap();
        let out = common::check(&text).unwrap_or_else(|broken| panic!("{}: {broken}", input.display()));
        let expected = input.with_extension("expected.baml");
        if update {
            fs::write(&expected, &out).unwrap();
        }
        let may_skip = ["ambiguous", "faults"].iter().any(|name| input.file_stem().unwrap() == *name);
        assert_eq!(!clientc_fmt::format(&text).skipped.is_empty(), may_skip, "{}", input.display());
        let expected = fs::read_to_string(&expected).unwrap();
        assert_eq!(out, expected, "{}", input.display());
        assert!(!clientc_fmt::format(&expected).changed, "{} is not steady", input.display());
    }
}
