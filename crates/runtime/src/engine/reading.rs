//! A stream that is read, event by event.

use super::attempt::{Plan, unreadable};
use super::events::{Events, events};
use super::timeout;
use super::watch::{Passed, Watch};
use crate::chat::Chunk;
use crate::error::{ConnectionError, Failure};
use crate::leaf::Leaf;
use crate::provider::{Decoder, HttpRequest, is_ping};
use crate::runtime::Inner;
use crate::transport::{Body, TransportError};
use eventsource_stream::{Event, EventStreamError};
use futures_util::Stream;
use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::time::Instant;

/// The chunks of one answer, within the limits of its attempt.
pub(crate) struct Reading {
    inner: Arc<Inner>,
    plan: Plan,
    /// What is still to be read; nothing after the end.
    source: Option<Source>,
    watch: Watch,
    chunks: VecDeque<Chunk>,
}

struct Source {
    events: Pin<Box<Events>>,
    decoder: Decoder,
    /// What was sent, to be masked in what the server says.
    built: HttpRequest,
}

impl Reading {
    pub(super) fn new(
        inner: &Arc<Inner>,
        plan: &Plan,
        leaf: &Leaf,
        built: HttpRequest,
        body: Body,
        watch: Watch,
    ) -> Reading {
        let decoder = Decoder::new(leaf).keep_wire(built.keeps_wire);
        let source = Source { events: Box::pin(events(body)), decoder, built };
        Reading {
            inner: Arc::clone(inner),
            plan: plan.clone(),
            source: Some(source),
            watch,
            chunks: VecDeque::new(),
        }
    }

    /// Makes a stream of an answer that is already whole.
    pub(super) fn complete(inner: &Arc<Inner>, plan: &Plan, chunks: Vec<Chunk>) -> Reading {
        let watch = Watch::new(plan, false);
        Reading { inner: Arc::clone(inner), plan: plan.clone(), source: None, watch, chunks: chunks.into() }
    }

    /// Reads up to the first content, or to the end where there is none.
    pub(super) async fn open(&mut self) -> Result<(), Failure> {
        while self.watch.first_token().is_none() && self.source.is_some() {
            poll_fn(|context| self.poll_event(context)).await?;
        }
        Ok(())
    }

    /// Returns the next chunk, or nothing after the last.
    pub(crate) fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Chunk, Failure>>> {
        loop {
            if let Some(chunk) = self.chunks.pop_front() {
                return Poll::Ready(Some(Ok(chunk)));
            }
            if self.source.is_none() {
                return Poll::Ready(None);
            }
            match self.poll_event(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(failure)) => return Poll::Ready(Some(Err(failure))),
            }
        }
    }

    /// Takes one event. A failure and the end of the stream drop what is left of it.
    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        let Some(source) = &mut self.source else {
            return Poll::Ready(Ok(()));
        };
        let taken = match source.events.as_mut().poll_next(context) {
            Poll::Ready(event) => self.take(event),
            Poll::Pending => match self.watch.poll(context) {
                Poll::Ready(passed) => Err(self.timed_out(passed)),
                Poll::Pending => return Poll::Pending,
            },
        };
        if taken.is_err() {
            self.source = None;
        }
        Poll::Ready(taken)
    }

    fn take(
        &mut self,
        event: Option<Result<Event, EventStreamError<TransportError>>>,
    ) -> Result<(), Failure> {
        let now = Instant::now();
        self.watch.in_time(now).map_err(|passed| self.timed_out(passed))?;
        let Some(source) = &mut self.source else {
            return Ok(());
        };
        let event = match event {
            Some(Ok(event)) => event,
            Some(Err(EventStreamError::Transport(error))) => return Err(self.broken(error.to_string())),
            Some(Err(_)) => return Err(self.broken("the stream is not UTF-8".into())),
            None => return self.end(),
        };
        let decoded = source.decoder.event(&event.event, &event.data);
        let is_done = source.decoder.is_done();
        let client = || self.inner.name(self.plan.leaf).into();
        let chunks = decoded.map_err(|error| unreadable(client(), &source.built, error))?;
        if !is_ping(&event.event, &event.data) {
            self.watch.event(now);
        }
        if chunks.iter().any(Chunk::is_content) {
            self.watch.content(now);
        }
        self.chunks.extend(chunks);
        if is_done { self.end() } else { Ok(()) }
    }

    fn end(&mut self) -> Result<(), Failure> {
        let Some(source) = self.source.take() else {
            return Ok(());
        };
        let client = || self.inner.name(self.plan.leaf).into();
        source.decoder.end().map_err(|error| unreadable(client(), &source.built, error))
    }

    fn broken(&self, message: String) -> Failure {
        ConnectionError { client: self.inner.name(self.plan.leaf).into(), message }.into()
    }

    fn timed_out(&self, passed: Passed) -> Failure {
        timeout::error(&self.inner, &self.plan, &self.watch, None, passed).into()
    }

    pub(super) fn into_watch(self) -> Watch {
        self.watch
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Reading").field("plan", &self.plan).finish_non_exhaustive()
    }
}
