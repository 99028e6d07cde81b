//! Short ways to write plans, for the tests of this crate.

use crate::field::{ByField, Field};
use crate::graph::{Client, ClientId, Plan, PolicyId};
use crate::limit::Limit;
use crate::retry::{Multiplier, RetryPolicy, RetryStrategy};

/// Gives a client these limits.
pub(crate) fn limited(mut client: Client<()>, limits: &[(Field, u64)]) -> Client<()> {
    for &(field, ms) in limits {
        client.limits.set(field, Limit { ms, origin: () });
    }
    client
}

/// Makes a leaf with a request limit.
pub(crate) fn leaf(name: &str, request_ms: u64) -> Client<()> {
    limited(Client::leaf(name), &[(Field::Request, request_ms)])
}

/// Gives a client the policy with this number.
pub(crate) fn repeated(client: Client<()>, policy: u32) -> Client<()> {
    Client { retry: Some(PolicyId(policy)), ..client }
}

/// Makes ids of numbers.
pub(crate) fn ids(numbers: &[u32]) -> Vec<ClientId> {
    numbers.iter().copied().map(ClientId).collect()
}

/// Makes a plan without defaults.
pub(crate) fn plan(clients: Vec<Client<()>>, policies: Vec<RetryPolicy>) -> Plan<()> {
    Plan::new(clients, policies, ByField::NONE).unwrap()
}

/// Makes a policy with the default backoff.
pub(crate) fn exponential(max_retries: u32) -> RetryPolicy {
    let multiplier = Multiplier::DEFAULT;
    let strategy = RetryStrategy::ExponentialBackoff { delay_ms: 200, multiplier, max_delay_ms: 10_000 };
    RetryPolicy { name: "P".into(), max_retries, strategy, jitter: false }
}

/// Makes a policy with a constant delay.
pub(crate) fn constant(max_retries: u32, delay_ms: u64) -> RetryPolicy {
    RetryPolicy {
        name: "P".into(),
        max_retries,
        strategy: RetryStrategy::ConstantDelay { delay_ms },
        jitter: false,
    }
}
