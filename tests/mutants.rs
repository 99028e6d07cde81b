//! The suites that notice most of the faults that `scripts/mutants.sh` plants, in one program: a fault costs one link,
//! and not one for each suite. `cargo test` leaves this program out, because it runs the suites themselves.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]
#![allow(clippy::duplicate_mod, reason = "suites share modules")]

#[path = "boundaries.rs"]
mod boundaries;
#[path = "conformance.rs"]
mod conformance;
#[path = "fix_texts.rs"]
mod fix_texts;
#[path = "frozen.rs"]
mod frozen;
#[path = "judgements.rs"]
mod judgements;
#[path = "language.rs"]
mod language;
#[path = "limits.rs"]
mod limits;
#[path = "mistakes.rs"]
mod mistakes;
#[path = "peer_cases.rs"]
mod peer_cases;
#[path = "rule_pages.rs"]
mod rule_pages;
#[path = "silencing.rs"]
mod silencing;
