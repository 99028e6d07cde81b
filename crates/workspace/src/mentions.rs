//! Where the programs of a repository name clients: a bounded look through its other sources.
//!
//! Only clients that no function leads to are looked for, so that a program that picks one at run time is named before
//! anybody removes the client.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clientc_check::Diagnostic;

use crate::analysis::Analysis;
use crate::cancel::{Cancel, Cancelled};
use crate::disk::{Disk, Entry, PathKind};
use crate::ignores::Ignores;
use crate::landmarks::Landmarks;
use crate::paths;
use crate::workspace::Workspace;

/// The most files that are read for one repository.
const MOST_FILES: usize = 2_000;
/// The most bytes of them all.
const MOST_BYTES: usize = 20_000_000;
/// A longer file was hardly written by a person.
const LONGEST_FILE: usize = 1_000_000;
/// The most folders that are listed.
const MOST_FOLDERS: usize = 5_000;
/// A longer text in quotes is not a name.
const LONGEST_NAME: usize = 200;

/// The ends of the names of files in which programs are written.
pub const PROGRAMS: [&str; 18] = [
    "cjs", "cs", "go", "ipynb", "java", "js", "jsx", "kt", "mjs", "mts", "php", "py", "rb", "rs", "scala",
    "swift", "ts", "tsx",
];

/// Folders with files that nobody has written. `baml_client` holds copies of the clients themselves.
const SKIPPED: [&str; 9] = [
    "__pycache__",
    "baml_client",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "target",
    "vendor",
    "venv",
];

/// What the programs of repositories name in quotes: the first place of each name. It is read once, when it is first
/// asked for, so that a change of a text reads no program.
#[derive(Debug, Clone, Default)]
pub struct Mentions {
    /// Where the programs of each project are searched.
    folders: BTreeMap<PathBuf, PathBuf>,
    /// The names in the programs of a folder.
    names: BTreeMap<PathBuf, BTreeMap<String, String>>,
}

impl Mentions {
    /// Adds, to those findings of a project that are about clients that no function leads to, where a program names the
    /// client.
    ///
    /// # Errors
    /// [`Cancelled`], where the result is no longer wanted.
    pub fn tell(
        &mut self,
        workspace: &Workspace,
        number: usize,
        diagnostics: &mut [Diagnostic],
        cancel: Cancel<'_>,
    ) -> Result<(), Cancelled> {
        let mut asked = diagnostics.iter_mut().filter(|diagnostic| is_about_a_client(diagnostic)).peekable();
        let (Some(_), Some(project)) = (asked.peek(), workspace.projects().get(number)) else {
            return Ok(());
        };
        let known = self.folders.get(&project.root).cloned();
        let folder = known.or_else(|| {
            let mut landmarks = Landmarks::new(&*workspace.disk);
            Some(landmarks.repository(&project.root).or(project.root.parent())?.to_owned())
        });
        let Some(folder) = folder else { return Ok(()) };
        self.folders.insert(project.root.clone(), folder.clone());
        if !self.names.contains_key(&folder) {
            let mut search = Search { workspace, wanted: None, places: BTreeMap::new(), cancel };
            search.look(&folder)?;
            self.names.insert(folder.clone(), search.places);
        }
        for diagnostic in asked {
            if let Some(place) = self.names.get(&folder).and_then(|names| names.get(&diagnostic.subject)) {
                clientc_check::tell_mention(diagnostic, place);
            }
        }
        Ok(())
    }
}

impl Workspace {
    /// Adds, to findings about clients that no function leads to, where a program names the client in quotes. This
    /// looks at the disk: what `.gitignore` names is left out, and only a part of a large repository is read.
    pub fn tell_mentions(&self, analysis: &mut Analysis) {
        let mut landmarks = Landmarks::new(&*self.disk);
        let mut known: BTreeMap<PathBuf, BTreeMap<String, String>> = BTreeMap::new();
        for (project, found) in self.projects().iter().zip(&mut analysis.projects) {
            let mut asked: Vec<&mut Diagnostic> =
                found.diagnostics.iter_mut().filter(|diagnostic| is_about_a_client(diagnostic)).collect();
            if asked.is_empty() {
                continue;
            }
            let Some(folder) = landmarks.repository(&project.root).or(project.root.parent()) else {
                continue;
            };
            let places = known.entry(folder.to_owned()).or_default();
            let names = asked.iter().map(|diagnostic| diagnostic.subject.clone());
            let wanted = names.filter(|name| !places.contains_key(name)).collect();
            let (wanted, cancel) = (Some(wanted), Cancel::NEVER);
            let mut search = Search { workspace: self, wanted, places: BTreeMap::new(), cancel };
            // It never gives up.
            let _ = search.look(folder);
            places.append(&mut search.places);
            for diagnostic in &mut asked {
                if let Some(place) = places.get(&diagnostic.subject) {
                    clientc_check::tell_mention(diagnostic, place);
                }
            }
        }
    }
}

fn is_about_a_client(diagnostic: &Diagnostic) -> bool {
    diagnostic.rule == "unused-client"
}

struct Search<'w> {
    workspace: &'w Workspace,
    /// The names that are looked for; `None` for all.
    wanted: Option<BTreeSet<String>>,
    /// The first place of each name that was found.
    places: BTreeMap<String, String>,
    cancel: Cancel<'w>,
}

impl Search<'_> {
    /// Looks at the files below a folder, in the order of their names.
    fn look(&mut self, root: &Path) -> Result<(), Cancelled> {
        let disk: &dyn Disk = &*self.workspace.disk;
        let mut open = vec![(root.to_owned(), Ignores::default())];
        let (mut folders, mut files, mut bytes) = (0, 0, 0);
        while let Some((folder, ignores)) = open.pop() {
            folders += 1;
            self.cancel.check()?;
            let is_done = self.wanted.as_ref().is_some_and(|wanted| wanted.len() == self.places.len());
            if folders > MOST_FOLDERS || is_done {
                return Ok(());
            }
            let ignores = ignores.with_folder(disk, &folder);
            let mut entries = disk.list(&folder).unwrap_or_default();
            entries.sort_by(|one, other| one.name.cmp(&other.name));
            let is_kept = |entry: &&Entry| {
                !is_skipped(entry)
                    && !ignores.skips(&folder.join(&entry.name), entry.kind == PathKind::Folder)
            };
            let kept: Vec<&Entry> = entries.iter().filter(is_kept).collect();
            for entry in kept.iter().filter(|entry| entry.kind == PathKind::File && is_program(entry)) {
                let path = folder.join(&entry.name);
                let Ok(content) = disk.read(&path) else { continue };
                files += 1;
                bytes += content.len();
                if files > MOST_FILES || bytes > MOST_BYTES {
                    return Ok(());
                }
                if content.len() <= LONGEST_FILE {
                    self.read(&path, &content);
                }
            }
            let below = kept.iter().rev().filter(|entry| entry.kind == PathKind::Folder);
            open.extend(below.map(|entry| (folder.join(&entry.name), ignores.clone())));
        }
        Ok(())
    }

    fn read(&mut self, path: &Path, content: &[u8]) {
        let mut line = 1;
        for (at, byte) in content.iter().enumerate() {
            match byte {
                b'\n' => line += 1,
                b'"' | b'\'' | b'`' => self.note(path, line, quoted(content, at)),
                _ => {}
            }
        }
    }

    fn note(&mut self, path: &Path, line: usize, name: Option<&str>) {
        // No client has a name with a blank.
        let is_wanted = |name: &&str| match &self.wanted {
            Some(wanted) => wanted.contains(*name),
            None => !name.is_empty() && !name.contains(char::is_whitespace),
        };
        if let Some(name) = name.filter(is_wanted).filter(|name| !self.places.contains_key(*name)) {
            let path = paths::relative(&self.workspace.working_folder, path);
            self.places.insert(name.to_owned(), format!("{path}:{line}"));
        }
    }
}

/// The text between the quote at an offset and the next one like it, on one line.
fn quoted(content: &[u8], at: usize) -> Option<&str> {
    let rest = content.get(at + 1..(at + 2 + LONGEST_NAME).min(content.len()))?;
    let end = rest.iter().position(|byte| *byte == content[at] || *byte == b'\n')?;
    std::str::from_utf8(rest.get(..end)?).ok().filter(|_| rest[end] == content[at])
}

fn is_skipped(entry: &Entry) -> bool {
    entry.name.to_str().is_none_or(|name| name.starts_with('.') || SKIPPED.contains(&name))
}

fn is_program(entry: &Entry) -> bool {
    let name = entry.name.to_str().unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(_, end)| PROGRAMS.contains(&end))
}
