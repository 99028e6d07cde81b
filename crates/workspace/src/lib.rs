//! Files, projects, buffers and `clientc.toml`: the one way from the disk into the compiler.
//!
//! [`Workspace::open`] finds the projects that a [`Request`] names, reads each of their files once and reads the
//! `clientc.toml` that each of them obeys. It never fails: what went wrong is data beside what went well, as a
//! [`Problem`] of the run or as a [`ConfigFault`] with its place. The result depends on what is on the disk and
//! on the request alone, not on the order in which the file system lists its files.

mod analysis;
mod buffers;
mod config;
mod config_checks;
mod discover;
mod disk;
mod files;
mod fixes;
mod ignores;
mod landmarks;
mod paths;
mod problem;
mod project;
mod request;
mod workspace;

pub use analysis::{Analysis, ProjectAnalysis};
pub use clientc_check::{ConfigFault, ConfigFaultKind, Expected, LEVEL_WORDS};
pub use config::file::{Config, ConfigText, Layer, PathOverride, Profile};
pub use config::globs::Globs;
pub use config::schema::config_schema;
pub use disk::{Disk, Entry, Kind, RealDisk};
pub use files::{Content, Files};
pub use fixes::{Fixed, edited};
pub use problem::Problem;
pub use project::{Project, ProjectFile, ProjectInput, ProjectKind, SourceFile};
pub use request::{ConfigChoice, Request, Stdin};
pub use workspace::Workspace;
