//! The log of calls: one line of JSON per call, written by a thread of its own so that no call waits for it.

use std::io::{BufWriter, Write};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant, SystemTime};

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

/// The log of calls. It contains no key, no header, no text of a message and no text of a server.
#[derive(Debug, Clone)]
pub struct Journal {
    level: JournalLevel,
    lines: Option<SyncSender<Message>>,
}

/// What the thread that writes is sent.
#[derive(Debug)]
enum Message {
    Line(Box<Line>),
    /// Whether all before it is written is to be answered here.
    Flush(SyncSender<()>),
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
    pub fn off() -> Self {
        Self { level: JournalLevel::Off, lines: None }
    }

    /// A log that writes to `writer`.
    ///
    /// # Errors
    ///
    /// The thread that writes could not be started.
    pub fn to(writer: impl Write + Send + 'static, level: JournalLevel) -> std::io::Result<Self> {
        if level == JournalLevel::Off {
            return Ok(Self::off());
        }
        let (lines, waiting) = sync_channel(WAITING);
        std::thread::Builder::new().name("journal".into()).spawn(move || write(&waiting, writer))?;
        Ok(Self { level, lines: Some(lines) })
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
        match self.lines.as_ref().map(|lines| lines.try_send(Message::Line(line))) {
            None | Some(Ok(())) => true,
            Some(Err(TrySendError::Full(_) | TrySendError::Disconnected(_))) => false,
        }
    }

    /// Waits until all lines are written, but no longer than this: what reads them may have stopped.
    pub(crate) fn flush(&self, limit: Duration) {
        let Some(lines) = &self.lines else { return };
        let due = Instant::now() + limit;
        let (written, waiting) = sync_channel(1);
        let mut message = Message::Flush(written);
        while let Err(TrySendError::Full(back)) = lines.try_send(message) {
            if Instant::now() >= due {
                return;
            }
            message = back;
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = waiting.recv_timeout(due.saturating_duration_since(Instant::now()));
    }
}

/// The present time, as the log has it.
pub(crate) fn now() -> String {
    humantime::format_rfc3339_millis(SystemTime::now()).to_string()
}

fn write(waiting: &Receiver<Message>, writer: impl Write) {
    let mut writer = BufWriter::with_capacity(1 << 16, writer);
    while let Ok(first) = waiting.recv() {
        let more = std::iter::from_fn(|| waiting.try_recv().ok());
        let mut asked = Vec::new();
        for message in std::iter::once(first).chain(more) {
            let line = match message {
                Message::Line(line) => line,
                Message::Flush(written) => {
                    asked.push(written);
                    continue;
                }
            };
            let written = serde_json::to_writer(&mut writer, &line).map_err(std::io::Error::from);
            if written.and_then(|()| writer.write_all(b"\n")).is_err() {
                return;
            }
        }
        if writer.flush().is_err() {
            return;
        }
        for written in asked {
            let _ = written.send(());
        }
    }
}
