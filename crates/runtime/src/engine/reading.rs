//! A stream that is read, event by event.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::brief::Brief;
use super::event::Event;
use super::frames::Frames;
use super::refusal::unreadable;
use super::timeout;
use super::watch::{Passed, Watch};
use crate::chat::{ChatResponse, Chunk};
use crate::error::{ConnectionError, Failure, ReportedIn};
use crate::inner::Inner;
use crate::leaf::Leaf;
use crate::provider::{Decoder, HttpRequest, is_ping};
use crate::transport::{Body, TransportError};

/// How long what may follow the finish reason is waited for: the usage, and the mark of the end. The answer is whole
/// without it.
const TAIL: Duration = Duration::from_secs(5);

/// The chunks of one answer, within the limits of its attempt.
pub(super) struct Reading {
    inner: Arc<Inner>,
    brief: Brief,
    /// What is still to be read; nothing after the end.
    source: Option<Source>,
    watch: Watch,
    chunks: VecDeque<Chunk>,
    note: Option<&'static str>,
}

struct Source {
    frames: Frames,
    decoder: Decoder,
    /// What was sent, to be masked in what the server says.
    built: Box<HttpRequest>,
}

impl Reading {
    pub(super) fn new(
        inner: &Arc<Inner>,
        brief: &Brief,
        leaf: &Leaf,
        built: Box<HttpRequest>,
        (first, body): (Bytes, Body),
        watch: Watch,
    ) -> Self {
        let decoder = Decoder::new(leaf).keep_wire(built.keeps_wire);
        let source =
            Source { frames: Frames::new(leaf, first, body, inner.services.max_answer), decoder, built };
        Self {
            inner: Arc::clone(inner),
            brief: brief.clone(),
            source: Some(source),
            watch,
            chunks: VecDeque::new(),
            note: None,
        }
    }

    /// Reads up to the first content, or to the end where there is none.
    pub(super) async fn open(&mut self) -> Result<(), Failure> {
        while self.watch.first_token().is_none() && self.source.is_some() {
            poll_fn(|context| self.poll_event(context)).await?;
        }
        Ok(())
    }

    /// Reads to the end and adds everything to an answer.
    pub(super) async fn rest(&mut self, response: &mut ChatResponse) -> Result<(), Failure> {
        while let Some(chunk) = poll_fn(|context| self.poll_chunk(context)).await? {
            response.add(chunk);
        }
        Ok(())
    }

    /// The next chunk, or `None` after the last.
    pub(super) fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Chunk>, Failure>> {
        loop {
            if let Some(chunk) = self.chunks.pop_front() {
                return Poll::Ready(Ok(Some(chunk)));
            }
            if self.source.is_none() {
                return Poll::Ready(Ok(None));
            }
            match self.poll_event(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(failure)) => return Poll::Ready(Err(failure)),
            }
        }
    }

    /// Waits without reading, because there is no room for more. The server is not to blame, so its idle limit waits
    /// too; what bounds the attempt does not.
    pub(super) fn poll_paused(&mut self, context: &mut Context<'_>) -> Poll<Failure> {
        self.watch.pause();
        self.watch.poll(context).map(|passed| {
            self.source = None;
            self.timed_out(passed)
        })
    }

    /// Takes one event. A failure and the end of the stream drop what is left of it.
    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        let Some(source) = &mut self.source else {
            return Poll::Ready(Ok(()));
        };
        self.watch.resume();
        let taken = match source.frames.poll_event(context) {
            Poll::Ready(event) => self.take(event),
            Poll::Pending => match self.watch.poll(context) {
                Poll::Ready(passed) => {
                    Err(self.timed_out(passed)).or_else(|failure| self.lose_tail(failure, SILENT))
                }
                Poll::Pending => return Poll::Pending,
            },
        };
        if taken.is_err() {
            self.source = None;
        }
        Poll::Ready(taken)
    }

    fn take(&mut self, event: Option<Result<Event, TransportError>>) -> Result<(), Failure> {
        let now = Instant::now();
        if let Err(passed) = self.watch.in_time(now) {
            return self.lose_tail(self.timed_out(passed), SILENT);
        }
        let Some(source) = &mut self.source else {
            return Ok(());
        };
        let event = match event {
            Some(Ok(event)) => event,
            Some(Err(error)) => return self.lose_tail(self.broken(&error), BROKEN),
            None => return self.end(),
        };
        let decoded = source.decoder.event(&event.name, &event.data);
        let (is_finished, is_done) = (source.decoder.is_finished(), source.decoder.is_done());
        let has_other_content = source.decoder.has_other_content();
        let client = || self.inner.name(self.brief.leaf).into();
        let chunks =
            decoded.map_err(|error| unreadable(client(), &source.built, error, ReportedIn::Event))?;
        if !is_ping(&event.name, &event.data) {
            self.watch.event(now);
        }
        if has_other_content || chunks.iter().any(Chunk::is_content) {
            self.watch.content(now);
        }
        match is_finished {
            true => self.watch.finish(now, TAIL),
            false => self.watch.go_on(),
        }
        self.chunks.extend(chunks);
        if is_done { self.end() } else { Ok(()) }
    }

    /// Ends the stream where it has come to its finish reason, in spite of a failure after that.
    fn lose_tail(&mut self, failure: Failure, note: &'static str) -> Result<(), Failure> {
        match self.source.as_ref().is_some_and(|source| source.decoder.is_finished()) {
            true => {
                self.note = Some(note);
                self.end()
            }
            false => Err(failure),
        }
    }

    fn end(&mut self) -> Result<(), Failure> {
        let Some(source) = self.source.take() else {
            return Ok(());
        };
        let has_content = self.watch.first_token().is_some();
        let client = || self.inner.name(self.brief.leaf).into();
        source
            .decoder
            .end(has_content)
            .map_err(|error| unreadable(client(), &source.built, error, ReportedIn::Event))
    }

    fn broken(&self, error: &TransportError) -> Failure {
        ConnectionError::new(self.inner.name(self.brief.leaf).into(), error.to_string()).into()
    }

    fn timed_out(&self, passed: Passed) -> Failure {
        timeout::error(&self.inner, &self.brief, &self.watch, None, passed).into()
    }

    /// What is worth knowing of a stream that is whole.
    pub(super) fn note(&self) -> Option<&'static str> {
        self.note
    }

    pub(super) fn watch(&self) -> &Watch {
        &self.watch
    }

    pub(super) fn into_watch(self) -> Watch {
        self.watch
    }
}

const SILENT: &str =
    "the answer was complete; nothing more came after its finish reason, and the end was not waited for";
const BROKEN: &str = "the answer was complete; the connection broke after its finish reason";

impl fmt::Debug for Reading {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Reading").field("brief", &self.brief).finish_non_exhaustive()
    }
}
