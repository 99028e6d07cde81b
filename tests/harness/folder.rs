//! A temporary folder in which the program runs.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::background::Background;
use crate::program::{Run, command_in, finished, run_in};

/// A temporary folder. It looks like the root of a repository, so that nothing above it counts.
#[derive(Debug)]
pub struct Folder {
    folder: TempDir,
}

impl Folder {
    /// A folder with these files.
    #[must_use]
    pub fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self { folder: TempDir::new().expect("a temporary folder can be made") };
        std::fs::create_dir(folder.path().join(".git")).expect("a folder can be made");
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file and the folders above it. Returns its path.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder can be made");
        std::fs::write(&path, content).expect("a file can be written");
        path
    }

    /// Runs the program here. The arguments are separated by blanks.
    pub fn run(&self, arguments: &str) -> Run {
        run_in(self.path(), &words(arguments))
    }

    /// Runs the program here. Arguments may hold blanks.
    pub fn run_with_words(&self, arguments: &[&str]) -> Run {
        run_in(self.path(), arguments)
    }

    /// Runs the program here with this text on standard input. Arguments may hold blanks.
    pub fn run_with_words_and_stdin(&self, arguments: &[&str], stdin: &str) -> Run {
        finished(command_in(self.path(), arguments), stdin.as_bytes())
    }

    /// Starts the program here and lets it run.
    #[must_use]
    pub fn start(&self, arguments: &[&str]) -> Background {
        Background::start(self.path(), arguments)
    }

    /// Runs the program in a folder of this one.
    pub fn run_below(&self, folder: &str, arguments: &str) -> Run {
        run_in(&self.path().join(folder), &words(arguments))
    }

    /// Runs the program here with this text on standard input.
    pub fn run_with_stdin(&self, arguments: &str, stdin: impl AsRef<[u8]>) -> Run {
        finished(command_in(self.path(), &words(arguments)), stdin.as_ref())
    }

    /// Runs the program here with this variable in its environment.
    pub fn run_with_variable(&self, arguments: &str, name: &str, value: &str) -> Run {
        let mut command = command_in(self.path(), &words(arguments));
        command.env(name, value);
        finished(command, b"")
    }
}

fn words(arguments: &str) -> Vec<&str> {
    arguments.split_whitespace().collect()
}
