//! What an editor shows, as plain data with byte ranges: one file per feature, and what several of them share.

pub mod actions;
pub mod calls;
pub mod completion;
pub mod definition;
pub mod diagnostics;
pub mod folding;
pub mod format;
pub mod highlights;
pub mod hover;
pub mod inlay_hints;
pub mod lenses;
pub mod plan;
pub mod references;
pub mod rename;
pub mod selection;
pub mod symbols;
pub mod tokens;

mod arithmetic;
mod blocks;
mod cards;
mod chains;
mod keys;
pub(crate) mod names;
pub(crate) mod nest;
