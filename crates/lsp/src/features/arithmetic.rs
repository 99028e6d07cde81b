//! The worst case of a client with its arithmetic.

use clientc_plan::{ClientId, ClientKind, Field, WorstCase, WorstCases};
use clientc_report::{duration, plural};

use crate::scene::Scene;

/// A sum of more members than this is not written out.
const MOST_MEMBERS: usize = 6;

/// The worst case of a client in a few words: `3 requests, 1m 30s`.
pub(crate) fn in_short(worst: WorstCase) -> String {
    let time = worst.duration_ms.map_or("unbounded".to_owned(), duration);
    format!("{}, {time}", plural(worst.requests, "request"))
}

/// The arithmetic behind the worst case: `2 × (20s + 1m) + 200ms of delays = 2m 40.2s`. It is empty where a client has no
/// limit at all.
pub(crate) fn told(scene: &Scene, id: ClientId) -> String {
    let plan = &scene.project.plan;
    let Some(client) = plan.client(id) else { return String::new() };
    let mut worst_cases = WorstCases::new(plan);
    let bound = worst_cases.of(id);
    let own_request = client.limits.ms(Field::Request);
    let attempts = u64::from(plan.retries(client).0) + 1;
    let mut below = |member: &ClientId| worst_cases.below(*member, own_request).duration_ms;
    let (unit, unit_ms) = match &client.kind {
        ClientKind::Leaf => {
            let defaults =
                || plan.defaults().ms(Field::Request).or(plan.run_time().default_ms(Field::Request));
            match own_request.or_else(defaults) {
                Some(ms) => (duration(ms), ms),
                None if has_limit(scene, id) => return "no request limit is set".to_owned(),
                None => return String::new(),
            }
        }
        ClientKind::Fallback { members } => {
            let costs: Vec<Option<u64>> = members.iter().map(&mut below).collect();
            match sum(&costs) {
                Ok((text, ms)) if members.len() > 1 && attempts > 1 => (format!("({text})"), ms),
                Ok(text) => text,
                Err(index) => return unbounded(scene, id, members.get(index).copied(), bound),
            }
        }
        ClientKind::RoundRobin { members, .. } => {
            let costs: Vec<Option<u64>> = members.iter().map(&mut below).collect();
            if let Some(index) = costs.iter().position(Option::is_none) {
                return unbounded(scene, id, members.get(index).copied(), bound);
            }
            return ended(scene, id, &round_robin(scene, id, &costs), bound);
        }
    };
    let text = if attempts > 1 { format!("{attempts} × {unit}") } else { unit };
    let delays_ms = delays_ms(scene, id, attempts.saturating_mul(unit_ms), bound);
    ended(scene, id, &format!("{text}{}", in_delays(delays_ms)), bound)
}

/// Whether an attempt of a client that makes requests has any limit.
fn has_limit(scene: &Scene, id: ClientId) -> bool {
    let plan = &scene.project.plan;
    let own = plan.client(id).map(|client| &client.limits);
    Field::ALL.into_iter().any(|field| {
        own.is_some_and(|limits| limits.ms(field).is_some()) || plan.defaults().ms(field).is_some()
    })
}

/// The members that take longest, with the delays between them.
fn round_robin(scene: &Scene, id: ClientId, costs: &[Option<u64>]) -> String {
    let plan = &scene.project.plan;
    let Some((retries, delays_ms)) = plan.client(id).map(|client| plan.retries(client)) else {
        return String::new();
    };
    if retries == 0 {
        let largest = costs.iter().flatten().copied().max().unwrap_or(0);
        return format!("the longest member, {}", duration(largest));
    }
    let members = format!("the {} members in a row that take longest", retries + 1);
    if plan.run_time().differences().waits_between_rounds {
        return members + &in_delays(delays_ms);
    }
    // How often a member waits decides which ones take longest.
    members + ", with their delays"
}

/// How long a client waits in its worst case beside what its attempts take.
fn delays_ms(scene: &Scene, id: ClientId, attempts_ms: u64, bound: WorstCase) -> u64 {
    let plan = &scene.project.plan;
    if plan.run_time().differences().waits_between_rounds {
        return plan.client(id).map_or(0, |client| plan.retries(client).1);
    }
    // Every attempt waits, which the worst case has counted.
    bound.duration_ms.map_or(0, |bound_ms| bound_ms.saturating_sub(attempts_ms))
}

fn in_delays(delays_ms: u64) -> String {
    if delays_ms > 0 { format!(" + {} of delays", duration(delays_ms)) } else { String::new() }
}

/// The sum of what members take, in words and in milliseconds; the index of one that has no bound.
fn sum(costs: &[Option<u64>]) -> Result<(String, u64), usize> {
    if let Some(index) = costs.iter().position(Option::is_none) {
        return Err(index);
    }
    let sum_ms = costs.iter().flatten().fold(0, |sum_ms: u64, ms| sum_ms.saturating_add(*ms));
    let times: Vec<String> = costs.iter().flatten().map(|ms| duration(*ms)).collect();
    let text = match times.len() {
        0..=MOST_MEMBERS => times.join(" + "),
        count => format!("{count} members, {} together", duration(sum_ms)),
    };
    Ok((text, sum_ms))
}

fn ended(scene: &Scene, id: ClientId, whole: &str, bound: WorstCase) -> String {
    let total = scene.project.plan.client(id).and_then(|client| client.limits.ms(Field::Total));
    let Some(bound_ms) = bound.duration_ms else { return format!("{whole}: unbounded") };
    if total == Some(bound_ms) {
        return format!("{whole}, capped by the total of {}", duration(bound_ms));
    }
    let time = duration(bound_ms);
    // One time needs no sum.
    let is_said = whole == time || whole.ends_with(&format!(", {time}"));
    if is_said { whole.to_owned() } else { format!("{whole} = {time}") }
}

fn unbounded(scene: &Scene, id: ClientId, open: Option<ClientId>, bound: WorstCase) -> String {
    let name = open.map_or("a member", |open| scene.project.client_name(open));
    let total = scene.project.plan.client(id).and_then(|client| client.limits.ms(Field::Total));
    match bound.duration_ms.filter(|ms| Some(*ms) == total) {
        Some(ms) => format!("`{name}` has no limit; capped by the total of {}", duration(ms)),
        None => format!("unbounded: `{name}` has no limit"),
    }
}
