//! What a project means, computed the slow and obvious way: routes are listed, everything recurses, nothing is kept.

use std::collections::HashMap;

use crate::model::{KEYS, Limits, Model, Policy, REQUEST, Shape, TOTAL};

const LARGEST: u128 = 9_007_199_254_740_991;
const MOST_ATTEMPTS: usize = 10_000;

/// Who sets a limit: a client, or nothing for the defaults.
pub(crate) type Setter = Option<usize>;

/// The routes of a client, depth first.
pub(crate) fn routes(model: &Model, client: usize) -> Vec<Vec<usize>> {
    if model.members(client).is_empty() {
        return vec![vec![client]];
    }
    let mut all = Vec::new();
    for &member in model.members(client) {
        for below in routes(model, member) {
            let mut route = vec![client];
            route.extend(below);
            all.push(route);
        }
    }
    all
}

/// The effective limits of a route and who sets them.
pub(crate) fn effective(model: &Model, route: &[usize]) -> [Option<(u64, Setter)>; 5] {
    let mut found: [Option<(u64, Setter)>; 5] = [None; 5];
    for (key, slot) in found.iter_mut().enumerate() {
        // From the leaf upwards, so that the nearest one keeps a tie.
        for &client in route.iter().rev() {
            if let Some(ms) = model.clients[client].limits[key]
                && slot.is_none_or(|(least, _)| ms < least)
            {
                *slot = Some((ms, Some(client)));
            }
        }
    }
    let request = found[REQUEST].map(|(ms, _)| ms).or(model.defaults[REQUEST]);
    for (key, slot) in found.iter_mut().enumerate() {
        let default = model.defaults[key];
        let never_fires = key == 1 && default > request && request.is_some();
        if slot.is_none() && !never_fires {
            *slot = default.map(|ms| (ms, None));
        }
    }
    found
}

/// The delays of a policy in their order.
pub(crate) fn delays(policy: &Policy) -> Vec<u64> {
    let mut delays = Vec::new();
    let mut next = policy.growth.map_or(policy.delay, |(_, longest)| policy.delay.min(longest));
    for _ in 0..policy.retries {
        delays.push(next);
        if let Some((multiplier, longest)) = policy.growth {
            next = product(next, multiplier).min(longest);
        }
    }
    delays
}

/// A whole number times a decimal, without its fraction. The digits are multiplied as on paper.
fn product(number: u64, decimal: &str) -> u64 {
    let (whole, places) = decimal.split_once('.').unwrap_or((decimal, ""));
    let digits: u128 = format!("{whole}{places}").parse().expect("digits");
    let mut divisor: u128 = 1;
    for _ in places.chars() {
        divisor *= 10;
    }
    u64::try_from(u128::from(number) * digits / divisor).expect("delays are short")
}

/// The most requests and milliseconds of a client below these request limits.
pub(crate) fn worst_case(model: &Model, client: usize, above: &[u64]) -> (u128, Option<u128>) {
    let this = &model.clients[client];
    let requests_above: Vec<u64> = above.iter().copied().chain(this.limits[REQUEST]).collect();
    let members: Vec<(u128, Option<u128>)> =
        model.members(client).iter().map(|&member| worst_case(model, member, &requests_above)).collect();
    let once = match this.shape {
        Shape::Leaf | Shape::Shorthand => {
            let limit = requests_above.iter().min().copied().or(model.defaults[REQUEST]);
            (1, limit.map(u128::from))
        }
        Shape::Fallback(_) => {
            let durations: Option<Vec<u128>> = members.iter().map(|member| member.1).collect();
            (members.iter().map(|member| member.0).sum(), durations.map(|all| all.iter().sum()))
        }
        Shape::RoundRobin(..) => (0, Some(0)),
    };
    let delays = this.policy.map_or(Vec::new(), |policy| delays(&model.policies[policy]));
    let rounds = delays.len() as u128 + 1;
    let waited: u128 = delays.iter().map(|&delay| u128::from(delay)).sum();
    let (requests, attempts) = match this.shape {
        Shape::RoundRobin(..) => worst_turns(&members, delays.len() + 1),
        _ => (once.0 * rounds, once.1.map(|ms| ms * rounds)),
    };
    let requests = requests.min(LARGEST);
    let duration = attempts.map(|ms| (ms + waited).min(LARGEST));
    match this.limits[TOTAL].map(u128::from) {
        Some(total) => (requests, Some(duration.map_or(total, |ms| ms.min(total)))),
        None => (requests, duration),
    }
}

/// The most requests and the most milliseconds of so many members in turn, whichever is the first.
fn worst_turns(members: &[(u128, Option<u128>)], rounds: usize) -> (u128, Option<u128>) {
    let (mut most, mut longest) = (0, Some(0));
    for first in 0..members.len() {
        let (mut requests, mut duration) = (0, Some(0));
        for round in 0..rounds {
            let member = members[(first + round) % members.len()];
            requests += member.0;
            duration = duration.zip(member.1).map(|(sum, ms)| sum + ms);
        }
        most = most.max(requests);
        longest = longest.zip(duration).map(|(longest, ms): (u128, u128)| longest.max(ms));
    }
    (most, longest)
}

/// An attempt of a schedule.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) path: Vec<usize>,
    pub(crate) start: u64,
    pub(crate) limit: Option<(u64, &'static str, Setter)>,
    pub(crate) delay: u64,
}

/// What happens when every attempt times out.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    pub(crate) attempts: Vec<Attempt>,
    /// `completed`, `deadline`, `never_ends` or `not_followed`.
    pub(crate) end: &'static str,
    /// The composite whose total ended it.
    pub(crate) ended_by: Option<usize>,
    pub(crate) end_ms: Option<u64>,
}

struct Call<'m> {
    model: &'m Model,
    now: u64,
    attempts: Vec<Attempt>,
    tickets: HashMap<usize, u64>,
    /// The composite whose total cut the last attempt or kept something from following it.
    stopped_by: Option<usize>,
}

/// Follows the schedule of a client.
pub(crate) fn schedule(model: &Model, client: usize) -> Schedule {
    let mut call = Call { model, now: 0, attempts: Vec::new(), tickets: HashMap::new(), stopped_by: None };
    let broken_off = call.visit(&[client], &[]).err();
    let (end, end_ms) = match (broken_off, call.stopped_by) {
        (Some(end), _) => (end, None),
        (None, Some(_)) => ("deadline", Some(call.now)),
        (None, None) => ("completed", Some(call.now)),
    };
    let ended_by = call.stopped_by.filter(|_| broken_off.is_none());
    Schedule { attempts: call.attempts, end, ended_by, end_ms }
}

impl Call<'_> {
    /// Carries out everything of the client at the end of the path. `above` are the deadlines above it, each with
    /// its composite, the outermost first.
    fn visit(&mut self, path: &[usize], above: &[(u64, usize)]) -> Result<(), &'static str> {
        let client = path[path.len() - 1];
        let this = self.model.clients[client].clone();
        let mut deadlines = above.to_vec();
        deadlines.extend(this.limits[TOTAL].map(|total| (self.now + total, client)));
        let ticket = match this.shape {
            Shape::RoundRobin(..) => {
                let counter = self.tickets.entry(client).or_insert(0);
                *counter += 1;
                *counter - 1
            }
            _ => 0,
        };
        let delays = this.policy.map_or(Vec::new(), |policy| delays(&self.model.policies[policy]));
        for round in 0..=delays.len() {
            match &this.shape {
                Shape::Leaf | Shape::Shorthand => self.attempt(path, &deadlines)?,
                Shape::Fallback(members) => {
                    for (index, &member) in members.iter().enumerate() {
                        if index > 0 && self.leaves_no_more_than(0, &deadlines) {
                            return Ok(());
                        }
                        self.visit(&[path, &[member]].concat(), &deadlines)?;
                    }
                }
                Shape::RoundRobin(members, start) => {
                    let index = (start + ticket + round as u64) % members.len() as u64;
                    self.visit(&[path, &[members[index as usize]]].concat(), &deadlines)?;
                }
            }
            let Some(&delay) = delays.get(round) else { break };
            if self.leaves_no_more_than(delay, &deadlines) {
                break;
            }
            self.now += delay;
            self.attempts.last_mut().expect("an attempt was made").delay = delay;
        }
        Ok(())
    }

    /// Whether the first deadline leaves no more than this time, and then notes it as what stopped the call.
    fn leaves_no_more_than(&mut self, ms: u64, deadlines: &[(u64, usize)]) -> bool {
        let Some((at, composite)) = first(deadlines) else { return false };
        let blocks = at - self.now <= ms;
        if blocks {
            self.stopped_by = Some(composite);
        }
        blocks
    }

    fn attempt(&mut self, path: &[usize], deadlines: &[(u64, usize)]) -> Result<(), &'static str> {
        if self.attempts.len() == MOST_ATTEMPTS {
            return Err("not_followed");
        }
        let own = effective(self.model, path)[REQUEST];
        let left = first(deadlines).map(|(at, composite)| (at - self.now, composite));
        let limit = match (own, left) {
            (Some((own, setter)), Some((left, _))) if own <= left => Some((own, KEYS[REQUEST], setter)),
            (_, Some((left, composite))) => Some((left, KEYS[TOTAL], Some(composite))),
            (Some((own, setter)), None) => Some((own, KEYS[REQUEST], setter)),
            (None, None) => None,
        };
        self.attempts.push(Attempt { path: path.to_vec(), start: self.now, limit, delay: 0 });
        let (ms, key, setter) = limit.ok_or("never_ends")?;
        self.now += ms;
        self.stopped_by = setter.filter(|_| key == KEYS[TOTAL]);
        Ok(())
    }
}

/// The deadline that passes first, of several the innermost.
fn first(deadlines: &[(u64, usize)]) -> Option<(u64, usize)> {
    let at = deadlines.iter().map(|deadline| deadline.0).min()?;
    deadlines.iter().rev().find(|deadline| deadline.0 == at).copied()
}

/// The limits without those that are not set, each with its key.
pub(crate) fn set_limits(limits: &Limits) -> impl Iterator<Item = (&'static str, u64)> {
    KEYS.into_iter().zip(limits).filter_map(|(key, ms)| Some((key, (*ms)?)))
}
