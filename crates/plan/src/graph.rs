//! The checked graph of clients that everything else reads.

mod components;

use self::components::Components;
pub use self::components::cycles;
use crate::field::{ByField, Field};
use crate::limit::{Limits, MAX_MS, sum_ms};
use crate::retry::{MAX_START, PolicyError, RetryPolicy};
use crate::run_time::RunTime;

/// The index of a client among the clients of its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub u32);

/// The index of a retry policy among the policies of its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyId(pub u32);

/// A client. `P` is the type of the place where a limit was written.
#[derive(Debug, Clone)]
pub struct Client<P> {
    /// The name of the client.
    pub name: Box<str>,
    /// Whether it is a leaf or composed of members.
    pub kind: ClientKind,
    /// The limits that the client itself sets.
    pub limits: Limits<P>,
    /// The policy that repeats the client, if any.
    pub retry: Option<PolicyId>,
}

/// What a client is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientKind {
    /// It makes requests.
    Leaf,
    /// It tries its members in order until one succeeds.
    Fallback {
        /// The members, in order, at least one.
        members: Box<[ClientId]>,
    },
    /// It uses one member per call, the next one each time.
    RoundRobin {
        /// The members, in order, at least one.
        members: Box<[ClientId]>,
        /// The first ticket.
        start: u32,
    },
}

/// Clients, policies and defaults that fit together: every reference exists, no composite is empty or contains itself,
/// every number is in its range. So a walk over it ends.
#[derive(Debug, Clone)]
pub struct Plan<P> {
    clients: Vec<Client<P>>,
    policies: Vec<RetryPolicy>,
    delay_sums_ms: Box<[u64]>,
    defaults: Limits<P>,
    order: Box<[ClientId]>,
    run_time: RunTime,
}

/// Why clients do not make a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// There are more than 4,294,967,294 clients.
    #[error("there are too many clients")]
    TooManyClients,
    /// A strategy names a client that is not there.
    #[error("client {} has no member {}", client.0, member.0)]
    UnknownMember {
        /// The composite.
        client: ClientId,
        /// The member that is not there.
        member: ClientId,
    },
    /// A client names a policy that is not there.
    #[error("client {} has no policy {}", client.0, policy.0)]
    UnknownPolicy {
        /// The client.
        client: ClientId,
        /// The policy that is not there.
        policy: PolicyId,
    },
    /// A composite has no members.
    #[error("client {} has no members", .0.0)]
    Empty(ClientId),
    /// The first ticket of a round-robin is above [`MAX_START`].
    #[error("the start of client {} is above {MAX_START}", .0.0)]
    StartOutOfRange(ClientId),
    /// Some composites contain themselves. Each group is in the order of the clients, and so are the groups.
    #[error("some clients contain themselves")]
    Cycles(Vec<Vec<ClientId>>),
    /// A limit is 0 or above [`MAX_MS`]. Without a client it is one of the defaults.
    #[error("{} is not from 1 to {MAX_MS}", field.key())]
    LimitOutOfRange {
        /// The client, or `None` for the defaults.
        client: Option<ClientId>,
        /// The field.
        field: Field,
    },
    /// A total limit is on a leaf or among the defaults, where it has no meaning.
    #[error("total_timeout_ms is not on a composite")]
    MisplacedTotal {
        /// The leaf, or `None` for the defaults.
        client: Option<ClientId>,
    },
    /// A policy is out of its ranges.
    #[error("retry policy {}: {error}", policy.0)]
    Policy {
        /// The policy.
        policy: PolicyId,
        /// What is wrong with it.
        error: PolicyError,
    },
}

impl ClientId {
    /// The id as an index.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl ClientKind {
    /// The members in order. A leaf has none.
    pub fn members(&self) -> &[ClientId] {
        match self {
            Self::Leaf => &[],
            Self::Fallback { members } | Self::RoundRobin { members, .. } => members,
        }
    }

    /// Whether the client is a leaf.
    pub const fn is_leaf(&self) -> bool {
        matches!(self, Self::Leaf)
    }

    /// The word for the kind in JSON.
    pub const fn keyword(&self) -> &'static str {
        match self {
            Self::Leaf => "leaf",
            Self::Fallback { .. } => "fallback",
            Self::RoundRobin { .. } => "round-robin",
        }
    }
}

impl<P> Default for Plan<P> {
    /// A plan without clients.
    fn default() -> Self {
        Self {
            clients: Vec::new(),
            policies: Vec::new(),
            delay_sums_ms: Box::default(),
            defaults: ByField::NONE,
            order: Box::default(),
            run_time: RunTime::Clientc,
        }
    }
}

impl<P> Plan<P> {
    /// Checks that clients, policies and defaults fit together.
    ///
    /// The id of a client or policy is its index in the list given here. The first thing that does not fit is
    /// the error, except that all cycles come together. It takes time and memory in proportion to the input.
    pub fn new(
        clients: Vec<Client<P>>,
        policies: Vec<RetryPolicy>,
        defaults: Limits<P>,
    ) -> Result<Self, PlanError> {
        if u32::try_from(clients.len()).map_or(true, |count| count == u32::MAX) {
            return Err(PlanError::TooManyClients);
        }
        for (policy, id) in policies.iter().zip(0..) {
            policy.check().map_err(|error| PlanError::Policy { policy: PolicyId(id), error })?;
        }
        check_limits(None, true, &defaults)?;
        for (client, id) in clients.iter().zip(0..) {
            check_client(client, ClientId(id), clients.len(), policies.len())?;
        }
        let components = Components::of(clients.len(), |id| clients[id].kind.members());
        let cycles = components.cycles(|id| clients[id].kind.members());
        if !cycles.is_empty() {
            return Err(PlanError::Cycles(cycles));
        }
        let delay_sums_ms = policies.iter().map(RetryPolicy::delay_sum_ms).collect();
        let order = components.order.into();
        Ok(Self { clients, policies, delay_sums_ms, defaults, order, run_time: RunTime::Clientc })
    }

    /// The same clients as another runtime carries them out. Limits that it does not enforce are not in the
    /// plan, so routes, worst cases, walks and schedules are those of this runtime.
    #[must_use]
    pub fn under(&self, run_time: RunTime) -> Self
    where
        P: Clone,
    {
        let mut plan = self.clone();
        plan.run_time = run_time;
        if !run_time.differences().composes {
            plan.defaults = ByField::NONE;
            for client in plan.clients.iter_mut().filter(|client| !client.kind.is_leaf()) {
                client.limits = ByField::NONE;
            }
        }
        let sum = |policy: &RetryPolicy| run_time.delays(policy).fold(0, sum_ms);
        plan.delay_sums_ms = plan.policies.iter().map(sum).collect();
        plan
    }

    /// The runtime that carries the plan out.
    pub const fn run_time(&self) -> RunTime {
        self.run_time
    }

    /// All clients. The index of a client is its id.
    pub fn clients(&self) -> &[Client<P>] {
        &self.clients
    }

    /// Goes through the ids of all clients in order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = ClientId> + use<P> {
        (0..self.clients.len() as u32).map(ClientId)
    }

    /// A client, or `None` where the plan has none with this id.
    pub fn client(&self, id: ClientId) -> Option<&Client<P>> {
        self.clients.get(id.index())
    }

    /// The members of a client, which are none for a leaf and for an id that the plan does not have.
    pub fn members(&self, id: ClientId) -> &[ClientId] {
        self.client(id).map_or(&[], |client| client.kind.members())
    }

    /// All policies. The index of a policy is its id.
    pub fn policies(&self) -> &[RetryPolicy] {
        &self.policies
    }

    /// The policy that repeats a client, or `None` where it has none.
    pub fn policy(&self, client: &Client<P>) -> Option<&RetryPolicy> {
        self.policies.get(client.retry?.0 as usize)
    }

    /// The number of retries of a client and the sum of their delays in milliseconds.
    pub fn retries(&self, client: &Client<P>) -> (u32, u64) {
        let index = client.retry.map_or(usize::MAX, |policy| policy.0 as usize);
        match (self.policies.get(index), self.delay_sums_ms.get(index)) {
            (Some(policy), Some(&sum_ms)) => (policy.max_retries, sum_ms),
            _ => (0, 0),
        }
    }

    /// The limits that fill a route where no client on it sets one.
    pub fn defaults(&self) -> &Limits<P> {
        &self.defaults
    }

    /// The ids of all clients so that members come before the composites that name them.
    pub fn order(&self) -> &[ClientId] {
        &self.order
    }
}

fn check_client<P>(
    client: &Client<P>,
    id: ClientId,
    client_count: usize,
    policy_count: usize,
) -> Result<(), PlanError> {
    check_limits(Some(id), client.kind.is_leaf(), &client.limits)?;
    if let Some(policy) = client.retry.filter(|policy| policy.0 as usize >= policy_count) {
        return Err(PlanError::UnknownPolicy { client: id, policy });
    }
    let members = client.kind.members();
    if members.is_empty() && !client.kind.is_leaf() {
        return Err(PlanError::Empty(id));
    }
    if matches!(client.kind, ClientKind::RoundRobin { start, .. } if start > MAX_START) {
        return Err(PlanError::StartOutOfRange(id));
    }
    match members.iter().find(|member| member.index() >= client_count) {
        Some(&member) => Err(PlanError::UnknownMember { client: id, member }),
        None => Ok(()),
    }
}

fn check_limits<P>(
    client: Option<ClientId>,
    attempts_only: bool,
    limits: &Limits<P>,
) -> Result<(), PlanError> {
    if attempts_only && limits.get(Field::Total).is_some() {
        return Err(PlanError::MisplacedTotal { client });
    }
    match limits.iter().find(|(_, limit)| limit.ms == 0 || limit.ms > MAX_MS) {
        Some((field, _)) => Err(PlanError::LimitOutOfRange { client, field }),
        None => Ok(()),
    }
}

impl<P> Client<P> {
    /// Makes a leaf without limits and without a policy.
    pub fn leaf(name: &str) -> Self {
        Self { name: name.into(), kind: ClientKind::Leaf, limits: ByField::NONE, retry: None }
    }

    /// Makes a fallback without limits and without a policy.
    pub fn fallback(name: &str, members: &[ClientId]) -> Self {
        Self { kind: ClientKind::Fallback { members: members.into() }, ..Self::leaf(name) }
    }

    /// Makes a round-robin without limits and without a policy.
    pub fn round_robin(name: &str, members: &[ClientId], start: u32) -> Self {
        Self { kind: ClientKind::RoundRobin { members: members.into(), start }, ..Self::leaf(name) }
    }
}

#[cfg(test)]
mod tests;
