//! Writes down what a call does.

use super::attempt::Plan;
use super::supply::Given;
use super::timeout::Limit;
use super::watch::Watch;
use crate::error::{ClientError, Error, Failure};
use crate::runtime::Inner;
use crate::transport::Dial;
use clientc_plan::record::{
    AttemptOutcome, AttemptRecord, CallEnd, CallRecord, NearestLimit, TicketRecord, TimeoutType,
};
use clientc_plan::{ClientId, Cut, Field};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The record of a call that is under way.
#[derive(Debug)]
pub(crate) struct Recorder {
    inner: Arc<Inner>,
    record: CallRecord,
    last_failure: Option<Failure>,
    last_plan: Option<Plan>,
}

impl Recorder {
    pub(super) fn new(inner: &Arc<Inner>, record: CallRecord) -> Recorder {
        Recorder { inner: Arc::clone(inner), record, last_failure: None, last_plan: None }
    }

    /// Notes an attempt that ended at this time, in milliseconds from the start of the call.
    pub(super) fn attempt(
        &mut self,
        plan: &Plan,
        end_ms: u64,
        failure: Option<Failure>,
        handed_on: bool,
        (watch, dial): (&Watch, &Dial),
    ) {
        let (outcome, status, retry_after_ms, timeout) = match &failure {
            None => (AttemptOutcome::Succeeded, None, None, None),
            Some(Failure::Timeout(timeout)) => {
                (AttemptOutcome::Timeout, None, None, Some((**timeout).clone()))
            }
            Some(Failure::Http(error)) => {
                (AttemptOutcome::Http, Some(error.status), error.retry_after_ms, None)
            }
            Some(Failure::Connection(_)) => (AttemptOutcome::Connection, None, None, None),
            Some(Failure::Rejected(_)) => (AttemptOutcome::Rejected, None, None, None),
            Some(Failure::Unbuildable(_)) => (AttemptOutcome::Unbuildable, None, None, None),
        };
        self.record.add(AttemptRecord {
            path: plan.path.iter().map(|visit| self.inner.name(visit.client).into()).collect(),
            round: plan.path.last().map_or(0, |visit| visit.round),
            start_ms: plan.start_ms,
            end_ms,
            limits: clientc_plan::document::times(&plan.limits),
            limit_ms: plan.cut.map(|cut| cut.ms),
            limited_by: plan.cut.map(|cut| Limit::cut(plan, &cut).record(&self.inner)),
            delay_ms: 0,
            delayed_by: None,
            outcome,
            handed_on,
            status,
            retry_after_ms,
            timeout,
            message: failure.as_ref().map(Failure::to_string),
        });
        if let Some(first_token) = watch.first_token() {
            self.record.first_token_ms.get_or_insert(plan.clock.floor_ms(first_token));
        }
        self.note_use(plan, end_ms, watch, dial);
        if let Some(Failure::Timeout(timeout)) = &failure {
            self.note_nearest(
                timeout.timeout_type,
                &timeout.client,
                timeout.configured_value_ms,
                timeout.elapsed_ms,
            );
        }
        self.last_failure = failure;
        self.last_plan = Some(plan.clone());
    }

    /// Remembers the limit of which the largest part was used.
    fn note_use(&mut self, plan: &Plan, end_ms: u64, watch: &Watch, dial: &Dial) {
        let start = plan.clock.at(plan.start_ms);
        let since_start = |moment: Option<Instant>| Some(moment?.saturating_duration_since(start?));
        let dialled = dial.start().zip(dial.end()).map(|(start, end)| end.saturating_duration_since(start));
        let attempt_ms = end_ms.saturating_sub(plan.start_ms);
        let idle = Some(watch.longest_gap()).filter(|gap| !gap.is_zero());
        let mut used = vec![
            (Limit::own(plan, Field::Connect), dialled.map(ms)),
            (Limit::own(plan, Field::TimeToFirstToken), since_start(watch.first_token()).map(ms)),
            (Limit::own(plan, Field::Idle), idle.map(ms)),
            (Limit::own(plan, Field::Request), Some(attempt_ms)),
        ];
        if let Some(cut) = plan.cut.filter(Cut::is_deadline) {
            used.push((Some(Limit::cut(plan, &cut)), Some(end_ms.saturating_sub(cut.since_ms))));
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
        let is_nearest = self.record.nearest_limit.as_ref().is_none_or(|nearest| {
            part(used_ms, limit_ms) > part(nearest.used_ms, nearest.configured_value_ms)
        });
        if is_nearest {
            self.record.nearest_limit = Some(NearestLimit {
                timeout_type,
                client: client.into(),
                attempt: self.record.attempts_made(),
                configured_value_ms: limit_ms,
                used_ms,
            });
        }
    }

    /// Notes what the call took from outside.
    pub(super) fn given(&mut self, given: Given<'_>) {
        let ticket = |(client, ticket)| TicketRecord { client: self.inner.name(client).into(), ticket };
        self.record.tickets = given.tickets.into_iter().map(ticket).collect();
        self.record.drawn_ms = given.drawn_ms;
    }

    /// Notes the wait after the last attempt.
    pub(super) fn delay(&mut self, ms: u64, client: ClientId) {
        if let Some(attempt) = self.record.attempts.last_mut() {
            attempt.delay_ms = ms;
            attempt.delayed_by = Some(self.inner.name(client).into());
        }
    }

    pub(super) fn requests(&mut self, requests: u64) {
        self.record.requests = requests;
    }

    /// Ends the record of a call that succeeded.
    pub(super) fn succeeded(mut self, end_ms: u64) -> CallRecord {
        self.record.end = CallEnd::Succeeded;
        self.record.end_ms = end_ms;
        self.record
    }

    /// Ends the record of a call that failed, and makes its error. Where no attempt was made at all, it is the
    /// deadline that failed it.
    pub(super) fn failed(mut self, end: CallEnd, end_ms: u64, root: &Plan, stopped_by: Option<Cut>) -> Error {
        self.record.end = end;
        self.record.end_ms = end_ms;
        let plan = self.last_plan.as_ref().unwrap_or(root);
        let stop = stopped_by.map(|cut| (cut, Limit::cut(plan, &cut)));
        self.record.stopped_by = stop.as_ref().map(|(_, limit)| limit.record(&self.inner));
        let failure = self.last_failure.take().unwrap_or_else(|| {
            let (limit, elapsed_ms) = match &stop {
                Some((cut, limit)) => (limit, end_ms.saturating_sub(cut.since_ms)),
                None => (&Limit::worst_case(root, end_ms), end_ms),
            };
            limit.error(&self.inner, root, elapsed_ms).into()
        });
        Error::Client(Box::new(ClientError { failure, record: self.record }))
    }
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
