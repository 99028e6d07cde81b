//! Puts the single faults that cargo-mutants lists into a copy of the sources, each behind a switch.
//!
//!     clientc-mutants FAULTS LEFT_OUT FROM TO >PLACES
//!
//! FAULTS is what `cargo mutants --list --json` writes; a fault's number is its place in that list, from one. LEFT_OUT is a
//! list of numbers. The sources are read below FROM and written below TO where they differ. PLACES says where each fault
//! lies in what was written, so that an error of the compiler can be traced to the fault that causes it.

mod edits;
mod faults;
mod switches;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use faults::Fault;
use serde::Serialize;

/// What became of one file.
#[derive(Serialize)]
struct Rewritten {
    /// Where each fault lies in the text that was written.
    places: Vec<edits::Place>,
    not_switched: BTreeMap<u32, &'static str>,
    unviable: BTreeSet<u32>,
}

fn main() -> Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [faults, left_out, from, to] = arguments.as_slice() else {
        bail!("arguments: FAULTS LEFT_OUT FROM TO");
    };
    let left_out: BTreeSet<u32> = read_json(left_out)?;
    let mut by_file: BTreeMap<String, Vec<Fault>> = BTreeMap::new();
    for fault in faults::numbered(read_json(faults)?) {
        // The library names the module with the switches.
        by_file.entry(library(&fault.file)).or_default();
        by_file.entry(fault.file.clone()).or_default().push(fault);
    }
    let mut files = BTreeMap::new();
    for (file, faults) in by_file {
        let source =
            fs::read_to_string(from.join(&file)).with_context(|| format!("{file} cannot be read"))?;
        let found = switches::find(&source, &faults, &left_out).with_context(|| file.clone())?;
        let (mut text, places) = edits::apply(&source, &found.edits);
        if file == library(&file) {
            text.push_str("\n#[doc(hidden)]\npub mod planted;\n");
        }
        write_if_changed(&to.join(&file), &text)?;
        files.insert(file, Rewritten { places, not_switched: found.not_switched, unviable: found.unviable });
    }
    serde_json::to_writer(std::io::stdout(), &files)?;
    Ok(())
}

/// The library's first file, in the crate of this one.
fn library(file: &str) -> String {
    let package = file.split_once("/src/").map_or("", |(package, _)| package);
    format!("{package}/src/lib.rs")
}

fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T> {
    let text = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    serde_json::from_slice(&text).with_context(|| path.display().to_string())
}

/// An unchanged file keeps its time, so that cargo builds nothing anew for it.
fn write_if_changed(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}
