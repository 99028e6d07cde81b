//! Finding projects and their files.
//!
//! Two kinds of walk: *on the way* to projects, where `.gitignore`d paths, `.git`, `node_modules` and links to
//! folders are skipped; and *inside* a `baml_src`, where nothing is skipped but links to folders. What was
//! named by a path itself is never skipped.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::disk::{Disk, Entry, PathKind};
use crate::exclusions::Exclusions;
use crate::ignores::{self, Ignores};
use crate::landmarks::Landmarks;
use crate::paths::{self, BAML_SRC, BAML_TOML, CONFIG};
use crate::problem::{LeftOut, Problem};

/// A project that was found, with its files in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundProject {
    /// The folder of the project.
    pub(crate) root: PathBuf,
    /// Whether it is a `baml_src`; else it is made of loose files.
    pub(crate) is_baml_src: bool,
    /// Its files in bytewise order of their relative paths.
    pub(crate) files: Vec<PathBuf>,
}

/// A search for projects.
#[derive(Debug)]
pub(crate) struct Discovery<'d, 'l> {
    disk: &'d dyn Disk,
    working_folder: &'d Path,
    landmarks: &'l mut Landmarks<'d>,
    baml_src: BTreeMap<PathBuf, Inside>,
    loose: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
    problems: Vec<Problem>,
    exclusions: Exclusions,
    /// What the exclusions have left out.
    excluded: BTreeSet<PathBuf>,
    left_out: Vec<LeftOut>,
    /// A link to a folder that was skipped on the way that was searched last.
    link: Option<PathBuf>,
}

/// What lies in one `baml_src`.
#[derive(Debug, Default)]
struct Inside {
    files: Vec<PathBuf>,
    nested: Vec<PathBuf>,
}

/// A folder on the way that is still to be looked at.
struct Step {
    folder: PathBuf,
    loose_root: Rc<Path>,
    ignores: Ignores,
    exclusions: Exclusions,
}

/// What a search has found, beside projects.
#[derive(Debug, Default)]
pub(crate) struct Aside {
    /// What went wrong.
    pub(crate) problems: Vec<Problem>,
    /// What was named and left out on purpose.
    pub(crate) left_out: Vec<LeftOut>,
    /// Every folder and file that was left out on purpose.
    pub(crate) excluded: BTreeSet<PathBuf>,
}

impl<'d, 'l> Discovery<'d, 'l> {
    /// Begins a search that has found nothing yet.
    pub(crate) fn new(
        disk: &'d dyn Disk,
        working_folder: &'d Path,
        landmarks: &'l mut Landmarks<'d>,
        exclusions: Exclusions,
    ) -> Self {
        Self {
            disk,
            working_folder,
            landmarks,
            baml_src: BTreeMap::new(),
            loose: BTreeMap::new(),
            problems: Vec::new(),
            exclusions,
            excluded: BTreeSet::new(),
            left_out: Vec::new(),
            link: None,
        }
    }

    /// Adds the projects that a path names. `given` is the path as it was given, for problems.
    pub(crate) fn select(&mut self, path: &Path, given: &str) {
        let problems = self.problems.len();
        self.link = None;
        if self.is_left_out(path, given) {
            return;
        }
        let files = match self.disk.kind(path) {
            Ok(PathKind::Folder) => match paths::enclosing_baml_src(path) {
                Some(root) => self.baml_src_with_nested(root, path),
                None => self.on_the_way(path),
            },
            Ok(_) => match path.parent().and_then(paths::enclosing_baml_src) {
                Some(root) => self.baml_src(root),
                None => self.single_file(path),
            },
            Err(error) => {
                self.problems.push(match error.kind() {
                    ErrorKind::NotFound | ErrorKind::NotADirectory => {
                        Problem::Missing { path: given.to_owned() }
                    }
                    _ => Problem::Unreadable { path: given.to_owned(), error: error.to_string() },
                });
                0
            }
        };
        if files == 0 && self.problems.len() == problems {
            let path = given.to_owned();
            self.problems.push(match &self.link {
                Some(link) => Problem::OnlyLink { path, link: paths::relative(self.working_folder, link) },
                None => Problem::NoSources { path },
            });
        }
    }

    /// Ends the search: the projects that have files, in bytewise order of their roots, and the problems.
    ///
    /// A loose file that was reached in several ways belongs to the outermost of its folders.
    pub(crate) fn finish(self) -> (Vec<FoundProject>, Aside) {
        let mut found = Vec::new();
        for (root, inside) in self.baml_src {
            found.push(FoundProject { root, is_baml_src: true, files: inside.files });
        }
        let mut taken = HashSet::new();
        for (root, files) in self.loose {
            let files = files.into_iter().filter(|file| taken.insert(file.clone())).collect();
            found.push(FoundProject { root, is_baml_src: false, files });
        }
        found.retain(|project| !project.files.is_empty());
        found.sort_by(|first, second| paths::byte_order(&first.root, &second.root));
        for project in &mut found {
            project.files.sort_by(|first, second| paths::byte_order(first, second));
        }
        let mut problems = self.problems;
        problems.sort();
        problems.dedup();
        (found, Aside { problems, left_out: self.left_out, excluded: self.excluded })
    }

    /// Whether a path that was named is left out on purpose, itself or the project that it lies in.
    fn is_left_out(&mut self, path: &Path, given: &str) -> bool {
        let whole = whole(path);
        let exclusions = self.exclusions_above(whole);
        let Some(source) = exclusions.who_excludes(whole) else { return false };
        let by = source.map(|source| paths::relative(self.working_folder, source));
        self.left_out.push(LeftOut { path: given.to_owned(), by });
        self.excluded.insert(whole.to_owned());
        true
    }

    /// Whether a file is left out on purpose, itself or the project that it lies in.
    pub(crate) fn excludes(&mut self, path: &Path) -> bool {
        let whole = whole(path);
        self.exclusions_above(whole).who_excludes(whole).is_some()
    }

    /// The patterns of all settings above a folder. Those above its repository do not count.
    fn exclusions_above(&mut self, folder: &Path) -> Exclusions {
        let repository = self.landmarks.repository(folder).map(Path::to_owned);
        let counts =
            |above: &&Path| repository.as_deref().is_none_or(|repository| above.starts_with(repository));
        let above = folder.ancestors().skip(1).take_while(counts);
        let above: Vec<&Path> = above.filter(|above| self.landmarks.has_config(above)).collect();
        let all = self.exclusions.clone();
        above.into_iter().rev().fold(all, |all, above| all.with_folder(self.disk, above))
    }

    /// A loose file by itself. Its root is the nearest folder upwards with a `clientc.toml`, else its own folder.
    fn single_file(&mut self, path: &Path) -> usize {
        let Some(folder) = path.parent() else { return 0 };
        if !paths::is_source(path) || !self.is_file(path) {
            return 0;
        }
        let root = self.landmarks.config_folder(folder).unwrap_or(folder);
        self.loose.entry(root.to_owned()).or_default().insert(path.to_owned());
        1
    }

    /// A `baml_src`, and those nested in it that lie at or below a folder. Returns the number of files.
    fn baml_src_with_nested(&mut self, root: &Path, below: &Path) -> usize {
        let mut files = 0;
        let mut open = vec![root.to_owned()];
        while let Some(next) = open.pop() {
            files += self.baml_src(&next);
            let nested = self.baml_src.get(&next).map_or(&[][..], |inside| &inside.nested);
            open.extend(nested.iter().filter(|nested| nested.starts_with(below)).cloned());
        }
        files
    }

    /// A `baml_src` without those nested in it. Returns the number of its files.
    pub(crate) fn baml_src(&mut self, root: &Path) -> usize {
        if let Some(known) = self.baml_src.get(root) {
            return known.files.len();
        }
        let mut inside = Inside::default();
        let mut open = vec![root.to_owned()];
        while let Some(folder) = open.pop() {
            for entry in self.list(&folder) {
                let path = folder.join(&entry.name);
                match entry.kind {
                    PathKind::Folder if entry.name == BAML_SRC => inside.nested.push(path),
                    PathKind::Folder => open.push(path),
                    _ if self.is_source_file(&path, entry.kind) => inside.files.push(path),
                    _ => self.note_link(path, entry.kind),
                }
            }
        }
        let files = inside.files.len();
        self.baml_src.insert(root.to_owned(), inside);
        files
    }

    /// Everything below a folder that lies in no `baml_src`. Returns the number of files.
    pub(crate) fn on_the_way(&mut self, start: &Path) -> usize {
        let mut files = 0;
        let ignores = self.ignores_above(start);
        let exclusions = self.exclusions_above(start);
        let mut open = vec![Step { folder: start.to_owned(), loose_root: start.into(), ignores, exclusions }];
        while let Some(step) = open.pop() {
            files += self.step(step, &mut open);
        }
        files
    }

    fn step(&mut self, step: Step, open: &mut Vec<Step>) -> usize {
        let Step { folder, mut loose_root, mut ignores, mut exclusions } = step;
        let entries = self.list(&folder);
        let holds = |name: &str| entries.iter().any(|entry| entry.name == name);
        if holds(BAML_TOML) && self.is_file(&folder.join(BAML_TOML)) {
            loose_root = folder.as_path().into();
        }
        if holds(CONFIG) && self.is_file(&folder.join(CONFIG)) {
            loose_root = folder.as_path().into();
            exclusions = exclusions.with_folder(self.disk, &folder);
        }
        if holds(".git") {
            ignores = Ignores::default();
        }
        if ignores::FILES.iter().any(|name| holds(name)) {
            ignores = ignores.with_folder(self.disk, &folder);
        }
        let mut files = 0;
        for entry in entries {
            let path = folder.join(&entry.name);
            if exclusions.who_excludes(&path).is_some()
                && (entry.kind == PathKind::Folder || paths::is_source(&path))
            {
                self.excluded.insert(path);
            } else if entry.kind == PathKind::Folder {
                if is_skipped_by_name(&entry) || ignores.skips(&path, true) {
                    continue;
                } else if entry.name == BAML_SRC {
                    files += self.baml_src_with_nested(&path, &path);
                } else {
                    open.push(Step {
                        folder: path,
                        loose_root: loose_root.clone(),
                        ignores: ignores.clone(),
                        exclusions: exclusions.clone(),
                    });
                }
            } else if self.is_source_file(&path, entry.kind) && !ignores.skips(&path, false) {
                self.loose.entry(loose_root.to_path_buf()).or_default().insert(path);
                files += 1;
            } else if !is_skipped_by_name(&entry) && !ignores.skips(&path, true) {
                self.note_link(path, entry.kind);
            }
        }
        files
    }

    /// The rules from above a folder, down from the root of its repository. Outside a repository there are none.
    fn ignores_above(&mut self, folder: &Path) -> Ignores {
        let mut ignores = Ignores::default();
        if let Some(repository) = self.landmarks.repository(folder) {
            let between = folder.ancestors().skip(1).take_while(|above| above.starts_with(repository));
            for above in between.collect::<Vec<_>>().into_iter().rev() {
                ignores = ignores.with_folder(self.disk, above);
            }
        }
        ignores
    }

    /// Remembers the first link to a folder that is skipped; one to a `baml_src` rather than another.
    fn note_link(&mut self, path: PathBuf, kind: PathKind) {
        let is_sources = |path: &Path| path.file_name().is_some_and(|name| name == BAML_SRC);
        let is_better = match &self.link {
            Some(known) => is_sources(&path) && !is_sources(known),
            None => true,
        };
        if kind == PathKind::Link && is_better && matches!(self.disk.kind(&path), Ok(PathKind::Folder)) {
            self.link = Some(path);
        }
    }

    fn list(&mut self, folder: &Path) -> Vec<Entry> {
        self.disk.list(folder).unwrap_or_else(|error| {
            let path = paths::relative(self.working_folder, folder);
            self.problems.push(Problem::Unreadable { path, error: error.to_string() });
            Vec::new()
        })
    }

    /// Whether a name in a folder is a source. A link is followed: one to a file counts, and so does one that
    /// leads nowhere, which will be a file that cannot be read. Only an editor's lock (`.#name`) does not.
    fn is_source_file(&self, path: &Path, kind: PathKind) -> bool {
        paths::is_source(path)
            && match kind {
                PathKind::File => true,
                PathKind::Folder | PathKind::Other => false,
                PathKind::Link => match self.disk.kind(path) {
                    Ok(target) => target == PathKind::File,
                    Err(_) => {
                        !path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".#"))
                    }
                },
            }
    }

    fn is_file(&self, path: &Path) -> bool {
        matches!(self.disk.kind(path), Ok(PathKind::File))
    }
}

/// What is left out or kept as a whole: the `baml_src` that a path lies in, else the path itself.
fn whole(path: &Path) -> &Path {
    let outer = path.parent().and_then(paths::enclosing_baml_src);
    outer.or(paths::enclosing_baml_src(path)).unwrap_or(path)
}

fn is_skipped_by_name(entry: &Entry) -> bool {
    entry.name == ".git" || entry.name == "node_modules"
}
