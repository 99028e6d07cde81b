//! What must hold for every text, over real projects and over the cases that BAML was asked about.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may fail loudly")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

/// A folder of `CLIENTC_SHARED`, else of `../shared` beside the repository; the word is printed where it is absent.
fn folder(path: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("CLIENTC_SHARED").map_or_else(beside, PathBuf::from);
    let path = shared.join(path);
    if !path.exists() {
        eprintln!("skipped: {} does not exist; CLIENTC_SHARED says where it is", path.display());
        return None;
    }
    Some(path)
}

fn baml_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "baml") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

#[test]
fn holds_for_real_projects() {
    let Some(projects) = folder("corpus/projects") else { return };
    let files = baml_files(&projects);
    assert!(files.len() > 100);
    let mut skipped = 0;
    for path in files {
        let Ok(text) = String::from_utf8(fs::read(&path).unwrap()) else { continue };
        common::check(&text).unwrap_or_else(|broken| panic!("{}: {broken}", path.display()));
        skipped += clientc_fmt::format(&text).skipped.len();
        let windows = text.replace("\r\n", "\n").replace('\n', "\r\n");
        common::check(&windows).unwrap_or_else(|broken| panic!("{} with CRLF: {broken}", path.display()));
    }
    eprintln!("{skipped} blocks skipped");
}

/// The name and the text of each file of the cases; files that are not text have none.
fn cases(peer: &Path) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for name in ["cases.jsonl", "probes.jsonl"] {
        for line in fs::read_to_string(peer.join(name)).unwrap().lines() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let files = case["files"].as_object().unwrap().values();
            out.extend(files.filter_map(|text| Some((case["name"].to_string(), text.as_str()?.to_owned()))));
        }
    }
    assert!(out.len() > 400);
    out
}

#[test]
fn holds_for_the_cases() {
    let Some(peer) = folder("peer") else { return };
    for (name, text) in cases(&peer) {
        common::check(&text).unwrap_or_else(|broken| panic!("{name}: {broken}"));
        let old_mac = text.replace('\n', "\r");
        common::check(&old_mac).unwrap_or_else(|broken| panic!("{name} with CR: {broken}"));
    }
}

/// Files cut off anywhere, as they are while someone types.
#[test]
fn holds_for_cut_files() {
    let Some(peer) = folder("peer") else { return };
    for (name, text) in cases(&peer).into_iter().filter(|(_, text)| text.len() < 2000) {
        for (end, _) in text.char_indices().step_by(3) {
            common::check(&text[..end]).unwrap_or_else(|broken| panic!("{name}: {broken}"));
        }
    }
}
