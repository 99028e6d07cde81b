//! What the server says by itself: findings, that something is to be asked for again, and which files are to be watched.

use clientc_semantic::FileId;
use serde_json::Value;

use super::capabilities;
use super::{Server, Shown};

impl Server {
    /// Tells the client everything that has changed since it was last told.
    pub(super) fn tell(&mut self) {
        let edited = self.edited.take();
        self.tell_findings(edited);
        self.refresh_others(edited);
        self.watch_named();
    }

    /// Lets the client watch the files that settings name now.
    pub(super) fn watch_named(&mut self) {
        let (Some(state), Some(watched)) = (&self.state, &self.watched) else { return };
        let named = state.snapshot().named_by_settings();
        if named == *watched {
            return;
        }
        let watch = (!named.is_empty()).then(|| capabilities::watch_named(&named, &state.client));
        if !watched.is_empty() {
            self.ask("client/unregisterCapability", capabilities::forget_named());
        }
        if let Some(watch) = watch {
            self.ask("client/registerCapability", watch);
        }
        self.watched = Some(named);
    }

    /// Lets the client ask again for hints and code lenses that a change of something else has made old.
    fn refresh_others(&mut self, edited: Option<FileId>) {
        let Some(state) = &self.state else { return };
        let wishes = &state.client.wishes;
        let (hides_hints, hides_lenses) = (wishes.hides_hints, wishes.hides_lenses);
        let now = Shown { shape: state.shape(), hides_hints, hides_lenses };
        let Some(before) = self.shown.replace(now) else { return };
        // For the file that was edited it asks by itself.
        let is_open_elsewhere = state.documents.values().any(|document| document.file != edited);
        let is_old = now.shape != before.shape && is_open_elsewhere;
        let (hints, lenses) = (state.client.refreshes_hints, state.client.refreshes_lenses);
        if hints && (is_old || hides_hints != before.hides_hints) {
            self.ask("workspace/inlayHint/refresh", Value::Null);
        }
        if lenses && (is_old || hides_lenses != before.hides_lenses) {
            self.ask("workspace/codeLens/refresh", Value::Null);
        }
    }

    fn tell_findings(&mut self, edited: Option<FileId>) {
        let Some(state) = &self.state else { return };
        if !state.client.pulls {
            for params in self.published.push(state) {
                self.notify("textDocument/publishDiagnostics", params);
            }
            return;
        }
        self.published.note(state, edited);
        let is_elsewhere = std::mem::take(&mut self.published.is_elsewhere);
        let waiting = self.published.waiting.take();
        if let Some((id, previous)) = waiting {
            match self.published.pull_all(state, &previous) {
                Some(report) => self.answer(id, Ok(report)),
                None => self.published.waiting = Some((id, previous)),
            }
        }
        if is_elsewhere && state.client.refreshes_diagnostics {
            self.ask("workspace/diagnostic/refresh", Value::Null);
        }
    }
}
