//! The log of calls: one line of JSON per call, written by a thread of its own so that no call waits for it.

use std::io::{BufWriter, Write};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::SystemTime;

use clientc_runtime::record::{CallEnd, CallRecord};
use serde::Serialize;

/// How many lines may wait to be written.
const WAITING: usize = 10_000;

/// Which calls are logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum JournalLevel {
    /// Every call.
    #[default]
    Calls,
    /// Calls that failed.
    Failures,
    /// None.
    Off,
}

/// The log of calls. It contains no key, no header and no text of a message.
#[derive(Debug, Clone)]
pub struct Journal {
    level: JournalLevel,
    lines: Option<SyncSender<Box<Line>>>,
}

/// A line of the log. `clientc replay` reads its record.
#[derive(Debug, Serialize)]
pub(crate) struct Line {
    pub(crate) time: String,
    pub(crate) event: &'static str,
    pub(crate) request_id: Box<str>,
    pub(crate) client: Box<str>,
    /// The leaf that was called last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) leaf: Option<Box<str>>,
    pub(crate) attempts: u64,
    pub(crate) outcome: &'static str,
    /// The status of the answer.
    pub(crate) status: u16,
    pub(crate) duration_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first_token_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) input_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) output_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    pub(crate) record: CallRecord,
}

impl Journal {
    /// A log that writes nothing.
    #[must_use]
    pub fn off() -> Journal {
        Journal { level: JournalLevel::Off, lines: None }
    }

    /// A log that writes to `writer`.
    ///
    /// # Errors
    ///
    /// The thread that writes could not be started.
    pub fn to(writer: impl Write + Send + 'static, level: JournalLevel) -> std::io::Result<Journal> {
        if level == JournalLevel::Off {
            return Ok(Journal::off());
        }
        let (lines, waiting) = sync_channel(WAITING);
        std::thread::Builder::new().name("journal".into()).spawn(move || write(&waiting, writer))?;
        Ok(Journal { level, lines: Some(lines) })
    }

    /// Whether a call with this end is logged.
    pub(crate) fn takes(&self, end: CallEnd) -> bool {
        match self.level {
            JournalLevel::Calls => true,
            JournalLevel::Failures => end != CallEnd::Succeeded,
            JournalLevel::Off => false,
        }
    }

    /// Logs a call. Returns whether the line will be written: where too many wait, it is not.
    pub(crate) fn note(&self, line: Box<Line>) -> bool {
        match self.lines.as_ref().map(|lines| lines.try_send(line)) {
            None | Some(Ok(())) => true,
            Some(Err(TrySendError::Full(_) | TrySendError::Disconnected(_))) => false,
        }
    }
}

/// The present time, as the log has it.
pub(crate) fn now() -> String {
    humantime::format_rfc3339_millis(SystemTime::now()).to_string()
}

fn write(waiting: &Receiver<Box<Line>>, writer: impl Write) {
    let mut writer = BufWriter::with_capacity(1 << 16, writer);
    while let Ok(first) = waiting.recv() {
        let more = std::iter::from_fn(|| waiting.try_recv().ok());
        for line in std::iter::once(first).chain(more) {
            let written = serde_json::to_writer(&mut writer, &line).map_err(std::io::Error::from);
            if written.and_then(|()| writer.write_all(b"\n")).is_err() {
                return;
            }
        }
        if writer.flush().is_err() {
            return;
        }
    }
}
