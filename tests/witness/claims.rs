//! What findings say would change nothing, and how often they say something can happen.

use std::collections::BTreeSet;

use clientc_check::{Diagnostic, Span};
use clientc_plan::schedule::first_tickets;
use clientc_plan::{
    ClientId, MAX_ATTEMPTS, Outcome, Plan, Schedule, ScheduleEnd, Step, Supply, Walk, WalkOptions, WorstCase,
    worst_case,
};

use crate::model::{KEYS, Model};
use crate::text::Layout;
use crate::{Checked, text};

/// The call of an entry with these tickets: when each attempt of which client starts and ends.
type Call = Vec<(String, u64, Option<u64>)>;

/// What can be seen of a client from outside: its worst case, and its calls in which everything times out, one for each
/// combination of first tickets. Nothing where there are too many of these, or one is too long to be followed.
fn seen(plan: &Plan<Span>, entry: ClientId) -> Option<(WorstCase, Vec<Call>)> {
    let name = |id: ClientId| plan.client(id).map(|client| client.name.to_string()).unwrap_or_default();
    let mut calls = Vec::new();
    for tickets in first_tickets(plan, entry)? {
        let schedule = Schedule::with_tickets(plan, entry, tickets);
        if schedule.end == ScheduleEnd::NotFollowed {
            return None;
        }
        let leaf =
            |attempt| schedule.path(attempt).last().map(|visit| name(visit.client)).unwrap_or_default();
        let attempts = schedule.attempts.iter();
        calls.push(attempts.map(|attempt| (leaf(attempt), attempt.start_ms, attempt.end_ms)).collect());
    }
    Some((worst_case(plan, entry), calls))
}

/// Whether entries cost and do the same without a limit of a client; nothing where it cannot be told.
pub(crate) fn is_same_without(
    checked: &Checked,
    model: &Model,
    layout: &Layout,
    client: usize,
    key: usize,
) -> Option<bool> {
    let mut other = model.clone();
    other.clients[client].limits[key] = None;
    let other = Checked::of(&text::write(&other, layout).files);
    let (project, other) = (checked.project(), other.project());
    for &entry in &project.entries {
        let name = project.project.client_name(entry);
        let same = other.client(name).expect("the client is still there");
        if seen(&project.project.plan, entry)? != seen(&other.project.plan, same)? {
            return Some(false);
        }
    }
    Some(true)
}

/// The client and the key of a subject such as `A/http/request_timeout_ms`.
pub(crate) fn limit_of(model: &Model, subject: &str) -> Option<(usize, usize)> {
    let mut parts = subject.split("/http/");
    let (name, key) = (parts.next()?, parts.next()?);
    let client = (0..model.clients.len()).find(|client| model.name(*client) == name)?;
    Some((client, KEYS.iter().position(|known| *known == key)?))
}

/// Checks every finding that says a limit can be removed.
pub(crate) fn hold(checked: &Checked, model: &Model, layout: &Layout) -> Result<(), String> {
    for rule in ["shadowed-timeout", "dead-timeout"] {
        for finding in checked.findings(rule) {
            let says_so = finding.help.as_deref().is_some_and(|help| help.contains("remove it"));
            let Some((client, key)) = limit_of(model, &finding.subject).filter(|_| says_so) else { continue };
            if is_same_without(checked, model, layout, client, key) == Some(false) {
                return Err(format!("{rule}: `{}` cannot go without a change", finding.subject));
            }
        }
    }
    Ok(())
}

/// The leaves that calls through a client try more than once when everything fails at once and nothing is retried,
/// one set for each combination of first tickets.
fn repeated(plan: &Plan<Span>, fallback: ClientId) -> Option<Vec<BTreeSet<ClientId>>> {
    let mut all = Vec::new();
    for tickets in first_tickets(plan, fallback)? {
        let (mut first, mut again, mut outcome) = (Vec::new(), BTreeSet::new(), None);
        let mut walk = Walk::new(plan, fallback, tickets, WalkOptions::default());
        while let Step::Attempt(attempt) = walk.next(0, outcome.take()) {
            let (member, leaf) = (attempt.visits[0].member, attempt.visits.last().expect("a leaf").client);
            if first.iter().any(|(other, known)| *known == leaf && *other != member) {
                again.insert(leaf);
            }
            first.push((member, leaf));
            outcome = Some(Outcome::Failed { retryable: false, retry_after_ms: None });
        }
        all.push(again);
    }
    Some(all)
}

/// Checks that a fallback has a duplicate member just where every call tries a leaf through two of its members.
pub(crate) fn duplicates_are_certain(checked: &Checked) -> Result<(), String> {
    let project = &checked.project().project;
    let found: BTreeSet<&str> = checked
        .findings("duplicate-member")
        .filter_map(|finding| finding.subject.split('/').next())
        .collect();
    for id in project.plan.ids().filter(|id| project.plan.members(*id).len() > 1) {
        let is_fallback = project
            .plan
            .client(id)
            .is_some_and(|client| matches!(client.kind, clientc_plan::ClientKind::Fallback { .. }));
        let Some(calls) = repeated(&project.plan, id).filter(|_| is_fallback) else { continue };
        let is_certain = calls.iter().all(|again| !again.is_empty());
        let name = project.client_name(id);
        if is_certain != found.contains(name) {
            return Err(format!("`{name}` certain: {is_certain}, found: {}", !is_certain));
        }
    }
    Ok(())
}

/// Checks that no call makes more requests to a client than `nested-retries` says it can.
pub(crate) fn nested_retries_are_bounds(checked: &Checked) -> Result<(), String> {
    let plan = &checked.project().project.plan;
    for finding in checked.findings("nested-retries") {
        let Some((before, number)) = finding.message.split_once("up to ").and_then(|(before, rest)| {
            let rest = rest.rsplit("up to ").next()?;
            Some((before, rest.strip_suffix(" requests to it")?))
        }) else {
            continue;
        };
        let names: Vec<&str> = finding.message.split('`').skip(1).step_by(2).collect();
        let (outer, inner) = (names[0], names[1]);
        let number: u64 = number.replace(',', "").parse().map_err(|_| format!("{before}: {number}"))?;
        let id = |name: &str| checked.project().client(name).expect("a client of the message");
        let Some(most) = most_requests(plan, id(outer), id(inner)) else { continue };
        if most > number {
            return Err(format!("`{outer}` makes {most} requests to `{inner}`: {}", finding.message));
        }
    }
    Ok(())
}

/// The most attempts at a leaf in one call in which everything fails at once.
fn most_requests(plan: &Plan<Span>, outer: ClientId, leaf: ClientId) -> Option<u64> {
    let mut most = 0;
    for tickets in first_tickets(plan, outer)? {
        let (mut now_ms, mut outcome, mut count, mut all) = (0, None, 0, 0);
        let mut walk = Walk::new(plan, outer, tickets, WalkOptions::default());
        loop {
            match walk.next(now_ms, outcome.take()) {
                Step::Attempt(attempt) => {
                    count += u64::from(attempt.visits.last().is_some_and(|visit| visit.client == leaf));
                    all += 1;
                    if all > MAX_ATTEMPTS {
                        return None;
                    }
                    outcome = Some(Outcome::Failed { retryable: true, retry_after_ms: None });
                }
                Step::Sleep { ms, .. } => now_ms += ms,
                Step::Done(_) => break,
            }
        }
        most = most.max(count);
    }
    Some(most)
}

/// Checks that some call makes as many requests as `retry-amplification` says one can.
pub(crate) fn amplification_happens(checked: &Checked) -> Result<(), String> {
    let plan = &checked.project().project.plan;
    // A bound is no claim that a call reaches it.
    let is_claim = |finding: &&Diagnostic| !finding.message.contains(" can make up to ");
    for finding in checked.findings("retry-amplification").filter(is_claim) {
        let number = finding.message.split_once(" can make ").and_then(|(_, rest)| rest.split(' ').next());
        let number: u64 =
            number.unwrap_or_default().replace(',', "").parse().map_err(|_| finding.message.clone())?;
        let entry = checked.project().client(&finding.subject).expect("the subject is a client");
        let Some(most) = most_of_all(plan, entry) else { continue };
        if most < number {
            return Err(format!("no call makes more than {most}: {}", finding.message));
        }
    }
    Ok(())
}

/// Picks of the members of round-robins, one for each visit, of which every combination is tried.
#[derive(Default)]
struct Picks {
    chosen: Vec<(u64, u64)>,
    next: usize,
}

impl Picks {
    fn pick(&mut self, members: u64) -> u64 {
        if self.next == self.chosen.len() {
            self.chosen.push((0, members));
        }
        self.next += 1;
        self.chosen[self.next - 1].0
    }

    /// Goes on to the next combination. Returns whether there is one.
    fn advance(&mut self) -> bool {
        self.chosen.truncate(self.next);
        self.next = 0;
        while let Some((pick, members)) = self.chosen.pop() {
            if pick + 1 < members {
                self.chosen.push((pick + 1, members));
                return true;
            }
        }
        false
    }
}

/// Gives picks to a walk, and waits for no delay with jitter.
struct Picking<'p>(&'p Plan<Span>, &'p mut Picks);

impl Supply for Picking<'_> {
    fn ticket(&mut self, client: ClientId) -> u64 {
        self.1.pick(self.0.members(client).len() as u64)
    }

    fn draw(&mut self, _: u64) -> u64 {
        0
    }
}

/// The most requests of a call in which everything fails at once, over all picks of its round-robins; nothing where
/// there are too many.
fn most_of_all(plan: &Plan<Span>, entry: ClientId) -> Option<u64> {
    let (mut picks, mut most, mut left) = (Picks::default(), 0, 20_000_u32);
    loop {
        let (mut now_ms, mut outcome, mut made) = (0, None, 0);
        let mut walk = Walk::new(plan, entry, Picking(plan, &mut picks), WalkOptions::default());
        loop {
            match walk.next(now_ms, outcome.take()) {
                Step::Attempt(_) => {
                    made += 1;
                    left = left.checked_sub(1)?;
                    outcome = Some(Outcome::Failed { retryable: true, retry_after_ms: None });
                }
                Step::Sleep { ms, .. } => now_ms += ms,
                Step::Done(_) => break,
            }
        }
        most = most.max(made);
        if !picks.advance() {
            return Some(most);
        }
    }
}
