//! A call from its start to its answer, or to the first content of its stream.

use std::sync::Arc;

use clientc_plan::record::{AttemptRecord, CallEnd, CallRecord, OverrideRecord};
use clientc_plan::{Attempt, ClientId, End, Overrides, Step, Walk, WalkOptions};
use http::HeaderMap;
use tracing::{Instrument, Span};

use super::brief::Brief;
use super::clock::Clock;
use super::exchange::{Begun, Exchange, TakeStream, TakeWhole, Taking, WholeAnswer, Wishes};
use super::feed::{Feed, Flow};
use super::recorder::{Measured, Recorder};
use super::supply::{CallSupply, Taken};
use super::timeout::ended_ms;
use super::watch::Watch;
use crate::answer::{Answer, AnsweredBy};
use crate::chat::ChatRequest;
use crate::error::{Error, Failure};
use crate::inner::Inner;
use crate::telemetry;
use crate::transport::Dial;

/// A call that is to be made.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) inner: Arc<Inner>,
    pub(crate) client: ClientId,
    pub(crate) deadline_ms: Option<u64>,
    pub(crate) overrides: Overrides,
    /// The overrides as they were asked for.
    pub(crate) asked: Vec<OverrideRecord>,
    pub(crate) wishes: Wishes,
    pub(crate) span: Span,
}

/// A stream that has begun.
pub(crate) struct Streaming {
    pub(crate) feed: Arc<Feed>,
    pub(crate) answered_by: AnsweredBy,
    /// The attempts that failed before.
    pub(crate) failed_before: Vec<AttemptRecord>,
}

enum Next {
    Attempt(Brief),
    Sleep { ms: u64, client: ClientId },
    Done(End),
}

/// An attempt that is over.
struct Ended<A> {
    made: Result<A, Failure>,
    brief: Brief,
    watch: Watch,
    dial: Dial,
    headers: HeaderMap,
    joined: bool,
    note: Option<&'static str>,
}

/// An attempt that succeeded, with the record of all before it.
struct Succeeded<A> {
    answer: A,
    attempt: Ended<()>,
    end_ms: u64,
    recorder: Recorder,
}

impl Call {
    /// Carries the call out and returns the whole answer.
    pub(crate) async fn whole(self, request: &ChatRequest) -> Result<Answer, Error> {
        let Succeeded { answer, attempt, end_ms, mut recorder } = self.run::<TakeWhole>(request).await?;
        let WholeAnswer { response, raw_body } = answer;
        recorder.attempt(&attempt.measured(), end_ms, None, false);
        telemetry::answered(&self.span, &response);
        let answered_by = self.answered_by(&attempt);
        Ok(Answer { response, record: recorder.succeeded(end_ms), answered_by, raw_body })
    }

    /// Carries the call out and returns the answer as a stream, from its first content on.
    pub(crate) async fn stream(self, request: &ChatRequest) -> Result<Streaming, Error> {
        let Succeeded { answer, attempt, end_ms, mut recorder } = self.run::<TakeStream>(request).await?;
        let answered_by = self.answered_by(&attempt);
        let failed_before = recorder.attempts();
        let feed = match answer {
            Begun::Complete(chunks) => {
                recorder.attempt(&attempt.measured(), end_ms, None, false);
                Feed::complete(&self.span, chunks, recorder.succeeded(end_ms))
            }
            Begun::Reading(reading) => {
                let Ended { brief, dial, headers, .. } = attempt;
                recorder.begin(&brief, &dial, false);
                let flow = Flow { reading, recorder, brief, dial, headers };
                Feed::start(&self.span, flow, self.inner.services.stream_buffer).await
            }
        };
        Ok(Streaming { feed, answered_by, failed_before })
    }

    async fn run<T: Taking>(&self, request: &ChatRequest) -> Result<Succeeded<T::Answer>, Error> {
        let inner = &self.inner;
        let clock = Clock::start();
        let taken = Taken::default();
        let start = Brief::of_call(self.client, clock);
        let record = self.empty_record(T::IS_STREAMING);
        let mut recorder = Recorder::new(inner, self.span.clone(), record, start, taken.clone());
        let mut supply = CallSupply::new(inner, taken);
        let mut walk = Walk::new(&inner.plan, self.client, &mut supply, self.options());
        let (mut now_ms, mut outcome) = (0, None);
        loop {
            let next = match walk.next(now_ms, outcome.take()) {
                Step::Attempt(attempt) => Next::attempt(&attempt, clock),
                Step::Sleep { ms, client } => Next::Sleep { ms, client },
                Step::Done(end) => Next::Done(end),
            };
            match next {
                Next::Attempt(brief) => {
                    // A client that cannot be built waits for nothing, and there may be very many. Others get their
                    // turn meanwhile, and so does the caller who wants to leave.
                    tokio::task::consume_budget().await;
                    let number = brief.number;
                    let ended = self.attempt::<T>(request, brief, &mut recorder).await;
                    now_ms = now_ms.max(ended.end_ms());
                    let (made, attempt) = ended.split();
                    match made {
                        Ok(answer) => {
                            recorder.requests(number);
                            return Ok(Succeeded { answer, attempt, end_ms: now_ms, recorder });
                        }
                        Err(failure) => {
                            outcome = Some(failure.outcome());
                            if !matches!(failure, Failure::Unbuildable(_)) {
                                recorder.requests(number);
                            }
                            recorder.attempt(&attempt.measured(), now_ms, Some(failure), false);
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
                Next::Done(end) => {
                    recorder.requests(walk.requests());
                    let stopped_by = match end {
                        End::Failed { stopped_by } => stopped_by,
                        _ => None,
                    };
                    return Err(recorder.failed(CallEnd::Failed, now_ms, stopped_by));
                }
            }
        }
    }

    async fn attempt<T: Taking>(
        &self,
        request: &ChatRequest,
        brief: Brief,
        recorder: &mut Recorder,
    ) -> Ended<T::Answer> {
        let mut exchange = Exchange::new::<T>(&self.inner, &brief, &self.wishes);
        let is_streamed = exchange.delivery.is_streamed();
        let span = telemetry::attempt(&self.inner, brief.leaf, brief.number, is_streamed);
        let joined = !T::IS_STREAMING && is_streamed;
        recorder.begin(&brief, &exchange.dial, joined);
        let made = exchange.make::<T>(request).instrument(span.clone()).await;
        if let Err(failure) = &made {
            telemetry::failed(&span, failure);
        }
        let Exchange { watch, dial, headers, note, .. } = exchange;
        Ended { made, watch, dial, headers, joined, note, brief }
    }

    fn answered_by(&self, attempt: &Ended<()>) -> AnsweredBy {
        let names = attempt.brief.path.iter().map(|visit| self.inner.name(visit.client).into());
        AnsweredBy::new(names.collect(), attempt.brief.number, attempt.headers.clone())
    }

    fn options(&self) -> WalkOptions<'_> {
        WalkOptions {
            deadline_ms: self.deadline_ms,
            worst_case_ms: self.inner.worst_case_ms(self.client),
            overrides: Some(&self.overrides),
        }
    }

    fn empty_record(&self, is_streaming: bool) -> CallRecord {
        let mut record = CallRecord::new(&self.inner.project, self.inner.name(self.client), is_streaming);
        record.deadline_ms = self.deadline_ms;
        record.overrides.clone_from(&self.asked);
        record
    }
}

impl Next {
    fn attempt(attempt: &Attempt<'_>, clock: Clock) -> Self {
        // A walk never asks for an attempt without a leaf.
        Brief::new(attempt, clock).map_or(Self::Done(End::Failed { stopped_by: None }), Next::Attempt)
    }
}

impl<A> Ended<A> {
    fn end_ms(&self) -> u64 {
        ended_ms(&self.brief, self.made.as_ref().err(), &self.watch, &self.dial)
    }

    /// Takes the answer or the failure out.
    fn split(self) -> (Result<A, Failure>, Ended<()>) {
        let Self { made, brief, watch, dial, headers, joined, note } = self;
        (made, Ended { made: Ok(()), brief, watch, dial, headers, joined, note })
    }

    fn measured(&self) -> Measured<'_> {
        let Self { brief, watch, dial, headers, joined, note, .. } = self;
        Measured { brief, watch, dial, headers, joined: *joined, note: *note }
    }
}
