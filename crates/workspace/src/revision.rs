//! The files of a git revision, read without touching the work tree.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::{self, Read as _, Write as _};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use crate::disk::{Disk, Entry, PathKind};

/// Why a revision cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RevisionError {
    /// git could not be run.
    #[error("cannot start git, which reads revisions: {0}")]
    NoGit(io::Error),
    /// The folder is in no repository.
    #[error(
        "{0} is in no git repository, so it has no revisions; name a folder or a resolved JSON instead of `{1}`"
    )]
    NoRepository(PathBuf, String),
    /// The repository does not know the revision.
    #[error("the repository has no revision `{0}`{1}")]
    Unknown(String, &'static str),
    /// Any other error of git.
    #[error("git cannot read `{0}`: {1}")]
    Git(String, String),
}

/// The tree of a revision, read instead of the files of its repository.
pub struct RevisionDisk {
    /// The root of the repository on this machine.
    root: PathBuf,
    /// The files by their paths from the root, with what they are.
    files: BTreeMap<PathBuf, PathKind>,
    folders: BTreeSet<PathBuf>,
    /// The texts that a project can consist of.
    texts: BTreeMap<PathBuf, Vec<u8>>,
}

impl std::fmt::Debug for RevisionDisk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RevisionDisk").field("root", &self.root).finish_non_exhaustive()
    }
}

impl RevisionDisk {
    /// Reads the tree of a revision of the repository that a folder lies in.
    ///
    /// # Errors
    /// Where git is missing, the folder is in no repository, or the revision is unknown; in a shallow clone it says
    /// how to fetch it.
    pub fn open(folder: &Path, revision: &str) -> Result<Self, RevisionError> {
        let root = git(folder, &["rev-parse", "--show-toplevel"], revision).map_err(|error| match error {
            RevisionError::Git(..) => RevisionError::NoRepository(folder.to_owned(), revision.to_owned()),
            other => other,
        })?;
        let root = PathBuf::from(String::from_utf8_lossy(&root).trim_end_matches('\n'));
        // `--end-of-options` keeps a revision that begins with a dash from being an option.
        let tree = format!("{revision}^{{tree}}");
        let known = git(folder, &["rev-parse", "--quiet", "--verify", "--end-of-options", &tree], revision);
        let Ok(tree) = known else {
            let shallow = git(folder, &["rev-parse", "--is-shallow-repository"], revision)?;
            let is_shallow = shallow.starts_with(b"true");
            let advice = if is_shallow {
                "; the clone is shallow, so fetch it first: `git fetch --depth=1 origin` with its name or hash"
            } else {
                ""
            };
            return Err(RevisionError::Unknown(revision.to_owned(), advice));
        };
        let tree = String::from_utf8_lossy(&tree).trim().to_owned();
        let listed = git(&root, &["ls-tree", "-r", "-z", "--full-tree", &tree], revision)?;
        let mut disk = Self {
            root,
            files: BTreeMap::new(),
            folders: BTreeSet::from([PathBuf::new()]),
            texts: BTreeMap::new(),
        };
        let wanted = disk.add_files(&listed);
        disk.read_texts(&wanted, revision)?;
        Ok(disk)
    }

    /// Adds the files of a listing, and returns the ids of those to read.
    fn add_files(&mut self, listed: &[u8]) -> Vec<(String, PathBuf)> {
        let mut wanted = Vec::new();
        for line in listed.split(|byte| *byte == 0) {
            let Some(tab) = line.iter().position(|byte| *byte == b'\t') else { continue };
            let (facts, path) = (String::from_utf8_lossy(&line[..tab]).into_owned(), path(&line[tab + 1..]));
            let mut facts = facts.split(' ');
            let (Some(mode), Some(_), Some(id)) = (facts.next(), facts.next(), facts.next()) else {
                continue;
            };
            let kind = match mode {
                "100644" | "100755" => PathKind::File,
                "120000" => PathKind::Link,
                _ => continue,
            };
            self.folders.extend(path.ancestors().skip(1).map(Path::to_owned));
            if kind == PathKind::File && is_read(&path) {
                wanted.push((id.to_owned(), path.clone()));
            }
            self.files.insert(path, kind);
        }
        wanted
    }

    /// Reads all texts with one process. The ids are written by another thread, since git answers before it has read
    /// all of them.
    fn read_texts(&mut self, wanted: &[(String, PathBuf)], revision: &str) -> Result<(), RevisionError> {
        let failed =
            |error: &dyn std::fmt::Display| RevisionError::Git(revision.to_owned(), error.to_string());
        let mut child = Command::new("git")
            .args(["cat-file", "--batch"])
            .current_dir(&self.root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(RevisionError::NoGit)?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let ids: String = wanted.iter().map(|(id, _)| format!("{id}\n")).collect();
        let mut answer = Vec::new();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                if let Some(mut stdin) = stdin {
                    // If git has gone, reading its answer fails.
                    drop(stdin.write_all(ids.as_bytes()));
                }
            });
            stdout.map_or(Ok(0), |mut stdout| stdout.read_to_end(&mut answer))
        })
        .map_err(|error| failed(&error))?;
        child.wait().map_err(|error| failed(&error))?;
        let mut rest = &*answer;
        for (_, path) in wanted {
            let Some((text, behind)) = object(rest) else { return Err(failed(&"an object is missing")) };
            self.texts.insert(path.clone(), text.to_vec());
            rest = behind;
        }
        Ok(())
    }

    /// The path from the root of the repository, without `.` and `..`.
    fn relative(&self, path: &Path) -> Option<PathBuf> {
        let mut relative = PathBuf::new();
        for part in path.strip_prefix(&self.root).ok()?.components() {
            match part {
                Component::Normal(name) => relative.push(name),
                Component::ParentDir if relative.pop() => {}
                Component::ParentDir => return None,
                _ => {}
            }
        }
        Some(relative)
    }
}

/// The first object of an answer: a line that ends with its length, its bytes, and a line break.
fn object(answer: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = answer.iter().position(|byte| *byte == b'\n')?;
    let head = std::str::from_utf8(answer.get(..end)?).ok()?;
    let length: usize = head.rsplit(' ').next()?.parse().ok()?;
    let text = answer.get(end + 1..end + 1 + length)?;
    Some((text, answer.get(end + 2 + length..)?))
}

/// Whether a file can be a part of a project, or decide what is found on the way to one.
fn is_read(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".baml") || name.ends_with(".toml") || matches!(&*name, ".gitignore" | ".ignore")
}

#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

fn git(folder: &Path, arguments: &[&str], revision: &str) -> Result<Vec<u8>, RevisionError> {
    let done =
        Command::new("git").args(arguments).current_dir(folder).output().map_err(RevisionError::NoGit)?;
    if done.status.success() {
        return Ok(done.stdout);
    }
    let error = String::from_utf8_lossy(&done.stderr).trim().to_owned();
    Err(RevisionError::Git(revision.to_owned(), error))
}

impl Disk for RevisionDisk {
    fn real_path(&self, path: &Path) -> io::Result<PathBuf> {
        match self.relative(path) {
            Some(relative) => Ok(self.root.join(relative)),
            None => Ok(path.to_owned()),
        }
    }

    fn kind(&self, path: &Path) -> io::Result<PathKind> {
        let Some(relative) = self.relative(path) else {
            return Err(io::ErrorKind::NotFound.into());
        };
        // The root is a repository, even though only a revision of it is read.
        if self.folders.contains(&relative) || relative == Path::new(".git") {
            return Ok(PathKind::Folder);
        }
        self.files.get(&relative).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<Entry>> {
        let relative = self.relative(folder).filter(|relative| self.folders.contains(relative));
        let relative = relative.ok_or(io::ErrorKind::NotFound)?;
        let within = |path: &Path| path.parent() == Some(&*relative);
        let name = |path: &Path| path.file_name().map_or_else(OsString::new, OsString::from);
        let folders = self.folders.range(relative.clone()..).take_while(|path| path.starts_with(&relative));
        let folders = folders.filter(|path| within(path));
        let files = self.files.range(relative.clone()..).take_while(|(path, _)| path.starts_with(&relative));
        let files = files.filter(|(path, _)| within(path));
        Ok(folders
            .map(|path| Entry { name: name(path), kind: PathKind::Folder })
            .chain(files.map(|(path, kind)| Entry { name: name(path), kind: *kind }))
            .collect())
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let text = self.relative(path).and_then(|relative| self.texts.get(&relative).cloned());
        text.ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}
