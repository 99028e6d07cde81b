//! The texts of a workspace, each with its facts.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use clientc_check::Sources;
use clientc_semantic::{FileFacts, FileId};
use clientc_syntax::LineIndex;

use crate::disk::Disk;
use crate::paths;

/// All files that a workspace has seen, each with a number that stays the same.
///
/// The numbers say nothing about the order of files; each project keeps its own order. A clone shares all texts and
/// all facts with the original.
#[derive(Debug, Clone, Default)]
pub struct Files {
    files: Vec<Arc<File>>,
    by_path: Arc<HashMap<PathBuf, FileId>>,
    no_lines: LineIndex,
}

/// One revision of a file. It never changes, so ranges of bytes in it stay right.
#[derive(Debug)]
struct File {
    id: FileId,
    place: Arc<Place>,
    revision: u64,
    content: Content,
    lines: OnceLock<LineIndex>,
    facts: OnceLock<Arc<FileFacts>>,
}

/// Where a file is, and how its path is shown.
#[derive(Debug)]
struct Place {
    path: PathBuf,
    display: String,
}

/// The content of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A text. A byte order mark at its start is kept.
    Text(String),
    /// Bytes that are not UTF-8.
    NotUtf8 {
        /// The text with replacement characters, for display. It is exact up to the first bad byte.
        text: String,
        /// The offset of the first bad byte.
        first_bad_byte: u32,
    },
    /// Nothing, because it could not be read.
    Unreadable {
        /// The error of the system.
        error: String,
    },
}

impl Content {
    /// Reads a file. Whatever goes wrong becomes part of the result.
    pub(crate) fn read(disk: &dyn Disk, path: &Path) -> Self {
        match disk.read(path) {
            Ok(bytes) => Self::from_bytes(bytes),
            Err(error) => Self::Unreadable { error: error.to_string() },
        }
    }

    /// The content of these bytes: a text, if they are UTF-8.
    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Self {
        if u32::try_from(bytes.len()).is_err() {
            return Self::Unreadable { error: "the file has 4 GiB or more".to_owned() };
        }
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text),
            Err(error) => Self::NotUtf8 {
                text: String::from_utf8_lossy(error.as_bytes()).into_owned(),
                first_bad_byte: u32::try_from(error.utf8_error().valid_up_to()).unwrap_or(u32::MAX),
            },
        }
    }

    /// The text as far as there is one, for display.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::NotUtf8 { text, .. } => text,
            Self::Unreadable { .. } => "",
        }
    }
}

impl Files {
    /// The file with this absolute path, if the workspace has seen it.
    #[must_use]
    pub fn find(&self, path: &Path) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    /// The absolute path of a file; empty for a number that no file has.
    #[must_use]
    pub fn path(&self, file: FileId) -> &Path {
        self.get(file).map_or(Path::new(""), |file| &file.place.path)
    }

    /// The content of a file; `None` for a number that no file has.
    #[must_use]
    pub fn content(&self, file: FileId) -> Option<&Content> {
        self.get(file).map(|file| &file.content)
    }

    /// The revision of the text that a file has now: 0 for the first one, and one more with each change.
    #[must_use]
    pub fn revision(&self, file: FileId) -> u64 {
        self.get(file).map_or(0, |file| file.revision)
    }

    /// The facts of a file. They are read once per revision, when they are first asked for; `None` for a number that no
    /// file has.
    #[must_use]
    pub fn facts(&self, file: FileId) -> Option<&Arc<FileFacts>> {
        self.get(file).map(|file| file.facts.get_or_init(|| Arc::new(read_facts(file.id, &file.content))))
    }

    /// Whether the facts of a file are known already.
    pub(crate) fn has_facts(&self, file: FileId) -> bool {
        self.get(file).is_none_or(|file| file.facts.get().is_some())
    }

    /// The numbers of all files, in no useful order.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..number(self.files.len())).map(FileId)
    }

    /// Sets the content of a path and returns its number. The same content again is not a new revision.
    pub(crate) fn put(&mut self, working_folder: &Path, path: &Path, content: Content) -> FileId {
        if let Some(id) = self.find(path) {
            if let Some(slot) = self.files.get_mut(id.0 as usize)
                && slot.content != content
            {
                *slot = Arc::new(File::new(id, slot.place.clone(), slot.revision + 1, content));
            }
            return id;
        }
        let id = FileId(number(self.files.len()));
        let place = Place { path: path.to_owned(), display: paths::relative(working_folder, path) };
        self.files.push(Arc::new(File::new(id, Arc::new(place), 0, content)));
        Arc::make_mut(&mut self.by_path).insert(path.to_owned(), id);
        id
    }

    fn get(&self, file: FileId) -> Option<&File> {
        self.files.get(file.0 as usize).map(AsRef::as_ref)
    }
}

impl File {
    fn new(id: FileId, place: Arc<Place>, revision: u64, content: Content) -> Self {
        Self { id, place, revision, content, lines: OnceLock::new(), facts: OnceLock::new() }
    }
}

fn read_facts(id: FileId, content: &Content) -> FileFacts {
    let mut facts = clientc_semantic::read_file(id, content.text());
    if !matches!(content, Content::Text(_)) {
        // Of a file that is not UTF-8 only the names are used, so that references to them are not unknown.
        facts.faults.clear();
        facts.syntax_faults.clear();
        facts.clients.iter_mut().for_each(|client| client.is_whole = false);
    }
    facts
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl Sources for Files {
    fn count(&self) -> usize {
        self.files.len()
    }

    fn display_path(&self, file: FileId) -> &str {
        self.get(file).map_or("", |file| &file.place.display)
    }

    fn text(&self, file: FileId) -> &str {
        self.get(file).map_or("", |file| file.content.text())
    }

    fn line_index(&self, file: FileId) -> &LineIndex {
        self.get(file)
            .map_or(&self.no_lines, |file| file.lines.get_or_init(|| LineIndex::new(file.content.text())))
    }
}
