//! A new plan while calls are under way: at SIGHUP, and when a file changes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clientc_gateway::{Gateway, Loaded, Observer, Snapshot};
use clientc_plan::document::Resolved;
use clientc_report::plural;
use clientc_workspace::GatewaySettings;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::args::Args;
use crate::boot::Boot;
use crate::fixed;
use crate::signals;
use crate::terminal::{self, note};
use crate::watched::Watched;

/// Editors write a file in several steps. It is read once it has not changed for this long.
const QUIET: Duration = Duration::from_millis(100);
/// So long at most is waited for that.
const LONGEST: Duration = Duration::from_secs(1);

enum Event {
    Hangup,
    /// What happened to these paths; nothing where the system lost count.
    Changed(Vec<PathBuf>),
}

struct Reloader {
    boot: Boot,
    gateway: Gateway,
    observer: Arc<Observer>,
    served: Resolved,
    /// What the settings were when the gateway started.
    started_with: GatewaySettings,
    /// The settings that have changed since then without effect, as far as that was said.
    without_effect: Vec<&'static str>,
    /// Whether the last plan was refused, so that its error is the last word.
    is_refused: bool,
    watcher: Option<RecommendedWatcher>,
    watched: Watched,
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
        watched: boot.watched(&loaded),
        boot,
        gateway: gateway.clone(),
        observer: Arc::clone(observer),
        served: loaded.document,
        started_with: loaded.settings,
        without_effect: Vec::new(),
        is_refused: false,
        watcher,
    };
    reloader.watch();
    std::thread::Builder::new()
        .name("reload".into())
        .spawn(move || reloader.run(&waiting))
        .context("cannot start the thread that loads new plans")?;
    Ok(())
}

/// Watches files. Where the system cannot do so, only SIGHUP is left.
fn watcher(events: Sender<Event>) -> Option<RecommendedWatcher> {
    notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if let Ok(event) = event
            && !event.kind.is_access()
        {
            let _ = events.send(Event::Changed(event.paths));
        }
    })
    .ok()
}

impl Reloader {
    fn run(mut self, waiting: &Receiver<Event>) {
        while let Ok(event) = waiting.recv() {
            if self.matters(&event) {
                let is_asked = self.settle(&event, waiting);
                self.reload(is_asked);
            }
        }
    }

    fn matters(&self, event: &Event) -> bool {
        match event {
            Event::Hangup => true,
            Event::Changed(paths) => {
                paths.is_empty() || paths.iter().any(|path| self.watched.is_changed_by(path))
            }
        }
    }

    /// Waits until nothing changes any more. Gives whether somebody asks for the plan.
    fn settle(&self, first: &Event, waiting: &Receiver<Event>) -> bool {
        let mut is_asked = matches!(first, Event::Hangup);
        let latest = Instant::now() + LONGEST;
        let mut due = Instant::now() + QUIET;
        loop {
            let left = due.min(latest).saturating_duration_since(Instant::now());
            match waiting.recv_timeout(left) {
                Ok(event) if !left.is_zero() => {
                    is_asked |= matches!(event, Event::Hangup);
                    if self.matters(&event) {
                        due = Instant::now() + QUIET;
                    }
                }
                Ok(Event::Hangup) => return true,
                _ => return is_asked,
            }
        }
    }

    /// Takes the new plan. If it has errors they are shown, and the old one stays. A file that changed without changing
    /// the plan is not reported, unless it takes an error back.
    fn reload(&mut self, is_asked: bool) {
        // What was replaced is watched again before it is read, so that no change is missed between the two.
        self.watch();
        let before = self.gateway.snapshot();
        let mut read = self.read(&before);
        if let Ok((_, loaded)) = &read {
            let watched = self.boot.watched(loaded);
            if watched != self.watched {
                self.unwatch();
                self.watched = watched;
                self.watch();
                read = self.read(&before);
            }
        }
        if let Ok((_, loaded)) = &read {
            self.tell_without_effect(&loaded.settings);
        }
        let was_refused = std::mem::replace(&mut self.is_refused, read.is_err());
        let message = match read {
            Ok((snapshot, loaded)) => {
                let is_same = !is_asked && loaded.document == self.served && snapshot.is_like(&before);
                if is_same && !was_refused {
                    return;
                }
                self.gateway.replace(snapshot);
                self.observer.reloaded(true);
                let clients = plural(loaded.document.clients.len() as u64, "client");
                self.served = loaded.document;
                match is_same {
                    true => format!("The plan that is served is current again: {clients}."),
                    false => format!("Now serving the new plan: {clients}."),
                }
            }
            Err(error) => {
                self.observer.reloaded(false);
                format!("{}\nStill serving the previous plan.", terminal::error(&error))
            }
        };
        note(&message);
    }

    /// Says which settings have changed that count only when the gateway starts, once for each change.
    fn tell_without_effect(&mut self, settings: &GatewaySettings) {
        let changed = fixed::changed(&self.started_with, settings);
        if changed != self.without_effect && !changed.is_empty() {
            note(&format!("Changes of these settings need a restart: {}.", changed.join(", ")));
        }
        self.without_effect = changed;
    }

    fn read(&self, before: &Snapshot) -> anyhow::Result<(Snapshot, Loaded)> {
        let loaded = self.boot.load()?;
        Ok((self.boot.snapshot(&loaded, &self.observer, Some(before))?, loaded))
    }

    /// Watches what decides what is served. A folder that is gone cannot be watched; the one above tells when it is back.
    /// One that was replaced has lost its watch, and one that was not must not have two.
    fn watch(&mut self) {
        self.unwatch();
        let Some(watcher) = &mut self.watcher else { return };
        for (folder, mode) in folders(&self.watched) {
            let _ = watcher.watch(folder, mode);
        }
    }

    fn unwatch(&mut self) {
        let Some(watcher) = &mut self.watcher else { return };
        for (folder, _) in folders(&self.watched) {
            let _ = watcher.unwatch(folder);
        }
    }
}

fn folders(watched: &Watched) -> impl Iterator<Item = (&Path, RecursiveMode)> {
    let whole = watched.whole().map(|folder| (folder, RecursiveMode::Recursive));
    whole.chain(watched.alone().into_iter().map(|folder| (folder, RecursiveMode::NonRecursive)))
}
