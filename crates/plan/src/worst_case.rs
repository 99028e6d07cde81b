//! The upper bound of a call in requests and in milliseconds, over all ways to fail.

mod each_attempt;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use self::each_attempt::Costs;
use crate::field::Field;
use crate::graph::{Client, ClientId, ClientKind, Plan};
use crate::limit::{MAX_MS, sum_ms};

/// The most that a call through a client can cost. Both numbers stop at 9007199254740991.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WorstCase {
    /// The most requests that the call can make.
    pub requests: u64,
    /// The longest time of the call in milliseconds, or `None` where it is not bounded.
    #[cfg_attr(feature = "schema", schemars(with = "crate::document::schema::Nullable<u64>"))]
    pub duration_ms: Option<u64>,
}

/// Computes the worst cases of the clients of one plan, and keeps its memory from one client to the next.
///
/// A client that is reached on many routes under the same request limit is computed once for each client asked
/// about. So a call takes time in proportion to the graph for each different request limit above a client.
#[derive(Debug)]
pub struct WorstCases<'p, P> {
    plan: &'p Plan<P>,
    frames: Vec<Frame<'p, P>>,
    known: HashMap<(ClientId, Option<u64>), WorstCase>,
    is_cut: bool,
    /// The costs of all clients, where the runtime lets every attempt wait by itself.
    costs: Option<Costs>,
}

/// A composite whose members are under way. `request_ms` is the smallest request limit from the client asked
/// about down to it, and `members` is what those cost that are done.
#[derive(Debug)]
struct Frame<'p, P> {
    id: ClientId,
    client: &'p Client<P>,
    above_ms: Option<u64>,
    request_ms: Option<u64>,
    members: Vec<WorstCase>,
}

const NOTHING: WorstCase = WorstCase { requests: 0, duration_ms: Some(0) };

/// The worst case of one client. For an id that the plan does not have it is zero: no request and no time.
pub fn worst_case<P>(plan: &Plan<P>, client: ClientId) -> WorstCase {
    WorstCases::new(plan).of(client)
}

impl<'p, P> WorstCases<'p, P> {
    /// Prepares the worst cases of the clients of a plan.
    pub fn new(plan: &'p Plan<P>) -> Self {
        let waits_each_attempt = !plan.run_time().differences().waits_between_rounds;
        let costs = waits_each_attempt.then(|| Costs::new(plan));
        WorstCases { plan, frames: Vec::new(), known: HashMap::new(), is_cut: false, costs }
    }

    /// The worst case of a client, as [`worst_case`] does.
    pub fn of(&mut self, client: ClientId) -> WorstCase {
        self.below(client, None)
    }

    /// What a client costs at most as a member, where the clients above it leave it this request limit. A run
    /// time that does not compose limits leaves every client its own.
    pub fn below(&mut self, client: ClientId, request_ms: Option<u64>) -> WorstCase {
        if let Some(costs) = &self.costs {
            return costs.worst_case(client);
        }
        self.known.clear();
        self.is_cut = false;
        match self.enter(client, request_ms) {
            Some(result) => result,
            None => self.run(),
        }
    }

    /// Whether a total is below what its composite could take without it, anywhere under the last client
    /// asked about. Where none is, no deadline ever cuts anything.
    pub const fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Goes on with the composites under way until none is left, and returns the worst case of the first.
    fn run(&mut self) -> WorstCase {
        let mut result = NOTHING;
        while let Some(frame) = self.frames.last_mut() {
            let next = frame.client.kind.members().get(frame.members.len()).copied();
            let request_ms = frame.request_ms;
            let done = match next {
                Some(member) => self.enter(member, request_ms),
                None => self.leave(),
            };
            if let Some(done) = done {
                result = done;
                if let Some(frame) = self.frames.last_mut() {
                    frame.members.push(done);
                }
            }
        }
        result
    }

    /// The worst case of a client where it can be said at once, else puts the client under way.
    fn enter(&mut self, id: ClientId, above_ms: Option<u64>) -> Option<WorstCase> {
        let Some(client) = self.plan.client(id) else {
            return Some(NOTHING);
        };
        let request_ms = [above_ms, client.limits.ms(Field::Request)].into_iter().flatten().min();
        if client.kind.is_leaf() {
            let duration_ms = request_ms.or(self.plan.defaults().ms(Field::Request));
            return Some(self.repeated(client, WorstCase { requests: 1, duration_ms }));
        }
        let known = self.known.get(&(id, above_ms)).copied();
        if known.is_none() {
            self.frames.push(Frame { id, client, above_ms, request_ms, members: Vec::new() });
        }
        known
    }

    /// Ends the composite whose members are all added.
    fn leave(&mut self) -> Option<WorstCase> {
        let frame = self.frames.pop()?;
        let mut result = match frame.client.kind {
            ClientKind::RoundRobin { .. } => self.taking_turns(frame.client, &frame.members),
            _ => {
                let once = frame.members.iter().fold(NOTHING, |sum, &member| sum.then(member));
                self.repeated(frame.client, once)
            }
        };
        if let Some(total_ms) = frame.client.limits.ms(Field::Total)
            && result.duration_ms.is_none_or(|ms| ms > total_ms)
        {
            result.duration_ms = Some(total_ms);
            self.is_cut = true;
        }
        self.known.insert((frame.id, frame.above_ms), result);
        Some(result)
    }

    /// The worst case of a round-robin with its policy. Each round uses the member after that of the round
    /// before, so it is the largest sum over as many consecutive members as there are rounds, for requests and
    /// duration each. The ticket decides with which member they begin, so every one may be the first.
    fn taking_turns(&self, client: &Client<P>, members: &[WorstCase]) -> WorstCase {
        let (retries, delays_ms) = self.plan.retries(client);
        let rounds = (retries as usize).saturating_add(1);
        let beginning_with = |first: usize| {
            let turns = members.iter().cycle().skip(first).take(rounds);
            turns.fold(NOTHING, |sum, &member| sum.then(member))
        };
        let worst = (0..members.len()).map(beginning_with).fold(NOTHING, WorstCase::or);
        WorstCase { duration_ms: worst.duration_ms.map(|ms| sum_ms(ms, delays_ms)), ..worst }
    }

    /// The worst case of a leaf or a fallback with its policy, given that of one round.
    fn repeated(&self, client: &Client<P>, once: WorstCase) -> WorstCase {
        let (retries, delays_ms) = self.plan.retries(client);
        let rounds = u64::from(retries) + 1;
        WorstCase {
            requests: once.requests.saturating_mul(rounds).min(MAX_MS),
            duration_ms: once.duration_ms.map(|ms| sum_ms(ms.saturating_mul(rounds), delays_ms)),
        }
    }
}

impl WorstCase {
    /// One after the other: both numbers add up.
    fn then(self, other: Self) -> Self {
        let durations_ms = self.duration_ms.zip(other.duration_ms);
        Self {
            requests: sum_ms(self.requests, other.requests),
            duration_ms: durations_ms.map(|(first, second)| sum_ms(first, second)),
        }
    }

    /// Whether neither number is below that of another worst case.
    pub fn is_at_least(self, other: Self) -> bool {
        let most = |ms: Option<u64>| ms.unwrap_or(u64::MAX);
        self.requests >= other.requests && most(self.duration_ms) >= most(other.duration_ms)
    }

    /// One or the other: each number is the larger one.
    fn or(self, other: Self) -> Self {
        let durations_ms = self.duration_ms.zip(other.duration_ms);
        Self {
            requests: self.requests.max(other.requests),
            duration_ms: durations_ms.map(|(first, second)| first.max(second)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{exponential, ids, leaf, limited, plan, repeated};

    fn worst_of(clients: Vec<Client<()>>, retries: u32, id: u32) -> (u64, Option<u64>) {
        let plan = plan(clients, vec![exponential(retries)]);
        let WorstCase { requests, duration_ms } = worst_case(&plan, ClientId(id));
        (requests, duration_ms)
    }

    fn leaves() -> Vec<Client<()>> {
        vec![leaf("FastClient", 20_000), leaf("SlowClient", 60_000)]
    }

    #[test]
    fn members_of_a_fallback_add_up() {
        let clients = [leaves(), vec![Client::fallback("MyFallback", &ids(&[0, 1]))]].concat();
        assert_eq!(worst_of(clients, 0, 2), (2, Some(80_000)));
    }

    #[test]
    fn the_worst_turns_of_a_round_robin_count() {
        let clients = [leaves(), vec![repeated(Client::round_robin("R", &ids(&[0, 1]), 0), 0)]].concat();
        assert_eq!(worst_of(clients.clone(), 0, 2), (1, Some(60_000)));
        assert_eq!(worst_of(clients.clone(), 1, 2), (2, Some(80_200)));
        assert_eq!(worst_of(clients, 2, 2), (3, Some(140_500)));
        let turns = Client::round_robin("R", &ids(&[0, 1, 2, 3]), 0);
        let clients = vec![leaf("A", 9), leaf("B", 1), leaf("C", 8), leaf("D", 2), repeated(turns, 0)];
        assert_eq!(worst_of(clients, 1, 4), (2, Some(11 + 200)));
        let turns = Client::round_robin("R", &ids(&[0, 1]), 0);
        assert_eq!(worst_of(vec![leaf("A", 9), Client::leaf("B"), repeated(turns, 0)], 0, 2), (1, None));
    }

    #[test]
    fn requests_and_duration_have_their_own_worst_turns() {
        let many = repeated(leaf("A", 1), 0);
        let slow = leaf("B", 9_000);
        let clients = vec![many, slow, Client::round_robin("R", &ids(&[0, 1]), 0)];
        assert_eq!(worst_of(clients, 3, 2), (4, Some(9_000)));
    }

    #[test]
    fn a_policy_repeats_and_waits() {
        let clients = vec![repeated(leaf("A", 30_000), 0)];
        assert_eq!(worst_of(clients, 3, 0), (4, Some(120_950)));
    }

    #[test]
    fn a_total_caps_the_duration_and_not_the_requests() {
        let total = limited(Client::fallback("F", &ids(&[0, 1])), &[(Field::Total, 50_000)]);
        let clients = [leaves(), vec![repeated(total, 0), Client::fallback("G", &ids(&[2, 0]))]].concat();
        assert_eq!(worst_of(clients.clone(), 2, 2), (6, Some(50_000)));
        assert_eq!(worst_of(clients, 2, 3), (7, Some(70_000)));
        let unbounded =
            vec![Client::leaf("A"), limited(Client::fallback("F", &ids(&[0])), &[(Field::Total, 9)])];
        assert_eq!(worst_of(unbounded.clone(), 0, 0), (1, None));
        assert_eq!(worst_of(unbounded, 0, 1), (1, Some(9)));
    }

    #[test]
    fn a_total_that_is_never_reached_cuts_nothing() {
        let total = |ms| limited(Client::fallback("F", &ids(&[0, 1])), &[(Field::Total, ms)]);
        let clients =
            [leaves(), vec![total(80_000), total(79_999), Client::fallback("G", &ids(&[3]))]].concat();
        let plan = plan(clients, vec![]);
        let mut worst_cases = WorstCases::new(&plan);
        let mut is_cut = |id| {
            worst_cases.of(ClientId(id));
            worst_cases.is_cut()
        };
        assert_eq!([is_cut(4), is_cut(2), is_cut(3), is_cut(0)], [true, false, true, false]);
        let fast = WorstCases::new(&plan).below(ClientId(0), Some(7));
        assert_eq!(fast.duration_ms, Some(7));
    }

    #[test]
    fn the_request_limit_is_that_of_the_whole_route() {
        let clients =
            [leaves(), vec![limited(Client::fallback("F", &ids(&[0, 1, 0])), &[(Field::Request, 25_000)])]];
        assert_eq!(worst_of(clients.concat(), 0, 2), (3, Some(65_000)));
    }

    #[test]
    fn a_member_is_bounded_by_what_is_above_it() {
        let plan = plan(leaves(), vec![]);
        let mut worst_cases = WorstCases::new(&plan);
        assert_eq!(worst_cases.below(ClientId(1), Some(25_000)).duration_ms, Some(25_000));
        assert_eq!(worst_cases.below(ClientId(0), Some(25_000)).duration_ms, Some(20_000));
        assert_eq!(worst_cases.of(ClientId(1)).duration_ms, Some(60_000));
    }

    #[test]
    fn towers_and_diamonds_stop_at_the_largest_number() {
        let mut clients = vec![repeated(leaf("L", MAX_MS), 0)];
        clients.extend((0..60).map(|member| repeated(Client::fallback("F", &ids(&[member, member])), 0)));
        assert_eq!(worst_of(clients, 100, 60), (MAX_MS, Some(MAX_MS)));
    }

    #[test]
    fn deep_and_wide_plans_are_fast() {
        let mut clients = vec![leaf("L", 5)];
        clients.extend((0..100_000).map(|member| Client::fallback("F", &ids(&[member]))));
        assert_eq!(worst_of(clients, 0, 100_000), (1, Some(5)));

        let leaves = (0..100_000).map(|_| leaf("L", 5));
        let fallbacks =
            (0..10_000).map(|id| Client::fallback("F", &ids(&[10 * id, 10 * id + 1, 10 * id + 2])));
        let clients: Vec<_> = leaves.chain(fallbacks).map(|client| repeated(client, 0)).collect();
        let plan = plan(clients, vec![exponential(100)]);
        let mut worst_cases = WorstCases::new(&plan);
        assert_eq!(
            plan.ids().map(|id| worst_cases.of(id).requests).sum::<u64>(),
            101 * 100_000 + 101 * 101 * 30_000
        );
    }

    #[test]
    fn defaults_count_where_a_route_sets_no_limit() {
        let clients =
            vec![Client::leaf("A"), limited(Client::fallback("F", &ids(&[0])), &[(Field::Request, 70)])];
        let defaults = leaf("", 50).limits;
        let plan = Plan::new(clients, Vec::new(), defaults).unwrap();
        assert_eq!(worst_case(&plan, ClientId(0)).duration_ms, Some(50));
        assert_eq!(worst_case(&plan, ClientId(1)).duration_ms, Some(70));
        assert_eq!(worst_case(&plan, ClientId(9)), NOTHING);
    }
}
