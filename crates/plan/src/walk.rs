//! The execution of a call as a state machine, without I/O and without a clock.
//!
//! The caller of [`Walk::next`] executes what it is asked, an attempt or a wait, and comes back with the time and the
//! outcome. So the same machine runs a real call and the call in which everything times out.

mod deadline;
mod frame;
mod step;
mod supply;
#[cfg(test)]
mod tests;

use self::deadline::Deadline;
pub use self::deadline::{Cut, CutBy};
use self::frame::Frame;
pub use self::step::{Attempt, End, Outcome, Step, Visit};
pub use self::supply::{Overrides, Supply, Tickets};
use crate::compose::PathIndex;
use crate::graph::{ClientId, ClientKind, Plan};
use crate::limit::{Limits, minimum};

/// The longest `Retry-After` that is honoured where an attempt had neither a limit nor a deadline, in milliseconds.
pub const MAX_UNBOUNDED_RETRY_AFTER_MS: u64 = 60_000;

/// A call through a client that is in progress.
///
/// It holds one frame for each client on the current path and allocates nothing for an attempt.
#[derive(Debug)]
pub struct Walk<'p, P, S> {
    plan: &'p Plan<P>,
    root: ClientId,
    supply: S,
    options: WalkOptions<'p>,
    frames: Vec<Frame>,
    visits: Vec<Visit>,
    /// How many of the first visits are those of the last attempt.
    unchanged: usize,
    state: State,
    now_ms: u64,
    outer: Option<Deadline>,
    requests: u64,
    stopped_by: Option<Cut>,
    /// The wait that the last failed attempt asks for and the client whose policy says so, where every attempt waits
    /// by itself.
    pause: Option<(u64, ClientId)>,
}

/// What bounds a call besides the limits of its plan.
#[derive(Debug, Clone, Copy, Default)]
pub struct WalkOptions<'p> {
    /// The time that the caller allows the whole call, in milliseconds from its start.
    pub deadline_ms: Option<u64>,
    /// The duration of the worst case, in milliseconds, held as one more deadline from the first step on.
    pub worst_case_ms: Option<u64>,
    /// Limits that are set for this call. They can only lower those of the plan.
    pub overrides: Option<&'p Overrides>,
}

#[derive(Debug, Clone, Copy)]
enum State {
    New,
    Trying {
        start_ms: u64,
        cut: Option<Cut>,
    },
    /// Waiting before a round.
    Waiting,
    /// Waiting before an attempt whose round has begun.
    Pausing,
    Done(End),
}

/// A failure for which everything is tried again.
const FAILED: Outcome = Outcome::Failed { retryable: true, retry_after_ms: None };

/// What the machine does between two steps.
enum Task {
    Enter(ClientId),
    BeginRound,
    RoundFailed { retry_after_ms: Option<u64> },
    Leave,
    Attempt,
    Sleep { ms: u64, client: ClientId, then: State },
    Finish(End),
}

impl<'p, P, S: Supply> Walk<'p, P, S> {
    /// Prepares a call through a client. Nothing is entered and no ticket taken before the first step.
    pub fn new(plan: &'p Plan<P>, client: ClientId, supply: S, options: WalkOptions<'p>) -> Self {
        Walk {
            plan,
            root: client,
            supply,
            options,
            frames: Vec::new(),
            visits: Vec::new(),
            unchanged: 0,
            state: State::New,
            now_ms: 0,
            outer: None,
            requests: 0,
            stopped_by: None,
            pause: None,
        }
    }

    /// What to do next.
    ///
    /// `now_ms` is the time in milliseconds from the start of the call, rounded up, so that no deadline is overrun by a
    /// fraction; a time before the last one counts as the last one. `outcome` is that of the last attempt. An attempt
    /// for which none is given is asked for again. After the end it only returns the end.
    pub fn next(&mut self, now_ms: u64, outcome: Option<Outcome>) -> Step<'_> {
        self.now_ms = self.now_ms.max(now_ms);
        let mut task = self.resume(outcome);
        loop {
            task = match task {
                Task::Enter(client) => self.enter(client),
                Task::BeginRound => self.begin_round(),
                Task::RoundFailed { retry_after_ms } => self.round_failed(retry_after_ms),
                Task::Leave => self.leave(),
                Task::Attempt => match self.pause.take() {
                    Some((ms, client)) => Task::Sleep { ms, client, then: State::Pausing },
                    None => return Step::Attempt(self.attempt()),
                },
                Task::Sleep { ms, client, then } => {
                    self.state = then;
                    return Step::Sleep { ms, client };
                }
                Task::Finish(end) => {
                    self.state = State::Done(end);
                    return Step::Done(end);
                }
            }
        }
    }

    /// The number of requests that were made so far.
    pub const fn requests(&self) -> u64 {
        self.requests
    }

    fn resume(&mut self, outcome: Option<Outcome>) -> Task {
        match (self.state, outcome) {
            (State::Done(end), _) => Task::Finish(end),
            (State::Trying { cut, .. }, Some(outcome)) => self.judge(outcome, cut),
            (State::Trying { .. }, None) => Task::Attempt,
            (_, Some(Outcome::Cancelled)) => Task::Finish(End::Cancelled),
            (State::New, _) => self.begin(),
            (State::Waiting, _) => Task::BeginRound,
            (State::Pausing, _) => Task::Attempt,
        }
    }

    fn begin(&mut self) -> Task {
        let call = self.options.deadline_ms.map(|ms| Deadline::new(CutBy::Call, ms, 0));
        let worst_case =
            self.options.worst_case_ms.map(|ms| Deadline::new(CutBy::WorstCase, ms, self.now_ms));
        self.outer = minimum(call, worst_case);
        match self.blocking(0) {
            Some(deadline) => Task::Finish(End::Failed { stopped_by: Some(deadline.cut(self.now_ms)) }),
            None => Task::Enter(self.root),
        }
    }

    /// Takes the outcome of an attempt. A request was made unless the leaf could not be built.
    fn judge(&mut self, outcome: Outcome, cut: Option<Cut>) -> Task {
        if outcome != Outcome::Unbuildable {
            self.requests = self.requests.saturating_add(1);
        }
        let differences = self.plan.run_time().differences();
        let outcome = match outcome {
            Outcome::HandedOn if !differences.ends_after_content => FAILED,
            Outcome::Failed { .. } if !differences.retries_selectively => FAILED,
            outcome => outcome,
        };
        match outcome {
            Outcome::Succeeded => Task::Finish(End::Succeeded),
            Outcome::HandedOn => Task::Finish(End::HandedOn),
            Outcome::Cancelled => Task::Finish(End::Cancelled),
            Outcome::Unbuildable if differences.builds_one_by_one => Task::Leave,
            Outcome::Unbuildable => Task::Finish(End::Failed { stopped_by: None }),
            Outcome::Failed { retryable, retry_after_ms } => {
                self.pause = if differences.waits_between_rounds { None } else { self.innermost_delay() };
                self.stopped_by = cut.filter(|cut| cut.is_deadline() && cut.end_ms() <= self.now_ms);
                if let Some(frame) = self.frames.last_mut() {
                    frame.set_round_retryable(retryable);
                }
                Task::RoundFailed { retry_after_ms }
            }
        }
    }

    /// Puts a client on the path. A round-robin takes its ticket here, once for all its rounds.
    fn enter(&mut self, id: ClientId) -> Task {
        let Some(client) = self.plan.client(id) else {
            return Task::Finish(End::Failed { stopped_by: None });
        };
        let place = PathIndex(u32::try_from(self.frames.len()).unwrap_or(u32::MAX));
        let lowered = self.options.overrides.and_then(|overrides| overrides.of(id));
        let mut frame = match self.frames.last() {
            Some(parent) => parent.member(client, lowered, place, self.now_ms),
            None => Frame::root(self.outer).member(client, lowered, place, self.now_ms),
        };
        if let ClientKind::RoundRobin { members, start } = &client.kind
            && self.plan.run_time().differences().one_ticket_a_visit
        {
            frame.first_member = pick(self.supply.ticket(id), u64::from(*start), members.len());
        }
        self.frames.push(frame);
        self.visits.push(Visit { client: id, round: 0, member: None });
        Task::BeginRound
    }

    /// Begins a round of the client at the end of the path, or the attempt of a leaf.
    fn begin_round(&mut self) -> Task {
        if let Some(deadline) = self.blocking(0) {
            return self.stop(deadline);
        }
        self.change();
        let (Some(frame), Some(visit)) = (self.frames.last_mut(), self.visits.last_mut()) else {
            return Task::Finish(End::Failed { stopped_by: None });
        };
        frame.round_retryable = false;
        let (member, members) = match self.plan.client(visit.client).map(|client| &client.kind) {
            Some(ClientKind::Fallback { members }) => (0, members),
            Some(ClientKind::RoundRobin { members, start }) => {
                let (ticket, first) = match self.plan.run_time().differences().one_ticket_a_visit {
                    true => (u64::from(visit.round), frame.first_member),
                    false => (self.supply.ticket(visit.client), *start),
                };
                (pick(ticket, u64::from(first), members.len()), members)
            }
            Some(ClientKind::Leaf) | None => return Task::Attempt,
        };
        visit.member = Some(member);
        members.get(member as usize).map_or(Task::Leave, |&member| Task::Enter(member))
    }

    /// Decides what follows a failed round: the next one, at once or after a delay, or the end of the client.
    fn round_failed(&mut self, retry_after_ms: Option<u64>) -> Task {
        let (Some(frame), Some(visit)) = (self.frames.last(), self.visits.last()) else {
            return Task::Leave;
        };
        let policy = self.plan.client(visit.client).and_then(|client| self.plan.policy(client));
        let Some(policy) = policy.filter(|policy| frame.round_retryable && visit.round < policy.max_retries)
        else {
            return Task::Leave;
        };
        let run_time = self.plan.run_time();
        let differences = run_time.differences();
        let planned_ms = run_time.delay_ms(&policy.strategy, frame.planned_ms);
        let drawn_ms = match policy.jitter && differences.adapts_delays {
            true => self.supply.draw(planned_ms).min(planned_ms),
            false => planned_ms,
        };
        let asked_ms = retry_after_ms.filter(|&asked_ms| differences.adapts_delays && asked_ms > drawn_ms);
        if asked_ms.is_some_and(|asked_ms| !self.may_wait(asked_ms, planned_ms)) {
            return Task::Leave;
        }
        let ms = if differences.waits_between_rounds { asked_ms.unwrap_or(drawn_ms) } else { 0 };
        if let Some(deadline) = self.blocking(ms) {
            return self.stop(deadline);
        }
        if let (Some(frame), Some(visit)) = (self.frames.last_mut(), self.visits.last_mut()) {
            frame.planned_ms = Some(planned_ms);
            visit.round += 1;
        }
        let client = self.visits.last().map_or(self.root, |visit| visit.client);
        if ms == 0 { Task::BeginRound } else { Task::Sleep { ms, client, then: State::Waiting } }
    }

    /// The delay of the innermost policy above the failed attempt that has one in its current round, and the
    /// client of that policy. In its last round a policy has none.
    fn innermost_delay(&self) -> Option<(u64, ClientId)> {
        self.frames.iter().zip(&self.visits).rev().find_map(|(frame, visit)| {
            let policy = self.plan.policy(self.plan.client(visit.client)?)?;
            let ms = self.plan.run_time().delay_ms(&policy.strategy, frame.planned_ms);
            (visit.round < policy.max_retries && ms > 0).then_some((ms, visit.client))
        })
    }

    /// Whether a wait that the server asked for fits into what the failed attempt and the planned delay
    /// may take together.
    fn may_wait(&self, asked_ms: u64, planned_ms: u64) -> bool {
        let State::Trying { start_ms, cut } = self.state else {
            return false;
        };
        match cut {
            Some(cut) => {
                let elapsed_ms = self.now_ms.saturating_sub(start_ms);
                elapsed_ms.saturating_add(asked_ms) <= cut.ms.saturating_add(planned_ms)
            }
            None => asked_ms <= MAX_UNBOUNDED_RETRY_AFTER_MS,
        }
    }

    /// Takes the failed client at the end of the path off it. A fallback goes on with its next member.
    fn leave(&mut self) -> Task {
        self.visits.pop();
        self.change();
        let failed = self.frames.pop();
        let (Some(frame), Some(visit)) = (self.frames.last_mut(), self.visits.last_mut()) else {
            return Task::Finish(End::Failed { stopped_by: self.stopped_by });
        };
        if failed.is_some_and(|failed| failed.is_retryable(self.now_ms)) {
            frame.set_round_retryable(true);
        }
        let Some(ClientKind::Fallback { members }) =
            self.plan.client(visit.client).map(|client| &client.kind)
        else {
            return Task::RoundFailed { retry_after_ms: None };
        };
        let next = visit.member.map_or(0, |member| member.saturating_add(1));
        let Some(&member) = members.get(next as usize) else {
            return Task::RoundFailed { retry_after_ms: None };
        };
        match self.blocking(0) {
            Some(deadline) => self.stop(deadline),
            None => {
                if let Some(visit) = self.visits.last_mut() {
                    visit.member = Some(next);
                }
                Task::Enter(member)
            }
        }
    }

    fn attempt(&mut self) -> Attempt<'_> {
        let frame = self.frames.last();
        let limits = frame.map_or(Limits::NONE, |frame| frame.effective(self.plan));
        let own = limits.request_timeout_ms.map(|limit| Deadline::own(limit, self.now_ms));
        let deadline = frame.and_then(|frame| frame.deadline);
        let cut = minimum(own, deadline).map(|deadline| deadline.cut(self.now_ms));
        self.stopped_by = None;
        self.state = State::Trying { start_ms: self.now_ms, cut };
        let unchanged = std::mem::replace(&mut self.unchanged, self.visits.len());
        Attempt {
            visits: &self.visits,
            unchanged,
            number: self.requests.saturating_add(1),
            start_ms: self.now_ms,
            limits,
            cut,
        }
    }

    /// Notes that the last visit is another one than at the last attempt.
    fn change(&mut self) {
        self.unchanged = self.unchanged.min(self.visits.len().saturating_sub(1));
    }

    /// The next deadline where it leaves no time after a wait of `ms` milliseconds.
    fn blocking(&self, ms: u64) -> Option<Deadline> {
        let deadline = self.frames.last().map_or(self.outer, |frame| frame.deadline);
        deadline.filter(|deadline| deadline.ms.saturating_sub(self.now_ms) <= ms)
    }

    fn stop(&mut self, deadline: Deadline) -> Task {
        self.stopped_by = Some(deadline.cut(self.now_ms));
        Task::Leave
    }
}

/// The index of the member that a ticket chooses, counted from a first one.
fn pick(ticket: u64, first: u64, members: usize) -> u32 {
    let count = members as u64;
    let sum = u128::from(ticket) + u128::from(first);
    sum.checked_rem(u128::from(count)).and_then(|index| u32::try_from(index).ok()).unwrap_or(0)
}
