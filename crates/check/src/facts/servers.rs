//! The limits and retries that servers have of their own.

use clientc_plan::{ClientId, ClientKind};
use clientc_semantic::{Span, Value, ValueKind};

use crate::core::input::Input;
use crate::core::settings::Server;
use crate::facts::leaf::Leaf;
use crate::text::urls;

/// How long a server works on a request, in milliseconds, and the place that says so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ServerLimit {
    pub(crate) ms: u64,
    pub(crate) span: Span,
    /// Whether the request itself carries it; otherwise it is from `clientc.toml`.
    pub(crate) is_in_body: bool,
}

/// What the body says wins over what is configured, since the server follows it.
pub(crate) fn server_limit(input: &Input<'_>, id: ClientId) -> Option<ServerLimit> {
    let leaf = input.leaf(id)?;
    // A provider that refuses unknown options never sends it.
    let option = leaf.option("timeout").filter(|_| leaf.provider.is_open);
    let in_body = option.and_then(|option| {
        let span = leaf.span(&option.value);
        Some(ServerLimit { ms: milliseconds(&option.value)?, span, is_in_body: true })
    });
    in_body.or_else(|| configured(input, &leaf))
}

fn configured(input: &Input<'_>, leaf: &Leaf<'_>) -> Option<ServerLimit> {
    let timeout = server_of(input, leaf)?.timeout?;
    Some(ServerLimit { ms: timeout.value, span: timeout.span, is_in_body: false })
}

/// The row of `[[servers]]` about the server that a client calls.
pub(crate) fn server_of<'a>(input: &Input<'a>, leaf: &Leaf<'a>) -> Option<&'a Server> {
    let servers = &input.settings.servers;
    if servers.is_empty() {
        return None;
    }
    let url = match leaf.option("base_url") {
        Some(option) => option.value.text()?,
        None => leaf.provider.default_base_url?,
    };
    servers.iter().find(|server| urls::are_same(&server.base_url, url))
}

/// For each client the most requests that reach a vendor in one call of it, the repetitions of servers counted. They
/// are counted as the worst case counts requests.
pub(crate) fn upstream_requests(input: &Input<'_>) -> Vec<u64> {
    let plan = &input.project.plan;
    let mut requests = vec![0u64; plan.clients().len()];
    for (id, client) in plan.order().iter().filter_map(|id| Some((*id, plan.client(*id)?))) {
        let rounds = u64::from(plan.retries(client).0) + 1;
        let of = |member: &ClientId| requests[member.index()];
        requests[id.index()] = match &client.kind {
            ClientKind::Leaf => {
                let server = input.leaf(id).and_then(|leaf| server_of(input, &leaf)?.retries);
                rounds.saturating_mul(server.map_or(1, |retries| retries.value.saturating_add(1)))
            }
            ClientKind::Fallback { members } => rounds.saturating_mul(sum(members.iter().map(of))),
            ClientKind::RoundRobin { members, .. } => {
                let members: Vec<u64> = members.iter().map(of).collect();
                most_in_a_row(&members, rounds)
            }
        };
    }
    requests
}

/// The largest sum over this many consecutive members; after the last comes the first.
fn most_in_a_row(members: &[u64], rounds: u64) -> u64 {
    let count = members.len() as u64;
    if count == 0 {
        return 0;
    }
    let whole = sum(members.iter().copied()).saturating_mul(rounds / count);
    let rest = (rounds % count) as usize;
    let window = |start: usize| sum(members.iter().cycle().skip(start).take(rest).copied());
    whole.saturating_add((0..members.len()).map(window).max().unwrap_or(0))
}

fn sum(numbers: impl Iterator<Item = u64>) -> u64 {
    numbers.fold(0, u64::saturating_add)
}

/// A number of seconds above 0 in milliseconds; less than one counts as one.
fn milliseconds(value: &Value) -> Option<u64> {
    let ValueKind::Number(seconds) = &value.kind else { return None };
    let seconds = seconds.parse::<f64>().ok().filter(|seconds| *seconds > 0.0)?;
    // Limits are below 2^53, so that the conversion is exact for all that matters.
    Some((seconds * 1000.0).round().max(1.0) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_of_a_round_robin_use_members_in_turn() {
        assert_eq!(most_in_a_row(&[1, 4, 1], 1), 4);
        assert_eq!(most_in_a_row(&[1, 4, 3], 2), 7);
        assert_eq!(most_in_a_row(&[3, 1, 4], 2), 7);
        assert_eq!(most_in_a_row(&[1, 4], 5), 14);
        assert_eq!(most_in_a_row(&[], 5), 0);
    }
}
