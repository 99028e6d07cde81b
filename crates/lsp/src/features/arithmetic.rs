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

/// The arithmetic behind the worst case: `2 × (20s + 1m) + 200ms of delays = 2m 40.2s`.
pub(crate) fn told(scene: &Scene, id: ClientId) -> String {
    let plan = &scene.project.plan;
    let Some(client) = plan.client(id) else { return String::new() };
    let mut worst_cases = WorstCases::new(plan);
    let bound = worst_cases.of(id);
    let own_request = client.limits.ms(Field::Request);
    let (retries, delays_ms) = plan.retries(client);
    let attempts = u64::from(retries) + 1;
    let unit = match &client.kind {
        ClientKind::Leaf => match own_request.or(plan.defaults().ms(Field::Request)) {
            Some(ms) => duration(ms),
            None => return "unbounded: no request limit is set".to_owned(),
        },
        ClientKind::Fallback { members } => {
            let costs: Vec<Option<u64>> =
                members.iter().map(|member| worst_cases.below(*member, own_request).duration_ms).collect();
            match sum(&costs) {
                Ok(text) if members.len() > 1 && attempts > 1 => format!("({text})"),
                Ok(text) => text,
                Err(index) => return unbounded(scene, id, members.get(index).copied(), bound),
            }
        }
        ClientKind::RoundRobin { members, .. } => {
            let costs: Vec<Option<u64>> =
                members.iter().map(|member| worst_cases.below(*member, own_request).duration_ms).collect();
            if let Some(index) = costs.iter().position(Option::is_none) {
                return unbounded(scene, id, members.get(index).copied(), bound);
            }
            let largest = duration(costs.iter().flatten().copied().max().unwrap_or(0));
            let text = match attempts {
                1 => format!("the longest member, {largest}"),
                _ => format!("the {attempts} members in a row that take longest"),
            };
            return ended(scene, id, &text, delays_ms, bound);
        }
    };
    let text = if attempts > 1 { format!("{attempts} × {unit}") } else { unit };
    ended(scene, id, &text, delays_ms, bound)
}

/// The sum of what members take, or the index of a member that has no bound.
fn sum(costs: &[Option<u64>]) -> Result<String, usize> {
    if let Some(index) = costs.iter().position(Option::is_none) {
        return Err(index);
    }
    let times: Vec<String> = costs.iter().flatten().map(|ms| duration(*ms)).collect();
    Ok(match times.len() {
        0..=MOST_MEMBERS => times.join(" + "),
        count => format!("{count} members, {} together", duration(costs.iter().flatten().sum())),
    })
}

fn ended(scene: &Scene, id: ClientId, text: &str, delays_ms: u64, bound: WorstCase) -> String {
    let delays = if delays_ms > 0 { format!(" + {} of delays", duration(delays_ms)) } else { String::new() };
    let total = scene.project.plan.client(id).and_then(|client| client.limits.ms(Field::Total));
    let Some(bound_ms) = bound.duration_ms else { return format!("{text}{delays}: unbounded") };
    let whole = format!("{text}{delays}");
    if total == Some(bound_ms) {
        return format!("{whole}, capped by the total of {}", duration(bound_ms));
    }
    let time = duration(bound_ms);
    // One time needs no sum.
    let is_said = whole == time || whole.ends_with(&format!(", {time}"));
    if is_said { whole } else { format!("{whole} = {time}") }
}

fn unbounded(scene: &Scene, id: ClientId, open: Option<ClientId>, bound: WorstCase) -> String {
    let name = open.map_or("a member", |open| scene.project.client_name(open));
    let total = scene.project.plan.client(id).and_then(|client| client.limits.ms(Field::Total));
    match bound.duration_ms.filter(|ms| Some(*ms) == total) {
        Some(ms) => format!("`{name}` has no limit; capped by the total of {}", duration(ms)),
        None => format!("unbounded: `{name}` has no limit"),
    }
}
