//! What the walk shows to be lost, and the replay of a witness.

use std::collections::{BTreeMap, BTreeSet};

use clientc_check::{Diagnostic, Span};
use clientc_plan::schedule::first_tickets;
use clientc_plan::{
    ClientId, ClientKind, CutBy, MAX_ATTEMPTS, Outcome, Plan, Step, Tickets, Visit, Walk, WalkOptions,
};
use clientc_workspace::ProjectAnalysis;

use crate::Checked;

pub(crate) const RULES: [&str; 3] = ["dead-fallback", "dead-retry", "truncated-fallback"];

/// The places of dead and truncated members, and of the policies with dead retries.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Lost {
    dead: BTreeSet<Span>,
    truncated: BTreeSet<Span>,
    retries: BTreeSet<Span>,
}

/// An attempt of a call in which everything times out.
#[derive(Debug, Clone)]
struct Attempt {
    path: Vec<Visit>,
    start_ms: u64,
    end_ms: Option<u64>,
    request_ms: Option<u64>,
    /// The place of the client whose total leaves less than the limit, where one does.
    cut_at: Option<usize>,
    delay_ms: u64,
}

/// Follows a call in which everything times out; nothing where it has too many attempts.
fn follow(plan: &Plan<Span>, entry: ClientId, tickets: Tickets) -> Option<Vec<Attempt>> {
    let mut walk = Walk::new(plan, entry, tickets, WalkOptions::default());
    let (mut now_ms, mut outcome, mut attempts) = (0, None, Vec::<Attempt>::new());
    loop {
        match walk.next(now_ms, outcome.take()) {
            Step::Attempt(attempt) => {
                if attempts.len() == MAX_ATTEMPTS {
                    return None;
                }
                let end_ms = attempt.cut.map(|cut| now_ms + cut.ms);
                attempts.push(Attempt {
                    path: attempt.visits.to_vec(),
                    start_ms: now_ms,
                    end_ms,
                    request_ms: attempt.limits.request_timeout_ms.map(|limit| limit.ms),
                    cut_at: attempt.cut.and_then(|cut| match cut.by {
                        CutBy::Total { place, .. } => Some(place.index()),
                        _ => None,
                    }),
                    delay_ms: 0,
                });
                let Some(end_ms) = end_ms else { return Some(attempts) };
                now_ms = end_ms;
                outcome = Some(Outcome::Failed { retryable: true, retry_after_ms: None });
            }
            Step::Sleep { ms, .. } => {
                now_ms += ms;
                attempts.last_mut().unwrap().delay_ms = ms;
            }
            Step::Done(_) => return Some(attempts),
        }
    }
}

/// The calls through a client, one for each combination of first tickets.
fn calls(plan: &Plan<Span>, entry: ClientId) -> Option<Vec<Vec<Attempt>>> {
    first_tickets(plan, entry)?.into_iter().map(|tickets| follow(plan, entry, tickets)).collect()
}

fn entries(project: &clientc_semantic::LinkedProject) -> Vec<ClientId> {
    let mut entries: Vec<ClientId> = Vec::new();
    for client in project.functions.iter().filter_map(|function| function.client) {
        if !entries.contains(&client) {
            entries.push(client);
        }
    }
    let plan = &project.plan;
    let is_member = |client: &ClientId| plan.ids().any(|id| plan.members(id).contains(client));
    if entries.is_empty() { plan.ids().filter(|id| !is_member(id)).collect() } else { entries }
}

/// What the walks from the entries show.
pub(crate) fn seen(project: &ProjectAnalysis) -> Lost {
    let project = &project.project;
    let plan = &project.plan;
    let mut lost = Lost::default();
    for entry in entries(project) {
        let Some(calls) = calls(plan, entry) else { continue };
        let mut members: BTreeMap<(ClientId, u32), bool> = BTreeMap::new();
        let mut rounds: BTreeMap<ClientId, u32> = BTreeMap::new();
        let mut unfinished = BTreeSet::new();
        for attempts in &calls {
            for attempt in attempts {
                let has_all =
                    attempt.request_ms.is_none_or(|ms| attempt.end_ms.unwrap() - attempt.start_ms >= ms);
                for (place, visit) in attempt.path.iter().enumerate() {
                    let is_whole = has_all || attempt.cut_at.is_none_or(|owner| owner > place);
                    let most = rounds.entry(visit.client).or_default();
                    *most = (*most).max(visit.round + 1);
                    if let Some(member) = visit.member {
                        *members.entry((visit.client, member)).or_default() |= is_whole;
                    }
                }
                if attempt.end_ms.is_none() {
                    unfinished.extend(attempt.path.iter().map(|visit| visit.client));
                }
            }
        }
        for (client, run) in rounds {
            let data = plan.client(client).unwrap();
            if !unfinished.contains(&client) && run < plan.retries(data).0 + 1 {
                let (file, facts) = project.client_facts(client).unwrap();
                lost.retries.insert(Span::new(file, facts.retry_policy.as_ref().unwrap().range));
            }
            if !matches!(data.kind, ClientKind::Fallback { .. }) {
                continue;
            }
            for (number, span) in (0..).zip(&project.member_places[&client]) {
                match members.get(&(client, number)) {
                    None if !unfinished.contains(&client) => drop(lost.dead.insert(*span)),
                    Some(false) if number > 0 => drop(lost.truncated.insert(*span)),
                    _ => {}
                }
            }
        }
    }
    lost.truncated.retain(|span| !lost.dead.contains(span));
    lost
}

/// What the rules have found.
pub(crate) fn found(checked: &Checked) -> Lost {
    let primary = |rule| checked.findings(rule).map(|finding| finding.primary.span).collect::<BTreeSet<_>>();
    let mut dead = primary("dead-fallback");
    let others = checked.findings("dead-fallback").flat_map(|finding| &finding.related);
    dead.extend(others.filter(|label| label.text == "never runs either").map(|label| label.span));
    Lost { dead, truncated: primary("truncated-fallback"), retries: primary("dead-retry") }
}

/// The names of the clients whose totals leave no time for members that never run.
pub(crate) fn totals_of_dead_members(checked: &Checked) -> BTreeSet<String> {
    let plan = &checked.project().project.plan;
    let places: BTreeSet<Span> = checked
        .findings("dead-fallback")
        .flat_map(|finding| &finding.related)
        .map(|label| label.span)
        .collect();
    let of_total = |client: &&clientc_plan::Client<Span>| {
        client.limits.get(clientc_plan::Field::Total).is_some_and(|total| places.contains(&total.origin))
    };
    plan.clients().iter().filter(of_total).map(|client| client.name.to_string()).collect()
}

/// Replays the attempts that a finding tells of.
pub(crate) fn replay(project: &ProjectAnalysis, finding: &Diagnostic) -> Result<(), String> {
    let help = finding.help.as_deref().ok_or("no help")?;
    let (call, rest) =
        help.strip_prefix("a call to `").and_then(|rest| rest.split_once("` is then: ")).ok_or("no call")?;
    let (told, _) = rest.split_once(';').ok_or("no end")?;
    let entry = project.client(call).ok_or_else(|| format!("no client {call}"))?;
    let calls = calls(&project.project.plan, entry).ok_or("too many attempts")?;
    let fits = calls
        .iter()
        .any(|attempts| (1..=attempts.len()).any(|count| words(&project.project, &attempts[..count], told)));
    fits.then_some(()).ok_or_else(|| format!("no call of `{call}` goes like this: {told}"))
}

/// Whether a telling is that of these attempts, all of them.
fn words(project: &clientc_semantic::LinkedProject, attempts: &[Attempt], told: &str) -> bool {
    let mut parts = told.split(", ").peekable();
    let mut index = 0;
    while let Some(part) = parts.next() {
        if let Some(count) = part.strip_suffix(" more attempts") {
            index += count.parse::<usize>().unwrap();
            continue;
        }
        let Some(attempt) = attempts.get(index) else { return false };
        index += 1;
        let name = project.client_name(attempt.path.last().unwrap().client);
        let number = |ms: u64| clientc_check::grouped(ms);
        let mut expected = format!("`{name}` from {}", number(attempt.start_ms));
        if let Some(end_ms) = attempt.end_ms {
            expected += &format!(" to {} ms", number(end_ms));
        }
        let planned_ms = attempt.request_ms.map(|ms| attempt.start_ms + ms);
        if let Some(planned_ms) = planned_ms.filter(|ms| Some(*ms) != attempt.end_ms) {
            expected += &format!(" instead of {}", number(planned_ms));
        }
        if part != expected {
            return false;
        }
        if index < attempts.len() && attempt.delay_ms > 0 {
            let is_elided = parts.peek().is_none_or(|next| !next.starts_with("a delay of "));
            if is_elided || parts.next() != Some(&*format!("a delay of {} ms", number(attempt.delay_ms))) {
                return false;
            }
        }
    }
    index == attempts.len()
}
