//! A call from its start to its answer, or to the first content of its stream, and on to its end.

use super::attempt::{AsStream, Mode, Plan, Try, Whole};
use super::clock::Clock;
use super::reading::Reading;
use super::recorder::Recorder;
use super::supply::Given;
use super::watch::Watch;
use crate::chat::{ChatRequest, ChatResponse, Chunk};
use crate::error::{Error, Failure};
use crate::runtime::Inner;
use crate::telemetry;
use crate::transport::Dial;
use clientc_plan::record::{self, CallEnd, CallRecord, OverrideRecord};
use clientc_plan::{Attempt, ClientId, End, Field, Overrides, Step, Walk, WalkOptions};
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::time::Instant;
use tracing::Instrument;

/// A call that is to be made.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) inner: Arc<Inner>,
    pub(crate) client: ClientId,
    pub(crate) deadline_ms: Option<u64>,
    pub(crate) overrides: Overrides,
    /// The overrides as they were asked for.
    pub(crate) asked: Vec<OverrideRecord>,
}

/// A stream that has begun, with the record that its end completes.
#[derive(Debug)]
pub(crate) struct Streaming {
    reading: Option<Box<Reading>>,
    recorder: Option<Recorder>,
    plan: Plan,
    dial: Dial,
}

/// What comes of a stream.
pub(crate) enum Streamed {
    Chunk(Chunk),
    Done(Box<CallRecord>),
    Failed(Error),
}

enum Next {
    Attempt(Plan),
    Sleep { ms: u64, client: ClientId },
    Done(End),
}

/// An attempt that succeeded, with the record of all before it.
struct Succeeded<A> {
    answer: A,
    plan: Plan,
    watch: Watch,
    dial: Dial,
    end_ms: u64,
    recorder: Recorder,
}

impl Call {
    /// Carries the call out and returns the whole answer.
    pub(crate) async fn whole(self, request: &ChatRequest) -> Result<(ChatResponse, CallRecord), Error> {
        let Succeeded { answer, plan, watch, dial, end_ms, mut recorder } =
            self.run::<Whole>(request).await?;
        recorder.attempt(&plan, end_ms, None, false, (&watch, &dial));
        Ok((answer, recorder.succeeded(end_ms)))
    }

    /// Carries the call out and returns the answer as a stream, from its first content on.
    pub(crate) async fn stream(self, request: &ChatRequest) -> Result<Streaming, Error> {
        let Succeeded { answer, plan, dial, recorder, .. } = self.run::<AsStream>(request).await?;
        Ok(Streaming { reading: Some(answer), recorder: Some(recorder), plan, dial })
    }

    async fn run<M: Mode>(self, request: &ChatRequest) -> Result<Succeeded<M::Answer>, Error> {
        let inner = &self.inner;
        let clock = Clock::start();
        let mut recorder = Recorder::new(inner, self.empty_record(M::IS_STREAMING));
        let mut given = Given::new(inner);
        let mut walk = Walk::new(&inner.plan, self.client, &mut given, self.options());
        let (mut now_ms, mut outcome) = (0, None);
        let ended = loop {
            let next = match walk.next(now_ms, outcome.take()) {
                Step::Attempt(attempt) => Next::attempt(&attempt, clock),
                Step::Sleep { ms, client } => Next::Sleep { ms, client },
                Step::Done(end) => Next::Done(end),
            };
            match next {
                Next::Attempt(plan) => {
                    // A client that cannot be built waits for nothing, and there may be very many. Others get their
                    // turn meanwhile, and so does the caller who wants to leave.
                    tokio::task::consume_budget().await;
                    let (made, watch, dial) = self.attempt::<M>(request, &plan).await;
                    now_ms = now_ms.max(ended_ms(&plan, made.as_ref().err(), &watch, &dial));
                    match made {
                        Ok(answer) => break Ok((answer, plan, watch, dial)),
                        Err(failure) => {
                            outcome = Some(failure.outcome());
                            recorder.attempt(&plan, now_ms, Some(failure), false, (&watch, &dial));
                        }
                    }
                }
                Next::Sleep { ms, client } => {
                    recorder.delay(ms, client);
                    let until_ms = now_ms.saturating_add(ms);
                    if let Some(moment) = clock.at(until_ms) {
                        tokio::time::sleep_until(moment).await;
                    }
                    now_ms = clock.settled_ms(until_ms);
                }
                Next::Done(end) => break Err(end),
            }
        };
        let requests = walk.requests();
        recorder.given(given);
        match ended {
            Ok((answer, plan, watch, dial)) => {
                recorder.requests(plan.number);
                Ok(Succeeded { answer, plan, watch, dial, end_ms: now_ms, recorder })
            }
            Err(end) => {
                recorder.requests(requests);
                let stopped_by = match end {
                    End::Failed { stopped_by } => stopped_by,
                    _ => None,
                };
                Err(recorder.failed(CallEnd::Failed, now_ms, &Plan::of_call(self.client, clock), stopped_by))
            }
        }
    }

    async fn attempt<M: Mode>(
        &self,
        request: &ChatRequest,
        plan: &Plan,
    ) -> (Result<M::Answer, Failure>, Watch, Dial) {
        let span = telemetry::attempt(&self.inner, plan);
        let mut attempt = Try::new(&self.inner, plan, M::IS_STREAMING);
        let made = attempt.make::<M>(request).instrument(span.clone()).await;
        if let Err(failure) = &made {
            telemetry::failed(&span, failure);
        }
        (made, attempt.watch, attempt.dial)
    }

    fn options(&self) -> WalkOptions<'_> {
        WalkOptions {
            deadline_ms: self.deadline_ms,
            worst_case_ms: self.inner.worst_case_ms(self.client),
            overrides: Some(&self.overrides),
        }
    }

    fn empty_record(&self, is_streaming: bool) -> CallRecord {
        CallRecord {
            schema: record::SCHEMA.into(),
            version: record::VERSION,
            project: self.inner.project.clone(),
            client: self.inner.name(self.client).into(),
            is_streaming,
            deadline_ms: self.deadline_ms,
            overrides: self.asked.clone(),
            tickets: Vec::new(),
            drawn_ms: Vec::new(),
            attempts: Vec::new(),
            left_out: 0,
            end: CallEnd::Cancelled,
            end_ms: 0,
            requests: 0,
            stopped_by: None,
            first_token_ms: None,
            nearest_limit: None,
        }
    }
}

impl Next {
    fn attempt(attempt: &Attempt<'_>, clock: Clock) -> Next {
        // A walk never asks for an attempt without a leaf.
        Plan::new(attempt, clock).map_or(Next::Done(End::Failed { stopped_by: None }), Next::Attempt)
    }
}

impl Streaming {
    /// Returns the next chunk, or how the stream ended. After that there is nothing more.
    pub(crate) fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Streamed>> {
        let Some(reading) = &mut self.reading else {
            return Poll::Ready(None);
        };
        match std::task::ready!(reading.poll_chunk(context)) {
            Some(Ok(chunk)) => Poll::Ready(Some(Streamed::Chunk(chunk))),
            Some(Err(failure)) => Poll::Ready(self.finish(Some(failure))),
            None => Poll::Ready(self.finish(None)),
        }
    }

    fn finish(&mut self, failure: Option<Failure>) -> Option<Streamed> {
        let (reading, mut recorder) = (self.reading.take()?, self.recorder.take()?);
        let (plan, watch) = (&self.plan, reading.into_watch());
        let end_ms = ended_ms(plan, failure.as_ref(), &watch, &self.dial);
        let has_failed = failure.is_some();
        recorder.attempt(plan, end_ms, failure, has_failed, (&watch, &self.dial));
        Some(match has_failed {
            true => Streamed::Failed(recorder.failed(CallEnd::HandedOn, end_ms, plan, None)),
            false => Streamed::Done(Box::new(recorder.succeeded(end_ms))),
        })
    }
}

/// When an attempt ended, in milliseconds from the start of the call. A limit that passed did so at its time, even
/// where the timer woke a little later.
fn ended_ms(plan: &Plan, failure: Option<&Failure>, watch: &Watch, dial: &Dial) -> u64 {
    let since_ms = |moment: Option<Instant>| {
        moment.map_or(plan.start_ms, |moment| plan.clock.floor_ms(moment).max(plan.start_ms))
    };
    let planned_ms = match failure {
        Some(Failure::Timeout(timeout)) => {
            let limit_ms = timeout.configured_value_ms;
            match timeout.timeout_type.0 {
                Field::Connect => Some(since_ms(dial.start()).saturating_add(limit_ms)),
                Field::Idle => Some(since_ms(watch.last_event()).saturating_add(limit_ms)),
                Field::TimeToFirstToken => Some(plan.start_ms.saturating_add(limit_ms)),
                Field::Request | Field::Total => plan.cut.map(|cut| plan.start_ms.saturating_add(cut.ms)),
            }
        }
        _ => None,
    };
    match planned_ms {
        Some(planned_ms) => plan.clock.settled_ms(planned_ms),
        None => plan.clock.ceil_ms(Instant::now()),
    }
}
