//! What an editor shows, as plain data with byte ranges: one file per feature, and what several of them share.

pub(crate) mod actions;
pub(crate) mod calls;
pub(crate) mod completion;
pub(crate) mod definition;
pub(crate) mod diagnostics;
pub(crate) mod folding;
pub(crate) mod format;
pub(crate) mod highlights;
pub(crate) mod hover;
pub(crate) mod inlay_hints;
pub(crate) mod lenses;
pub(crate) mod plan;
pub(crate) mod references;
pub(crate) mod rename;
pub(crate) mod selection;
pub(crate) mod symbols;
pub(crate) mod tokens;

mod arithmetic;
mod blocks;
mod cards;
mod chains;
mod completion_item;
mod keys;
pub(crate) mod names;
pub(crate) mod nest;
mod settings;
mod settings_cards;
