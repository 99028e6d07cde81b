//! The arithmetic behind a worst case, one level deep.

use clientc_plan::{Client, ClientId, Field, Kind, WorstCase, WorstCases};
use clientc_semantic::Span;

use crate::core::finding::{Finding, Findings};
use crate::core::input::Input;
use crate::core::settings::Configured;
use crate::facts::route_facts::{RouteFacts, is_open};
use crate::text::words::grouped;

/// Of more members than this only the first ones are shown.
const SHOWN: usize = 4;

/// What is said of a call that can take longer than it may.
pub(crate) struct TooLong {
    /// Between "a call of `A` can take 5 ms, " and the arithmetic, given the most milliseconds.
    pub(crate) bounded: fn(&str) -> String,
    /// Between "a call of `A` can " and ": nothing bounds `B`", given the most milliseconds.
    pub(crate) unbounded: fn(&str) -> String,
    pub(crate) help: &'static str,
}

/// Reports every entry of which a call can take longer than the most milliseconds, or has no bound at all.
pub(crate) fn report_longer(
    input: &Input<'_>,
    routes: &RouteFacts,
    most: Configured,
    words: &TooLong,
    out: &mut Findings,
) {
    for (entry, worst) in &routes.costly {
        let Some(place) = input.project.client_place(*entry) else { continue };
        if worst.duration_ms.is_some_and(|ms| ms <= most.value) {
            continue;
        }
        let name = input.project.client_name(*entry);
        let most_ms = grouped(most.value);
        let message = match worst.duration_ms {
            Some(ms) => format!(
                "a call of `{name}` can take {} ms, {}: {}",
                grouped(ms),
                (words.bounded)(&most_ms),
                duration(input, *entry)
            ),
            None => format!(
                "a call of `{name}` can {}: nothing bounds `{}`",
                (words.unbounded)(&most_ms),
                open_route(input, *entry).unwrap_or_default()
            ),
        };
        let finding = Finding::new(place, name, message);
        out.push(finding.related(most.span, format!("{most_ms} ms")).help(words.help));
    }
}

/// How the number of requests comes about: "6 rounds of `A` 6 + `B` 4".
pub(crate) fn requests(input: &Input<'_>, id: ClientId) -> String {
    let plan = &input.project.plan;
    let Some(client) = plan.client(id) else { return String::new() };
    let (retries, _) = plan.retries(client);
    let once = once(input, client, |worst| Some(worst.requests));
    match (&client.kind, retries) {
        (Kind::Leaf, retries) => format!("1 attempt and {}", plural(u64::from(retries), "retry", "retries")),
        (_, 0) => once,
        (_, retries) => format!("{} rounds of {once}", retries + 1),
    }
}

/// How a duration comes about: "4 x (`A` 20,000 + `B` 60,000) + 950 for delays". Nothing where it is not bounded.
pub(crate) fn duration(input: &Input<'_>, id: ClientId) -> String {
    let plan = &input.project.plan;
    let Some(client) = plan.client(id) else { return String::new() };
    let worst_ms = WorstCases::new(plan).of(id).duration_ms;
    if worst_ms.is_some() && worst_ms == client.limits.ms(Field::Total) {
        return format!("its total is {} ms", worst_ms.map(grouped).unwrap_or_default());
    }
    let (retries, delays_ms) = plan.retries(client);
    let once = once(input, client, |worst| worst.duration_ms);
    let mut text = match retries {
        0 => once,
        _ if client.kind.members().len() > 1 => format!("{} x ({once})", retries + 1),
        _ => format!("{} x {once}", retries + 1),
    };
    if delays_ms > 0 {
        text.push_str(&format!(" + {} for delays", grouped(delays_ms)));
    }
    text
}

/// The parts of one round, each with a number of its worst case.
fn once(input: &Input<'_>, client: &Client<Span>, number: impl Fn(WorstCase) -> Option<u64>) -> String {
    let plan = &input.project.plan;
    let request_ms = client.limits.ms(Field::Request);
    if client.kind.is_leaf() {
        let duration_ms = request_ms.or(plan.defaults().ms(Field::Request));
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
    match client.kind {
        Kind::RoundRobin { .. } if parts.len() > 1 => format!("the most of {}", parts.join(", ")),
        _ => parts.join(" + "),
    }
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
