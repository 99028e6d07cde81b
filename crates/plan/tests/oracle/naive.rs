//! The naive implementation: it lists every route, recurses everywhere and keeps nothing.

use std::collections::HashMap;

use crate::model::{Fate, FateKind, Model, Policy, REQUEST, Shape, TOTAL};

const MOST: u128 = 9_007_199_254_740_991;
const MOST_ATTEMPTS: usize = 10_000;

/// Who set a limit: the place on the path, or nothing for the defaults.
pub(crate) type Origin = Option<usize>;

/// Lists the routes of a client.
pub(crate) fn routes(model: &Model, node: usize) -> Vec<Vec<usize>> {
    if model.members(node).is_empty() {
        return vec![vec![node]];
    }
    let below = model.members(node).iter().flat_map(|&member| routes(model, member));
    below.map(|route| [vec![node], route].concat()).collect()
}

/// The effective limits of a route, each with who set it.
pub(crate) fn effective(model: &Model, route: &[usize]) -> [Option<(u64, Origin)>; 5] {
    let mut found = [None; 5];
    for (field, slot) in found.iter_mut().enumerate() {
        for (place, &node) in route.iter().enumerate() {
            if let Some(ms) = model.nodes[node].limits[field] {
                let better = match *slot {
                    None => true,
                    Some((best, _)) => ms <= best,
                };
                if better {
                    *slot = Some((ms, Some(place)));
                }
            }
        }
    }
    for field in [REQUEST, 0, 1, 2] {
        let Some(ms) = model.defaults[field] else {
            continue;
        };
        let too_late = field == 1 && found[REQUEST].is_some_and(|(request, _)| ms > request);
        if found[field].is_none() && !too_late {
            found[field] = Some((ms, None));
        }
    }
    found
}

/// Lists the planned delays of a policy.
fn delays(policy: &Policy) -> Vec<u64> {
    let mut delays: Vec<u64> = Vec::new();
    for index in 0..policy.retries as usize {
        delays.push(match (policy.growth, index) {
            (None, _) => policy.delay,
            (Some((_, most)), 0) => policy.delay.min(most),
            (Some((millionths, most)), _) => (delays[index - 1] * millionths / 1_000_000).min(most),
        });
    }
    delays
}

/// Requests and duration of the worst case of a client, with the request limits above it.
pub(crate) fn worst_case(model: &Model, node: usize, above: &[u64]) -> (u64, Option<u64>) {
    let this = &model.nodes[node];
    let mut limits = above.to_vec();
    limits.extend(this.limits[REQUEST]);
    let members: Vec<_> =
        model.members(node).iter().map(|&member| worst_case(model, member, &limits)).collect();
    let (once_requests, once_ms): (u128, Option<u128>) = match this.shape {
        Shape::Leaf => {
            let limit = limits.iter().min().copied().or(model.defaults[REQUEST]);
            (1, limit.map(u128::from))
        }
        Shape::Fallback(_) => (
            members.iter().map(|member| u128::from(member.0)).sum(),
            members.iter().map(|member| member.1.map(u128::from)).sum(),
        ),
        Shape::RoundRobin(..) => (0, Some(0)),
    };
    let delays = this.policy.map_or(Vec::new(), |policy| delays(&model.policies[policy]));
    let rounds = delays.len() as u128 + 1;
    // Of a round-robin every ticket is tried, and all its rounds stand for one.
    let (once_requests, once_ms, rounds) = match this.shape {
        Shape::RoundRobin(..) => {
            let (requests, ms) = turns(&members, delays.len() + 1);
            (requests, ms, 1)
        }
        _ => (once_requests, once_ms, rounds),
    };
    let waits: u128 = delays.iter().map(|&delay| u128::from(delay)).sum();
    let duration = once_ms.map(|ms| (ms.min(MOST) * rounds + waits).min(MOST) as u64);
    let capped = match (duration, this.limits[TOTAL]) {
        (duration, None) => duration,
        (None, total) => total,
        (Some(duration), Some(total)) => Some(duration.min(total)),
    };
    ((once_requests * rounds).min(MOST) as u64, capped)
}

/// The largest requests and durations of so many consecutive members, over every first one.
fn turns(members: &[(u64, Option<u64>)], rounds: usize) -> (u128, Option<u128>) {
    let (mut requests, mut durations) = (Vec::new(), Vec::new());
    for ticket in 0..members.len() {
        let used: Vec<_> = (0..rounds).map(|round| members[(ticket + round) % members.len()]).collect();
        requests.push(used.iter().map(|member| u128::from(member.0)).sum::<u128>());
        durations.push(used.iter().map(|member| member.1.map(u128::from)).sum::<Option<u128>>());
    }
    let longest = durations.into_iter().collect::<Option<Vec<_>>>().map(|all| all.into_iter().max().unwrap());
    (requests.into_iter().max().unwrap(), longest)
}

/// What happened in a call, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    Attempt {
        path: Vec<usize>,
        start: u64,
        limit: Option<u64>,
        /// `own@2`, `own@defaults` or `total@1`.
        by: Option<String>,
    },
    Wait(u64),
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Success,
    Failed,
    HandedOn,
    Cancelled,
    NeverEnds,
    TooMany,
}

pub(crate) struct Call<'m> {
    pub(crate) model: &'m Model,
    /// How the attempts end, over and over. Without any every attempt times out, and one without a limit never
    /// ends.
    pub(crate) fates: &'m [Fate],
    /// The part of its planned length that a delay with jitter has, in percent.
    pub(crate) draws: u64,
    pub(crate) events: Vec<Event>,
    pub(crate) now: u64,
    pub(crate) requests: u64,
    pub(crate) tickets: HashMap<usize, u64>,
    attempts: usize,
}

/// A deadline and the place on the path of the composite that has it.
type Deadline = (u64, usize);

impl<'m> Call<'m> {
    pub(crate) fn new(model: &'m Model, fates: &'m [Fate], draws: u64) -> Self {
        Call {
            model,
            fates,
            draws,
            events: Vec::new(),
            now: 0,
            requests: 0,
            tickets: HashMap::new(),
            attempts: 0,
        }
    }

    pub(crate) fn run(&mut self, node: usize) -> End {
        match self.enter(&[node], &[]) {
            Ok(_) => End::Failed,
            Err(end) => end,
        }
    }

    fn left(&self, deadlines: &[Deadline]) -> Option<u64> {
        deadlines.iter().map(|deadline| deadline.0.saturating_sub(self.now)).min()
    }

    /// Enters the client at the end of the path. Returns whether it failed in a way that is retried.
    fn enter(&mut self, path: &[usize], above: &[Deadline]) -> Result<bool, End> {
        let model = self.model;
        let node = &model.nodes[path[path.len() - 1]];
        let mut deadlines = above.to_vec();
        deadlines.extend(node.limits[TOTAL].map(|total| (self.now + total, path.len() - 1)));
        let ticket = match node.shape {
            Shape::RoundRobin(..) => {
                let next = self.tickets.entry(path[path.len() - 1]).or_insert(0);
                *next += 1;
                *next - 1
            }
            _ => 0,
        };
        let delays = node.policy.map_or(Vec::new(), |policy| delays(&model.policies[policy]));
        let jitter = node.policy.is_some_and(|policy| model.policies[policy].jitter);
        let mut any_retryable = false;
        for round in 0..=delays.len() {
            let mut asked = None;
            let retryable = match &node.shape {
                Shape::Leaf => {
                    let (retryable, wait) = self.attempt(path, &deadlines, delays.get(round).copied())?;
                    asked = wait;
                    retryable
                }
                Shape::Fallback(members) => match self.members(path, members, &deadlines)? {
                    (retryable, true) => retryable,
                    (retryable, false) => {
                        any_retryable |= retryable;
                        break;
                    }
                },
                Shape::RoundRobin(members, start) => {
                    let index =
                        (u128::from(*start) + u128::from(ticket) + round as u128) % members.len() as u128;
                    self.enter(&[path, &[members[index as usize]]].concat(), &deadlines)?
                }
            };
            any_retryable |= retryable;
            let Some(&planned) = delays.get(round) else {
                break;
            };
            if !retryable {
                break;
            }
            let drawn = if jitter { planned * self.draws / 100 } else { planned };
            let wait = match asked {
                Some(Ask::Wait(ms)) if ms > drawn => ms,
                Some(Ask::TooLong(ms)) if ms > drawn => break,
                _ => drawn,
            };
            if self.left(&deadlines).is_some_and(|left| wait >= left) {
                break;
            }
            if wait > 0 {
                self.events.push(Event::Wait(wait));
                self.now += wait;
            }
        }
        let passed = node.limits[TOTAL].is_some() && deadlines[deadlines.len() - 1].0 <= self.now;
        Ok(any_retryable || passed)
    }

    /// Tries the members of a fallback. Returns whether one failed in a way that is retried, and whether all were
    /// tried.
    fn members(
        &mut self,
        path: &[usize],
        members: &[usize],
        deadlines: &[Deadline],
    ) -> Result<(bool, bool), End> {
        let mut retryable = false;
        for (index, &member) in members.iter().enumerate() {
            if index > 0 && self.left(deadlines) == Some(0) {
                return Ok((retryable, false));
            }
            retryable |= self.enter(&[path, &[member]].concat(), deadlines)?;
        }
        Ok((retryable, true))
    }

    fn attempt(
        &mut self,
        path: &[usize],
        deadlines: &[Deadline],
        planned: Option<u64>,
    ) -> Result<(bool, Option<Ask>), End> {
        if self.fates.is_empty() && self.attempts == MOST_ATTEMPTS {
            return Err(End::TooMany);
        }
        let mut candidates: Vec<(u64, usize, String)> = Vec::new();
        if let Some((ms, origin)) = effective(self.model, path)[REQUEST] {
            let name = origin.map_or("own@defaults".to_owned(), |place| format!("own@{place}"));
            candidates.push((ms, 0, name));
        }
        for &(deadline, place) in deadlines {
            candidates.push((deadline - self.now, 1000 - place, format!("total@{place}")));
        }
        candidates.sort();
        let first = candidates.into_iter().next();
        let (limit, by) = first.map_or((None, None), |(ms, _, name)| (Some(ms), Some(name)));
        self.events.push(Event::Attempt { path: path.to_vec(), start: self.now, limit, by });
        let fate = match self.fates {
            [] => Fate { kind: FateKind::Timeout, percent: 100, retry_after: None },
            fates => fates[self.attempts % fates.len()],
        };
        self.attempts += 1;
        if self.fates.is_empty() && limit.is_none() {
            return Err(End::NeverEnds);
        }
        let elapsed = elapsed(fate, limit);
        self.now += elapsed;
        if fate.kind != FateKind::Unbuildable {
            self.requests += 1;
        }
        let asked = fate.retry_after.zip(planned).map(|(ms, planned)| {
            let fits = match limit {
                Some(limit) => elapsed + ms <= limit + planned,
                None => ms <= 60_000,
            };
            if fits { Ask::Wait(ms) } else { Ask::TooLong(ms) }
        });
        match fate.kind {
            FateKind::Timeout | FateKind::Retryable => Ok((true, asked)),
            FateKind::Refused | FateKind::Unbuildable => Ok((false, None)),
            FateKind::Success => Err(End::Success),
            FateKind::HandedOn => Err(End::HandedOn),
            FateKind::Cancelled => Err(End::Cancelled),
        }
    }
}

/// What a server asked for, and whether that fits.
enum Ask {
    Wait(u64),
    TooLong(u64),
}

/// How long an attempt takes.
pub(crate) fn elapsed(fate: Fate, limit: Option<u64>) -> u64 {
    match (fate.kind, limit) {
        (FateKind::Unbuildable, _) => 0,
        (FateKind::Timeout, Some(limit)) => limit,
        (_, Some(limit)) => (u128::from(limit) * u128::from(fate.percent) / 100) as u64,
        (_, None) => fate.percent * 7,
    }
}
