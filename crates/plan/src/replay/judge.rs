//! Follows the walk beside a record.

use super::supply::Recorded;
use super::{Judgement, Replay, ReplayError, ReplayedAttempt};
use crate::compose::Origin;
use crate::document::{Resolved, ResolvedPlan, Source};
use crate::graph::{ClientId, ClientKind};
use crate::limit::Limits;
use crate::record::{AttemptOutcome, AttemptRecord, CallEnd, CallRecord, LAST_ATTEMPTS};
use crate::retry::is_retried_status;
use crate::walk::{Attempt, Cut, End, Outcome, Overrides, Step, Visit, Walk, WalkOptions};
use crate::worst_case::worst_case;

pub(super) struct Judge<'r> {
    pub(super) document: &'r Resolved,
    pub(super) plan: &'r ResolvedPlan,
    pub(super) record: &'r CallRecord,
    pub(super) tolerance_ms: u64,
    pub(super) root: ClientId,
    overrides: Overrides,
    supply: Recorded,
}

/// What the walk says of an attempt, kept beyond its next step.
pub(super) struct ExpectedAttempt {
    pub(super) visits: Vec<Visit>,
    pub(super) start_ms: u64,
    pub(super) limits: Limits<Origin>,
    pub(super) cut: Option<Cut>,
}

enum Next {
    Attempt(ExpectedAttempt),
    Sleep { ms: u64, client: ClientId },
    Done(End),
}

impl<'r> Judge<'r> {
    pub(super) fn new(
        document: &'r Resolved,
        plan: &'r ResolvedPlan,
        record: &'r CallRecord,
        tolerance_ms: u64,
    ) -> Result<Self, ReplayError> {
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
        let options = WalkOptions {
            deadline_ms: self.record.deadline_ms,
            worst_case_ms: worst_case(self.plan, self.root).duration_ms,
            overrides: Some(&self.overrides),
        };
        let mut walk = Walk::new(self.plan, self.root, &mut supply, options);
        let mut replay = Replay { attempts: Vec::new(), end: Vec::new(), is_obeyed: true };
        let mut records = self.record.attempts.iter().peekable();
        let (mut now_ms, mut outcome, mut before) = (0, None, None::<Vec<Visit>>);
        loop {
            let next = Next::of(walk.next(now_ms, outcome.take()));
            let count = replay.attempts.len();
            if self.record.left_out > 0 && count + LAST_ATTEMPTS >= self.record.attempts.len() {
                replay.end.push(self.left_out());
                break;
            }
            let judgements = match replay.attempts.last_mut() {
                Some(last) => &mut last.judgements,
                None => &mut replay.end,
            };
            match (next, records.peek()) {
                (Next::Sleep { ms, client }, _) => {
                    now_ms = now_ms.saturating_add(ms);
                    judgements.extend(self.waited(count, ms, client));
                }
                (Next::Attempt(expected), Some(&record)) => {
                    judgements.extend(self.moved(before.as_deref(), &expected));
                    // The attempt may have started a little late, and its limits run from there.
                    let expected = if record.start_ms > expected.start_ms {
                        now_ms = record.start_ms;
                        match Next::of(walk.next(now_ms, None)) {
                            Next::Attempt(again) => ExpectedAttempt { start_ms: expected.start_ms, ..again },
                            _ => expected,
                        }
                    } else {
                        expected
                    };
                    let judgements = self.attempt(&expected, record);
                    let is_same = self.path(&expected) == record.path;
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
                    before = Some(expected.visits);
                }
                (Next::Attempt(expected), None) => {
                    replay.end.push(self.not_made(&expected));
                    break;
                }
                (Next::Done(end), None) => {
                    replay.end.extend(self.end(end, before.as_deref(), walk.requests(), now_ms));
                    break;
                }
                (Next::Done(_), Some(record)) => {
                    replay.end.push(self.beyond_the_plan(record));
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

    /// The end of what can be judged, where the record leaves attempts out.
    fn left_out(&self) -> Judgement {
        let message = format!(
            "{} attempts are left out of the record here; what follows them cannot be judged",
            self.record.left_out
        );
        Judgement::obeyed(message, None)
    }

    /// Judges that an attempt of the plan was not made.
    fn not_made(&self, expected: &ExpectedAttempt) -> Judgement {
        let path = self.path(expected).join(" > ");
        if self.record.end == CallEnd::Cancelled {
            return Judgement::obeyed(format!("the caller left before {path} ended"), None);
        }
        Judgement::broken(format!("the plan goes on with {path}"), self.source(expected.visits.last()))
    }

    /// Judges an attempt that was made where the plan ends.
    fn beyond_the_plan(&self, record: &AttemptRecord) -> Judgement {
        let path = record.path.join(" > ");
        let message = format!("the plan ends here, and {path} was called at {} ms", record.start_ms);
        Judgement::broken(message, self.place_of(self.root))
    }

    /// Judges a wait, which is recorded with the attempt before it.
    fn waited(&self, attempts: usize, ms: u64, client: ClientId) -> Option<Judgement> {
        let attempt = self.record.attempts.get(attempts.checked_sub(1)?)?;
        let (recorded_ms, asked_ms) = (attempt.delay_ms, attempt.retry_after_ms);
        let found = self.plan.client(client)?;
        let policy = self.plan.policy(found).map_or("", |policy| &policy.name);
        let place = self.place_of(client);
        Some(match recorded_ms == ms {
            true if asked_ms == Some(ms) => Judgement::obeyed(
                format!(
                    "then {ms} ms, as the server asked; the policy {policy} of {} honours it",
                    found.name
                ),
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
    fn moved(&self, before: Option<&[Visit]>, expected: &ExpectedAttempt) -> Option<Judgement> {
        let before = before?;
        let differs = expected.visits.iter().zip(before).find(|(now, then)| now != then);
        let (now, then) = differs?;
        let client = self.plan.client(now.client)?;
        let place = self.place_of(now.client);
        let message = match &client.kind {
            _ if now.round != then.round => {
                let policy = self.plan.policy(client).map_or("", |policy| &policy.name);
                let retries = self.plan.policy(client).map_or(0, |policy| policy.max_retries);
                format!("then retry {} of {retries} by the policy {policy} of {}", now.round, client.name)
            }
            ClientKind::Fallback { members } => {
                let next = now.member.and_then(|member| members.get(member as usize));
                let name = next.and_then(|&next| self.plan.client(next)).map_or("", |next| &next.name);
                format!("then {} moves on to {name}", client.name)
            }
            _ => return None,
        };
        Some(Judgement::obeyed(message, place))
    }
}

impl Next {
    fn of(step: Step<'_>) -> Self {
        match step {
            Step::Attempt(Attempt { visits, start_ms, limits, cut, .. }) => {
                Self::Attempt(ExpectedAttempt { visits: visits.to_vec(), start_ms, limits, cut })
            }
            Step::Sleep { ms, client } => Self::Sleep { ms, client },
            Step::Done(end) => Self::Done(end),
        }
    }
}

impl Judgement {
    pub(super) fn obeyed(message: String, place: Option<Source>) -> Self {
        Self { is_obeyed: true, message, place }
    }

    pub(super) fn broken(message: String, place: Option<Source>) -> Self {
        Self { is_obeyed: false, message, place }
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
        AttemptOutcome::Http => failed(record.status.is_some_and(is_retried_status)),
        AttemptOutcome::Rejected => failed(false),
        AttemptOutcome::Unbuildable => Outcome::Unbuildable,
        AttemptOutcome::Cancelled => Outcome::Cancelled,
    }
}
