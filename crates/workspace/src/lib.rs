//! Files, projects, buffers and `clientc.toml`: the one way from the disk into the compiler.
//!
//! [`Workspace::open`] finds the projects that a [`Request`] names, reads each of their files once and reads the
//! `clientc.toml` that each of them obeys. It never fails: what went wrong is data beside what went well, as a
//! [`Problem`] of the run or as a [`ConfigFault`] with its place. What was read is a [`Snapshot`],
//! which never changes and which everyone can share; each change makes a new one, and shares with it what stayed. The
//! result depends on what is on the disk and on the request alone, not on the order in which the file system lists
//! its files.

mod analysis;
mod buffers;
mod cancel;
mod config;
mod config_checks;
mod discover;
mod disk;
mod exclusions;
mod files;
mod fixes;
mod ignores;
mod input;
mod landmarks;
mod link;
mod mentions;
mod new_findings;
mod open;
mod paths;
mod problem;
mod project;
mod reach;
mod request;
mod revision;
mod snapshot;
mod workspace;

pub use analysis::{Analysis, ProjectAnalysis};
pub use cancel::{Cancel, Cancelled};
pub use clientc_check::{ConfigFault, ConfigFaultKind, Expected, LEVEL_WORDS};
pub use config::file::{Config, ConfigText, Layer, PathOverride, Profile};
pub use config::gateway::GatewaySettings;
pub use config::globs::Globs;
pub use config::schema::config_schema;
pub use disk::{Disk, Entry, PathKind, RealDisk};
pub use files::{Content, Files};
pub use fixes::{Applied, Fixed, Refused};
pub use input::{ProjectInput, SourceFile};
pub use problem::{LeftOut, Problem};
pub use project::{Project, ProjectFile, ProjectKind};
pub use request::{ConfigChoice, Request, Stdin};
pub use revision::{RevisionDisk, RevisionError};
pub use snapshot::Snapshot;
pub use workspace::Workspace;
