//! `clientc.toml`: its text is read into layers of the settings that the rules use, and the layers are merged.
//!
//! [`file`] is the data, [`values`] reads single values, [`tables`] and [`layers`] whole tables, [`read`] the whole
//! text, and [`effective`] merges the layers for one project.

pub(crate) mod effective;
pub(crate) mod file;
pub(crate) mod gateway;
pub(crate) mod globs;
mod layers;
pub(crate) mod load;
pub(crate) mod read;
pub(crate) mod schema;
mod tables;
mod values;
