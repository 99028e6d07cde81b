//! Texts from outside the repository: cases that the peer was asked about, and projects of real users.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The folder of these texts: `CLIENTC_SHARED`, else `../shared` beside the repository.
///
/// Where it does not exist the caller has nothing to test, and that is said.
///
/// # Panics
///
/// If it does not exist and [`is_required`].
#[must_use]
pub fn folder() -> Option<PathBuf> {
    let beside = || repository().join("../shared");
    let folder = std::env::var_os("CLIENTC_SHARED").map_or_else(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(!is_required(), "{} does not exist; CLIENTC_SHARED says where it is", folder.display());
    say_skipped(&format!("{} does not exist; CLIENTC_SHARED says where it is", folder.display()));
    None
}

/// Whether a test fails where something from outside the repository is missing: texts, or programs of others. Our own
/// CI asks for it with `CLIENTC_REQUIRE_SHARED=1`, so that nothing is skipped there; `CI` alone does not, because a
/// contributor does not have these texts.
#[must_use]
pub fn is_required() -> bool {
    std::env::var_os("CLIENTC_REQUIRE_SHARED").is_some_and(|value| value == "1")
}

/// Says that the test which asks cannot run and passes all the same. It is said on standard error itself, because the
/// words of a test that passes are not shown.
pub fn say_skipped(why: &str) {
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    // Where standard error is closed nobody can be told.
    let _ = writeln!(std::io::stderr(), "skipped: {test}: {why}");
}

/// The root of this repository.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Whether files that tests compare with are to be written instead.
#[must_use]
pub fn updates() -> bool {
    std::env::var_os("CLIENTC_UPDATE").is_some_and(|value| value == "1")
}

/// A project that the peer was asked about.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its name, which no other case has.
    pub name: String,
    /// Whether the peer accepts it.
    pub is_accepted: bool,
    /// The first message of the peer.
    pub error: String,
    /// Its files.
    pub files: Vec<(String, Vec<u8>)>,
}

/// All cases of the peer; none where the folder does not exist.
#[must_use]
pub fn cases() -> Vec<Case> {
    let Some(folder) = folder() else { return Vec::new() };
    let read =
        |name: &str| std::fs::read_to_string(folder.join("peer").join(name)).expect("cases are readable");
    let lines = read("cases.jsonl") + &read("probes.jsonl");
    lines.lines().map(|line| case(&serde_json::from_str(line).expect("a case is JSON"))).collect()
}

fn case(json: &Value) -> Case {
    let text = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
    let files = json["files"].as_object().expect("a case has files");
    Case {
        name: text("name"),
        is_accepted: json["peer_verdict"] == "accept",
        error: text("peer_error"),
        files: files.iter().map(|(path, content)| (path.clone(), bytes(content))).collect(),
    }
}

fn bytes(content: &Value) -> Vec<u8> {
    match content.as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => base64(content["base64"].as_str().expect("a file is text or base64")),
    }
}

fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |byte: u8| DIGITS.iter().position(|digit| *digit == byte);
    let (mut out, mut bits, mut count) = (Vec::new(), 0_usize, 0);
    for value in text.bytes().filter_map(digit) {
        bits = (bits << 6 | value) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xff) as u8);
        }
    }
    out
}

/// A project of real users.
#[derive(Debug, Clone)]
pub struct RealProject {
    /// The name of its folder.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Whether the peer accepts its clients.
    pub is_accepted: bool,
    /// Whether it is written in the first version of the language, which the peer no longer reads.
    pub is_first_version: bool,
}

/// All projects of real users; none where the folder does not exist.
#[must_use]
pub fn projects() -> Vec<RealProject> {
    let Some(folder) = folder().map(|folder| folder.join("corpus")) else { return Vec::new() };
    let table = std::fs::read_to_string(folder.join("verdicts.tsv")).expect("the verdicts are readable");
    let mut lines = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let header = lines.next().expect("the table has a header");
    let column = |name: &str| header.iter().position(|column| *column == name).expect("the column exists");
    let (name, verdict, version) = (column("dir"), column("client_only_verdict"), column("baml_v1_syntax"));
    lines
        .map(|row| RealProject {
            name: row[name].to_owned(),
            folder: folder.join("projects").join(row[name]),
            is_accepted: row[verdict] == "accept",
            is_first_version: row[version] == "1",
        })
        .collect()
}

/// The folders of projects that people reported something about; none where the folder does not exist.
#[must_use]
pub fn reported() -> Vec<PathBuf> {
    let Some(folder) = folder().map(|folder| folder.join("cases")) else { return Vec::new() };
    let kinds = ["reports", "ux"].map(|kind| folder.join(kind));
    let entries = kinds.into_iter().flat_map(|kind| std::fs::read_dir(kind).expect("a folder is readable"));
    let mut all: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry is readable").path()).collect();
    all.retain(|path| path.is_dir());
    all.sort();
    all
}

/// The texts of all `.baml` files of real projects, each with its path.
#[must_use]
pub fn real_texts() -> Vec<(PathBuf, String)> {
    let Some(folder) = folder() else { return Vec::new() };
    let mut texts = Vec::new();
    let mut left = vec![folder.join("corpus/projects")];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).expect("a folder is readable");
            left.extend(entries.map(|entry| entry.expect("an entry is readable").path()));
        } else if path.extension().is_some_and(|extension| extension == "baml")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            texts.push((path, text));
        }
    }
    texts.sort();
    texts
}

/// The texts of all files of the peer's cases that are UTF-8.
#[must_use]
pub fn case_texts() -> Vec<String> {
    let files = cases().into_iter().flat_map(|case| case.files);
    files.filter_map(|(_, bytes)| String::from_utf8(bytes).ok()).collect()
}
