//! A new plan while calls are under way: at SIGHUP, and when a file changes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use anyhow::Context as _;
use clientc_gateway::{Gateway, Loaded, Observer, Snapshot};
use clientc_plan::document::Resolved;
use clientc_report::plural;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::args::Args;
use crate::boot::Boot;
use crate::signals;
use crate::terminal::note;

/// Editors write a file in several steps. It is read once it has not changed for this long.
const QUIET: Duration = Duration::from_millis(100);

enum Event {
    Hangup,
    Changed,
}

struct Reloader {
    boot: Boot,
    gateway: Gateway,
    observer: Arc<Observer>,
    served: Resolved,
    watcher: Option<RecommendedWatcher>,
    watched: BTreeSet<PathBuf>,
}

/// Begins to wait for new plans, on a thread of its own.
pub(crate) fn start(
    boot: Boot,
    gateway: &Gateway,
    observer: &Arc<Observer>,
    loaded: Loaded,
    args: &Args,
) -> anyhow::Result<()> {
    let (events, waiting) = channel();
    let hangups = events.clone();
    signals::on_hangup(move || drop(hangups.send(Event::Hangup)))?;
    let watcher = if args.no_watch { None } else { watcher(events) };
    let mut reloader = Reloader {
        boot,
        gateway: gateway.clone(),
        observer: Arc::clone(observer),
        served: loaded.document,
        watcher,
        watched: BTreeSet::new(),
    };
    reloader.watch(&loaded.files);
    std::thread::Builder::new()
        .name("reload".into())
        .spawn(move || reloader.run(&waiting))
        .context("cannot start the thread that loads new plans")?;
    Ok(())
}

/// Watches files. Where the system cannot do so, only SIGHUP is left.
fn watcher(events: Sender<Event>) -> Option<RecommendedWatcher> {
    notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| !event.kind.is_access()) {
            let _ = events.send(Event::Changed);
        }
    })
    .ok()
}

impl Reloader {
    fn run(mut self, waiting: &Receiver<Event>) {
        while let Ok(event) = waiting.recv() {
            let mut is_asked = matches!(event, Event::Hangup);
            while let Ok(event) = waiting.recv_timeout(QUIET) {
                is_asked |= matches!(event, Event::Hangup);
            }
            self.reload(is_asked);
        }
    }

    /// Takes the new plan. If it has errors they are shown, and the old one stays. A file that changed without changing
    /// the plan is not reported.
    fn reload(&mut self, is_asked: bool) {
        let before = self.gateway.snapshot();
        let said = match self.read(&before) {
            Ok((snapshot, loaded))
                if !is_asked && loaded.document == self.served && snapshot.is_like(&before) =>
            {
                return;
            }
            Ok((snapshot, loaded)) => {
                self.gateway.replace(snapshot);
                self.observer.reloaded(true);
                self.watch(&loaded.files);
                let clients = plural(loaded.document.clients.len() as u64, "client");
                self.served = loaded.document;
                format!("Now serving the new plan: {clients}.")
            }
            Err(error) => {
                self.observer.reloaded(false);
                format!("error: {error:#}\nStill serving the previous plan.")
            }
        };
        note(&said);
    }

    fn read(&self, before: &Snapshot) -> anyhow::Result<(Snapshot, Loaded)> {
        let loaded = self.boot.load()?;
        Ok((self.boot.snapshot(&loaded, &self.observer, Some(before))?, loaded))
    }

    /// Watches the folders of these files: editors replace files, and new ones may come.
    fn watch(&mut self, files: &[PathBuf]) {
        let Some(watcher) = &mut self.watcher else { return };
        let folders: BTreeSet<&Path> = files.iter().filter_map(|file| file.parent()).collect();
        for folder in folders {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            if self.watched.insert(folder.to_owned()) {
                let _ = watcher.watch(folder, RecursiveMode::NonRecursive);
            }
        }
    }
}
