//! What went wrong with the run itself.

use clientc_semantic::FileId;

/// Something that was named and is left out on purpose.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// The path as it was given, with `/`.
    pub path: String,
    /// The `clientc.toml` whose `exclude` leaves it out, as people see it; nothing for the command line.
    pub by: Option<String>,
}

/// Something that the run could not do. The rest of the run goes on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Problem {
    /// A path was given that leads nowhere.
    #[error("{path}: there is no such file or folder")]
    Missing {
        /// The path as it was given, with `/`.
        path: String,
    },
    /// A folder, or a path that was given, cannot be looked into.
    #[error("cannot read {path}: {error}")]
    Unreadable {
        /// The path as people see it.
        path: String,
        /// The error of the system.
        error: String,
    },
    /// A `.baml` file of a project cannot be read.
    #[error("cannot read {path}: {error}")]
    UnreadableFile {
        /// The path as people see it.
        path: String,
        /// The error of the system.
        error: String,
        /// The file.
        file: FileId,
    },
    /// A path was given, or chosen where none was given, that holds no `.baml` file.
    #[error("{path}: there is no .baml file here")]
    NoSources {
        /// The path as it was given, with `/`.
        path: String,
    },
    /// The only way from a path to `.baml` files may be a link to a folder, which is not followed.
    #[error(
        "{path}: there is no .baml file here; `{link}` is a link to a folder and is not followed: name it"
    )]
    OnlyLink {
        /// The path as it was given, with `/`.
        path: String,
        /// The link as people see it.
        link: String,
    },
}
