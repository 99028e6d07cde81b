//! Any text becomes a tree that holds all of it, and a cut text keeps the blocks before the cut.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/harness/invariants.rs"]
mod invariants;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    invariants::tree(text);
    let parsed = clientc_syntax::parse(text);
    let cut = text.len() / 2;
    invariants::keeps_blocks_before(text, &parsed, cut);
    assert!(clientc_syntax::bytes_read(text) <= 64 * text.len() as u64 + 64);
});
