//! Follows the walk beside a record.

use super::supply::Recorded;
use super::{Judgement, Replay, ReplayError, ReplayedAttempt};
use crate::compose::Origin;
use crate::document::{Resolved, ResolvedPlan, Source, times};
use crate::field::Field;
use crate::graph::{ClientId, Kind};
use crate::record::{AttemptOutcome, AttemptRecord, CallEnd, CallRecord};
use crate::walk::{Attempt, Cut, CutBy, End, Outcome, Overrides, Step, Visit, Walk, WalkOptions};

pub(super) struct Judge<'r> {
    document: &'r Resolved,
    plan: &'r ResolvedPlan,
    record: &'r CallRecord,
    tolerance_ms: u64,
    root: ClientId,
    overrides: Overrides,
    supply: Recorded,
}

/// What the walk says of an attempt, kept beyond its next step.
struct Said {
    visits: Vec<Visit>,
    start_ms: u64,
    limits: crate::limit::Limits<Origin>,
    cut: Option<Cut>,
}

enum Next {
    Attempt(Said),
    Sleep { ms: u64, client: ClientId },
    Done(End),
}

impl<'r> Judge<'r> {
    pub(super) fn new(
        document: &'r Resolved,
        plan: &'r ResolvedPlan,
        record: &'r CallRecord,
        tolerance_ms: u64,
    ) -> Result<Judge<'r>, ReplayError> {
        let id = |name: &str| {
            let index = document.clients.get_index_of(name);
            index.map(|index| ClientId(index as u32)).ok_or_else(|| ReplayError::UnknownClient(name.into()))
        };
        let mut overrides = Overrides::new();
        for lowered in &record.overrides {
            overrides.lower(id(&lowered.client)?, lowered.field.0, lowered.ms);
        }
        let mut supply =
            Recorded { drawn_ms: record.drawn_ms.iter().copied().collect(), ..Recorded::default() };
        for ticket in &record.tickets {
            supply.tickets.push_back((id(&ticket.client)?, ticket.ticket));
        }
        Ok(Judge { document, plan, record, tolerance_ms, root: id(&record.client)?, overrides, supply })
    }

    pub(super) fn run(mut self) -> Result<Replay, ReplayError> {
        let mut supply = std::mem::take(&mut self.supply);
        let worst_case =
            self.document.clients.get_index(self.root.index()).map(|(_, client)| client.worst_case);
        let options = WalkOptions {
            deadline_ms: self.record.deadline_ms,
            worst_case_ms: worst_case.and_then(|worst_case| worst_case.duration_ms),
            overrides: Some(&self.overrides),
        };
        let mut walk = Walk::new(self.plan, self.root, &mut supply, options);
        let mut replay = Replay { attempts: Vec::new(), end: Vec::new(), is_obeyed: true };
        let mut records = self.record.attempts.iter().peekable();
        let (mut now_ms, mut outcome, mut before) = (0, None, None::<Vec<Visit>>);
        loop {
            let next = Next::of(walk.next(now_ms, outcome.take()));
            let count = replay.attempts.len();
            let judgements = match replay.attempts.last_mut() {
                Some(last) => &mut last.judgements,
                None => &mut replay.end,
            };
            match (next, records.peek()) {
                (Next::Sleep { ms, client }, _) => {
                    now_ms = now_ms.saturating_add(ms);
                    judgements.extend(self.waited(count, ms, client));
                }
                (Next::Attempt(said), Some(&record)) => {
                    judgements.extend(self.moved(before.as_deref(), &said));
                    // The attempt may have started a little late, and its limits run from there.
                    let said = if record.start_ms > said.start_ms {
                        now_ms = record.start_ms;
                        match Next::of(walk.next(now_ms, None)) {
                            Next::Attempt(again) => Said { start_ms: said.start_ms, ..again },
                            _ => said,
                        }
                    } else {
                        said
                    };
                    let judgements = self.attempt(&said, record);
                    let is_same = self.path(&said) == record.path;
                    replay.attempts.push(ReplayedAttempt {
                        path: record.path.clone(),
                        start_ms: record.start_ms,
                        end_ms: record.end_ms,
                        judgements,
                    });
                    records.next();
                    // What follows another path than the plan's cannot be held against the plan.
                    if !is_same {
                        break;
                    }
                    now_ms = now_ms.max(record.end_ms);
                    outcome = Some(outcome_of(record));
                    before = Some(said.visits);
                }
                (Next::Attempt(said), None) => {
                    let path = self.path(&said).join(" > ");
                    let is_left = self.record.end == CallEnd::Cancelled;
                    replay.end.push(match is_left {
                        true => Judgement::obeyed(format!("the caller left before {path} ended"), None),
                        false => Judgement::broken(
                            format!("the plan goes on with {path}"),
                            self.source(said.visits.last()),
                        ),
                    });
                    break;
                }
                (Next::Done(end), None) => {
                    replay.end.extend(self.end(end, before.as_deref(), walk.requests(), now_ms));
                    break;
                }
                (Next::Done(_), Some(record)) => {
                    let path = record.path.join(" > ");
                    let message =
                        format!("the plan ends here, and {path} was called at {} ms", record.start_ms);
                    replay.end.push(Judgement::broken(message, self.place_of(self.root)));
                    break;
                }
            }
        }
        if supply.is_short {
            let message = "the record lacks a ticket or a drawn delay that the plan needs";
            replay.end.push(Judgement::broken(message.into(), None));
        }
        let judgements = replay.attempts.iter().flat_map(|attempt| &attempt.judgements).chain(&replay.end);
        replay.is_obeyed = judgements.into_iter().all(|judgement| judgement.is_obeyed);
        Ok(replay)
    }

    /// Judges a wait, which stands with the attempt before it.
    fn waited(&self, attempts: usize, ms: u64, client: ClientId) -> Option<Judgement> {
        let attempt = self.record.attempts.get(attempts.checked_sub(1)?)?;
        let (recorded_ms, asked_ms) = (attempt.delay_ms, attempt.retry_after_ms);
        let found = self.plan.client(client)?;
        let policy = self.plan.policy(found).map_or("", |policy| &policy.name);
        let place = self.place_of(client);
        Some(match recorded_ms == ms {
            true if asked_ms == Some(ms) => Judgement::obeyed(
                format!("then {ms} ms, as the server asked; the policy {policy} of {} heeds it", found.name),
                place,
            ),
            true => {
                Judgement::obeyed(format!("then {ms} ms by the policy {policy} of {}", found.name), place)
            }
            false => Judgement::broken(
                format!("waited {recorded_ms} ms; the policy {policy} of {} says {ms} ms", found.name),
                place,
            ),
        })
    }

    /// Says what made the plan go on with this attempt.
    fn moved(&self, before: Option<&[Visit]>, said: &Said) -> Option<Judgement> {
        let before = before?;
        let differs = said.visits.iter().zip(before).find(|(now, then)| now != then);
        let (now, then) = differs?;
        let client = self.plan.client(now.client)?;
        let place = self.place_of(now.client);
        let message = match &client.kind {
            _ if now.round != then.round => {
                let policy = self.plan.policy(client).map_or("", |policy| &policy.name);
                let retries = self.plan.policy(client).map_or(0, |policy| policy.max_retries);
                format!("then retry {} of {retries} by the policy {policy} of {}", now.round, client.name)
            }
            Kind::Fallback { members } => {
                let next = now.member.and_then(|member| members.get(member as usize));
                let name = next.and_then(|&next| self.plan.client(next)).map_or("", |next| &next.name);
                format!("then {} moves on to {name}", client.name)
            }
            _ => return None,
        };
        Some(Judgement::obeyed(message, place))
    }

    /// Judges one attempt: that it was due, its limits, and that they held.
    fn attempt(&self, said: &Said, record: &AttemptRecord) -> Vec<Judgement> {
        let mut judgements = Vec::new();
        let (path, leaf) = (self.path(said), said.visits.last());
        if path != record.path {
            let message = format!("the plan calls {} here", path.join(" > "));
            return vec![Judgement::broken(message, self.source(leaf))];
        }
        let late_ms = record.start_ms.saturating_sub(said.start_ms);
        if record.start_ms < said.start_ms {
            let early_ms = said.start_ms - record.start_ms;
            let message = format!("it started {early_ms} ms early: the plan says {} ms", said.start_ms);
            judgements.push(Judgement::broken(message, self.source(leaf)));
        } else if late_ms > self.tolerance_ms {
            let message = format!("it started {late_ms} ms late: the plan says {} ms", said.start_ms);
            judgements.push(Judgement::broken(message, self.source(leaf)));
        }
        if times(&said.limits) != record.limits {
            for field in Field::ATTEMPT {
                let (planned, had) = (said.limits.ms(field), record.limits.get(field).copied());
                if planned != had {
                    let (planned, had) = (limit_words(planned), limit_words(had));
                    let message = format!("{} was {had}; the plan says {planned}", field.key());
                    judgements.push(Judgement::broken(message, self.written(said, field)));
                }
            }
        }
        let cut_ms = said.cut.map(|cut| cut.ms);
        if cut_ms != record.limit_ms {
            let (planned, had) = (limit_words(cut_ms), limit_words(record.limit_ms));
            let message = format!("it had {had} in all; the plan says {planned}");
            judgements.push(Judgement::broken(message, self.cut_place(said)));
        }
        judgements.extend(self.began_late(said, record));
        judgements.push(self.ended(said, record));
        judgements
    }

    /// Judges when the first content came, in the attempt in which it did.
    fn began_late(&self, said: &Said, record: &AttemptRecord) -> Option<Judgement> {
        let first_ms = self.record.first_token_ms?;
        let took_ms = first_ms.checked_sub(record.start_ms).filter(|_| first_ms <= record.end_ms)?;
        let limit_ms = said.limits.ms(Field::TimeToFirstToken)?;
        (took_ms > limit_ms.saturating_add(self.tolerance_ms)).then(|| {
            let message = format!(
                "content came after {took_ms} ms: time_to_first_token_timeout_ms of {limit_ms} ms did not hold"
            );
            Judgement::broken(message, self.written(said, Field::TimeToFirstToken))
        })
    }

    /// Judges how an attempt ended, and says what decided it.
    fn ended(&self, said: &Said, record: &AttemptRecord) -> Judgement {
        let took_ms = record.end_ms.saturating_sub(record.start_ms);
        if let Some(cut) = said.cut.filter(|cut| took_ms > cut.ms.saturating_add(self.tolerance_ms)) {
            let message =
                format!("it took {took_ms} ms and had {} ms: {} did not hold", cut.ms, self.cut_words(said));
            return Judgement::broken(message, self.cut_place(said));
        }
        let Some(timeout) = record.timeout.as_ref().filter(|_| record.outcome == AttemptOutcome::Timeout)
        else {
            let what = match (record.outcome, record.status) {
                (AttemptOutcome::Succeeded, _) => "it succeeded".into(),
                (AttemptOutcome::Http, Some(status)) => format!("the server answered {status}"),
                (AttemptOutcome::Rejected, _) => "the answer ended for a reason that is not allowed".into(),
                (AttemptOutcome::Unbuildable, _) => "it could not be built, and made no request".into(),
                (AttemptOutcome::Cancelled, _) => "the caller left".into(),
                _ => "the connection failed".into(),
            };
            return Judgement::obeyed(format!("{what} after {took_ms} ms"), self.source(said.visits.last()));
        };
        let field = timeout.timeout_type.0;
        let (set_ms, place) = match said.cut.filter(|_| field == Field::Total) {
            Some(cut) => (cut.is_deadline().then_some(cut.configured_ms), self.cut_place(said)),
            None => (said.limits.ms(field), self.written(said, field)),
        };
        let (key, elapsed_ms) = (field.key(), timeout.elapsed_ms);
        match set_ms {
            None => Judgement::broken(
                format!("{key} passed, and the plan sets none here"),
                self.source(said.visits.last()),
            ),
            Some(ms) if ms != timeout.configured_value_ms => {
                let named_ms = timeout.configured_value_ms;
                Judgement::broken(format!("{key} passed at {named_ms} ms; the plan says {ms} ms"), place)
            }
            Some(ms) if elapsed_ms < ms => {
                Judgement::broken(format!("{key} of {ms} ms passed {} ms early", ms - elapsed_ms), place)
            }
            Some(ms) if elapsed_ms > ms.saturating_add(self.tolerance_ms) => {
                Judgement::broken(format!("{key} of {ms} ms passed {} ms late", elapsed_ms - ms), place)
            }
            Some(ms) => Judgement::obeyed(format!("{key} of {ms} ms passed after {elapsed_ms} ms"), place),
        }
    }

    /// Judges the end of the call.
    fn end(&self, end: End, last: Option<&[Visit]>, requests: u64, now_ms: u64) -> Vec<Judgement> {
        let record = self.record;
        let mut judgements = Vec::new();
        let (planned, stopped_by) = match end {
            End::Succeeded => (CallEnd::Succeeded, None),
            End::HandedOn => (CallEnd::HandedOn, None),
            End::Cancelled => (CallEnd::Cancelled, None),
            End::Failed { stopped_by } => (CallEnd::Failed, stopped_by),
        };
        if planned != record.end {
            let message =
                format!("the call ended as {}; the plan says {}", end_words(record.end), end_words(planned));
            judgements.push(Judgement::broken(message, self.place_of(self.root)));
        }
        if requests != record.requests {
            let message = format!("{} requests were made; the plan says {requests}", record.requests);
            judgements.push(Judgement::broken(message, self.place_of(self.root)));
        }
        if record.end_ms < now_ms || record.end_ms - now_ms > self.tolerance_ms {
            let message = format!("the call ended after {} ms; the plan says {now_ms} ms", record.end_ms);
            judgements.push(Judgement::broken(message, self.place_of(self.root)));
        }
        let (words, place) = match (planned, stopped_by) {
            (CallEnd::Failed, Some(cut)) => {
                let said = Said {
                    visits: last.map_or_else(Vec::new, <[Visit]>::to_vec),
                    start_ms: now_ms,
                    limits: crate::limit::Limits::NONE,
                    cut: Some(cut),
                };
                (format!("{} left no time to go on", self.cut_words(&said)), self.cut_place(&said))
            }
            (CallEnd::Failed, None) => {
                ("everything that could be tried failed".into(), self.place_of(self.root))
            }
            (CallEnd::HandedOn, _) => {
                ("content had been handed on, so nothing was tried again".into(), self.place_of(self.root))
            }
            (CallEnd::Succeeded, _) => ("it succeeded".into(), self.place_of(self.root)),
            (CallEnd::Cancelled, _) => ("the caller left".into(), None),
        };
        if judgements.is_empty() {
            judgements.push(Judgement::obeyed(words, place));
        }
        judgements
    }

    fn path(&self, said: &Said) -> Vec<Box<str>> {
        let client = |visit: &Visit| Some(self.plan.client(visit.client)?.name.clone());
        said.visits.iter().filter_map(client).collect()
    }

    /// Returns where a client is declared.
    fn place_of(&self, client: ClientId) -> Option<Source> {
        self.document.clients.get_index(client.index()).map(|(_, client)| client.source.clone())
    }

    fn source(&self, visit: Option<&Visit>) -> Option<Source> {
        self.place_of(visit?.client)
    }

    /// Returns where an effective limit is written.
    fn written(&self, said: &Said, field: Field) -> Option<Source> {
        let limits = match said.limits.get(field)?.origin {
            Origin::Client(place) => &self.plan.client(said.visits.get(place.index())?.client)?.limits,
            Origin::Defaults => self.plan.defaults(),
            Origin::Override(_) => return None,
        };
        limits.get(field)?.origin.clone()
    }

    /// Returns where what ends an attempt at the latest is written.
    fn cut_place(&self, said: &Said) -> Option<Source> {
        match said.cut?.by {
            CutBy::Own(_) => self.written(said, Field::Request),
            CutBy::Total { place, is_override: false } => {
                let client = said.visits.get(place.index())?.client;
                self.plan.client(client)?.limits.get(Field::Total)?.origin.clone()
            }
            CutBy::Total { is_override: true, .. } | CutBy::Call => None,
            CutBy::WorstCase => self.place_of(self.root),
        }
    }

    fn cut_words(&self, said: &Said) -> String {
        let Some(cut) = said.cut else {
            return "nothing".into();
        };
        let ms = cut.configured_ms;
        let client = |place: crate::compose::PathIndex| {
            let visit = said.visits.get(place.index());
            visit.and_then(|visit| self.plan.client(visit.client)).map_or("", |client| &*client.name)
        };
        match cut.by {
            CutBy::Own(_) => format!("request_timeout_ms of {ms} ms"),
            CutBy::Total { place, .. } => format!("total_timeout_ms of {}, {ms} ms,", client(place)),
            CutBy::Call => format!("the deadline of the caller, {ms} ms,"),
            CutBy::WorstCase => format!("the worst case of {}, {ms} ms,", self.record.client),
        }
    }
}

impl Next {
    fn of(step: Step<'_>) -> Next {
        match step {
            Step::Attempt(Attempt { visits, start_ms, limits, cut, .. }) => {
                Next::Attempt(Said { visits: visits.to_vec(), start_ms, limits, cut })
            }
            Step::Sleep { ms, client } => Next::Sleep { ms, client },
            Step::Done(end) => Next::Done(end),
        }
    }
}

impl Judgement {
    fn obeyed(message: String, place: Option<Source>) -> Judgement {
        Judgement { is_obeyed: true, message, place }
    }

    fn broken(message: String, place: Option<Source>) -> Judgement {
        Judgement { is_obeyed: false, message, place }
    }
}

fn outcome_of(record: &AttemptRecord) -> Outcome {
    if record.handed_on {
        return Outcome::HandedOn;
    }
    let failed = |retryable| Outcome::Failed { retryable, retry_after_ms: record.retry_after_ms };
    match record.outcome {
        AttemptOutcome::Succeeded => Outcome::Succeeded,
        AttemptOutcome::Timeout | AttemptOutcome::Connection => failed(true),
        AttemptOutcome::Http => failed(matches!(record.status, Some(408 | 409 | 429 | 500..=599))),
        AttemptOutcome::Rejected => failed(false),
        AttemptOutcome::Unbuildable => Outcome::Unbuildable,
        AttemptOutcome::Cancelled => Outcome::Cancelled,
    }
}

fn limit_words(ms: Option<u64>) -> String {
    ms.map_or_else(|| "no limit".into(), |ms| format!("{ms} ms"))
}

fn end_words(end: CallEnd) -> &'static str {
    match end {
        CallEnd::Succeeded => "a success",
        CallEnd::Failed => "a failure",
        CallEnd::HandedOn => "a failure after content",
        CallEnd::Cancelled => "cancelled",
    }
}
