//! The language server in scripted sessions with the built program: one file a feature.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

#[path = "lsp/actions.rs"]
mod actions;
#[path = "lsp/agreement.rs"]
mod agreement;
#[path = "lsp/calls.rs"]
mod calls;
#[path = "lsp/completion.rs"]
mod completion;
#[path = "lsp/corpus.rs"]
mod corpus;
#[path = "lsp/definition.rs"]
mod definition;
#[path = "lsp/diagnostics.rs"]
mod diagnostics;
#[path = "lsp/folding.rs"]
mod folding;
#[path = "lsp/formatting.rs"]
mod formatting;
#[path = "lsp/highlights.rs"]
mod highlights;
#[path = "lsp/hover.rs"]
mod hover;
#[path = "lsp/idle.rs"]
mod idle;
#[path = "lsp/inlay_hints.rs"]
mod inlay_hints;
#[path = "lsp/lenses.rs"]
mod lenses;
#[path = "lsp/methods.rs"]
mod methods;
#[path = "lsp/noise.rs"]
mod noise;
#[path = "lsp/places.rs"]
mod places;
#[path = "lsp/plan.rs"]
mod plan;
#[path = "lsp/project.rs"]
mod project;
#[path = "lsp/protocol.rs"]
mod protocol;
#[path = "lsp/pull.rs"]
mod pull;
#[path = "lsp/references.rs"]
mod references;
#[path = "lsp/rename.rs"]
mod rename;
#[path = "lsp/replay.rs"]
mod replay;
#[path = "lsp/selection.rs"]
mod selection;
#[path = "lsp/settings.rs"]
mod settings;
#[path = "lsp/shared_settings.rs"]
mod shared_settings;
#[path = "lsp/symbols.rs"]
mod symbols;
#[path = "lsp/sync.rs"]
mod sync;
#[path = "lsp/tokens.rs"]
mod tokens;
#[path = "lsp/totals.rs"]
mod totals;
