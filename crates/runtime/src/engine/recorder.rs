//! Writes down what a call does.

use std::sync::Arc;
use std::time::Duration;

use clientc_plan::record::{
    AttemptOutcome, AttemptRecord, CallEnd, CallRecord, NearestLimit, TicketRecord, TimeoutType,
};
use clientc_plan::{ClientId, Cut, CutBy, Field};
use http::HeaderMap;
use tokio::time::Instant;
use tracing::Span;

use super::brief::Brief;
use super::supply::Taken;
use super::timeout::Limit;
use super::watch::Watch;
use crate::answer::request_id;
use crate::error::{ClientError, Error, Failure};
use crate::inner::Inner;
use crate::telemetry;
use crate::transport::Dial;

/// The record of a call that is in progress. A call that is dropped is recorded as one that its caller left.
#[derive(Debug)]
pub(super) struct Recorder {
    inner: Arc<Inner>,
    span: Span,
    /// `None` once the call has ended.
    record: Option<Box<CallRecord>>,
    taken: Taken,
    /// The attempt under way.
    current: Option<Current>,
    last_failure: Option<Failure>,
    last_brief: Option<Brief>,
    start: Brief,
}

#[derive(Debug)]
struct Current {
    brief: Brief,
    dial: Dial,
    joined: bool,
}

/// An attempt that is over, as far as it is measured.
pub(super) struct Measured<'a> {
    pub(super) brief: &'a Brief,
    pub(super) watch: &'a Watch,
    pub(super) dial: &'a Dial,
    pub(super) headers: &'a HeaderMap,
    /// Whether a whole answer was joined from a stream.
    pub(super) joined: bool,
    pub(super) note: Option<&'static str>,
}

impl Recorder {
    /// Begins with an empty record. `start` stands for the call before its first attempt.
    pub(super) fn new(
        inner: &Arc<Inner>,
        span: Span,
        record: CallRecord,
        start: Brief,
        taken: Taken,
    ) -> Self {
        Self {
            inner: Arc::clone(inner),
            span,
            record: Some(Box::new(record)),
            taken,
            current: None,
            last_failure: None,
            last_brief: None,
            start,
        }
    }

    /// Notes that an attempt is under way.
    pub(super) fn begin(&mut self, brief: &Brief, dial: &Dial, joined: bool) {
        self.current = Some(Current { brief: brief.clone(), dial: dial.clone(), joined });
    }

    /// Notes an attempt that ended at this time, in milliseconds from the start of the call.
    pub(super) fn attempt(
        &mut self,
        measured: &Measured<'_>,
        end_ms: u64,
        failure: Option<Failure>,
        handed_on: bool,
    ) {
        self.current = None;
        let Measured { brief, watch, dial, headers, joined, note } = *measured;
        let mut attempt = self.begun(brief, end_ms);
        attempt.outcome = failure.as_ref().map_or(AttemptOutcome::Succeeded, Failure::attempt_outcome);
        attempt.handed_on = handed_on;
        attempt.joined = joined;
        attempt.request_id = request_id(headers);
        attempt.quotes_server = failure.as_ref().is_some_and(Failure::quotes_server);
        attempt.message = failure.as_ref().map(Failure::to_string).or(note.map(String::from));
        match &failure {
            Some(Failure::Timeout(timeout)) => attempt.timeout = Some((**timeout).clone()),
            Some(Failure::Http(error)) => {
                attempt.status = Some(error.status);
                attempt.retry_after_ms = error.retry_after.map(ms);
            }
            _ => {}
        }
        self.add(attempt);
        self.first_token(brief, watch);
        self.note_use(brief, end_ms, watch, dial);
        if let Some(Failure::Timeout(timeout)) = &failure {
            self.note_nearest(
                timeout.timeout_type,
                &timeout.client,
                timeout.configured_value_ms,
                timeout.elapsed_ms,
            );
        }
        self.last_failure = failure;
        self.last_brief = Some(brief.clone());
    }

    /// Notes when content came, where it did.
    pub(super) fn first_token(&mut self, brief: &Brief, watch: &Watch) {
        if let (Some(first_token), Some(record)) = (watch.first_token(), &mut self.record) {
            record.first_token_ms.get_or_insert(brief.clock.floor_ms(first_token));
        }
    }

    /// Makes the record of an attempt, with what its plan says of it.
    fn begun(&self, brief: &Brief, end_ms: u64) -> AttemptRecord {
        let path = brief.path.iter().map(|visit| self.inner.name(visit.client).into()).collect();
        let mut attempt = AttemptRecord::new(path, brief.start_ms, end_ms);
        attempt.round = brief.path.last().map_or(0, |visit| visit.round);
        attempt.limits = clientc_plan::document::times(&brief.limits);
        attempt.limit_ms = brief.cut.map(|cut| cut.ms);
        attempt.limited_by = brief.cut.map(|cut| Limit::cut(&self.inner, brief, &cut).record(&self.inner));
        attempt
    }

    fn add(&mut self, attempt: AttemptRecord) {
        if let Some(record) = &mut self.record {
            record.add(attempt);
        }
    }

    /// Remembers the limit of which the largest part was used.
    fn note_use(&mut self, brief: &Brief, end_ms: u64, watch: &Watch, dial: &Dial) {
        let start = brief.clock.at(brief.start_ms);
        let since_start = |moment: Option<Instant>| Some(moment?.saturating_duration_since(start?));
        let dialled = dial.start().zip(dial.end()).map(|(start, end)| end.saturating_duration_since(start));
        let attempt_ms = end_ms.saturating_sub(brief.start_ms);
        let idle = Some(watch.longest_gap()).filter(|gap| !gap.is_zero());
        let mut used = vec![
            (Limit::own(brief, Field::Connect), dialled.map(ms)),
            (Limit::own(brief, Field::TimeToFirstToken), since_start(watch.first_token()).map(ms)),
            (Limit::own(brief, Field::Idle), idle.map(ms)),
            (Limit::own(brief, Field::Request), Some(attempt_ms)),
        ];
        let deadline = brief.cut.filter(Cut::is_deadline);
        if let Some(cut) = deadline.filter(|cut| cut.by != CutBy::WorstCase) {
            used.push((
                Some(Limit::cut(&self.inner, brief, &cut)),
                Some(end_ms.saturating_sub(cut.since_ms)),
            ));
        }
        for (limit, used_ms) in used {
            let Some((limit, used_ms)) = limit.zip(used_ms) else { continue };
            let client = self.inner.name(limit.client).to_owned();
            self.note_nearest(TimeoutType(limit.field), &client, limit.configured_ms, used_ms);
        }
    }

    /// Remembers how much of a limit was used, where it is a larger part than of any before.
    fn note_nearest(&mut self, timeout_type: TimeoutType, client: &str, limit_ms: u64, used_ms: u64) {
        let part = |used_ms: u64, limit_ms: u64| used_ms as f64 / limit_ms.max(1) as f64;
        let Some(record) = &mut self.record else { return };
        let is_nearest = record.nearest_limit.as_ref().is_none_or(|nearest| {
            part(used_ms, limit_ms) > part(nearest.used_ms, nearest.configured_value_ms)
        });
        if is_nearest {
            record.nearest_limit = Some(NearestLimit {
                timeout_type,
                client: client.into(),
                attempt: record.attempts_made(),
                configured_value_ms: limit_ms,
                used_ms,
            });
        }
    }

    /// Notes the wait after the last attempt.
    pub(super) fn delay(&mut self, ms: u64, client: ClientId) {
        let name = self.inner.name(client).into();
        if let Some(attempt) = self.record.as_mut().and_then(|record| record.attempts.last_mut()) {
            attempt.delay_ms = ms;
            attempt.delayed_by = Some(name);
        }
    }

    pub(super) fn requests(&mut self, requests: u64) {
        if let Some(record) = &mut self.record {
            record.requests = requests;
        }
    }

    /// The records of the attempts so far.
    pub(super) fn attempts(&self) -> Vec<AttemptRecord> {
        self.record.as_ref().map_or_else(Vec::new, |record| record.attempts.clone())
    }

    /// Ends the record of a call that succeeded.
    pub(super) fn succeeded(mut self, end_ms: u64) -> CallRecord {
        self.end(CallEnd::Succeeded, end_ms)
    }

    /// Ends the record of a call that failed, and makes its error. Where no attempt was made at all, it is the
    /// deadline that failed it.
    pub(super) fn failed(mut self, end: CallEnd, end_ms: u64, stopped_by: Option<Cut>) -> Error {
        let brief = self.last_brief.as_ref().unwrap_or(&self.start);
        let stop = stopped_by.map(|cut| (cut, Limit::cut(&self.inner, brief, &cut)));
        if let Some(record) = &mut self.record {
            record.stopped_by = stop.as_ref().map(|(_, limit)| limit.record(&self.inner));
        }
        let failure = self.last_failure.take().unwrap_or_else(|| {
            let (limit, elapsed_ms) = match &stop {
                Some((cut, limit)) => (limit, end_ms.saturating_sub(cut.since_ms)),
                None => (&Limit::worst_case(&self.inner, &self.start, end_ms), end_ms),
            };
            limit.error(&self.inner, &self.start, elapsed_ms).into()
        });
        telemetry::call_failed(&self.span, &failure);
        let record = self.end(end, end_ms);
        Error::Client(Box::new(ClientError { failure, record }))
    }

    /// Ends the record, and passes it to everyone who waits for it.
    fn end(&mut self, end: CallEnd, end_ms: u64) -> CallRecord {
        let Some(mut record) = self.record.take() else { return CallRecord::new("", "", false) };
        let taken = self.taken.lists();
        let ticket = |(client, ticket)| TicketRecord { client: self.inner.name(client).into(), ticket };
        record.tickets = taken.tickets.into_iter().map(ticket).collect();
        record.drawn_ms = taken.drawn_ms;
        record.end = end;
        record.end_ms = end_ms;
        telemetry::ended(&self.span, &record);
        if let Some(on_end) = &self.inner.services.on_end {
            on_end(&record);
        }
        *record
    }
}

/// The caller left.
impl Drop for Recorder {
    fn drop(&mut self) {
        if self.record.is_none() {
            return;
        }
        let now_ms = self.start.clock.ceil_ms(Instant::now());
        if let Some(Current { brief, dial, joined }) = self.current.take() {
            let mut attempt = self.begun(&brief, now_ms.max(brief.start_ms));
            attempt.outcome = AttemptOutcome::Cancelled;
            attempt.joined = joined;
            self.add(attempt);
            self.note_use(&brief, now_ms, &Watch::new(&brief, false), &dial);
            self.requests(brief.number);
        }
        telemetry::cancelled(&self.span);
        self.end(CallEnd::Cancelled, now_ms);
    }
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
