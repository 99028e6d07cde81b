//! Worst cases where every failed attempt waits by itself, for the innermost policy that has a delay.
//!
//! What a client costs then depends on the delay that the policies above it have in their current round, d: its attempts
//! without a delay of their own wait d each. So the longest time of a client is a function of d, the largest of some
//! lines `ms + open · d`: one line for a plan without round-robins, more where it depends on d which members are the worst.

use super::WorstCase;
use crate::field::Field;
use crate::graph::{Client, ClientId, ClientKind, Plan};
use crate::limit::{MAX_MS, sum_ms};

/// What every client of a plan costs.
#[derive(Debug)]
pub(super) struct Costs {
    of: Vec<Cost>,
}

/// What a client costs: its requests, and the lines of which the largest is its time.
#[derive(Debug, Clone)]
struct Cost {
    requests: u64,
    lines: Vec<Line>,
}

static NOTHING: Cost = Cost { requests: 0, lines: Vec::new() };

/// A time that grows with the delay above: `ms + open · d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Line {
    /// The number of attempts without a delay of their own.
    open: u64,
    /// In milliseconds, or `None` where an attempt is not bounded.
    ms: Option<u64>,
}

impl Costs {
    /// Computes what the clients of a plan cost, each once.
    pub(super) fn new<P>(plan: &Plan<P>) -> Self {
        let mut costs = Self { of: vec![NOTHING.clone(); plan.clients().len()] };
        for &id in plan.order() {
            if let Some(client) = plan.client(id) {
                let cost = costs.client(plan, client);
                if let Some(slot) = costs.of.get_mut(id.index()) {
                    *slot = cost;
                }
            }
        }
        costs
    }

    /// The worst case of a client that nothing is above.
    pub(super) fn worst_case(&self, id: ClientId) -> WorstCase {
        self.of.get(id.index()).map_or(super::NOTHING, |cost| WorstCase {
            requests: cost.requests,
            duration_ms: cost.with_delay(0),
        })
    }

    fn client<P>(&self, plan: &Plan<P>, client: &Client<P>) -> Cost {
        let members: Vec<&Cost> =
            client.kind.members().iter().filter_map(|member| self.of.get(member.index())).collect();
        let delays: Vec<u64> = match plan.policy(client) {
            Some(policy) => plan.run_time().delays(policy).chain([0]).collect(),
            None => vec![0],
        };
        match client.kind {
            ClientKind::Leaf => {
                let request_ms =
                    client.limits.ms(Field::Request).or(plan.run_time().differences().request_ms);
                let once = Cost { requests: 1, lines: vec![Line { open: 1, ms: request_ms }] };
                rounds(&delays, |_| &once)
            }
            ClientKind::Fallback { .. } => {
                let once = members.iter().fold(NOTHING.clone(), |sum, member| sum.then(member));
                rounds(&delays, |_| &once)
            }
            ClientKind::RoundRobin { .. } => {
                let count = members.len().max(1);
                let beginning_with = |first: usize| {
                    rounds(&delays, |round| members.get((first + round) % count).copied().unwrap_or(&NOTHING))
                };
                (0..members.len()).map(beginning_with).fold(NOTHING.clone(), Cost::or)
            }
        }
    }
}

/// Adds the rounds of a client. In a round with a delay every open attempt waits for it, and in one without it is left
/// to what is above.
fn rounds<'c>(delays: &[u64], once: impl Fn(usize) -> &'c Cost) -> Cost {
    delays.iter().enumerate().fold(NOTHING.clone(), |sum, (round, &delay_ms)| {
        let cost = once(round);
        if delay_ms == 0 {
            return sum.then(cost);
        }
        sum.then(&Cost {
            requests: cost.requests,
            lines: vec![Line { open: 0, ms: cost.with_delay(delay_ms) }],
        })
    })
}

impl Cost {
    /// The longest time where the delay above is this one, in milliseconds; nothing where it is not bounded.
    fn with_delay(&self, delay_ms: u64) -> Option<u64> {
        let times = self.lines.iter().map(|line| line.at(delay_ms));
        times.collect::<Option<Vec<u64>>>().map(|times| times.into_iter().max().unwrap_or(0))
    }

    /// One after the other: every line of the one with every line of the other.
    fn then(&self, other: &Self) -> Self {
        let requests = sum_ms(self.requests, other.requests);
        if self.lines.is_empty() || other.lines.is_empty() {
            let lines = [&self.lines[..], &other.lines[..]].concat();
            return Self { requests, lines };
        }
        let pair = |one: &Line, two: &Line| Line {
            open: sum_ms(one.open, two.open),
            ms: one.ms.zip(two.ms).map(|(one, two)| sum_ms(one, two)),
        };
        let lines = self.lines.iter().flat_map(|one| other.lines.iter().map(move |two| pair(one, two)));
        Self { requests, lines: largest(lines.collect()) }
    }

    /// One or the other: more requests, and every line that is the largest somewhere.
    fn or(self, other: Self) -> Self {
        let lines = [self.lines, other.lines].concat();
        Self { requests: self.requests.max(other.requests), lines: largest(lines) }
    }
}

impl Line {
    fn at(&self, delay_ms: u64) -> Option<u64> {
        self.ms.map(|ms| ms.saturating_add(self.open.saturating_mul(delay_ms)).min(MAX_MS))
    }

    /// Whether this line is above the one between two others nowhere, where `open` grows from one to the next.
    fn is_hidden(&self, before: &Self, after: &Self) -> bool {
        let ms = |line: &Self| line.ms.map_or(i128::MAX / 4, i128::from);
        let open = |line: &Self| i128::from(line.open);
        // `after` overtakes `before` no later than this line does.
        (ms(before) - ms(after)) * (open(self) - open(before))
            <= (ms(before) - ms(self)) * (open(after) - open(before))
    }
}

/// Keeps the lines that are the largest for some delay from 0 on.
fn largest(mut lines: Vec<Line>) -> Vec<Line> {
    if lines.iter().any(|line| line.ms.is_none()) {
        return vec![Line { open: 0, ms: None }];
    }
    lines.sort_unstable_by_key(|line| (line.open, line.ms));
    let mut kept: Vec<Line> = Vec::new();
    for line in lines {
        while kept.last().is_some_and(|last| last.ms <= line.ms) {
            kept.pop();
        }
        while let [.., before, last] = kept[..]
            && last.is_hidden(&before, &line)
        {
            kept.pop();
        }
        kept.push(line);
    }
    kept
}

#[cfg(test)]
mod tests;
