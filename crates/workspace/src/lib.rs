//! Files, projects, buffers and `clientc.toml`: the one way from the disk into the compiler.
//!
//! [`Workspace::open`] finds the projects that a [`Request`] names, reads each of their files once and reads the
//! `clientc.toml` that each of them uses. It never fails: what went wrong is data beside the result, as a [`Problem`]
//! of the run or as a [`ConfigFault`] with its place. What was read is a [`Snapshot`], which never changes and can be
//! shared by everyone; each change makes a new one, which shares with it what stayed the same. The result depends only
//! on the disk and on the request, not on the order in which the file system lists its files.

mod analysis;
mod blame;
mod buffers;
mod cancel;
mod candidate;
mod config;
mod config_checks;
mod config_memo;
mod discover;
mod disk;
mod exclusions;
mod files;
mod fixed;
mod fixes;
mod ignores;
mod input;
mod landmarks;
mod link;
mod mentions;
mod new_findings;
mod open;
mod overlay;
mod paths;
mod problem;
mod project;
mod reach;
mod replace;
mod request;
mod revision;
mod snapshot;
mod trial;
mod workspace;

pub use clientc_check::{ConfigFault, ConfigFaultKind, Expected, LEVEL_WORDS};

pub use self::analysis::{Analysis, ProjectAnalysis};
pub use self::cancel::{Cancel, Cancelled};
pub use self::config::file::{Config, ConfigText, Layer, PathOverride, Profile};
pub use self::config::gateway::GatewaySettings;
pub use self::config::globs::Globs;
pub use self::config::schema::config_schema;
pub use self::disk::{Disk, Entry, PathKind, RealDisk};
pub use self::files::{Content, Files};
pub use self::fixed::{Applied, Fixed, Refused, Unfinished};
pub use self::input::{ProjectInput, SourceFile};
pub use self::mentions::{Mentions, PROGRAMS};
pub use self::problem::{LeftOut, Problem};
pub use self::project::{Project, ProjectFile, ProjectKind};
pub use self::replace::write_file;
pub use self::request::{ConfigChoice, Request, Stdin};
pub use self::revision::{RevisionDisk, RevisionError};
pub use self::snapshot::Snapshot;
pub use self::workspace::Workspace;
