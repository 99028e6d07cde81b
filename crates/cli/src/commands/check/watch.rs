//! `clientc check --watch`: again whenever something changes.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::Context as _;
use clientc_workspace::Workspace;
use notify::{Event, RecursiveMode, Watcher as _};

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
    .context("the files cannot be watched")?;
    let mut workspace = input::open(&args.input)?;
    for folder in folders(args, &workspace) {
        watcher
            .watch(&folder, RecursiveMode::Recursive)
            .with_context(|| format!("{} cannot be watched", folder.display()))?;
    }
    loop {
        if terminal.is_terminal {
            let mut out = terminal.out();
            out.write_all(CLEAR.as_bytes())?;
            out.flush()?;
        }
        if let Err(error) = super::once(workspace.clone(), args, &levels, terminal) {
            terminal.problem(&format!("{error:#}"));
        }
        terminal.note("watching for changes; Ctrl+C ends it");
        if !wait(&events) {
            return Ok(Exit::Clean);
        }
        // Files whose texts are the same are not read anew, however many there are.
        workspace.refresh();
    }
}

/// The folders to watch: those that the arguments name, and those of the projects and settings that they lead to.
fn folders(args: &CheckArgs, workspace: &Workspace) -> BTreeSet<PathBuf> {
    let mut folders: BTreeSet<PathBuf> =
        workspace.projects().iter().map(|project| project.root.clone()).collect();
    folders.extend(workspace.configs().iter().map(|config| config.folder.clone()));
    folders.extend(args.input.paths.iter().filter(|path| path.is_dir()).cloned());
    if folders.is_empty() {
        folders.insert(workspace.working_folder().to_owned());
    }
    let outermost = folders
        .iter()
        .filter(|folder| !folders.iter().any(|other| other != *folder && folder.starts_with(other)));
    outermost.cloned().collect()
}

/// Waits for a change that matters, and then until nothing more happens. Gives whether there can be another.
fn wait(events: &Receiver<notify::Result<Event>>) -> bool {
    loop {
        match events.recv() {
            Ok(Ok(event)) if matters(&event) => break,
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

fn matters(event: &Event) -> bool {
    let is_ours = |path: &PathBuf| {
        let is_source = path.extension().is_some_and(|extension| extension == "baml");
        is_source || path.file_name() == Some(Path::new("clientc.toml").as_os_str())
    };
    !event.kind.is_access() && (event.paths.iter().any(is_ours) || event.need_rescan())
}
