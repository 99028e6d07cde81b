//! `clientc check --watch`: again whenever something changes.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::Context as _;
use clientc_workspace::Workspace;
use notify::{Event, RecursiveMode, Watcher};

use crate::args::CheckArgs;
use crate::exit::Exit;
use crate::input;
use crate::terminal::Terminal;

/// Editors write a file in several steps; after this many milliseconds without another one they are done.
const QUIET_MS: u64 = 50;

/// Clears the screen and its memory, and goes to its corner.
const CLEAR: &str = "\x1b[2J\x1b[3J\x1b[H";

pub(super) fn run(args: &CheckArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    if input::reads_stdin(&args.input) {
        anyhow::bail!("`-` reads standard input, which cannot be watched");
    }
    let levels = super::levels(args)?;
    let (sender, events) = channel();
    let mut watcher = notify::recommended_watcher(move |event| {
        // The receiver lives as long as the program.
        let _ = sender.send(event);
    })
    .context("cannot watch the files")?;
    let mut workspace = input::open(&args.input, terminal)?;
    let mut watched = BTreeMap::new();
    loop {
        follow(&mut watcher, &mut watched, folders(args, &workspace));
        if terminal.is_terminal {
            let mut out = terminal.out();
            out.write_all(CLEAR.as_bytes())?;
            out.flush()?;
        }
        if let Err(error) = super::once(workspace.clone(), args, &levels, terminal) {
            terminal.problem(&format!("{error:#}"));
        }
        terminal.take_problems();
        terminal.note("watching for changes; Ctrl+C ends it");
        if !wait(&events, &names(&workspace)) {
            return Ok(Exit::Clean);
        }
        // Files whose texts are the same are not read again, however many there are.
        workspace.refresh();
    }
}

/// Watches these folders and no others. One that cannot be watched is left out: it may have gone.
fn follow(
    watcher: &mut impl Watcher,
    watched: &mut BTreeMap<PathBuf, RecursiveMode>,
    wanted: BTreeMap<PathBuf, RecursiveMode>,
) {
    for folder in watched.keys().filter(|folder| watched.get(*folder) != wanted.get(*folder)) {
        // A folder that has gone is not watched any more.
        let _ = watcher.unwatch(folder);
    }
    let is_new = |folder: &PathBuf, mode: &RecursiveMode| watched.get(folder) != Some(mode);
    let failed: Vec<PathBuf> = wanted
        .iter()
        .filter(|(folder, mode)| is_new(folder, mode) && watcher.watch(folder, **mode).is_err())
        .map(|(folder, _)| folder.clone())
        .collect();
    *watched = wanted;
    watched.retain(|folder, _| !failed.contains(folder));
}

/// The folders to watch. Those that the arguments name, and those of the projects and settings that they lead to, are
/// watched with everything below them. Those above them in which a new `clientc.toml` would count, and those of
/// settings that others extend, are watched alone.
fn folders(args: &CheckArgs, workspace: &Workspace) -> BTreeMap<PathBuf, RecursiveMode> {
    let mut whole: BTreeSet<PathBuf> =
        workspace.projects().iter().map(|project| project.root.clone()).collect();
    whole.extend(workspace.inputs().filter_map(|input| input.config()).map(|config| config.folder.clone()));
    let absolute = |path: &PathBuf| path.canonicalize().ok().filter(|path| path.is_dir());
    whole.extend(args.input.paths.iter().filter_map(absolute));
    if whole.is_empty() {
        whole.insert(workspace.working_folder().to_owned());
    }
    let mut alone: BTreeSet<PathBuf> =
        workspace.configs().iter().map(|config| config.folder.clone()).collect();
    for project in workspace.projects() {
        for folder in project.root.ancestors() {
            alone.insert(folder.to_owned());
            if folder.join(".git").exists() {
                break;
            }
        }
    }
    let is_covered = |folder: &Path| folder.ancestors().skip(1).any(|above| whole.contains(above));
    let outermost = whole.iter().filter(|folder| !is_covered(folder)).cloned();
    let mut folders: BTreeMap<PathBuf, RecursiveMode> =
        outermost.map(|folder| (folder, RecursiveMode::Recursive)).collect();
    for folder in alone.into_iter().filter(|folder| !is_covered(folder)) {
        folders.entry(folder).or_insert(RecursiveMode::NonRecursive);
    }
    folders
}

/// The names of the settings files that are read, whatever they are called.
fn names(workspace: &Workspace) -> BTreeSet<OsString> {
    let paths = workspace.configs().iter().map(|config| workspace.files().path(config.file));
    paths.filter_map(|path| path.file_name()).map(ToOwned::to_owned).collect()
}

/// Waits for a change that matters, and then until nothing more happens. Returns whether there can be another.
fn wait(events: &Receiver<notify::Result<Event>>, names: &BTreeSet<OsString>) -> bool {
    loop {
        match events.recv() {
            Ok(Ok(event)) if matters(&event, names) => break,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
    loop {
        match events.recv_timeout(Duration::from_millis(QUIET_MS)) {
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}

/// The names of files, beside sources, that decide what is found.
const NAMES: [&str; 3] = ["clientc.toml", ".gitignore", ".ignore"];

fn matters(event: &Event, names: &BTreeSet<OsString>) -> bool {
    let is_ours = |path: &PathBuf| {
        let is_source = path.extension().is_some_and(|extension| extension == "baml");
        let name = path.file_name();
        is_source || name.is_some_and(|name| NAMES.iter().any(|known| name == *known) || names.contains(name))
    };
    !event.kind.is_access() && (event.paths.iter().any(is_ours) || event.need_rescan())
}
