//! A line on standard error that says what is being done, as long as it takes.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Most runs are over before anyone could read the line.
const DELAY: Duration = Duration::from_millis(400);
const TICK: Duration = Duration::from_millis(100);

/// A line that is shown until this is dropped. Then it is removed, so that it never appears between other output.
#[derive(Debug)]
pub(crate) struct Progress {
    work: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Shows nothing.
    pub(crate) const fn hidden() -> Self {
        Self { work: None }
    }

    /// Shows a text with the time that the work takes, once it takes long.
    pub(crate) fn shown(text: String, unicode: bool) -> Self {
        let (stop, stopped) = mpsc::channel();
        let line = thread::spawn(move || {
            if stopped.recv_timeout(DELAY) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let style = ProgressStyle::with_template("{spinner} {msg}, {elapsed}").ok();
            let style = style.unwrap_or_else(ProgressStyle::default_spinner);
            let style = if unicode { style } else { style.tick_chars("-\\|/ ") };
            let bar = ProgressBar::new_spinner().with_style(style).with_message(text).with_elapsed(DELAY);
            while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                bar.tick();
            }
            bar.finish_and_clear();
        });
        Self { work: Some((stop, line)) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let Some((stop, line)) = self.work.take() else { return };
        drop(stop);
        // A line that could not be drawn is no reason to fail.
        let _ = line.join();
    }
}
