//! A small model of a project, its random generation, and its translation into a plan of the crate.

use clientc_plan::{
    ByField, Client, ClientId, ClientKind, Field, Limit, Limits, Multiplier, Plan, PolicyId, RetryPolicy,
    RetryStrategy,
};
use proptest::prelude::*;

/// The fields by number: connect, first token, idle, request, total.
pub(crate) const REQUEST: usize = 3;
pub(crate) const TOTAL: usize = 4;

#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) nodes: Vec<Node>,
    pub(crate) policies: Vec<Policy>,
    pub(crate) defaults: [Option<u64>; 5],
}

#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) shape: Shape,
    pub(crate) limits: [Option<u64>; 5],
    pub(crate) policy: Option<usize>,
}

#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Leaf,
    Fallback(Vec<usize>),
    RoundRobin(Vec<usize>, u32),
}

#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub(crate) retries: u32,
    pub(crate) delay: u64,
    /// The multiplier in millionths and the longest delay.
    pub(crate) growth: Option<(u64, u64)>,
    pub(crate) jitter: bool,
}

/// How an attempt is to end: what happens, after which part of its time, and what the server asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fate {
    pub(crate) kind: FateKind,
    pub(crate) percent: u64,
    pub(crate) retry_after: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FateKind {
    Timeout,
    Retryable,
    Refused,
    Unbuildable,
    HandedOn,
    Success,
    Cancelled,
}

impl Model {
    pub(crate) fn members(&self, node: usize) -> &[usize] {
        match &self.nodes[node].shape {
            Shape::Leaf => &[],
            Shape::Fallback(members) | Shape::RoundRobin(members, _) => members,
        }
    }

    pub(crate) fn plan(&self) -> Plan<()> {
        let limits = |times: &[Option<u64>; 5]| -> Limits<()> {
            ByField::from_fn(|field: Field| times[field as usize].map(|ms| Limit { ms, origin: () }))
        };
        let ids = |members: &[usize]| members.iter().map(|&id| ClientId(id as u32)).collect();
        let clients = self.nodes.iter().enumerate().map(|(index, node)| Client {
            name: format!("C{index}").into(),
            kind: match &node.shape {
                Shape::Leaf => ClientKind::Leaf,
                Shape::Fallback(members) => ClientKind::Fallback { members: ids(members) },
                Shape::RoundRobin(members, start) => {
                    ClientKind::RoundRobin { members: ids(members), start: *start }
                }
            },
            limits: limits(&node.limits),
            retry: node.policy.map(|policy| PolicyId(policy as u32)),
        });
        let policies = self.policies.iter().map(|policy| RetryPolicy {
            name: "P".into(),
            max_retries: policy.retries,
            strategy: match policy.growth {
                None => RetryStrategy::ConstantDelay { delay_ms: policy.delay },
                Some((millionths, max_delay_ms)) => RetryStrategy::ExponentialBackoff {
                    delay_ms: policy.delay,
                    multiplier: Multiplier::from_millionths(millionths as u32).unwrap(),
                    max_delay_ms,
                },
            },
            jitter: policy.jitter,
        });
        Plan::new(clients.collect(), policies.collect(), limits(&self.defaults)).unwrap()
    }
}

prop_compose! {
    fn times(composite: bool, most: u64)(
        connect in option(1..=most),
        token in option(1..=most),
        idle in option(1..=most),
        request in option(1..=most),
        total in option(1..=most * 6),
    ) -> [Option<u64>; 5] {
        [connect, token, idle, request, total.filter(|_| composite)]
    }
}

fn option(range: std::ops::RangeInclusive<u64>) -> impl Strategy<Value = Option<u64>> {
    prop_oneof![1 => Just(None), 1 => range.prop_map(Some)]
}

fn policy() -> impl Strategy<Value = Policy> {
    let millionths = prop::sample::select(vec![
        1_150_000,
        1_500_000,
        500_000,
        2_000_000,
        1_000_001,
        333_333,
        1_000_000_000,
        1,
    ]);
    let growth = prop::option::of((millionths, 0u64..300));
    (0u32..4, 0u64..120, growth, any::<bool>()).prop_map(|(retries, delay, growth, jitter)| Policy {
        retries,
        delay,
        growth,
        jitter,
    })
}

fn node(composite: bool) -> impl Strategy<Value = (Vec<u16>, bool, u32, [Option<u64>; 5], Option<u16>)> {
    let starts = prop_oneof![Just(0), 0u32..7, Just(2_147_483_647)];
    let members = prop::collection::vec(any::<u16>(), 1..4);
    // Large times are rare, so that sums stop at the largest number now and then.
    let limits = prop_oneof![30 => times(composite, 300), 1 => times(composite, 1_000_000_000_000_000)];
    (members, any::<bool>(), starts, limits, prop::option::of(any::<u16>()))
}

/// Random plans: leaves first, then composites over any earlier clients, so that diamonds, towers and members
/// named twice all come up.
pub(crate) fn model() -> impl Strategy<Value = Model> {
    let leaves = prop::collection::vec(node(false), 1..4);
    let composites = prop::collection::vec(node(true), 0..6);
    let policies = prop::collection::vec(policy(), 1..4);
    let defaults = prop_oneof![2 => Just([None; 5]), 1 => times(false, 300)];
    (leaves, composites, policies, defaults).prop_map(|(leaves, composites, policies, defaults)| {
        let leaf_count = leaves.len();
        let nodes = leaves.into_iter().chain(composites).enumerate().map(
            |(index, (members, is_round_robin, start, limits, policy))| {
                // The later members of the range come more often, so that plans grow deep.
                let members = members.into_iter().map(|member| {
                    let any = usize::from(member) % index.max(1);
                    if member % 3 == 0 { index.max(1) - 1 } else { any }
                });
                let shape = match (index < leaf_count, is_round_robin) {
                    (true, _) => Shape::Leaf,
                    (false, true) => Shape::RoundRobin(members.collect(), start),
                    (false, false) => Shape::Fallback(members.collect()),
                };
                Node { shape, limits, policy: policy.map(|policy| usize::from(policy) % policies.len()) }
            },
        );
        Model { nodes: nodes.collect(), policies: policies.clone(), defaults }
    })
}

pub(crate) fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let kind = prop_oneof![
        12 => Just(FateKind::Timeout),
        20 => Just(FateKind::Retryable),
        8 => Just(FateKind::Refused),
        3 => Just(FateKind::Unbuildable),
        1 => Just(FateKind::HandedOn),
        1 => Just(FateKind::Success),
        1 => Just(FateKind::Cancelled),
    ];
    let retry_after = prop::option::of(prop_oneof![0u64..400, 59_990u64..60_010]);
    let fate = (kind, prop_oneof![0u64..=100, Just(100)], retry_after);
    let fate = fate.prop_map(|(kind, percent, retry_after)| Fate { kind, percent, retry_after });
    prop::collection::vec(fate, 1..40)
}
