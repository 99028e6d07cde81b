//! The arithmetic behind a worst case, one level deep.

use clientc_plan::{Client, ClientId, ClientKind, Field, WorstCase, WorstCases};
use clientc_semantic::Span;

use crate::core::input::Input;
use crate::facts::route_facts::is_open;
use crate::text::words::grouped;

/// Of more members than this only the first ones are shown.
const SHOWN: usize = 4;

/// A call to a client, with the runtime where that is not clientc's own.
pub(crate) fn call_of(input: &Input<'_>, name: &str) -> String {
    if input.is_called_by_baml() {
        return format!("a call to `{name}` through BAML{}", input.measured());
    }
    format!("a call to `{name}`")
}

/// The arithmetic of the number of requests: "6 rounds of `A` 6 + `B` 4".
pub(crate) fn requests(input: &Input<'_>, id: ClientId) -> String {
    let plan = &input.project.plan;
    let Some(client) = plan.client(id) else { return String::new() };
    let (retries, _) = plan.retries(client);
    if let ClientKind::RoundRobin { members, .. } = &client.kind {
        return in_turn(input, client, members, retries, |worst| Some(worst.requests));
    }
    let once = once(input, client, |worst| Some(worst.requests));
    match (&client.kind, retries) {
        (ClientKind::Leaf, retries) => {
            format!("1 attempt and {}", plural(u64::from(retries), "retry", "retries"))
        }
        (_, 0) => once,
        (_, retries) => format!("{} rounds of {once}", retries + 1),
    }
}

/// The arithmetic of the duration: "4 x (`A` 20,000 + `B` 60,000) + 950 for delays"; `None` where it is not bounded.
pub(crate) fn duration(input: &Input<'_>, id: ClientId) -> String {
    let plan = &input.project.plan;
    let Some(client) = plan.client(id) else { return String::new() };
    let worst_ms = WorstCases::new(plan).of(id).duration_ms;
    if worst_ms.is_some() && worst_ms == client.limits.ms(Field::Total) {
        return "that is its total".to_owned();
    }
    let (retries, delays_ms) = plan.retries(client);
    let delays_ms = if input.is_called_by_baml() { waits(input, id, worst_ms) } else { delays_ms };
    let mut text = match (&client.kind, retries) {
        (ClientKind::RoundRobin { members, .. }, _) => {
            in_turn(input, client, members, retries, |worst| worst.duration_ms)
        }
        (_, 0) => once(input, client, |worst| worst.duration_ms),
        _ => {
            let once = once(input, client, |worst| worst.duration_ms);
            let is_sum = client.kind.members().len() > 1;
            format!("{} x {}", retries + 1, if is_sum { format!("({once})") } else { once })
        }
    };
    if delays_ms > 0 {
        text.push_str(&format!(" + {} for delays", grouped(delays_ms)));
    }
    text
}

/// The longest that a call to a composite could take if it had no total itself, in milliseconds; `None` where that is
/// not bounded.
pub(crate) fn without_total(input: &Input<'_>, id: ClientId) -> Option<u64> {
    let plan = &input.project.plan;
    let client = plan.client(id)?;
    let request_ms = client.limits.ms(Field::Request);
    let mut worst_cases = WorstCases::new(plan);
    let members = client.kind.members().iter();
    let each: Vec<u64> =
        members.map(|member| worst_cases.below(*member, request_ms).duration_ms).collect::<Option<_>>()?;
    let (retries, delays_ms) = plan.retries(client);
    let rounds = retries as usize + 1;
    let sum = |parts: &mut dyn Iterator<Item = u64>| parts.fold(0, clientc_plan::sum_ms);
    let attempts_ms = match client.kind {
        ClientKind::RoundRobin { .. } => {
            let from = |first: usize| sum(&mut each.iter().copied().cycle().skip(first).take(rounds));
            (0..each.len()).map(from).max()?
        }
        _ => sum(&mut each.iter().copied()).saturating_mul(rounds as u64),
    };
    Some(clientc_plan::sum_ms(attempts_ms, delays_ms))
}

/// What is left of a worst case beside the attempts of its members: in BAML every failed attempt waits by itself
/// (peer/baml-facts.md 4.3).
fn waits(input: &Input<'_>, id: ClientId, worst_ms: Option<u64>) -> u64 {
    let plan = &input.project.plan;
    let Some(client) = plan.client(id) else { return 0 };
    let mut worst_cases = WorstCases::new(plan);
    let members = client.kind.members();
    let each: Vec<u64> =
        members.iter().map(|member| worst_cases.of(*member).duration_ms.unwrap_or(0)).collect();
    let (retries, _) = plan.retries(client);
    let rounds = retries as usize + 1;
    let attempts_ms = match client.kind {
        ClientKind::Leaf => {
            let request_ms = client.limits.ms(Field::Request).or(plan.run_time().differences().request_ms);
            request_ms.unwrap_or(0).saturating_mul(rounds as u64)
        }
        ClientKind::Fallback { .. } => each.iter().sum::<u64>().saturating_mul(rounds as u64),
        ClientKind::RoundRobin { .. } => {
            let from = |first: usize| each.iter().cycle().skip(first).take(rounds).sum::<u64>();
            (0..each.len()).map(from).max().unwrap_or(0)
        }
    };
    worst_ms.unwrap_or(0).saturating_sub(attempts_ms)
}

/// The rounds of a round-robin through the consecutive members that cost the most: "`A` 5 + `B` 1 in turn".
fn in_turn(
    input: &Input<'_>,
    client: &Client<Span>,
    members: &[ClientId],
    retries: u32,
    number: impl Fn(WorstCase) -> Option<u64>,
) -> String {
    let mut worst_cases = WorstCases::new(&input.project.plan);
    let request_ms = client.limits.ms(Field::Request);
    let costs: Vec<Option<u64>> =
        members.iter().map(|member| number(worst_cases.below(*member, request_ms))).collect();
    let rounds = retries as usize + 1;
    let cost_from = |first: usize| {
        (first..first + rounds)
            .map(|place| costs.get(place % costs.len().max(1)).copied().flatten().unwrap_or(u64::MAX))
            .fold(0, clientc_plan::sum_ms)
    };
    let Some(first) = (0..members.len()).rev().max_by_key(|first| cost_from(*first)) else {
        return String::new();
    };
    let shown = rounds.min(if rounds > SHOWN + 1 { SHOWN } else { SHOWN + 1 });
    let mut parts: Vec<String> = (first..first + shown)
        .map(|place| {
            let place = place % members.len();
            let name = input.project.client_name(members[place]);
            costs[place].map_or_else(
                || format!("`{name}` without limit"),
                |cost| format!("`{name}` {}", grouped(cost)),
            )
        })
        .collect();
    if rounds > shown {
        parts.push(format!("{} more rounds", rounds - shown));
    }
    if rounds == 1 { parts.concat() } else { format!("{} in turn", parts.join(" + ")) }
}

/// The parts of one round of a fallback, each with a number of its worst case.
fn once(input: &Input<'_>, client: &Client<Span>, number: impl Fn(WorstCase) -> Option<u64>) -> String {
    let plan = &input.project.plan;
    let request_ms = client.limits.ms(Field::Request);
    if client.kind.is_leaf() {
        let default_ms = plan.defaults().ms(Field::Request).or(plan.run_time().differences().request_ms);
        let duration_ms = request_ms.or(default_ms);
        return number(WorstCase { requests: 1, duration_ms }).map_or("no limit".to_owned(), grouped);
    }
    let members = client.kind.members();
    let mut worst_cases = WorstCases::new(plan);
    let mut parts: Vec<String> = members
        .iter()
        .take(if members.len() > SHOWN + 1 { SHOWN } else { SHOWN + 1 })
        .map(|member| {
            let worst = number(worst_cases.below(*member, request_ms));
            let name = input.project.client_name(*member);
            worst.map_or_else(
                || format!("`{name}` without limit"),
                |number| format!("`{name}` {}", grouped(number)),
            )
        })
        .collect();
    if members.len() > parts.len() {
        parts.push(format!("{} more", members.len() - parts.len()));
    }
    parts.join(" + ")
}

/// The names on the first route of an entry that has neither a request limit nor a total.
pub(crate) fn open_route(input: &Input<'_>, entry: ClientId) -> Option<String> {
    let mut routes = clientc_plan::Routes::new(&input.project.plan, entry);
    while let Some(route) = routes.next() {
        if is_open(&route.limits) {
            let names: Vec<&str> = route.path.iter().map(|id| input.project.client_name(*id)).collect();
            return Some(names.join(" > "));
        }
    }
    None
}

/// "1 retry", "3 retries".
pub(crate) fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}
