//! A stream between its server and its reader: it is read in the background, into a buffer with a bound.
//!
//! So a slow reader does not make the server late. What arrives while there is room is in time; beyond that the server
//! is not read until the reader takes something.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use clientc_plan::record::{CallEnd, CallRecord};
use http::HeaderMap;
use tracing::{Instrument, Span};

use super::brief::Brief;
use super::reading::Reading;
use super::recorder::{Measured, Recorder};
use super::timeout::ended_ms;
use crate::chat::Chunk;
use crate::error::{Error, Failure};
use crate::telemetry;
use crate::transport::Dial;

/// The chunks of a stream that are here and not taken yet.
#[derive(Debug)]
pub(crate) struct Feed {
    state: Mutex<State>,
    bound: usize,
    span: Span,
}

#[derive(Debug, Default)]
struct State {
    /// What is still read; `None` once the stream has come to its end.
    flow: Option<Flow>,
    chunks: VecDeque<Chunk>,
    /// About how many bytes the chunks take.
    bytes: usize,
    /// Whether the record of the call is being completed.
    is_ending: bool,
    end: Option<Result<Box<CallRecord>, Error>>,
    /// Who waits for a chunk.
    reader: Option<Waker>,
    /// Who waits for room.
    filler: Option<Waker>,
}

/// A stream that is read, with the record that its end completes.
#[derive(Debug)]
pub(super) struct Flow {
    pub(super) reading: Box<Reading>,
    pub(super) recorder: Recorder,
    pub(super) brief: Brief,
    pub(super) dial: Dial,
    pub(super) headers: HeaderMap,
}

/// What comes out of a stream.
pub(crate) enum Fed {
    Chunk(Chunk),
    Done(Box<CallRecord>),
    Failed(Error),
}

impl Feed {
    /// Makes the feed of an answer that is already whole.
    pub(super) fn complete(span: &Span, chunks: Vec<Chunk>, record: CallRecord) -> Arc<Self> {
        chunks.iter().for_each(|chunk| telemetry::chunk(span, chunk));
        let end = Some(Ok(Box::new(record)));
        let state = State { chunks: chunks.into(), end, ..State::default() };
        Arc::new(Self { state: Mutex::new(state), bound: 0, span: span.clone() })
    }

    /// Starts to read a stream in the background, up to so many bytes ahead of its reader.
    pub(super) async fn start(span: &Span, flow: Flow, bound: usize) -> Arc<Self> {
        let state = State { flow: Some(flow), ..State::default() };
        let feed = Arc::new(Self { state: Mutex::new(state), bound, span: span.clone() });
        // Much is often here already, and needs no task.
        let filled = poll_fn(|context| Poll::Ready(feed.poll_fill(context).is_ready())).await;
        if !filled {
            tokio::spawn(Filling(Arc::clone(&feed)).run().instrument(span.clone()));
        }
        feed
    }

    /// The next chunk, or how the stream ended. After that there is nothing more.
    pub(crate) fn poll_next(&self, context: &mut Context<'_>) -> Poll<Option<Fed>> {
        let mut state = self.lock();
        if let Some(chunk) = state.chunks.pop_front() {
            state.bytes = state.bytes.saturating_sub(size(&chunk));
            if state.bytes < self.bound {
                wake(&mut state.filler);
            }
            return Poll::Ready(Some(Fed::Chunk(chunk)));
        }
        match state.end.take() {
            Some(Ok(record)) => Poll::Ready(Some(Fed::Done(record))),
            Some(Err(error)) => Poll::Ready(Some(Fed::Failed(error))),
            None if state.flow.is_none() && !state.is_ending => Poll::Ready(None),
            None => {
                state.reader = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }

    /// Ends the request at once, where it is still under way. The call is recorded as one that its caller left.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        let flow = state.flow.take();
        wake(&mut state.filler);
        // The record is given to others, who must not find the feed locked.
        drop(state);
        if let Some(flow) = flow {
            flow.cancel();
        }
    }

    /// Reads as long as there is something to read and room for it. It is ready at the end of the stream.
    fn poll_fill(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        loop {
            let is_full = state.bytes >= self.bound;
            let Some(flow) = &mut state.flow else { return Poll::Ready(()) };
            let polled = match is_full {
                true => flow.reading.poll_paused(context).map(Err),
                false => flow.reading.poll_chunk(context),
            };
            match polled {
                Poll::Ready(Ok(Some(chunk))) => {
                    telemetry::chunk(&self.span, &chunk);
                    state.bytes += size(&chunk);
                    state.chunks.push_back(chunk);
                    wake(&mut state.reader);
                }
                Poll::Ready(ended) => {
                    let Some(flow) = state.flow.take() else { return Poll::Ready(()) };
                    // The record is given to others, who must not find the feed locked. The reader waits meanwhile.
                    state.is_ending = true;
                    drop(state);
                    let end = flow.end(ended.err());
                    let mut state = self.lock();
                    (state.end, state.is_ending) = (Some(end), false);
                    wake(&mut state.reader);
                    return Poll::Ready(());
                }
                Poll::Pending => {
                    state.filler = Some(context.waker().clone());
                    return Poll::Pending;
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task that reads. Where its runtime ends before the stream does, or the hook of the program panics, the reader must
/// not wait for ever.
struct Filling(Arc<Feed>);

impl Filling {
    async fn run(self) {
        poll_fn(|context| self.0.poll_fill(context)).await;
    }
}

impl Drop for Filling {
    fn drop(&mut self) {
        self.0.close();
        let mut state = self.0.lock();
        state.is_ending = false;
        wake(&mut state.reader);
    }
}

impl Flow {
    /// Ends the request and completes the record of a call that its caller left.
    fn cancel(self) {
        let Self { reading, mut recorder, brief, .. } = self;
        recorder.first_token(&brief, reading.watch());
    }

    /// Completes the record of the call.
    fn end(self, failure: Option<Failure>) -> Result<Box<CallRecord>, Error> {
        let Self { reading, mut recorder, brief, dial, headers } = self;
        let (watch, note) = (reading.watch(), reading.note());
        let end_ms = ended_ms(&brief, failure.as_ref(), watch, &dial);
        let has_failed = failure.is_some();
        let measured = Measured { brief: &brief, watch, dial: &dial, headers: &headers, joined: false, note };
        recorder.attempt(&measured, end_ms, failure, has_failed);
        match has_failed {
            true => Err(recorder.failed(CallEnd::HandedOn, end_ms, None)),
            false => Ok(Box::new(recorder.succeeded(end_ms))),
        }
    }
}

fn wake(waker: &mut Option<Waker>) {
    if let Some(waker) = waker.take() {
        waker.wake();
    }
}

/// About how many bytes a chunk takes.
fn size(chunk: &Chunk) -> usize {
    std::mem::size_of::<Chunk>() + chunk.content_len()
}
