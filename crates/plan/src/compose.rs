//! Routes: how many there are, and their effective limits.

mod counts;

use std::cmp::Reverse;

pub use self::counts::{
    Counts, Exceeded, ExceededLimit, MAX_NAMES, MAX_ROUTE_LENGTH, MAX_ROUTES, RouteCounts,
};
use crate::field::{ByField, Field};
use crate::graph::{ClientId, Plan};
use crate::limit::{Limit, Limits};
use crate::run_time::RunTime;

/// A place on a path, counted from 0 at the client asked about.
///
/// The order is by nearness to the leaf: the place nearest to it is the least. So it wins a tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PathIndex(pub u32);

/// What set an effective limit. Where two set the same time, the least origin is named: the client nearest to
/// the leaf, then the defaults, then an override at run time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The client at this place of the path.
    Client(PathIndex),
    /// The defaults of the project.
    Defaults,
    /// The runtime itself, which limits an attempt where no limit is written.
    RunTime,
    /// An override at run time, of the client at this place of the path.
    Override(PathIndex),
}

/// A route from a client down to a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route<'r> {
    /// The clients on the route, from the client asked about to the leaf, both included.
    pub path: &'r [ClientId],
    /// The effective limits with their origins. The total is the smallest on the route.
    pub limits: Limits<Origin>,
}

/// Goes through the routes of a client depth first, in the order of the members. A member named twice counts its routes
/// twice. Nothing is allocated for a route; the path and the running minima are kept on a stack.
#[derive(Debug)]
pub struct Routes<'p, P> {
    plan: &'p Plan<P>,
    path: Vec<ClientId>,
    frames: Vec<Frame>,
    next: Option<ClientId>,
}

#[derive(Debug)]
struct Frame {
    position: usize,
    limits: Limits<Origin>,
}

impl PartialOrd for PathIndex {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PathIndex {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        Reverse(self.0).cmp(&Reverse(other.0))
    }
}

impl PathIndex {
    /// The place as an index into the path.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl Origin {
    /// The place on the path that set the limit, or `None` for the defaults.
    pub const fn place(self) -> Option<PathIndex> {
        match self {
            Self::Client(place) | Self::Override(place) => Some(place),
            Self::Defaults | Self::RunTime => None,
        }
    }
}

/// Takes the minimum of the limits of a route so far and the own limits of the client at the next place.
pub(crate) fn lower<P>(so_far: &Limits<Origin>, own: &Limits<P>, origin: Origin) -> Limits<Origin> {
    so_far.minimum(&own.map(|_, limit| limit.with_origin(origin)))
}

/// Fills each field of a route that no client on it sets with the default.
///
/// A default time to first token above the request limit of the route is not filled in, since it could never
/// be the one that fires.
pub(crate) fn fill<P>(limits: &mut Limits<Origin>, defaults: &Limits<P>) {
    let default = |field| defaults.get(field).map(|limit| limit.with_origin(Origin::Defaults));
    let request = limits.request_timeout_ms.or(default(Field::Request));
    for field in Field::ATTEMPT {
        let filling = default(field).filter(|limit| {
            field != Field::TimeToFirstToken || request.is_none_or(|request| limit.ms <= request.ms)
        });
        let slot = limits.slot(field);
        *slot = slot.or(filling);
    }
}

/// Fills in the limits that a runtime applies to an attempt where none is written.
pub(crate) fn fill_by(limits: &mut Limits<Origin>, run_time: RunTime) {
    let limit = |ms| Limit { ms, origin: Origin::RunTime };
    let differences = run_time.differences();
    limits.request_timeout_ms = limits.request_timeout_ms.or(differences.request_ms.map(limit));
    limits.connect_timeout_ms = limits.connect_timeout_ms.or(differences.connect_ms.map(limit));
}

impl<'p, P> Routes<'p, P> {
    /// Starts the routes of a client. For an id that the plan does not have there are none.
    pub fn new(plan: &'p Plan<P>, client: ClientId) -> Self {
        Routes { plan, path: Vec::new(), frames: Vec::new(), next: Some(client) }
    }

    /// Begins the routes of another client, and keeps the memory of the stack.
    pub fn restart(&mut self, client: ClientId) {
        self.path.clear();
        self.frames.clear();
        self.next = Some(client);
    }

    /// The next route, or `None` after the last.
    #[allow(
        clippy::should_implement_trait,
        reason = "a route is borrowed from the stack, so this is no iterator"
    )]
    pub fn next(&mut self) -> Option<Route<'_>> {
        if self.next.is_none() {
            self.leave();
        }
        loop {
            match self.next.take() {
                Some(client) => {
                    if let Some(limits) = self.enter(client) {
                        return Some(Route { path: &self.path, limits });
                    }
                }
                None => self.next = Some(self.advance()?),
            }
        }
    }

    /// Adds a client to the path. Returns the effective limits where it is a leaf.
    fn enter(&mut self, id: ClientId) -> Option<Limits<Origin>> {
        let client = self.plan.client(id)?;
        let so_far = self.frames.last().map_or(ByField::NONE, |frame| frame.limits);
        let limits = lower(&so_far, &client.limits, Origin::Client(PathIndex(self.path.len() as u32)));
        self.path.push(id);
        self.frames.push(Frame { position: 0, limits });
        client.kind.is_leaf().then(|| {
            let mut effective = limits;
            fill(&mut effective, self.plan.defaults());
            effective
        })
    }

    /// The next member of the composite at the end of the path, leaving those that have no more.
    fn advance(&mut self) -> Option<ClientId> {
        loop {
            let (frame, &id) = (self.frames.last_mut()?, self.path.last()?);
            if let Some(&member) = self.plan.members(id).get(frame.position) {
                frame.position += 1;
                return Some(member);
            }
            self.leave();
        }
    }

    fn leave(&mut self) {
        self.frames.pop();
        self.path.pop();
    }
}

/// Calls a function with every route of a client, depth first in the order of the members.
pub fn walk_routes<P>(plan: &Plan<P>, client: ClientId, mut visit: impl FnMut(Route<'_>)) {
    let mut routes = Routes::new(plan, client);
    while let Some(route) = routes.next() {
        visit(route);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Client;
    use crate::limit::Limit;
    use crate::testing::{ids, leaf, limited};

    fn plan(clients: Vec<Client<()>>, defaults: &[(Field, u64)]) -> Plan<()> {
        Plan::new(clients, Vec::new(), limited(Client::leaf(""), defaults).limits).unwrap()
    }

    fn routes(plan: &Plan<()>, id: u32) -> Vec<(Vec<u32>, Limits<Origin>)> {
        let mut all = Vec::new();
        walk_routes(plan, ClientId(id), |route| {
            all.push((route.path.iter().map(|id| id.0).collect(), route.limits))
        });
        all
    }

    fn client(place: u32) -> Origin {
        Origin::Client(PathIndex(place))
    }

    #[test]
    fn the_smallest_limit_of_a_route_wins() {
        let clients = vec![
            limited(Client::leaf("FastClient"), &[(Field::Connect, 3000), (Field::Request, 20_000)]),
            limited(Client::leaf("SlowClient"), &[(Field::Request, 60_000)]),
            limited(
                Client::fallback("MyFallback", &ids(&[0, 1])),
                &[(Field::Connect, 5000), (Field::Idle, 15_000)],
            ),
        ];
        let routes = routes(&plan(clients, &[]), 2);
        let limits = |connect, request, idle| {
            let mut limits = Limits::NONE;
            limits.set(Field::Connect, connect);
            limits.set(Field::Request, request);
            limits.set(Field::Idle, idle);
            limits
        };
        let (parent, leaf) = (client(0), client(1));
        let limit = |ms, origin| Limit { ms, origin };
        assert_eq!(
            routes,
            [
                (vec![2, 0], limits(limit(3000, leaf), limit(20_000, leaf), limit(15_000, parent))),
                (vec![2, 1], limits(limit(5000, parent), limit(60_000, leaf), limit(15_000, parent))),
            ]
        );
    }

    #[test]
    fn a_tie_goes_to_the_client_nearest_to_the_leaf() {
        let idle = |ms| [(Field::Idle, ms)];
        let clients = vec![
            Client::leaf("A"),
            limited(Client::fallback("B", &ids(&[0])), &idle(5)),
            limited(Client::fallback("C", &ids(&[1])), &idle(5)),
            limited(Client::fallback("D", &ids(&[2, 2])), &idle(9)),
        ];
        let routes = routes(&plan(clients, &[]), 3);
        assert_eq!(routes.len(), 2);
        assert_eq!(routes[0].1.idle_timeout_ms, Some(Limit { ms: 5, origin: client(2) }));
    }

    #[test]
    fn defaults_fill_what_no_client_sets() {
        let clients = vec![
            limited(Client::leaf("A"), &[(Field::Request, 100)]),
            Client::leaf("B"),
            limited(Client::fallback("F", &ids(&[0, 1])), &[(Field::Connect, 900)]),
        ];
        let defaults = [(Field::Connect, 1), (Field::TimeToFirstToken, 200), (Field::Request, 300)];
        let routes = routes(&plan(clients, &defaults), 2);
        assert_eq!(routes[0].1.map(|_, limit| limit.ms), {
            let mut times = ByField::NONE;
            times.set(Field::Connect, 900);
            times.set(Field::Request, 100);
            times
        });
        assert_eq!(routes[1].1.request_timeout_ms, Some(Limit { ms: 300, origin: Origin::Defaults }));
        assert_eq!(routes[1].1.ms(Field::TimeToFirstToken), Some(200));
        assert_eq!(routes[1].1.ms(Field::Connect), Some(900));
        let equal = self::routes(&plan(vec![leaf("A", 200)], &defaults), 0);
        assert_eq!(equal[0].1.ms(Field::TimeToFirstToken), Some(200));
    }

    #[test]
    fn routes_can_begin_anew_before_the_last() {
        let plan = plan(vec![leaf("A", 5), Client::fallback("F", &ids(&[0, 0]))], &[]);
        let mut routes = Routes::new(&plan, ClientId(1));
        assert_eq!(routes.next().map(|route| route.path.len()), Some(2));
        routes.restart(ClientId(0));
        assert_eq!(routes.next().map(|route| route.path.to_vec()), Some(ids(&[0])));
        assert!(routes.next().is_none());
    }

    #[test]
    fn routes_of_a_client_that_is_not_there_are_none() {
        assert!(Routes::new(&plan(Vec::new(), &[]), ClientId(0)).next().is_none());
    }

    #[test]
    fn a_route_of_any_length_needs_no_stack() {
        let mut clients = vec![Client::leaf("L")];
        clients.extend((0..100_000).map(|member| Client::fallback("F", &ids(&[member]))));
        let plan = plan(clients, &[]);
        let mut routes = Routes::new(&plan, ClientId(100_000));
        assert_eq!(routes.next().map(|route| route.path.len()), Some(100_001));
        assert!(routes.next().is_none());
    }
}
