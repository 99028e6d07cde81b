//! How many routes there are, found without listing one.

use crate::graph::{ClientId, Plan};

/// The most routes that one client may have.
pub const MAX_ROUTES: u64 = 10_000;
/// The most clients on one route, the client asked about and the leaf included.
pub const MAX_ROUTE_LENGTH: u64 = 512;
/// The most names in all routes of all clients of a project.
pub const MAX_NAMES: u64 = 1_000_000;

/// How much there is to list for one client. All numbers stop at the largest one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Counts {
    /// The number of routes.
    pub routes: u64,
    /// The number of clients on the longest route.
    pub longest: u64,
    /// The number of names on all routes together.
    pub names: u64,
}

/// The counts of all clients of a plan, found without listing a route.
#[derive(Debug, Clone)]
pub struct RouteCounts {
    counts: Vec<Counts>,
}

/// A client with more routes, longer routes or more names than allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Exceeded {
    /// The client to report.
    pub client: ClientId,
    /// What is too much, with the number found.
    pub limit: ExceededLimit,
}

/// Which limit on routes is exceeded, with the number found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExceededLimit {
    /// The client has this many routes, more than [`MAX_ROUTES`].
    Routes(u64),
    /// The longest route of the client has this many clients, more than [`MAX_ROUTE_LENGTH`].
    Length(u64),
    /// The routes of the project up to this client have this many names, more than [`MAX_NAMES`].
    Names(u64),
}

const LEAF: Counts = Counts { routes: 1, longest: 1, names: 1 };
const NOTHING: Counts = Counts { routes: 0, longest: 0, names: 0 };

impl Counts {
    /// Whether the number and the length of the routes are allowed.
    pub const fn is_within(&self) -> bool {
        self.routes <= MAX_ROUTES && self.longest <= MAX_ROUTE_LENGTH
    }

    fn with_member(self, member: Self) -> Self {
        Self {
            routes: self.routes.saturating_add(member.routes),
            longest: self.longest.max(member.longest.saturating_add(1)),
            names: self.names.saturating_add(member.names).saturating_add(member.routes),
        }
    }
}

impl RouteCounts {
    /// Counts the routes of every client. It takes time in proportion to the number of members of all clients.
    pub fn new<P>(plan: &Plan<P>) -> Self {
        let mut counts = vec![NOTHING; plan.clients().len()];
        for &id in plan.order() {
            let members = plan.members(id);
            let count = if members.is_empty() {
                LEAF
            } else {
                members.iter().fold(NOTHING, |sum, member| sum.with_member(counts[member.index()]))
            };
            counts[id.index()] = count;
        }
        Self { counts }
    }

    /// The counts of a client. They are all 0 for an id that the plan does not have.
    pub fn of(&self, client: ClientId) -> Counts {
        self.counts.get(client.index()).copied().unwrap_or(NOTHING)
    }

    /// What is too much, each limit at most once: routes and length at the first client in source order
    /// whose members are all within, names at the client that passes the limit in source order. Clients that
    /// have too many or too long routes do not count towards the names, since their routes are never listed.
    pub fn exceeded<P>(
        &self,
        plan: &Plan<P>,
        source_order: impl IntoIterator<Item = ClientId>,
    ) -> Vec<Exceeded> {
        let (mut routes, mut length, mut names) = (None, None, None);
        let mut sum = 0u64;
        for client in source_order {
            let counts = self.of(client);
            if counts.is_within() {
                sum = sum.saturating_add(counts.names);
                if sum > MAX_NAMES && names.is_none() {
                    names = Some(Exceeded { client, limit: ExceededLimit::Names(sum) });
                }
                continue;
            }
            let members = || plan.members(client).iter().map(|&member| self.of(member));
            if routes.is_none() && counts.routes > MAX_ROUTES && members().all(|of| of.routes <= MAX_ROUTES) {
                routes = Some(Exceeded { client, limit: ExceededLimit::Routes(counts.routes) });
            }
            if length.is_none()
                && counts.longest > MAX_ROUTE_LENGTH
                && members().all(|of| of.longest <= MAX_ROUTE_LENGTH)
            {
                length = Some(Exceeded { client, limit: ExceededLimit::Length(counts.longest) });
            }
        }
        [routes, length, names].into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Client;
    use crate::testing::{ids, plan};

    #[test]
    fn a_diamond_of_many_layers_is_counted_at_once() {
        let mut clients = vec![Client::leaf("L")];
        clients.extend((0..60).map(|member| Client::fallback("F", &ids(&[member, member]))));
        clients.extend((60..70).map(|member| Client::fallback("F", &ids(&[member, member]))));
        let plan = plan(clients, vec![]);
        let counts = RouteCounts::new(&plan);
        assert_eq!(counts.of(ClientId(60)), Counts { routes: 1 << 60, longest: 61, names: u64::MAX });
        assert_eq!(counts.of(ClientId(70)).routes, u64::MAX);
        let exceeded = counts.exceeded(&plan, plan.ids());
        assert_eq!(exceeded, [Exceeded { client: ClientId(14), limit: ExceededLimit::Routes(1 << 14) }]);
    }

    #[test]
    fn long_routes_and_many_names_are_reported_once() {
        let mut clients = vec![Client::leaf("L")];
        clients.extend((0..700).map(|member| Client::fallback("F", &ids(&[member]))));
        let long = plan(clients, vec![]);
        let exceeded = RouteCounts::new(&long).exceeded(&long, long.ids());
        assert_eq!(exceeded, [Exceeded { client: ClientId(512), limit: ExceededLimit::Length(513) }]);

        let mut clients: Vec<_> = (0..10_000).map(|_| Client::leaf("L")).collect();
        let members: Vec<ClientId> = (0..10_000).map(ClientId).collect();
        clients.extend((0..60).map(|_| Client::fallback("F", &members)));
        let many = plan(clients, vec![]);
        let exceeded = RouteCounts::new(&many).exceeded(&many, many.ids());
        assert_eq!(exceeded, [Exceeded { client: ClientId(10_049), limit: ExceededLimit::Names(1_010_000) }]);
    }

    #[test]
    fn what_is_at_one_bound_and_beyond_the_other_is_reported_once() {
        // A chain of composites above a leaf, and a fallback over it and some leaves.
        let exceeded = |composites: u32, leaves: u32| {
            let mut clients = vec![Client::leaf("L")];
            clients.extend((0..composites).map(|member| Client::fallback("F", &ids(&[member]))));
            clients.extend((0..leaves).map(|_| Client::leaf("L")));
            let members: Vec<u32> = (composites..=composites + leaves).collect();
            clients.push(Client::fallback("F", &ids(&members)));
            let plan = plan(clients, vec![]);
            let exceeded = RouteCounts::new(&plan).exceeded(&plan, plan.ids());
            exceeded.into_iter().map(|exceeded| exceeded.limit).collect::<Vec<_>>()
        };
        assert_eq!(exceeded(510, 9_999), []);
        assert_eq!(exceeded(510, 10_000), [ExceededLimit::Routes(10_001)]);
        assert_eq!(exceeded(511, 9_999), [ExceededLimit::Length(513)]);
        assert_eq!(exceeded(511, 10_000), [ExceededLimit::Routes(10_001), ExceededLimit::Length(513)]);
    }

    #[test]
    fn a_million_names_are_within_and_one_more_is_not() {
        let members: Vec<ClientId> = (0..10_000).map(ClientId).collect();
        // 10,000 leaves, 49 times 10,000 routes of two names, 5,000 of them, and the leaves beyond.
        let exceeded = |beyond: usize| {
            let mut clients: Vec<_> = (0..10_000).map(|_| Client::leaf("L")).collect();
            clients.extend((0..49).map(|_| Client::fallback("F", &members)));
            clients.push(Client::fallback("F", &members[..5_000]));
            clients.extend((0..beyond).map(|_| Client::leaf("L")));
            let plan = plan(clients, vec![]);
            RouteCounts::new(&plan).exceeded(&plan, plan.ids())
        };
        assert_eq!(exceeded(0), []);
        let first = Exceeded { client: ClientId(10_050), limit: ExceededLimit::Names(1_000_001) };
        assert_eq!(exceeded(2), [first]);
    }

    #[test]
    fn too_many_members_are_refused_at_once() {
        let mut clients: Vec<_> = (0..50_000).map(|_| Client::leaf("L")).collect();
        let members: Vec<ClientId> = (0..50_000).map(ClientId).collect();
        clients.push(Client::fallback("F", &members));
        let plan = plan(clients, vec![]);
        let exceeded = RouteCounts::new(&plan).exceeded(&plan, plan.ids());
        assert_eq!(exceeded, [Exceeded { client: ClientId(50_000), limit: ExceededLimit::Routes(50_000) }]);
    }
}
