//! What to open.

use std::path::PathBuf;

use clientc_check::Calls;

/// What to open: the working folder, the paths, and the settings that apply.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The folder that relative paths start from and that displayed paths are relative to.
    pub working_folder: PathBuf,
    /// The files and folders to look at. With none of them and no text on standard input it is the nearest folder
    /// upwards with a `clientc.toml` or a `baml_src`, else the working folder.
    pub paths: Vec<PathBuf>,
    /// Whether nothing is opened where there are no paths: an editor may have no folder open.
    pub only_paths: bool,
    /// The text that came on standard input, if `-` was among the paths. A `-` in `paths` is then skipped.
    pub stdin: Option<Stdin>,
    /// Which `clientc.toml` counts.
    pub config: ConfigChoice,
    /// Patterns for folders and files to leave out, relative to the working folder.
    pub exclude: Vec<String>,
    /// The profile of `clientc.toml` that counts.
    pub profile: Option<String>,
    /// What makes the calls, whatever the settings say, for a program that makes them itself.
    pub calls: Option<Calls>,
}

/// A text from standard input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stdin {
    /// The bytes as they came.
    pub bytes: Vec<u8>,
    /// The file that the text replaces. It need not exist.
    pub filename: Option<PathBuf>,
}

/// Which `clientc.toml` counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ConfigChoice {
    /// For each project the nearest one at or above its root.
    #[default]
    Nearest,
    /// This file, for every project.
    File(PathBuf),
    /// None at all.
    None,
}
