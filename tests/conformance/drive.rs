//! Carries out the calls of a script over the plan of a document, with the clock of the script.

use clientc_plan::document::{Resolved, ResolvedPlan};
use clientc_plan::{
    Attempt, ClientId, CutBy, End, Field, Origin, Outcome, Overrides, PathIndex, Step, Supply, Tickets, Walk,
    WalkOptions,
};

use super::script::{Call, Fate};

/// A process that makes calls, with its counters of tickets.
pub(crate) struct Process<'d> {
    document: &'d Resolved,
    plan: ResolvedPlan,
    tickets: Tickets,
}

/// The tickets of the process and the drawn part of a delay.
struct Drawn<'t> {
    tickets: &'t mut Tickets,
    percent: u64,
}

impl Supply for Drawn<'_> {
    fn ticket(&mut self, client: ClientId) -> u64 {
        self.tickets.ticket(client)
    }

    fn draw(&mut self, planned_ms: u64) -> u64 {
        planned_ms * self.percent / 100
    }
}

impl<'d> Process<'d> {
    /// Takes the plan out of a document, as a runtime does.
    pub(crate) fn new(document: &'d Resolved) -> Self {
        let plan = document.plan().expect("the document follows from itself");
        Process { document, plan, tickets: Tickets::new() }
    }

    /// Makes a call and says where it does not go as expected.
    pub(crate) fn call(&mut self, call: &Call) -> Option<String> {
        let (lines, note) = match self.run(call) {
            Ok(lines) => (lines, String::new()),
            Err((lines, note)) => (lines, format!("\n  {note}")),
        };
        let mut expected = call.expected.iter();
        for line in &lines {
            match expected.next() {
                Some((_, text)) if text == line => {}
                Some((number, text)) => {
                    return Some(format!("{number}: expected `{text}`\n  found    `{line}`{note}"));
                }
                None => return Some(format!("{}: not expected at the end: `{line}`{note}", call.line)),
            }
        }
        let missing =
            expected.next().map(|(number, text)| format!("{number}: `{text}` did not happen{note}"));
        missing.or_else(|| (!note.is_empty()).then(|| format!("{}:{note}", call.line)))
    }

    /// Makes a call and returns what happens, one line each.
    fn run(&mut self, call: &Call) -> Result<Vec<String>, (Vec<String>, String)> {
        let mut lines = Vec::new();
        let id = |name: &str| self.document.clients.get_index_of(name).map(|index| ClientId(index as u32));
        let Some(client) = id(&call.client) else {
            return Err((lines, format!("there is no client {}", call.client)));
        };
        let mut overrides = Overrides::new();
        for (name, field, ms) in &call.overrides {
            overrides.lower(id(name).expect("an override names a client"), *field, *ms);
        }
        let worst_case = self.document.clients.get_index(client.index()).map(|(_, client)| client.worst_case);
        let options = WalkOptions {
            deadline_ms: call.deadline_ms,
            worst_case_ms: worst_case.and_then(|worst| worst.duration_ms),
            overrides: Some(&overrides),
        };
        let supply = Drawn { tickets: &mut self.tickets, percent: call.draw };
        let mut walk = Walk::new(&self.plan, client, supply, options);
        let mut outcomes = call.outcomes.iter();
        let (mut now_ms, mut outcome, mut path) = (0, None, Vec::new());
        loop {
            match walk.next(now_ms, outcome.take()) {
                Step::Attempt(attempt) => {
                    lines.push(attempt_line(&self.plan, &attempt));
                    path = attempt.path().collect();
                    let Some((number, fate)) = outcomes.next() else {
                        return Err((lines, "there is no outcome for this attempt".into()));
                    };
                    let limit_ms = attempt.cut.map(|cut| cut.ms);
                    let Some((after_ms, ended)) = ended(*fate, limit_ms) else {
                        lines.push(format!("end never at {now_ms} requests {}", attempt.number));
                        return Ok(lines);
                    };
                    if let Some(fault) = impossible(*fate, after_ms, &attempt) {
                        return Err((lines, format!("line {number}: {fault}")));
                    }
                    now_ms += after_ms;
                    outcome = Some(ended);
                }
                Step::Sleep { ms, client } => {
                    lines.push(format!("wait {ms} {}", name(&self.plan, client)));
                    now_ms += ms;
                }
                Step::Done(end) => {
                    let how = how(&self.plan, end, &path);
                    let requests = walk.requests();
                    let (how, stopped) = how;
                    lines.push(format!("end {how} at {now_ms} requests {requests}{stopped}"));
                    break;
                }
            }
        }
        match (outcomes.next(), worst_case) {
            (Some((number, _)), _) => Err((lines, format!("line {number}: there is no such attempt"))),
            (_, Some(worst)) if walk.requests() > worst.requests => {
                Err((lines, format!("more requests than the worst case has: {}", worst.requests)))
            }
            (_, Some(worst)) if worst.duration_ms.is_some_and(|most| now_ms > most) => {
                Err((lines, "longer than the worst case".into()))
            }
            _ => Ok(lines),
        }
    }
}

/// How long an attempt takes and how it ends; nothing where it never does.
fn ended(fate: Fate, limit_ms: Option<u64>) -> Option<(u64, Outcome)> {
    let failed = |retryable| Outcome::Failed { retryable, retry_after_ms: None };
    Some(match fate {
        Fate::Hang => (limit_ms?, failed(true)),
        Fate::Timeout { after_ms, .. } | Fate::Connection { after_ms } => (after_ms, failed(true)),
        Fate::Ok { after_ms } => (after_ms, Outcome::Succeeded),
        Fate::Status { status, after_ms, retry_after_ms } => {
            let retryable = matches!(status, 408 | 409 | 429 | 500..=599);
            (after_ms, Outcome::Failed { retryable, retry_after_ms })
        }
        Fate::HandedOn { after_ms } => (after_ms, Outcome::HandedOn),
        Fate::Cancelled { after_ms } => (after_ms, Outcome::Cancelled),
        Fate::Unbuildable => (0, Outcome::Unbuildable),
    })
}

/// Why an outcome cannot happen to an attempt.
fn impossible(fate: Fate, after_ms: u64, attempt: &Attempt<'_>) -> Option<String> {
    if attempt.cut.is_some_and(|cut| after_ms > cut.ms) {
        return Some("the attempt has ended before".into());
    }
    let Fate::Timeout { field, .. } = fate else { return None };
    match attempt.limits.ms(field) {
        None => Some(format!("the attempt has no {}", field.key())),
        // The idle limit begins again at every event, so it passes at any time after its length.
        Some(ms) if ms > after_ms || (ms < after_ms && field != Field::Idle) => {
            Some(format!("{} is {ms}", field.key()))
        }
        Some(_) => None,
    }
}

fn name(plan: &ResolvedPlan, client: ClientId) -> &str {
    plan.client(client).map_or("?", |client| &client.name)
}

fn attempt_line(plan: &ResolvedPlan, attempt: &Attempt<'_>) -> String {
    let leaf = attempt.leaf().map_or("?", |leaf| name(plan, leaf));
    let path: Vec<_> = attempt.path().collect();
    let limit = match attempt.cut {
        Some(cut) => format!("{} {}", cut.ms, limit(plan, cut.by, &path)),
        None => "none".into(),
    };
    format!("attempt {leaf} at {} limit {limit}", attempt.start_ms)
}

fn limit(plan: &ResolvedPlan, by: CutBy, path: &[ClientId]) -> String {
    let at = |place: PathIndex| path.get(place.index()).map_or("?", |&client| name(plan, client));
    match by {
        CutBy::Own(Origin::Client(place) | Origin::Override(place)) => {
            format!("{} {}", Field::Request.key(), at(place))
        }
        CutBy::Own(Origin::Defaults | Origin::RunTime) => format!("{} defaults", Field::Request.key()),
        CutBy::Total { place, .. } => format!("{} {}", Field::Total.key(), at(place)),
        CutBy::Call => format!("{} caller", Field::Total.key()),
        CutBy::WorstCase => "worst-case".into(),
    }
}

fn how(plan: &ResolvedPlan, end: End, path: &[ClientId]) -> (&'static str, String) {
    match end {
        End::Succeeded => ("succeeded", String::new()),
        End::HandedOn => ("handed-on", String::new()),
        End::Cancelled => ("cancelled", String::new()),
        End::Failed { stopped_by: None } => ("failed", String::new()),
        End::Failed { stopped_by: Some(cut) } => {
            ("failed", format!(" stopped-by {}", limit(plan, cut.by, path)))
        }
    }
}
