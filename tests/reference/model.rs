//! The generator's own picture of a project.

/// The keys of the limits, in the order of every output. The last one is for composites only.
pub(crate) const KEYS: [&str; 5] = [
    "connect_timeout_ms",
    "time_to_first_token_timeout_ms",
    "idle_timeout_ms",
    "request_timeout_ms",
    "total_timeout_ms",
];
/// The index of the request limit.
pub(crate) const REQUEST: usize = 3;
/// The index of the total.
pub(crate) const TOTAL: usize = 4;

/// One optional limit for each key.
pub(crate) type Limits = [Option<u64>; 5];

/// A project.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) defaults: Limits,
    pub(crate) policies: Vec<Policy>,
    /// The clients. Members come before the composites that name them.
    pub(crate) clients: Vec<Client>,
    /// The clients that functions name.
    pub(crate) functions: Vec<usize>,
}

/// A retry policy.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub(crate) retries: usize,
    pub(crate) delay: u64,
    /// The multiplier as it is written and the longest delay, for exponential backoff.
    pub(crate) growth: Option<(&'static str, u64)>,
    pub(crate) jitter: bool,
}

/// A client.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    pub(crate) limits: Limits,
    pub(crate) policy: Option<usize>,
}

/// What a client is.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Leaf,
    /// A leaf that is only mentioned as `provider/model`.
    Shorthand,
    Fallback(Vec<usize>),
    RoundRobin(Vec<usize>, u64),
}

impl Model {
    /// The members of a client, none for a leaf.
    pub(crate) fn members(&self, client: usize) -> &[usize] {
        match &self.clients[client].shape {
            Shape::Leaf | Shape::Shorthand => &[],
            Shape::Fallback(members) | Shape::RoundRobin(members, _) => members,
        }
    }

    pub(crate) fn name(&self, client: usize) -> &str {
        &self.clients[client].name
    }
}

impl Policy {
    /// The name of a policy by its number.
    pub(crate) fn name(index: usize) -> String {
        format!("Policy{index}")
    }
}
