//! Diagnostics and resolved plans as text, one file for each format.
//!
//! Every renderer reads a [`Report`] or a resolved document and writes to an `std::io::Write`. Colour, width,
//! characters and links are plain [`Options`]: nothing here looks at the environment or at a terminal. A
//! [`Report`] masks the secrets of its sources and messages before any renderer sees them.
//!
//! - [`write_full`], [`write_concise`], [`write_json`], [`write_json_lines`]: the findings of a check.
//! - [`Summary`]: their numbers, and the closing line for people.
//! - [`write_table`], [`write_document`], [`write_document_lines`]: resolved plans.
//! - [`mask`]: the one place that knows what a secret looks like.
//! - [`duration`], [`grouped`], [`plural`]: numbers for people.

mod concise;
mod document;
mod excerpt;
mod full;
mod json;
mod line;
mod mask;
mod options;
mod paint;
mod places;
mod printable;
mod report;
mod routes;
mod schedule;
mod secret;
mod summary;
mod table;
mod units;

pub use concise::write_concise;
pub use document::{write_document, write_document_lines};
pub use full::write_full;
pub use json::{
    DiagnosticsDocument, DiagnosticsLine, EditObject, FindingObject, FixObject, PlaceObject, RelatedObject,
    diagnostics_schema, write_json, write_json_lines,
};
pub use mask::{MaskedSources, mask};
pub use options::{Links, Options};
pub use places::{Place, Places};
pub use printable::printable;
pub use report::Report;
pub use summary::{Scope, Summary};
pub use table::write_table;
pub use units::{duration, grouped, plural};
